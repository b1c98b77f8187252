"""The search for the constants, on the calibration rows alone: how far the engine's own are from what those rows say.

    .venv/bin/python bench/validation/fit.py

Takes seconds and writes nothing. Its result is kept as CALIBRATION_ONLY, so that the page can say what the errors
would be if no other row had been seen.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import log
from pathlib import Path
from statistics import mean

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from validation.prototype import patched  # noqa: E402 - the two paths above come first
from validation.quantities import predicted  # noqa: E402
from validation.rows import Role, Row, read_manifest  # noqa: E402

from app.engine import efficiency, mapping  # noqa: E402
from app.engine.efficiency import Efficiency  # noqa: E402

Constants = dict[str, float]

# The fractions of Hopper's attention and of Ampere's; the rest is common. Links and launches come from elsewhere.
START: Constants = {
    "sustained": 0.80,
    "attention_ampere": 0.38,
    "attention_hopper": 0.21,
    "memory": 0.82,
    "gap_s": 12e-6,
    "graph_gap_s": 5e-6,
    "round_s": 13.3e-6,
    "graph_round_s": 5e-6,
}
CALIBRATION_ONLY: Constants = {
    "sustained": 0.864,
    "attention_ampere": 0.359,
    "attention_hopper": 0.202,
    "memory": 0.862,
    "gap_s": 16.6e-6,
    "graph_gap_s": 4.35e-6,
    "round_s": 13.2e-6,
    "graph_round_s": 5e-6,
}

_FRACTIONS = ("sustained", "attention_ampere", "attention_hopper", "memory")
_CLIP = 0.6  # a row that is far off pulls no harder than this


@contextmanager
def constants(chosen: Constants) -> Iterator[None]:
    """The engine with these constants."""

    def calibrated(slug: str) -> Efficiency:
        hopper = plain(slug).attention_forward == plain("h100-sxm").attention_forward
        forward = chosen["attention_hopper" if hopper else "attention_ampere"]
        best = efficiency._BEST_GEMM.get(slug, efficiency._BEST_GEMM_UNMEASURED)
        return Efficiency(
            name="calibrated",
            gemm=chosen["sustained"] * best,
            attention_forward=forward,
            attention_backward=efficiency._BACKWARD_TO_FORWARD * forward,
            memory=chosen["memory"],
            link=plain(slug).link,
            gap_s=chosen["gap_s"],
            graph_gap_s=chosen["graph_gap_s"],
            launch_s=plain(slug).launch_s,
            round_s=chosen["round_s"],
            graph_round_s=chosen["graph_round_s"],
        )

    plain = efficiency.calibrated_efficiency
    with (
        patched(efficiency, "calibrated_efficiency", calibrated),
        patched(mapping, "calibrated_efficiency", calibrated),
    ):
        yield


def search(rows: Sequence[Row], start: Constants = START, *, rounds: int = 8) -> Constants:
    """Coordinate search: each constant up or down while the loss falls, with ever smaller steps."""
    best, lowest, steps = dict(start), loss(rows, start), dict.fromkeys(start, 0.2)
    for _ in range(rounds):
        for name in start:
            better = min(_neighbours(best, name, steps[name]), key=lambda chosen: loss(rows, chosen))
            if loss(rows, better) < lowest:
                best, lowest = better, loss(rows, better)
            else:
                steps[name] /= 2
    return best


def loss(rows: Sequence[Row], chosen: Constants) -> float:
    """Mean over sources of the mean size of log(predicted / measured)."""
    sources: dict[str, list[float]] = {}
    with constants(chosen):
        for row in rows:
            off = abs(log(predicted(row.quantity, row.scenario, row.beside) / row.measured))
            sources.setdefault(row.file, []).append(min(off, _CLIP))
    return mean(mean(sizes) for sizes in sources.values())


def _neighbours(chosen: Constants, name: str, step: float) -> tuple[Constants, Constants]:
    up, down = chosen[name] * (1 + step), chosen[name] / (1 + step)
    return {**chosen, name: min(up, 1.0) if name in _FRACTIONS else up}, {**chosen, name: down}


def main() -> None:
    """Print what the calibration rows say, beside what the engine has."""
    rows = [row for row in read_manifest() if row.role is Role.CALIBRATE]
    found = search(rows)
    print(f"{len(rows)} rows: loss {loss(rows, START):.4f} with the engine's constants, {loss(rows, found):.4f} here")
    for name, value in found.items():
        print(f'    "{name}": {value:.3g},  # the engine has {START[name]:.3g}')


if __name__ == "__main__":
    main()
