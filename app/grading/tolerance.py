"""How near is right: the one table of tolerances, and a said quantity against an expected one."""

from collections.abc import Iterable
from enum import StrEnum

from app.engine.facts import Fact
from app.grading.quantity import Comparator, Quantity, Unit


class Verdict(StrEnum):
    RIGHT = "right"  # within 10 %
    CLOSE = "close"  # within 25 %
    LOOSE = "loose"  # within a factor of 2
    OFF = "off"  # between 2 and 3: no credit, no penalty
    WRONG = "wrong"  # beyond 3, or the opposite of what the engine says
    UNVERIFIABLE = "unverifiable"


ORDER = (Verdict.RIGHT, Verdict.CLOSE, Verdict.LOOSE, Verdict.OFF, Verdict.WRONG, Verdict.UNVERIFIABLE)
# The one table of tolerances: a ratio up to this factor earns this verdict.
TOLERANCES: tuple[tuple[float, Verdict], ...] = (
    (1.10, Verdict.RIGHT),
    (1.25, Verdict.CLOSE),
    (2.0, Verdict.LOOSE),
    (3.0, Verdict.OFF),
)
SMALL_SHARE = 0.10  # below it ...
SMALL_SHARE_WITHIN = 0.01  # ... a point either way is right
SMALL_SPEEDUP_WITHIN = 0.005  # below 1.10x, so is what two decimals round to it: 1.03x for 1.0333x


def closeness(quantity: Quantity, expected: float, *, is_speedup: bool = False) -> Verdict:
    """How near a said quantity is to an expected one; speed-ups are compared as speed-up minus one."""
    said = [quantity.lo, quantity.value, quantity.hi]
    if is_speedup:
        scale = 1.0 if quantity.unit is Unit.TIMES else 0.0
        said = [value - scale for value in said]
        expected -= 1.0
    small = (quantity.is_share or is_speedup) and abs(expected) < SMALL_SHARE
    within = SMALL_SPEEDUP_WITHIN if is_speedup else SMALL_SHARE_WITHIN
    if small and abs(said[1] - expected) <= within + 1e-9:
        return Verdict.RIGHT
    if said[0] <= expected <= said[2] and said[2] > said[0]:
        width = said[2] / said[0] if said[0] > 0 else 9.0
        return (
            Verdict.RIGHT
            if width <= 1.5
            else Verdict.CLOSE
            if width <= 2
            else Verdict.LOOSE
            if width <= 4
            else Verdict.OFF
        )
    nearest = min(said, key=lambda value: abs(value - expected))
    return _by_factor(nearest, expected, quantity.comparator)


def _by_factor(said: float, expected: float, comparator: Comparator) -> Verdict:
    if said <= 0 or expected <= 0:
        return Verdict.RIGHT if said == expected else Verdict.WRONG
    loose_side = (comparator is Comparator.AT_MOST and said > expected) or (
        comparator is Comparator.AT_LEAST and said < expected
    )
    factor = max(said / expected, expected / said)
    if loose_side and factor <= 1.5:
        return Verdict.RIGHT
    return next((verdict for limit, verdict in TOLERANCES if factor <= limit + 1e-9), Verdict.WRONG)


def best(verdicts: Iterable[tuple[Verdict, Fact]]) -> tuple[Verdict, Fact] | None:
    """The kindest of several verdicts: another correct convention is correct."""
    return min(verdicts, key=lambda pair: ORDER.index(pair[0]), default=None)
