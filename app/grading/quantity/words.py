"""Quantities written in words: two thirds, three percent, twice."""

import re
from collections.abc import Iterator

from app.grading.quantity.units import MAGNITUDES, UNITS
from app.grading.quantity.value import Quantity, Unit, quantity
from app.grading.text import Span, Text

_SMALL = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_ORDINALS = {
    "half": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5, "sixth": 6,
    "sixths": 6, "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10, "twentieth": 20, "thirtieth": 30,
    "fortieth": 40, "hundredth": 100,
}  # fmt: skip
_SMALL_WORD = "|".join(_SMALL)
_ORDINAL_WORD = "|".join(_ORDINALS)
_WORDS = re.compile(
    rf"\b(?:(?:(?P<part>{_SMALL_WORD}|a|the)[ -])?(?:(?P<tens>twenty|thirty|"
    rf"forty)-)?(?P<ordinal>{_ORDINAL_WORD})(?=\s(?:of|the|as|and|its)\b|[\s.,;:)]|$)"
    rf"|(?P<whole>{_SMALL_WORD})(?:[ -](?P<ones>{_SMALL_WORD}))?(?:[ -](?P<size>hundred|thousand|million|"
    rf"billion))?[ -]?(?P<unit>percent|per cent|%|times|fold|x|tokens?|layers?|heads?|gpus?|"
    rf"sequences?|requests?|experts?|seconds?|minutes?|hours?|days?|weeks?|months)(?![a-z])"
    rf"|(?P<size_only>hundreds|thousands) of (?P<of>sequences|tokens|requests)"
    r"|(?P<twice>twice|doubl(?:e|es|ed|ing)|two-?fold)|(?P<thrice>tripl(?:e|es|ed|ing)|thrice)|(?P<halve>halv(?:e|"
    r"es|ed|ing))"
    r"|(?P<tenfold>an order of magnitude|one order of magnitude))"
)


def number_words(text: Text) -> Iterator[Quantity]:
    for match in _WORDS.finditer(text.plain):
        span = Span(match.start(), match.end())
        if match["ordinal"]:
            if match["part"] == "the" and not text.plain.startswith(" of", match.end()):
                continue
            part = _SMALL.get(match["part"] or "a", 1)
            denominator = _SMALL.get(match["tens"] or "", 0) + _ORDINALS[match["ordinal"]]
            if match["ordinal"] in ("quarter", "third", "fifth") and not match["part"]:
                continue
            if match["ordinal"] in ("quarter", "quarters") and not _is_share_of_something(text.plain, match.end()):
                continue
            yield quantity(text, part / denominator, Unit.FRACTION, span)
        elif match["whole"]:
            value = float(_SMALL[match["whole"]] + _SMALL.get(match["ones"] or "", 0))
            value *= MAGNITUDES.get(match["size"] or "", 1.0)
            unit, factor = UNITS[match["unit"]]
            yield quantity(text, value * factor, unit, span)
        elif match["size_only"]:
            continue
        else:
            value = 2.0 if match["twice"] else 3.0 if match["thrice"] else 10.0 if match["tenfold"] else 0.5
            yield quantity(text, value, Unit.TIMES, span)


def _is_share_of_something(plain: str, end: int) -> bool:
    """A quarter is also three months: only "a quarter of the FLOPs" and "about a quarter" are shares."""
    return bool(re.match(r"\s(?:of|as)\b(?!\s(?:kernel|work|engineering|time on))", plain[end : end + 24]))
