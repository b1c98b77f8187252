"""Hints: released one at a time, in order, each at a price that the result shows beside the points."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.bank.prose import Prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One hint, its figures put in, and what it costs in points."""

    text: Prose
    price: int


def released(hints: Sequence[Hint], n: int) -> tuple[Hint, ...]:
    """The hints that a candidate has seen after asking `n` times."""
    return tuple(hints[: max(n, 0)])


def next_price(hints: Sequence[Hint], n: int) -> int | None:
    """What the next hint costs after `n` were released; None when there is no other."""
    return hints[n].price if 0 <= n < len(hints) else None


def total_price(hints: Sequence[Hint], n: int) -> int:
    """Points that the released hints cost together: "71 - 5 = 66"."""
    return sum(hint.price for hint in released(hints, n))
