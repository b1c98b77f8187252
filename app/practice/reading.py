"""A number as a candidate writes it: 140 GB, 2.5 ms, 49k, 3 %, 1.03x."""

from app.grading.quantity import Unit, quantities
from app.grading.text import Text

_LONGEST = 200
_PLAIN = (Unit.NUMBER, Unit.FRACTION)
_ALSO = {"%": ("%", "fraction"), "sequence": ("sequence", "token"), "experts": ("expert",)}
EXAMPLES = {
    "B": "as in 140 GB or 320 kB; a plain number counts bytes",
    "FLOP": "as in 140 GFLOP or 3e23",
    "FLOP/B": "a plain number",
    "s": "as in 2.5 ms; a plain number counts seconds",
    "%": "as in 3 %; a plain number counts percent",
    "sequence": "a plain number",
    "token": "as in 49k",
    "x": "as in 1.2x",
}
"""How a number in a unit can be written, for the line under its field."""


class Unreadable(ValueError):
    """What was written is no number, or one in another unit; the message is for the candidate."""


def read_number(text: str, unit: str) -> float:
    """One number above zero in base units; a plain one counts in `unit`. A share comes out as a ratio."""
    found = quantities(Text.of(text[:_LONGEST]))
    if len(found) != 1:
        raise Unreadable("One number, please, as in 140 GB, 2.5 ms, 3e12 or 3 %.")
    value, written = found[0].value, found[0].unit
    if unit == "%" and written is Unit.NUMBER:
        value /= 100
    elif written not in _PLAIN and str(written) not in _ALSO.get(unit, (unit,)):
        raise Unreadable(f"That is in {written}; this is asked for in {unit}.")
    if not 0 < value < float("inf"):
        raise Unreadable("A number above zero, please.")
    return value
