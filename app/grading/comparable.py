"""Which said quantities can be held against which facts: bytes with bytes, seconds with seconds, counts with counts."""

from dataclasses import replace

from app.engine.facts import Fact
from app.grading.quantity import Quantity, Unit

_COUNTS = frozenset({Unit.NUMBER, Unit.SEQUENCE, Unit.TOKEN, Unit.EXPERT})  # 80 layers are nobody's 79 sequences
_SHARES = frozenset({Unit.PERCENT, Unit.FRACTION})
_UNITS: dict[str, frozenset[Unit]] = {
    "B": frozenset({Unit.BYTE}),
    "s": frozenset({Unit.SECOND}),
    "B/s": frozenset({Unit.BYTE_RATE}),
    "FLOP/s": frozenset({Unit.FLOP_RATE, Unit.FLOP}),  # "989 TF" is how people say a peak
    "FLOP": frozenset({Unit.FLOP}),
    "FLOP/B": frozenset({Unit.INTENSITY}) | _COUNTS,
    "tokens/s": frozenset({Unit.TOKEN_RATE}),
    "token/s": frozenset({Unit.TOKEN_RATE}),
    "$": frozenset({Unit.DOLLAR}),
    "sequence": frozenset({Unit.NUMBER, Unit.SEQUENCE}),
    "token": frozenset({Unit.NUMBER, Unit.TOKEN, Unit.SEQUENCE}),
    "device": frozenset({Unit.NUMBER, Unit.DEVICE}),
}
BIG = 1e6  # a bare number of this size may be FLOPs or bytes: "6.3e24", "327,680 per token"
BARE = 300.0  # a bare factor beyond it is no speed-up


def comparable(quantity: Quantity, fact: Fact, *, bare_percent: bool = False) -> Quantity | None:
    """The quantity in the fact's terms, or None when the two measure different things."""
    if isinstance(fact.value, (bool, str)):
        return None
    if fact.unit == "x":
        return _as_factor(quantity)
    if fact.unit == "1" and 0 < fact.value <= 1:
        return _as_share(quantity, bare_percent=bare_percent)
    if quantity.unit in _UNITS.get(fact.unit, _COUNTS):
        return quantity
    if quantity.value < BIG:
        return None
    big = quantity.unit is Unit.NUMBER and fact.unit in ("B", "FLOP", "FLOP/s")
    weights = quantity.unit is Unit.PARAMETER and fact.unit in ("1", "")
    return quantity if big or weights else None


def _as_factor(quantity: Quantity) -> Quantity | None:
    if quantity.unit is Unit.TIMES or quantity.faster:
        return quantity
    bare = quantity.unit is Unit.NUMBER and 0 < quantity.value < BARE and quantity.value != round(quantity.value)
    return replace(quantity, unit=Unit.TIMES) if bare else None


def _as_share(quantity: Quantity, *, bare_percent: bool) -> Quantity | None:
    if quantity.unit in _SHARES:
        return quantity
    if quantity.unit is not Unit.NUMBER:
        return None
    if 0 < quantity.value < 1:
        return replace(quantity, unit=Unit.FRACTION)
    if bare_percent and quantity.value <= 100:
        lo, hi = quantity.lo / 100, quantity.hi / 100
        return replace(quantity, unit=Unit.PERCENT, value=quantity.value / 100, lo=lo, hi=hi)
    return None
