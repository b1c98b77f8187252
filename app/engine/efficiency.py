"""What fraction of each peak real kernels reach, and the fixed times around them: one cited table.

These few numbers are the only fitted ones in the engine: thirteen, one set for every model and phase;
docs/validation.md says on which rows they were chosen. Best GEMM rates per chip are measured (but for TPUs).
"""

from dataclasses import dataclass, field

from app.engine.checks import require_not_negative, require_positive, require_share
from app.engine.dtypes import DType
from app.engine.hardware import Hardware


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficiency:
    """Fractions of peak by kind of kernel [0..1], and fixed times per kernel [s]."""

    name: str = field(compare=False)  # calibrated, ideal or given: the numbers decide
    gemm: float
    wave_tail: float  # of half a wave of tiles, what a GEMM loses at its end: the last wave is half empty on average
    attention_forward: float
    attention_backward: float
    attention_tuned: float  # forward, of kernels written for the chip; backward in the same proportion as above
    memory: float
    link: float
    gap_s: float  # between two kernels: ramp, tail, dependency, and the small kernels around them that are not listed
    graph_gap_s: float  # the same when the step is one captured graph
    launch_s: float  # host time to launch one kernel eagerly
    blocking_s: float  # host time around one kernel launched from Python, where the host waits for each
    round_s: float  # one round of a collective, launched eagerly; a tree over n devices has log2(n)
    graph_round_s: float  # the same inside a captured graph

    def __post_init__(self) -> None:
        require_positive(self, "gemm", "attention_forward", "attention_backward", "memory", "link")
        require_positive(self, "attention_tuned")
        require_share(
            self, "wave_tail", "gemm", "attention_forward", "attention_backward", "attention_tuned", "memory", "link"
        )
        require_not_negative(self, "gap_s", "graph_gap_s", "launch_s", "blocking_s", "round_s", "graph_round_s")


IDEAL = Efficiency(
    name="ideal",
    gemm=1.0,
    wave_tail=0.0,
    attention_forward=1.0,
    attention_backward=1.0,
    attention_tuned=1.0,
    memory=1.0,
    link=1.0,
    gap_s=0.0,
    graph_gap_s=0.0,
    launch_s=0.0,
    blocking_s=0.0,
    round_s=0.0,
    graph_round_s=0.0,
)


def calibrated_efficiency(hardware: Hardware) -> Efficiency:
    """The calibrated numbers of a chip; what nobody measured there takes the common value."""
    attention_forward = _portable_attention(hardware)
    return Efficiency(
        name="calibrated",
        gemm=_SUSTAINED * _BEST_GEMM.get(hardware.slug or hardware.like, _BEST_GEMM_UNMEASURED),
        wave_tail=1.0,
        attention_forward=attention_forward,
        attention_backward=_BACKWARD_TO_FORWARD * attention_forward,
        attention_tuned=_TUNED_ATTENTION,
        memory=0.82,
        link=0.81,
        gap_s=12e-6,
        graph_gap_s=5.4e-6,
        launch_s=4e-6,
        blocking_s=100e-6,
        round_s=16.5e-6,
        graph_round_s=3e-6,
    )


# What the GEMMs of real steps sustain of the rate that the best shape reaches on the same chip.
_SUSTAINED = 0.87

# No such table exists for TPUs: chosen so that MaxText's steps, which sustain two thirds of the peak, come out.
_BEST_GEMM_TPU = 1.0

# Best rate of any shape over the dense BF16 peak (stas00/ml-engineering@744d01e1, MAMF tables): measured, not fitted.
_BEST_GEMM: dict[str, float] = {
    "a100-40gb-sxm": 0.869,
    "a100-80gb-sxm": 0.869,
    "a100-80gb-pcie": 0.811,
    "h100-sxm": 0.803,
    "h200-sxm": 0.803,
    "gh200": 0.838,
    "b200-sxm": 0.776,
    "b300-sxm": 0.786,
    "gb200": 0.729,
    "mi300x": 0.511,
    "mi325x": 0.604,
    "mi355x": 0.626,
    "gaudi2": 0.969,
    "gaudi3": 0.741,
    "tpu-v5e": _BEST_GEMM_TPU,
    "tpu-v5p": _BEST_GEMM_TPU,
}
_BEST_GEMM_UNMEASURED = 0.80

# Fused attention forward, of executed FLOPs. Softmax and the copies around it did not grow with the tensor cores: from
# A100 to H100 and B200 the rate of kernels that were not written for the chip went with the square root of the peak.
_PORTABLE_ATTENTION_FLOPS = 41e12  # rate = sqrt(this * peak) [FLOP/s]
_TUNED_ATTENTION = 0.62
_BACKWARD_TO_FORWARD = 0.85


def _portable_attention(hardware: Hardware) -> float:
    peaks = hardware.peak_flops
    peak = peaks.get(DType.BF16) or peaks.get(DType.FP16) or max(peaks.values())
    reached: float = (_PORTABLE_ATTENTION_FLOPS / peak) ** 0.5
    return min(reached, _TUNED_ATTENTION)
