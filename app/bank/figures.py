"""Figures: what a key may refer to. Facts of its scenarios, laws applied to numbers, given numbers, flips it found."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from app.bank.expression import ARITHMETIC, BadExpression, Lookup, evaluated_expression
from app.engine.analysis import Analysis
from app.engine.catalog import near_misses
from app.engine.facts import Fact, UnknownFact, fact
from app.engine.law_facts import law_fact

Found = TypeVar("Found")

RESERVED = ("law", "given", "flips")  # no scenario may take these names


class BadFigure(ValueError):
    """Why a reference gives no figure, in words for its author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """All that the figures of one question may refer to, by scenario or kind, then by name."""

    analyses: Mapping[str, Analysis]
    laws: Mapping[str, Fact] = field(default_factory=dict)
    given: Mapping[str, float] = field(default_factory=dict)
    flips: Mapping[str, Fact] = field(default_factory=dict)


def figure(reference: str, names: Names) -> Fact:
    """What `reference` comes to: a fact, a law, or arithmetic on them, which ends in its unit: `a / b | s`."""
    text, bar, unit = reference.partition("|")
    lookup = Lookup(name=lambda name: named(name, names), law=applied_law)
    try:
        found = evaluated_expression(text, lookup)
    except BadExpression as error:
        raise BadFigure(str(error)) from None
    if bar and unit.strip():
        return replace(found, unit=unit.strip(), name=found.name if found.basis != ARITHMETIC else reference.strip())
    if found.basis == ARITHMETIC:
        raise BadFigure(f"{reference!r}: arithmetic has no unit of its own; write {{{text.strip()} | s}}")
    return found


def number(reference: str, names: Names) -> float:
    """A figure that must be a number, its unit aside."""
    found = figure(reference if "|" in reference else f"{reference} | 1", names)
    if isinstance(found.value, bool | str):
        raise BadFigure(f"{reference} is {found.value!r}, not a number")
    return float(found.value)


def named(name: str, names: Names) -> Fact:
    """The figure of a plain name: `main.mfu`, `law.main`, `given.pp`, `flips.longer`."""
    kind, _, rest = name.partition(".")
    match kind:
        case "law":
            return _of("law", rest, names.laws)
        case "flips":
            return _of("flips", rest, names.flips)
        case "given":
            value = _of("given", rest, names.given)
            return Fact(name=name, value=value, unit="1", basis="identity", convention="given")
    if kind not in names.analyses:
        known = ", ".join(names.analyses) or "none"
        raise BadFigure(f"{name!r}: no scenario {kind!r}; there are {known}")
    try:
        return fact(names.analyses[kind], rest)
    except UnknownFact as error:
        raise BadFigure(f"{name!r}: {error}") from None


def applied_law(law: str, arguments: Mapping[str, float]) -> Fact:
    """The figure that a law gives for these numbers; its name is the law as a rubric would write it."""
    try:
        return law_fact(law_reference(law, arguments))
    except UnknownFact as error:
        raise BadFigure(str(error)) from None


def law_reference(law: str, arguments: Mapping[str, float]) -> str:
    """A law and its numbers in one canonical text."""
    return f"{law}({', '.join(f'{name}={_plain(arguments[name])!r}' for name in sorted(arguments))})"


def _plain(value: float) -> float:
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else float(value)


def _of(kind: str, name: str, known: Mapping[str, Found]) -> Found:
    if name not in known:
        raise BadFigure(f"{kind}.{name}: not known here{near_misses(name, known)}")
    return known[name]
