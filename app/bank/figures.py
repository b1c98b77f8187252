"""Figures: what a key may refer to. Facts of its scenarios, laws applied to numbers, given numbers, flips it found."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from app.bank.errors import Refuted
from app.engine.analysis import Analysis
from app.engine.catalog import near_misses
from app.engine.expressions import expression_fact, is_expression
from app.engine.facts import Fact, UnknownFact, fact
from app.engine.law_facts import is_law, law_fact, law_of
from app.profile.accounting import Accounts
from app.profile.facts import profile_fact

Found = TypeVar("Found")

RESERVED = ("law", "given", "flips", "profile")  # no scenario may take these names
LARGEST_TYPED = 100  # a whole number up to this may stand in arithmetic, as in 2 * a; a law takes any


class BadFigure(ValueError):
    """Why a reference gives no figure, in words for its author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """All that the figures of one question may refer to, by scenario or kind, then by name."""

    analyses: Mapping[str, Analysis]
    laws: Mapping[str, Fact] = field(default_factory=dict)
    given: Mapping[str, float] = field(default_factory=dict)
    flips: Mapping[str, Fact] = field(default_factory=dict)
    profile: Accounts | None = None
    lost: frozenset[str] = frozenset()  # flips that the author states and the engine does not find


def figure(reference: str, names: Names) -> Fact:
    """What `reference` comes to: a fact, a law, or arithmetic on them, which ends in its unit: `a / b | s`."""
    text, bar, unit = (part.strip() for part in reference.partition("|"))
    if is_expression(text):
        return _computed(text, unit, names)
    found = _law(text) if is_law(text) else named(text, names)
    return replace(found, unit=unit) if bar and unit else found


def number(reference: str, names: Names) -> float:
    """A figure that must be a number, its unit aside."""
    found = figure(reference if "|" in reference else f"{reference} | 1", names)
    if isinstance(found.value, bool | str):
        raise BadFigure(f"{reference} is {found.value!r}, not a number")
    return float(found.value)


def graded_figure(path: str, names: Names) -> Fact:
    """The figure that a rubric asks for: as the grader reads it, without the rules for prose."""
    if not is_expression(path):
        return figure(path, names)
    typed = isinstance(_tree(path.partition("|")[0].strip()), ast.Constant)
    if typed and not path.startswith("("):  # in brackets: put in for flips or given
        raise BadFigure(f"{path} is typed by hand; name facts instead")
    try:
        return expression_fact(path, lambda name: named(name, names))
    except UnknownFact as error:
        raise BadFigure(str(error)) from None


def named(name: str, names: Names) -> Fact:
    """The figure of a plain name: `main.mfu`, `law.main`, `given.pp`, `flips.longer`."""
    kind, _, rest = name.partition(".")
    match kind:
        case "law":
            return _of("law", rest, names.laws)
        case "flips" if rest in names.lost:
            raise Refuted(f"flips.{rest}: this flip was not found, see flips")
        case "flips":
            return _of("flips", rest, names.flips)
        case "given":
            value = _of("given", rest, names.given)
            return Fact(name=name, value=value, unit="1", basis="identity", convention="given")
        case "profile":
            return _measured(name, names.profile)
    if kind not in names.analyses:
        raise BadFigure(f"{name!r}: no scenario {kind!r}; there are {', '.join(names.analyses) or 'none'}")
    try:
        return fact(names.analyses[kind], rest)
    except UnknownFact as error:
        raise BadFigure(f"{name!r}: {error}") from None


def applied_law(law: str, arguments: Mapping[str, float]) -> Fact:
    """The figure that a law gives for these numbers; its name is the law as a rubric would write it."""
    try:
        return replace(law_of(law, dict(arguments)), name=law_reference(law, arguments))
    except UnknownFact as error:
        raise BadFigure(str(error)) from None


def law_reference(law: str, arguments: Mapping[str, float]) -> str:
    """A law and its numbers in one canonical text."""
    return f"{law}({', '.join(f'{name}={_plain(arguments[name])!r}' for name in sorted(arguments))})"


def _measured(name: str, profile: Accounts | None) -> Fact:
    if profile is None:
        raise BadFigure(f"{name!r}: question.yaml gives no profile")
    try:
        return profile_fact(profile, name)
    except UnknownFact as error:
        raise BadFigure(str(error)) from None


def _computed(text: str, unit: str, names: Names) -> Fact:
    tree = _tree(text)
    if not unit and not isinstance(tree, ast.Call):
        raise BadFigure(f"{text!r}: arithmetic has no unit of its own; write {{{text} | s}}")
    for typed in _typed_numbers(tree):
        if not (float(typed).is_integer() and abs(typed) <= LARGEST_TYPED):
            raise BadFigure(f"{text!r}: {typed:g} is typed; only whole numbers up to {LARGEST_TYPED} may be")
    try:
        return expression_fact(f"{text} | {unit}" if unit else text, lambda name: named(name, names))
    except UnknownFact as error:
        raise BadFigure(str(error)) from None


def _law(text: str) -> Fact:
    try:
        return law_fact(text)
    except UnknownFact as error:
        raise BadFigure(str(error)) from None


def _tree(text: str) -> ast.AST:
    try:
        return ast.parse(text.replace("@", "_"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        raise BadFigure(f"{text!r}: not readable; write facts, laws and + - * / min max floor ceil") from None


def _typed_numbers(tree: ast.AST) -> list[float]:
    """The numbers in an expression that are no argument of a law."""
    if isinstance(tree, ast.Constant):
        return [tree.value] if isinstance(tree.value, int | float) else []
    children = ast.iter_child_nodes(tree)
    return [found for child in children if not isinstance(child, ast.keyword) for found in _typed_numbers(child)]


def _plain(value: float) -> float:
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else float(value)


def _of(kind: str, name: str, known: Mapping[str, Found]) -> Found:
    if name not in known:
        raise BadFigure(f"{kind}.{name}: not known here{near_misses(name, known)}")
    return known[name]
