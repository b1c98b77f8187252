"""What fraction of each peak real kernels reach, and the fixed times around them: one cited table.

These few numbers are the only fitted ones in the engine; docs/efficiency.md says which measurements they come from.
"""

from dataclasses import dataclass

from app.engine.checks import require_not_negative, require_share


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficiency:
    """Fractions of peak by kind of kernel [0..1], and fixed times per kernel [s]."""

    name: str
    gemm: float
    attention_forward: float
    attention_backward: float
    memory: float
    link: float
    gap_s: float  # between two kernels on the device: ramp, tail and dependency
    graph_gap_s: float  # the same when the step is one captured graph
    launch_s: float  # host time to launch one kernel eagerly
    collective_s: float  # fixed time of one collective

    def __post_init__(self) -> None:
        require_share(self, "gemm", "attention_forward", "attention_backward", "memory", "link")
        require_not_negative(self, "gap_s", "graph_gap_s", "launch_s", "collective_s")


IDEAL = Efficiency(
    name="ideal",
    gemm=1.0,
    attention_forward=1.0,
    attention_backward=1.0,
    memory=1.0,
    link=1.0,
    gap_s=0.0,
    graph_gap_s=0.0,
    launch_s=0.0,
    collective_s=0.0,
)


def calibrated_efficiency(hardware_slug: str) -> Efficiency:
    """The calibrated numbers of a chip; chips that nobody measured share the row of their maker's nearest one."""
    gemm, forward, backward = _FRACTIONS.get(hardware_slug, _UNMEASURED)
    return Efficiency(
        name="calibrated",
        gemm=gemm,
        attention_forward=forward,
        attention_backward=backward,
        memory=0.88,
        link=0.78,
        gap_s=3e-6,
        graph_gap_s=1e-6,
        launch_s=4e-6,
        collective_s=8e-6,
    )


# Fraction of the dense peak: large GEMM, fused attention forward, fused attention backward (executed FLOPs).
_FRACTIONS: dict[str, tuple[float, float, float]] = {
    "v100-16gb-sxm": (0.72, 0.30, 0.25),
    "v100-32gb-sxm": (0.72, 0.30, 0.25),
    "a100-40gb-sxm": (0.78, 0.60, 0.50),
    "a100-80gb-sxm": (0.78, 0.60, 0.50),
    "a100-80gb-pcie": (0.70, 0.55, 0.45),
    "h100-sxm": (0.68, 0.60, 0.45),
    "h100-pcie": (0.60, 0.50, 0.40),
    "h200-sxm": (0.68, 0.60, 0.45),
    "gh200": (0.68, 0.60, 0.45),
    "b200-sxm": (0.70, 0.50, 0.40),
    "mi300x": (0.53, 0.35, 0.25),
}
_UNMEASURED = (0.65, 0.50, 0.40)
