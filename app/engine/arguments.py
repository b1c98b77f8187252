"""Refusals of impossible arguments of a formula that takes plain numbers: each names the argument and the value."""

from types import SimpleNamespace

from app.engine.checks import LARGEST_IN_A_LAW, require_not_negative, require_positive, require_share
from app.engine.grid import everywhere


def refuse_unless_positive(**arguments: float) -> None:
    """Raise a ValueError unless each argument is above zero and finite (for a grid: everywhere)."""
    require_positive(SimpleNamespace(**arguments), *arguments, most=LARGEST_IN_A_LAW)


def refuse_negative(**arguments: float) -> None:
    """Raise a ValueError unless each argument is zero or more, and finite (for a grid: everywhere)."""
    require_not_negative(SimpleNamespace(**arguments), *arguments, most=LARGEST_IN_A_LAW)


def refuse_below_one(**arguments: float) -> None:
    """Raise a ValueError unless each argument is one or more (for a grid: everywhere)."""
    for name, value in arguments.items():
        if not everywhere(value >= 1):
            raise ValueError(f"{name}: {value} is below one")


def refuse_unless_share(**arguments: float) -> None:
    """Raise a ValueError unless each argument lies in 0..1 (for a grid: everywhere)."""
    require_share(SimpleNamespace(**arguments), *arguments)
