"""Refusals of impossible shapes: each names the field and the value."""

from typing import Any

from app.engine.grid import everywhere


def require_positive(owner: object, *names: str) -> None:
    """Raise a ValueError unless each named field is above zero (for a grid: everywhere)."""
    for name in names:
        _require(getattr(owner, name), name, above=0.0, inclusive=False)


def require_not_negative(owner: object, *names: str) -> None:
    """Raise a ValueError unless each named field is zero or more (for a grid: everywhere)."""
    for name in names:
        _require(getattr(owner, name), name, above=0.0, inclusive=True)


def require_share(owner: object, *names: str) -> None:
    """Raise a ValueError unless each named field lies in 0..1 (for a grid: everywhere)."""
    for name in names:
        value = getattr(owner, name)
        _require(value, name, above=0.0, inclusive=True)
        if not everywhere(value <= 1):
            raise ValueError(f"{name}: {value} is above 1")


def _require(value: Any, name: str, *, above: float, inclusive: bool) -> None:  # noqa: ANN401 - a number or an array
    if isinstance(value, (bool, str)):
        raise ValueError(f"{name}: {value!r} is not a number")
    fine = value >= above if inclusive else value > above
    if not everywhere(fine) or not everywhere(value < float("inf")):
        raise ValueError(f"{name}: {value} must be {'zero or more' if inclusive else 'above zero'} and finite")
