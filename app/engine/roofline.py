"""The roofline: a kernel takes as long as the slower of its arithmetic and its memory traffic.

Source: Williams, Waterman, Patterson 2009, "Roofline: an insightful visual performance model".
"""

from dataclasses import dataclass

from app.engine.components.kernels import Kernel, Kind
from app.engine.grid import is_grid, larger, smaller
from app.engine.scenario import Attention, Scenario
from app.engine.workload import Phase

# The largest tile that libraries use on tensor cores (NVIDIA, "Matrix Multiplication Background User's Guide"). From a
# certain loss on, smaller tiles or a split of the inner dimension are quicker.
_TILE = 256 * 128
_TAIL_AT_MOST = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Roof:
    """What one chip allows: peaks by kind of kernel [FLOP/s], bandwidth [B/s], and the fraction reached of each."""

    gemm_peak: float
    attention_peak: float
    bandwidth: float
    half_wave: float  # outputs of half a wave of tiles [1]; 0 where nobody says how many units there are
    cache: float  # bytes of activations that stay on the chip between two kernels [B]
    gemm: float
    attention_forward: float
    attention_backward: float
    memory: float

    def ideal_compute_s(self, kernel: Kernel) -> float:
        """Arithmetic time of one launch at the full peak of its number format [s]."""
        return kernel.flops / (self.gemm_peak if kernel.kind is Kind.GEMM else self.attention_peak)

    def hbm_bytes(self, kernel: Kernel) -> float:
        """Bytes of one kernel that go through HBM: what is stored, and the activations that no cache holds [B]."""
        if not is_grid(self.cache) and self.cache == 0:
            return kernel.bytes_moved
        n_launches = kernel.n_launches
        return kernel.stored_bytes + spilled(kernel.passing_bytes / n_launches, self.cache) * n_launches

    def tail(self, kernel: Kernel) -> float:
        """Arithmetic time over that of whole waves [x]: the last wave of tiles is half empty on average."""
        if kernel.kind is not Kind.GEMM or (not is_grid(kernel.outputs) and kernel.outputs == 0):
            return 1.0
        return 1 + smaller(self.half_wave / kernel.outputs, _TAIL_AT_MOST)

    def reached(self, kernel: Kernel) -> float:
        """Fraction of the peak that kernels of its kind reach [0..1]."""
        if kernel.kind in (Kind.GEMM, Kind.BATCHED_GEMM):
            return self.gemm
        return self.attention_backward if kernel.kind is Kind.ATTENTION_BACKWARD else self.attention_forward


def roof(scenario: Scenario) -> Roof:
    """The roof of a scenario.

    Scores are multiplied in the format of the activations, also beside narrower GEMMs. In training every activation
    is kept for the backward pass, so that the cache saves no trip.
    """
    hardware, formats, efficiency = scenario.hardware, scenario.formats, scenario.efficiency
    forward, backward = efficiency.attention_forward, efficiency.attention_backward
    if scenario.attention is Attention.TUNED:
        forward, backward = efficiency.attention_tuned, min(backward / forward * efficiency.attention_tuned, 1.0)
    return Roof(
        gemm_peak=hardware.peak(formats.math),
        attention_peak=hardware.peak(formats.activations),
        bandwidth=hardware.hbm_bandwidth,
        half_wave=efficiency.wave_tail * hardware.compute_units * _TILE / 2,
        cache=0 if scenario.phase is Phase.TRAINING else hardware.cache_bytes,
        gemm=efficiency.gemm,
        attention_forward=forward,
        attention_backward=backward,
        memory=efficiency.memory,
    )


def spilled(passing: float, cache: float) -> float:
    """Of `passing` bytes those that do not stay in a cache of `cache` bytes [B].

    None up to half the cache, which inputs and outputs of neighbours share; all from the whole of it on.
    """
    if not is_grid(passing) and not is_grid(cache):
        return 0.0 if 2 * passing <= cache else smaller(2 * passing / cache - 1, 1.0) * passing
    return passing * smaller(larger(2 * passing / cache - 1, 0.0), 1.0)


def arithmetic_intensity(*, flops: float, bytes_moved: float) -> float:
    """FLOPs for each byte that moves through HBM [FLOP/B]."""
    return flops / bytes_moved
