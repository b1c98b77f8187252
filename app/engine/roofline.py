"""The roofline: a kernel takes as long as the slower of its arithmetic and its memory traffic.

Source: Williams, Waterman, Patterson 2009, "Roofline: an insightful visual performance model".
"""

from app.engine.dtypes import DType
from app.engine.efficiency import Efficiency
from app.engine.kernels import Kernel, Kind
from app.engine.scenario import Scenario


def compute_s(kernel: Kernel, scenario: Scenario, efficiency: Efficiency) -> float:
    """Arithmetic time of one launch: executed FLOPs over the reachable peak of its number format [s]."""
    match kernel.kind:
        case Kind.GEMM:
            return kernel.flops / (scenario.hardware.peak(scenario.formats.math) * efficiency.gemm)
        case Kind.ATTENTION_FORWARD:
            return kernel.flops / (scenario.hardware.peak(_attention_format(scenario)) * efficiency.attention_forward)
        case Kind.ATTENTION_BACKWARD:
            return kernel.flops / (scenario.hardware.peak(_attention_format(scenario)) * efficiency.attention_backward)
        case _:
            return 0.0


def memory_s(kernel: Kernel, scenario: Scenario, efficiency: Efficiency) -> float:
    """Memory time of one launch: bytes over the reachable HBM bandwidth [s]."""
    return kernel.bytes_moved / (scenario.hardware.hbm_bandwidth * efficiency.memory)


def arithmetic_intensity(*, flops: float, bytes_moved: float) -> float:
    """FLOPs for each byte that moves through HBM [FLOP/B]."""
    return flops / bytes_moved


def _attention_format(scenario: Scenario) -> DType:
    # Scores are multiplied in the format of the activations, also where the weights' GEMMs run in a narrower one.
    return scenario.formats.activations
