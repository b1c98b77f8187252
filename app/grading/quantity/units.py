"""Unit names with their prefixes, and words of magnitude, in base units."""

from app.grading.quantity.value import Unit

_PREFIX = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12, "p": 1e15, "e": 1e18}
_BINARY = {"ki": 2.0**10, "mi": 2.0**20, "gi": 2.0**30, "ti": 2.0**40, "pi": 2.0**50}


_RATE = ("/s", "/sec", "ps", " per second", "/second")
_PER_BYTE = ("/b", "/byte", " per byte", " for each byte")


def _named(unit: Unit, names: str, factor: float = 1.0) -> dict[str, tuple[Unit, float]]:
    return dict.fromkeys(names.split(), (unit, factor))


def _prefixed(prefix: str, factor: float) -> dict[str, tuple[Unit, float]]:
    """Bytes, FLOPs and tokens with one prefix, as amounts, rates and intensities."""
    table: dict[str, tuple[Unit, float]] = {}
    kinds = (
        (Unit.BYTE, Unit.BYTE_RATE, ("b", "byte", "bytes")),
        (
            Unit.FLOP,
            Unit.FLOP_RATE,
            ("flop", "flops", "f") if prefix in ("m", "g", "t", "p", "e") else ("flop", "flops"),
        ),
        (Unit.TOKEN, Unit.TOKEN_RATE, ("tok", "token", "tokens", "toks")),
    )
    for amount, rate, names in kinds:
        table |= {prefix + name: (amount, factor) for name in names}
        table |= {prefix + name + per: (rate, factor) for name in names for per in _RATE}
    table |= {prefix + name + per: (Unit.INTENSITY, factor) for name in ("flop", "flops") for per in _PER_BYTE}
    table |= {prefix + name: (Unit.BIT, factor) for name in ("bit", "bits")}
    return table | {prefix + name: (Unit.BYTE_RATE, factor / 8) for name in ("bps", "bit/s")}


_OTHERS = {
    **_named(Unit.SECOND, "ns", 1e-9),
    **_named(Unit.SECOND, "us microsecond microseconds", 1e-6),
    **_named(Unit.SECOND, "ms msec millisecond milliseconds", 1e-3),
    **_named(Unit.SECOND, "s sec secs second seconds"),
    **_named(Unit.SECOND, "minute minutes mins", 60.0),
    **_named(Unit.SECOND, "hour hours hrs", 3600.0),
    **_named(Unit.SECOND, "day days", 86400.0),
    **_named(Unit.SECOND, "week weeks", 604800.0),
    **_named(Unit.SECOND, "months", 2629800.0),
    **_named(Unit.SEQUENCE, "sequence sequences seq seqs request requests user users"),
    **_named(Unit.DEVICE, "gpu gpus device devices a100s h100s card cards nodes"),
    **_named(Unit.LAYER, "layer layers"),
    **_named(Unit.HEAD, "head heads"),
    **_named(Unit.EXPERT, "expert experts"),
    **_named(Unit.PARAMETER, "parameter parameters param params weights"),
    **_named(Unit.WATT, "w watt watts"),
    **_named(Unit.WATT, "kw", 1e3),
    **_named(Unit.DOLLAR, "dollars usd"),
    **_named(Unit.PERCENT, "% pct percent percents", 0.01),
    "per cent": (Unit.PERCENT, 0.01),
    **_named(Unit.TIMES, "times x × fold"),
    **_named(Unit.BYTE, "kilobytes", 1e3),
    **_named(Unit.BYTE, "megs megabytes", 1e6),
    **_named(Unit.BYTE, "gig gigs gigabyte gigabytes", 1e9),
    **_named(Unit.BYTE, "terabyte terabytes", 1e12),
}
UNITS: dict[str, tuple[Unit, float]] = {}
for _prefix, _factor in {**_PREFIX, **_BINARY}.items():
    UNITS |= _prefixed(_prefix, _factor)
UNITS |= _OTHERS
MAGNITUDES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "millions": 1e6, "b": 1e9, "bn": 1e9,
    "billion": 1e9, "billions": 1e9, "milliard": 1e9, "milliards": 1e9, "t": 1e12, "tn": 1e12, "trillion": 1e12,
    "ki": 2.0**10, "mi": 2.0**20, "hundred": 1e2,
}  # fmt: skip
