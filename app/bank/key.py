"""The key of a question: what a grade is measured against and what the reveal shows. Only its holder imports this."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.bank.prose import Prose
from app.engine.analysis import Analysis
from app.engine.facts import Fact
from app.grading.rubric import Rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Something people commonly say about the situation, and what the engine says to it."""

    claim: str
    verdict: Prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the author worked out by hand about a fact; the engine must agree."""

    reference: str
    fact: Fact
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """All of a key but its rubric; what could not be read is empty, and noted."""

    trap: Prose
    numbers: tuple[Prose, ...]
    flip: Prose
    moves: tuple[Prose, ...]
    people_say: tuple[Saying, ...]
    component: str
    resource: str
    predicted_number: float
    analyses: Mapping[str, Analysis]
    claims: tuple[Claim, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key(Evaluated):
    """Trap, numbers, flip and moves, computed; the analyses they come from; the rubric that answers are scored by."""

    rubric: Rubric
