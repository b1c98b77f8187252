"""Reading of a rubric file: mappings, lists of names, and errors that name the path and the remedy."""

from collections.abc import Mapping
from typing import Any

from app.grading.criteria import Written


class BadRubric(ValueError):
    """A rubric file that cannot be used: the path in it, what is wrong, and what to write instead."""


def texts(written: object) -> tuple[str, ...]:
    """One name or a list of them."""
    return (written,) if isinstance(written, str) else tuple(str(item) for item in written)  # type: ignore[attr-defined]


def mapping(written: object, path: str) -> Written:
    """The mapping that must stand here."""
    if not isinstance(written, Mapping):
        raise BadRubric(f"{path}: expected a mapping, found {type(written).__name__}")
    return written


def needed(written: Written, path: str, name: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """The field that must be there."""
    if name not in written:
        raise BadRubric(f"{path}.{name}: missing; add it")
    return written[name]


def only(written: object, path: str, names: tuple[str, ...]) -> None:
    """Refuse fields that are not known here."""
    for name in mapping(written, path):
        if str(name) not in names:
            raise BadRubric(f"{path}.{name}: not a field; there are {', '.join(names)}")
