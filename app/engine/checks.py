"""Refusals of impossible shapes: each names the field and the value."""

from typing import Any

from app.engine.grid import everywhere, is_grid

_LARGEST = 1e18  # beyond any chip and any job; products of such numbers still fit a float
LARGEST_IN_A_LAW = 1e36  # beyond the FLOPs of any training run


def require_positive(owner: object, *names: str, most: float = _LARGEST) -> None:
    """Raise a ValueError unless each named field is above zero (for a grid: everywhere)."""
    for name in names:
        _require(getattr(owner, name), name, inclusive=False, most=most)


def require_positive_number(name: str, value: Any) -> None:  # noqa: ANN401 - a number or an array
    """Raise a ValueError unless the value is above zero."""
    _require(value, name, inclusive=False)


def require_not_negative(owner: object, *names: str, most: float = _LARGEST) -> None:
    """Raise a ValueError unless each named field is zero or more (for a grid: everywhere)."""
    for name in names:
        _require(getattr(owner, name), name, inclusive=True, most=most)


def require_share(owner: object, *names: str) -> None:
    """Raise a ValueError unless each named field lies in 0..1 (for a grid: everywhere)."""
    for name in names:
        value = getattr(owner, name)
        _require(value, name, inclusive=True)
        if not everywhere(value <= 1):
            raise ValueError(f"{name}: {value} is above 1")


def _require(value: Any, name: str, *, inclusive: bool, most: float = _LARGEST) -> None:  # noqa: ANN401 - or an array
    if not is_grid(value) and (isinstance(value, bool) or not isinstance(value, (int, float))):
        raise ValueError(f"{name}: {value!r} is not a number")
    fine = value >= 0 if inclusive else value > 0
    if not everywhere(fine) or not everywhere(value <= most):
        least = "zero or more" if inclusive else "above zero"
        raise ValueError(f"{name}: {value!r:.40} must be {least} and at most {most:g}")
