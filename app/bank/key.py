"""The key of a question: what a grade is measured against and what the reveal shows. Only its holder imports this."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.bank.figures import Names
from app.bank.flips import FoundFlip
from app.bank.hints import Hint
from app.bank.laws import AppliedLaw
from app.bank.prose import Prose
from app.bank.question import Slider
from app.bank.robustness import Robustness
from app.bank.samples import Sample
from app.bank.variants import Variant
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
    """What a person worked out by hand about a figure; the engine must agree."""

    reference: str
    fact: Fact
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReader:
    """What a second person worked out from the prompt alone, and where the two disagreed."""

    claims: tuple[Claim, ...]
    differences: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """All of a key but its rubric, variants and samples; what could not be read is empty, and noted."""

    trap_id: str
    lever: str
    trap: Prose
    numbers: tuple[Prose, ...]
    flip: Prose
    moves: tuple[Prose, ...]
    people_say: tuple[Saying, ...]
    hints: tuple[Hint, ...]
    component: str | None
    resource: str | None
    predicted_number: float
    analyses: Mapping[str, Analysis]
    laws: Mapping[str, AppliedLaw]
    law_sliders: tuple[Slider, ...]
    claims: tuple[Claim, ...]
    flips: tuple[FoundFlip, ...]
    robustness: Robustness | None  # None where no model stands behind the verdict
    fragile: str | None  # the author's reason, where the verdict is fragile
    second_reader: SecondReader | None
    sources: tuple[str, ...]
    names: Names  # all that figures of this question may refer to


@dataclass(frozen=True, slots=True, kw_only=True)
class Key(Evaluated):
    """Trap, numbers, flip and moves, computed; what they come from; the rubric, the variants, the labelled samples."""

    rubric: Rubric
    variants: tuple[Variant, ...]
    samples: tuple[Sample, ...]
