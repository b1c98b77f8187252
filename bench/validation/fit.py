"""The search for the constants, on the calibration rows alone: how far the engine's own are from what those rows say.

    .venv/bin/python bench/validation/fit.py

Takes a minute and writes nothing. Its result is kept as CALIBRATION_ONLY, so that the page can say what the errors
would be if no other row had been seen.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from math import log
from pathlib import Path
from statistics import mean
from types import ModuleType

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from validation.quantities import predicted  # noqa: E402 - the two paths above come first
from validation.rows import Role, Row, read_manifest  # noqa: E402

from app.engine import efficiency, mapping  # noqa: E402
from app.engine.catalog import accelerator  # noqa: E402
from app.engine.efficiency import Efficiency  # noqa: E402
from app.engine.hardware import Hardware  # noqa: E402

Constants = dict[str, float]

# What the search moves: constants of the module, and fields that are the same on every chip. The launches of a server
# come from elsewhere, and the best shape of TPUs has no row to calibrate on.
_MODULE = {
    "sustained": "_SUSTAINED",
    "portable_attention": "_PORTABLE_ATTENTION_FLOPS",
    "tuned_attention": "_TUNED_ATTENTION",
    "backward_to_forward": "_BACKWARD_TO_FORWARD",
}
_COMMON = ("memory", "link", "gap_s", "graph_gap_s", "blocking_s", "round_s", "graph_round_s")
_USUAL = efficiency.calibrated_efficiency(accelerator("a100-80gb-sxm"))

START: Constants = {name: getattr(efficiency, constant) for name, constant in _MODULE.items()}
START |= {name: getattr(_USUAL, name) for name in _COMMON}
CALIBRATION_ONLY: Constants = {
    "sustained": 0.869,
    "portable_attention": 39.5e12,
    "tuned_attention": 0.638,
    "backward_to_forward": 0.852,
    "memory": 0.817,
    "link": 0.813,
    "gap_s": 12.3e-6,
    "graph_gap_s": 5.4e-6,
    "blocking_s": 171e-6,
    "round_s": 16.6e-6,
    "graph_round_s": 2.68e-6,
}

_FRACTIONS = ("sustained", "tuned_attention", "backward_to_forward", "memory", "link")
_CLIP = 0.6  # a row that is far off pulls no harder than this


@contextmanager
def patched(module: ModuleType, name: str, value: object) -> Iterator[None]:
    """The module with another value under that name."""
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


@contextmanager
def constants(chosen: Constants) -> Iterator[None]:
    """The engine with these constants."""

    def calibrated(hardware: Hardware) -> Efficiency:
        return replace(plain(hardware), **{name: chosen[name] for name in _COMMON})

    plain = efficiency.calibrated_efficiency
    with ExitStack() as stack:
        for name, constant in _MODULE.items():
            stack.enter_context(patched(efficiency, constant, chosen[name]))
        for module in (efficiency, mapping):
            stack.enter_context(patched(module, "calibrated_efficiency", calibrated))
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
