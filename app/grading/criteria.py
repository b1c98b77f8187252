"""What a rubric is made of: patterns that claims may match, conditions on them, rungs of an axis, caps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.grading.claims import Kind
from app.grading.score import Axis
from app.grading.statement import Statements

Written = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Components a claim may be about: written ids, or a fact's ("main.bottleneck.component") and its containers."""

    ids: tuple[str, ...] = ()
    fact: str = ""
    ancestors: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Facts, laws or expressions over them, any of which a quantity may meet."""

    facts: tuple[str, ...] = ()
    every_convention: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What must be said of a claim's condition: none at all, or one on these variables (and near this value)."""

    none: bool = False
    params: tuple[str, ...] = ()
    op: str = ""
    value: Expected | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverKind:
    """Levers by what they do: on these components, relieving these resources, or by id."""

    ids: tuple[str, ...] = ()
    acts_on: Target | None = None
    relieves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One predicate: a kind of claim and what must hold of it."""

    name: str
    kind: Kind
    subject: Target | None = None
    unnamed: bool = False  # a claim that leaves its subject open counts as well
    object: Target | None = None
    value: Expected | None = None
    polarity: bool | None = None
    where: Where | None = None
    lever: LeverKind | None = None
    verdict: tuple[str, ...] = ()
    method_credit: bool = False
    unit: str = ""
    near: str = ""  # of a figure: a term that must stand in its sentence
    bare_percent: bool = False  # of a figure: "45" may mean 45 %
    supposed: bool = False  # what is said under an "if" counts as well


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A predicate by name; `grade` says how near a number must be or how firm a claim."""

    name: str
    grade: str = "close"  # exact (10 %), close (25 %), partial (2x), hedged, standing (not taken back by the text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """At least `least` of these hold; all for a plain list, one for any_of, none when `negated`."""

    parts: "tuple[Named | Combined, ...]"
    least: int
    negated: bool = False


Condition = Named | Combined


def regraded(condition: Condition, grade: str) -> Condition:
    """A grade asked of a condition is asked of each of its predicates that has none of its own."""
    if isinstance(condition, Named):
        return replace(condition, grade=grade) if condition.grade == "close" else condition
    return replace(condition, parts=tuple(regraded(part, grade) for part in condition.parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    axis: Axis
    level: int
    condition: Condition
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """What holds an axis down, and why, in the words of the result page."""

    when: Condition
    unless: Condition | None
    axis: Axis
    at_most: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    id: str
    version: int
    sha256: str
    prompt: str
    proposal: str
    aliases: tuple[tuple[str, str], ...]
    patterns: Mapping[str, Pattern]
    groups: Mapping[str, Condition]
    statements: Statements
    rungs: tuple[Rung, ...]
    caps: tuple[Cap, ...]
    weights: Mapping[Axis, float]
    examples: tuple[Written, ...]

    def paths(self) -> tuple[str, ...]:
        """Every fact that the rubric asks for; a linter checks that the engine has them."""
        found: list[str] = []
        for pattern in self.patterns.values():
            targets = (pattern.subject, pattern.object, pattern.lever.acts_on if pattern.lever else None)
            values = (pattern.value, pattern.where.value if pattern.where else None)
            found += [target.fact for target in targets if target and target.fact]
            found += [path for value in values if value for path in value.facts]
        return tuple(dict.fromkeys(found))
