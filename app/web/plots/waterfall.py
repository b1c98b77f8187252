"""Bars left and right of a line: what takes less time, and what takes more."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.format import duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One component and how much longer it takes [s]; below zero it takes less."""

    label: str
    by: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    label: str
    x: str
    width: str
    longer: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    zero: str
    bars: tuple[Bar, ...]


def waterfall(changes: Sequence[Change]) -> Waterfall:
    """All bars on one scale; the line stands where both sides have room."""
    less = max([0.0, *(-change.by for change in changes)])
    more = max([0.0, *(change.by for change in changes)])
    span = (less + more) or 1.0
    return Waterfall(zero=f"{100 * less / span:.2f}%", bars=tuple(_bar(change, less, span) for change in changes))


def _bar(change: Change, less: float, span: float) -> Bar:
    start = less + min(change.by, 0.0)
    return Bar(
        label=change.label,
        x=f"{100 * start / span:.2f}%",
        width=f"{100 * abs(change.by) / span:.2f}%",
        longer=change.by > 0,
        text=f"{'+' if change.by > 0 else '−'}{duration(abs(change.by))}",
    )
