"""Reads quantities from an answer into base units; the only place that knows unit prefixes."""

import re
from collections.abc import Iterator

from app.grading.quantity.numerals import numerals
from app.grading.quantity.value import Comparator, Quantity, Unit, announces_gain
from app.grading.quantity.words import number_words
from app.grading.text import Span, Text

__all__ = ["Comparator", "Quantity", "Unit", "quantities"]


def quantities(text: Text) -> tuple[Quantity, ...]:
    """Every quantity of the text in order, without overlaps; spans are in `text.plain`."""
    found = sorted(
        [*numerals(text), *number_words(text)], key=lambda quantity: (quantity.span.start, -quantity.span.end)
    )
    kept: list[Quantity] = []
    for quantity in _joined(text, found):
        if not kept or quantity.span.start >= kept[-1].span.end:
            kept.append(quantity)
    return tuple(kept)


_RANGE = re.compile(r"\s?(?:-|to|and|\.\.\.?|until|till|or)\s?[~]?\s?$")


def _joined(text: Text, found: list[Quantity]) -> Iterator[Quantity]:
    """11-13 days, between 2 and 3: one quantity with lo and hi."""
    position = 0
    while position < len(found):
        first = found[position]
        second = found[position + 1] if position + 1 < len(found) else None
        if second and _makes_range(text, first, second):
            lo, hi = sorted((first.value * _scale(first, second), second.value))
            yield Quantity(
                value=(lo * hi) ** 0.5 if lo > 0 else (lo + hi) / 2,
                lo=lo,
                hi=hi,
                unit=second.unit,
                span=Span(first.span.start, second.span.end),
                approximate=True,
                faster=second.faster or (second.is_share and announces_gain(text, first.span.start)),
            )
            position += 2
            continue
        yield first
        position += 1


def _scale(first: Quantity, second: Quantity) -> float:
    return second.scale if first.unit is Unit.NUMBER and first.scale == 1 else 1.0


def _makes_range(text: Text, first: Quantity, second: Quantity) -> bool:
    gap = text.plain[first.span.end : second.span.start]
    if len(gap) > 6 or not _RANGE.fullmatch(gap):
        return False
    joins = gap.strip(" ~") in ("-", "to", "until", "till", "..", "...")
    between = text.plain[max(first.span.start - 8, 0) : first.span.start].endswith("between ")
    same_unit = first.unit is second.unit or first.unit is Unit.NUMBER
    ratio = second.value / (first.value * _scale(first, second)) if first.value else 0
    return same_unit and (joins or between) and 1 < ratio <= 20
