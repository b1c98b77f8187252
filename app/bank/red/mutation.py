"""A mutation: functions of the engine exchanged for wrong ones, wherever the engine holds them, for a while.

Only the author's tools do this, in a process of their own; nothing that serves pages imports it.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import wraps
from typing import Any

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """One function of the engine and what stands in its place."""

    original: Function
    wrong: Function


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One attribute of a class or a module of the engine, and its wrong value."""

    owner: Any
    name: str
    wrong: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A mistake that people make, as the engine would make it."""

    id: str
    words: str
    changes: tuple[Swap | Setting, ...]


def swap(original: Function, wrong: Function) -> Swap:
    """A function for another of the same arguments."""
    return Swap(original=original, wrong=wraps(original)(wrong))


def method(owner: type, name: str, wrong: Function) -> Setting:
    """A method or property of a class for another."""
    own = vars(owner)[name]
    return Setting(owner=owner, name=name, wrong=property(wrong) if isinstance(own, property) else wraps(own)(wrong))


def mutation(mutation_id: str, words: str, *changes: Swap | Setting) -> Mutation:
    """A row of a table of mutations."""
    return Mutation(id=mutation_id, words=words, changes=changes)


@contextmanager
def put_in(one: Mutation) -> Iterator[None]:
    """The engine with the mutation in it; as it was afterwards, whatever happens."""
    with ExitStack() as undone:
        for change in one.changes:
            for owner, name, value in _places(change):
                undone.callback(
                    setattr, owner, name, getattr(owner, name) if owner in _modules() else vars(owner)[name]
                )
                setattr(owner, name, value)
        yield


def _places(change: Swap | Setting) -> Iterator[tuple[Any, str, Any]]:
    """Owner, name and new value of everything that holds what is changed."""
    if isinstance(change, Setting):
        yield change.owner, change.name, change.wrong
        return
    for module in _modules():
        for name, value in list(vars(module).items()):
            held = _exchanged(value, change)
            if held is not value:
                yield module, name, held


def _modules() -> list[Any]:
    return [module for name, module in list(sys.modules.items()) if name.startswith("app.engine")]


def _exchanged(value: Any, change: Swap) -> Any:  # noqa: ANN401 - whatever a module holds
    """The value with the function exchanged: itself, or held in a tuple or a table; else the same object."""
    if value is change.original:
        return change.wrong
    if isinstance(value, tuple) and any(item is change.original for item in value):
        return tuple(change.wrong if item is change.original else item for item in value)
    if isinstance(value, dict) and any(_row(item, change) is not item for item in value.values()):
        return {name: _row(item, change) for name, item in value.items()}
    return value


def _row(row: Any, change: Swap) -> Any:  # noqa: ANN401 - whatever a table holds
    if row is change.original:
        return change.wrong
    if is_dataclass(row) and not isinstance(row, type):
        held = [field.name for field in fields(row) if field.init and getattr(row, field.name, None) is change.original]
        return replace(row, **dict.fromkeys(held, change.wrong)) if held else row
    return row
