"""Quantities as people read them: the only place that writes prefixes."""

import math

THIN = "\u202f"
"""Narrow no-break space: between thousands."""
SPACE = "\u00a0"
"""No-break space: between a number and its unit."""

_PREFIXES = ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
_PREFIXED = ("FLOP", "FLOP/s", "FLOP/token", "B", "B/s", "B/token")
_DURATIONS = (
    (365 * 86400.0, "years", 2.0),
    (86400.0, "d", 2.0),
    (3600.0, "h", 2.0),
    (60.0, "min", 2.0),
    (1.0, "s", 1.0),
    (1e-3, "ms", 1.0),
    (1e-6, "µs", 1.0),
    (1e-9, "ns", 1.0),
)
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def quantity(value: float, unit: str) -> str:
    """A value in base units with its unit: three significant digits and a prefix where the unit takes one."""
    if not math.isfinite(value):
        return _unbounded(value)
    factor, suffix = _scale(value, unit)
    return _figures(value / factor, unit) + suffix


def between(lower: float, upper: float, unit: str) -> str:
    """A range in one unit and one prefix, or a single quantity where both ends read the same."""
    if not (math.isfinite(lower) and math.isfinite(upper)):
        return f"{quantity(lower, unit)} to {quantity(upper, unit)}"
    factor, suffix = _scale(max(lower, upper, key=abs), unit)
    low, high = _figures(lower / factor, unit), _figures(upper / factor, unit)
    joint = " to " if lower < 0 else "–"
    return high + suffix if low == high else low + joint + high + suffix


def number(value: float) -> str:
    """Three significant digits: 2.04, 64.6, 2 050."""
    return quantity(value, "1")


def count(value: float) -> str:
    """A whole number in full: 12 288."""
    return _grouped(value, 0)


def tokens(value: float) -> str:
    """A whole number of tokens in full, any other to three digits."""
    return quantity(value, "token")


def percent(share: float) -> str:
    """A share as a percentage: one decimal, two digits below 1 %."""
    return quantity(share, "%")


def times(factor: float) -> str:
    """A factor: 2.83×; a small gain shows two digits of it (1.018×)."""
    return quantity(factor, "x")


def flop(value: float) -> str:
    """Work: 3.73 GFLOP."""
    return quantity(value, "FLOP")


def flop_rate(value: float) -> str:
    """Rate of work: 312 TFLOP/s."""
    return quantity(value, "FLOP/s")


def size(value: float) -> str:
    """Bytes in decimal prefixes: 80.0 GB."""
    return quantity(value, "B")


def size_rate(value: float) -> str:
    """Bytes a second in decimal prefixes: 2.04 TB/s."""
    return quantity(value, "B/s")


def duration(value: float) -> str:
    """Seconds in the unit people would choose: 12.3 ms, 34.0 d."""
    return quantity(value, "s")


def parameters(value: float) -> str:
    """Parameters as the field writes them: 175B, 8.03B, 350M."""
    for factor, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M")):
        if abs(_rounded(value)) >= factor:
            return _significant(value / factor) + letter
    return _significant(value)


# Private


def _scale(value: float, unit: str) -> tuple[float, str]:
    """The factor to divide by, and what stands behind the figures."""
    size_of = abs(_rounded(value))
    if unit == "%":
        return 0.01, SPACE + "%"
    if unit == "x":
        return 1.0, "×"
    if unit == "1":
        return 1.0, ""
    if unit == "token":
        return 1.0, SPACE + ("token" if value == 1 else "tokens")
    if unit == "s":
        return _duration_scale(size_of)
    if unit in _PREFIXED and 0 < size_of < 1e21:
        factor, prefix = next((row for row in _PREFIXES if size_of >= row[0]), (1.0, ""))
        return factor, SPACE + prefix + unit
    if unit.startswith("token/"):
        return 1.0, SPACE + "tokens/" + unit.removeprefix("token/")
    return 1.0, SPACE + unit


def _duration_scale(seconds: float) -> tuple[float, str]:
    if seconds == 0:
        return 1.0, SPACE + "s"
    for factor, name, least in _DURATIONS:
        if seconds >= least * factor:
            return factor, SPACE + name
    return 1e-9, SPACE + "ns"


def _figures(value: float, unit: str) -> str:
    if unit == "%":
        return _percent_figures(value)
    if unit == "x" and 1 < value < 1.0995:
        return _gain_figures(value)
    if unit == "token" and value == round(value):
        return _grouped(value, 0)
    return _significant(value)


def _percent_figures(value: float) -> str:
    if value == 0 or abs(value) < 0.005:
        return "0" if value == 0 else "<" + SPACE + "0.01"
    if abs(value) < 0.995:
        return _grouped(value, 2)
    return _grouped(value, 1 if abs(value) < 99.95 else 0)


def _gain_figures(value: float) -> str:
    """1.018, not 1.02: speed-ups are compared by what they gain, so a small one shows two digits of its gain."""
    decimals = min(4, max(3, 1 - math.floor(math.log10(value - 1))))
    return _grouped(value, decimals)


def _significant(value: float, digits: int = 3) -> str:
    """Three significant digits, as a power of ten where plain figures would be unreadable."""
    if value == 0:
        return "0"
    rounded = _rounded(value, digits)
    exponent = math.floor(math.log10(abs(rounded)))
    if exponent >= 7 or exponent < -3:
        mantissa = _grouped(rounded / 10.0**exponent, digits - 1)
        return f"{mantissa}{SPACE}×{SPACE}10{str(exponent).translate(_SUPERSCRIPTS)}"
    return _grouped(rounded, max(0, digits - 1 - exponent))


def _rounded(value: float, digits: int = 3) -> float:
    return float(f"{value:.{digits - 1}e}")


def _grouped(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}".replace(",", THIN).replace("-", "−")


def _unbounded(value: float) -> str:
    if math.isnan(value):
        return "–"
    return "∞" if value > 0 else "−∞"
