"""Reading one field of a plain mapping, with an error that names the field and the value."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

Written = Mapping[str, Any]
Choice = TypeVar("Choice", bound=StrEnum)

_EXACT = 2**53


def required(given: Written, name: str) -> object:
    """The field, whatever it holds; ValueError when it is missing."""
    if name not in given:
        raise ValueError(f"{name}: missing")
    return given[name]


def number(given: Written, name: str, default: float | None) -> float:
    """A number; whole ones become integers, so that long counts stay exact. No default means that it is required."""
    value = given.get(name, default)
    if value is None:
        raise ValueError(f"{name}: missing")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{name}: {value!r} is not a number{_text_number_hint(value)}")
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT else value


def one_line(name: object) -> str:
    """A name as it was written, fit for an error of one line."""
    return " ".join(str(name).split())[:60]


def switch(given: Written, name: str, *, default: bool = False) -> bool:
    """True or false."""
    value = given.get(name, default)
    if not isinstance(value, bool):
        raise ValueError(f"{name}: {value!r} is neither true nor false")
    return value


def choice(given: Written, name: str, kind: type[Choice], default: Choice) -> Choice:
    """One of a few words."""
    return default if name not in given else one_of(name, given[name], kind)


def one_of(name: str, value: object, kind: type[Choice]) -> Choice:
    """A value as a member of `kind`; ValueError lists the members."""
    try:
        return kind(str(value))
    except ValueError:
        raise ValueError(f"{name}: {value!r} is not one of {', '.join(kind)}") from None


def _text_number_hint(value: object) -> str:
    if isinstance(value, str) and value.replace(".", "").replace("e", "").replace("+", "").isdigit():
        return "; in YAML write 1.5e+13 or 2048, without quotes"
    return ""
