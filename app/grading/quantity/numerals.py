"""Quantities written in digits."""

import re
from collections.abc import Iterator

from app.grading.quantity.units import MAGNITUDES, UNITS
from app.grading.quantity.value import Quantity, Unit, quantity
from app.grading.text import Span, Text

_NUMBER = re.compile(
    r"(?<![\w.^])(?:\d{1,3}(?:,\d{3}){1,6}(?!\d)(?:\.\d{1,12})?|\d{1,18}(?:[.,]\d{1,12})?|"
    r"\.\d{1,12})(?:e[+-]?\d{1,3})?(?![\d])"
)
_POWER = re.compile(r"\s?[*·×x]?\s?10\^([+-]?\d{1,3})(?!\d)")
_OVER = re.compile(r"\s?/\s?(\d{1,3})(?![\d.,]?\d|\w|\s?[*·×x(])")
_AFTER = re.compile(
    r"[ -]?(" + "|".join(re.escape(name) for name in sorted({*UNITS, *MAGNITUDES}, key=len, reverse=True)) + r")"
    r"(?![a-z0-9^(])"
)
_DAYS = re.compile(r"\s?d(?![\w_^*/(])(?!\s?[*/^+])")
_MODEL_NAME = re.compile(r"[a-z][a-z0-9.-]*-$")


def numerals(text: Text) -> Iterator[Quantity]:
    plain = text.plain
    skip_to = 0
    for match in _NUMBER.finditer(plain):
        if match.start() < skip_to or _is_part_of_name(plain, match):
            continue
        value, end = _value(plain, match)
        over = _OVER.match(plain, end)
        unit, factor, stop = _days_after(plain, end) or _unit_after(text, end)
        if over and stop == end and 0 < float(over[1]) <= 200 and value < float(over[1]) and value == int(value):
            yield quantity(text, value / float(over[1]), Unit.FRACTION, Span(match.start(), over.end()))
            skip_to = over.end()
            continue
        if unit is None:
            continue
        yield quantity(text, value * factor, unit, Span(match.start(), stop), factor)
        skip_to = stop


def _is_part_of_name(plain: str, match: re.Match[str]) -> bool:
    """Llama-3.1 and GPT-3 are names, 16d^2 is a formula's coefficient."""
    before = plain[max(match.start() - 12, 0) : match.start()]
    return bool(_MODEL_NAME.search(before))


def _value(plain: str, match: re.Match[str]) -> tuple[float, int]:
    digits = match.group()
    if "," in digits:
        thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?:e.*)?", digits) and not digits.startswith("0,")
        digits = digits.replace(",", "" if thousands else ".")
    value, end = float(digits), match.end()
    if plain.startswith("^", end):
        raised = re.compile(r"\^([+-]?\d{1,3})(?![\w])").match(plain, end)
        return (value ** min(int(raised[1]), 60), raised.end()) if raised and value else (value, end)
    power = _POWER.match(plain, end)
    return (value * 10.0 ** int(power[1]), power.end()) if power else (value, end)


def _days_after(plain: str, end: int) -> tuple[Unit, float, int] | None:
    """11.3 d are days; 4 d is four times the width."""
    match = _DAYS.match(plain, end)
    return (Unit.SECOND, 86400.0, match.end()) if match and "." in plain[max(end - 4, 0) : end] else None


def _unit_after(text: Text, end: int) -> tuple[Unit | None, float, int]:
    """Unit, factor and end of what follows a number; no unit at all when letters follow that are none (a formula)."""
    plain = text.plain
    factor = 1.0
    magnitude = _AFTER.match(plain, end)
    name = magnitude[1] if magnitude else ""
    glued = magnitude is not None and magnitude.start(1) == end
    if magnitude and name in MAGNITUDES and (name not in UNITS or _is_count(text, end, name)):
        if name in ("m", "t", "k", "ki", "mi") and not glued:
            return Unit.NUMBER, 1.0, end
        factor, end = MAGNITUDES[name], magnitude.end()
        after = _AFTER.match(plain, end)
        if after and after[1] in UNITS and after[1] not in ("x", "×", "s"):
            unit, scale = UNITS[after[1]]
            return unit, factor * scale, after.end()
        return (Unit.PARAMETER if name in ("b", "bn") and factor == 1e9 else Unit.NUMBER), factor, end
    if magnitude and name in ("x", "×") and _is_product(plain, magnitude, glued=glued):
        return Unit.NUMBER, 1.0, end
    if magnitude and name in UNITS:
        if name == "s" and not _is_seconds(plain, magnitude):
            return None, 1.0, end
        unit, scale = UNITS[name]
        cased = text.cased[magnitude.start(1) : magnitude.end()]
        if unit is Unit.BYTE_RATE and re.match(r"[KMGT]b", cased):
            return unit, scale / 8, magnitude.end()
        return unit, scale, magnitude.end()
    if plain[end : end + 1].isalpha():
        return None, 1.0, end
    return Unit.NUMBER, 1.0, end


def _is_count(text: Text, end: int, name: str) -> bool:
    """Of the names that are both: 175B counts parameters, 2 B and 8192·2B are bytes."""
    if name != "b":
        return True
    glued = text.cased[end : end + 1] in "Bb" and text.plain[end : end + 1] != " "
    start = end
    while start and (text.plain[start - 1].isdigit() or text.plain[start - 1] in ".,"):
        start -= 1
    product = text.plain[max(start - 2, 0) : start].strip()[-1:] in ("·", "*", "×", "x")
    return glued and not product


def _is_product(plain: str, match: re.Match[str], *, glued: bool) -> bool:
    """2x80 and 2 x layers multiply; 2x, 2x MLP and 2 x faster are factors."""
    after = plain[match.end() : match.end() + 12]
    if re.match(r"\s?\d|\(|[a-z]", after):
        return True
    return not glued and not re.match(
        r"\s?(?:faster|slower|more|less|speed|higher|larger|longer|as|gain|the|[^\w\s]|$)", after
    )


def _is_seconds(plain: str, match: re.Match[str]) -> bool:
    """4s may be four times the sequence length; seconds stand apart or have a decimal point."""
    return match.start(1) > match.start() or "." in plain[max(match.start() - 4, 0) : match.start()]
