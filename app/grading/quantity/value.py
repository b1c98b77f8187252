"""Quantity: a number as the text means it, and the words around it that qualify it."""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.grading.text import Span, Text


class Unit(StrEnum):
    NUMBER = "1"
    PERCENT = "%"  # value is the ratio: 3 % is 0.03
    FRACTION = "fraction"  # two thirds, 7/39, half
    TIMES = "x"
    SECOND = "s"
    BYTE = "B"
    BIT = "bit"
    FLOP = "FLOP"
    BYTE_RATE = "B/s"
    FLOP_RATE = "FLOP/s"
    INTENSITY = "FLOP/B"
    TOKEN = "token"
    TOKEN_RATE = "token/s"
    SEQUENCE = "sequence"
    PARAMETER = "parameter"
    DEVICE = "device"
    LAYER = "layer"
    HEAD = "head"
    EXPERT = "expert"
    DOLLAR = "$"
    WATT = "W"


class Comparator(StrEnum):
    EQUAL = "="
    AT_MOST = "<="
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number as the text means it: value in base units between lo and hi, its unit, and how it is qualified."""

    value: float
    lo: float
    hi: float
    unit: Unit
    span: Span
    comparator: Comparator = Comparator.EQUAL
    approximate: bool = False
    scale: float = 1.0  # what the written number was multiplied by
    faster: bool = False  # "3 % faster", "saves 3 %": a change, so that 3 % is 1.03x

    @property
    def is_share(self) -> bool:
        return self.unit in (Unit.PERCENT, Unit.FRACTION) and not self.faster

    @property
    def speedup(self) -> float | None:
        """The factor that this quantity states as a gain: 1.03 for 1.03x and for 3 %."""
        if self.unit is Unit.TIMES:
            return self.value
        return 1 + self.value if self.unit in (Unit.PERCENT, Unit.FRACTION) else None


def quantity(text: Text, value: float, unit: Unit, span: Span, scale: float = 1.0) -> Quantity:
    before = text.plain[max(span.start - 60, 0) : span.start]
    bound = _BOUND_BEFORE.search(before)
    comparator = Comparator.EQUAL
    if bound:
        comparator = Comparator.AT_MOST if bound[1] else Comparator.AT_LEAST
    after = text.plain[span.end : span.end + 40]
    changed = bool(_CHANGE_AFTER.match(after) or _CHANGE_BEFORE.search(before))
    faster = unit in (Unit.PERCENT, Unit.FRACTION) and changed
    return Quantity(
        value=value,
        lo=value,
        hi=value,
        unit=unit,
        span=span,
        comparator=comparator,
        approximate=bool(_ABOUT_BEFORE.search(before)) or after.lstrip().startswith(("ish", "or so")),
        scale=scale,
        faster=faster,
    )


def announces_gain(text: Text, start: int) -> bool:
    """Do the words before a number say that it is a gain: "a speed-up of 20-50 %"?"""
    return bool(_CHANGE_BEFORE.search(text.plain[max(start - 60, 0) : start]))


_CHANGE_AFTER = re.compile(
    r"\s?(?:end to end\s|step\s|overall\s|total\s)?(?:faster|quicker|speed-?\s?up|less time|gain|improvement|"
    r"better|saving|boost|more throughput|win)\b"
)
_CHANGE_BEFORE = re.compile(
    r"(?:gain|gains|gained|saves?|saving|saved|win|wins|speed-?\s?ups?|improve[sd]?|improvement|faster|"
    r"boost)(?: is| are| of| by| at most| only| just| maybe| about| around| roughly| up to| maximum| max| at best|"
    r" ~| =| :|:| a| the| would be| can be| will be| than| to be){0,4}\s?[~<=>]{0,2}\s?$"
)
_BOUND_BEFORE = re.compile(
    r"(?:(at most|max(?:imum)?|up to|<=|<<|<|no more than|not more than|less than|under|below|fewer than|"
    r"just under|within)"
    r"|(at least|min(?:imum)?|>=|(?<![-=])>|>>|more than|over|above|beyond|upwards of|greater than|exceeding|past))"
    r"(?: about| around| roughly| of| the| some| a)?\s?[~=]?\s?$"
)
_ABOUT_BEFORE = re.compile(
    r"(?:about|around|roughly|approximately|approx\.?|some|ca\.?|circa|nearly|almost|close to|something like|~|near|"
    r"order of|call it|say|maybe|perhaps|on the order of|in the ballpark of|like)\s?(?:a |the )?[~=]?\s?$"
)
