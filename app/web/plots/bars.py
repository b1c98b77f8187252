"""Geometry of the share bars: one row above the other, same parts, same order, same scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.format import percent
from app.web.plots.frame import tone_of

_NARROW_PX, _WIDE_PX = 290, 430
"""The least a bar measures on a phone, and in a column: what decides whether a label fits."""
_CHARACTER_PX, _PADDING_PX = 6.9, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One component group: its share in each row [0..1], and whether it binds."""

    label: str
    shares: tuple[float, ...]
    short: str = ""
    binds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    x: str
    width: str
    tone: str
    binds: bool
    narrow_text: str
    wide_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BarRow:
    name: str
    segments: tuple[Segment, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyItem:
    label: str
    tone: str
    binds: bool
    values: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareBars:
    rows: tuple[BarRow, ...]
    key: tuple[KeyItem, ...]


def share_bars(
    parts: Sequence[Part], *, names: Sequence[str] = ("FLOPs", "Time"), neutral: bool = False, smallest: float = 0.01
) -> ShareBars:
    """Bars for the parts in the order given; those below `smallest` in every row are drawn as one, last.

    Tones follow the order, so that a part keeps its colour while sliders move. `neutral` forgets what binds.
    """
    drawn = _with_the_small_joined([_neutral(part) for part in parts] if neutral else parts, smallest)
    for part in drawn:
        if len(part.shares) != len(names):
            raise ValueError(f"parts: {part.label} has {len(part.shares)} shares for {len(names)} rows")
    rows = tuple(_row(name, drawn, row) for row, name in enumerate(names))
    return ShareBars(rows=rows, key=_key(drawn, names))


# Private


def _neutral(part: Part) -> Part:
    return Part(label=part.label, shares=part.shares, short=part.short)


def _with_the_small_joined(parts: Sequence[Part], smallest: float) -> list[Part]:
    small = [part for part in parts if not part.binds and max(part.shares) < smallest]
    if len(small) < 2:
        return list(parts)
    sums = tuple(sum(shares) for shares in zip(*(part.shares for part in small), strict=True))
    return [part for part in parts if part not in small] + [Part(label="other", shares=sums)]


def _row(name: str, parts: Sequence[Part], row: int) -> BarRow:
    segments: list[Segment] = []
    at = 0.0
    for index, part in enumerate(parts):
        share = max(0.0, min(part.shares[row], 1.0 - at))
        segments.append(_segment(part, index=index, at=at, share=share))
        at += share
    words = ", ".join(f"{part.label} {percent(part.shares[row])}" for part in parts)
    return BarRow(name=name, segments=tuple(segments), sentence=f"{name}: {words}")


def _segment(part: Part, *, index: int, at: float, share: float) -> Segment:
    figure = percent(share)
    candidates = (f"{part.short or part.label} {figure}", figure)
    return Segment(
        x=_length(at),
        width=_length(share),
        tone=tone_of(index),
        binds=part.binds,
        narrow_text=_longest_that_fits(candidates, share * _NARROW_PX),
        wide_text=_longest_that_fits(candidates, share * _WIDE_PX),
    )


def _longest_that_fits(candidates: Sequence[str], room_px: float) -> str:
    return next((text for text in candidates if len(text) * _CHARACTER_PX + _PADDING_PX <= room_px), "")


def _key(parts: Sequence[Part], names: Sequence[str]) -> tuple[KeyItem, ...]:
    return tuple(
        KeyItem(
            label=part.label,
            tone=tone_of(index),
            binds=part.binds,
            values=", ".join(
                f"{percent(share)} of {_in_a_sentence(name)}" for name, share in zip(names, part.shares, strict=True)
            ),
        )
        for index, part in enumerate(parts)
    )


def _in_a_sentence(name: str) -> str:
    """FLOPs stays, Time becomes time, Wall time becomes wall time."""
    return name.lower() if name == name.capitalize() else name


def _length(share: float) -> str:
    return f"{100 * share:.2f}%"
