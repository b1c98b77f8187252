"""What an attempt is asked: the question itself, or a variant of it, with the key that an answer is held against."""

from dataclasses import dataclass, replace

from app.bank.hints import Hint, next_price, released, total_price
from app.bank.play import VariantKey, played, rubric_for
from app.bank.question import PublicQuestion, PublicVariant
from app.bank.read import Question
from app.bank.variants import Variant
from app.grading.rubric import Rubric
from app.practice.attempt import Attempt
from app.practice.terms import Variation


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The public half as the candidate reads it; the question with its key; the variant's own key where it is one."""

    public: PublicQuestion
    question: Question
    varied: tuple[PublicVariant, VariantKey] | None = None

    @property
    def rubric(self) -> Rubric:
        """What the answer is scored by."""
        return self.question.key.rubric if self.varied is None else rubric_for(self.question.recipe, self.varied)


def asked(question: Question, variation: Variation | None) -> Asked:
    """The question, or the variant that a variation names; LookupError for one that the question does not have."""
    if variation is None:
        return Asked(public=question.public, question=question)
    varied = played(question.recipe, _variant(question, variation.variant), variation.seed)
    moved = varied[0]
    public = replace(question.public, prompt=moved.prompt, given=moved.given, scenarios=moved.scenarios, ask=moved.ask)
    return Asked(public=public, question=question, varied=varied)


def shown_hints(attempt: Attempt, question: Question) -> tuple[Hint, ...]:
    """The hints that the candidate has taken."""
    return released(question.key.hints, attempt.hints)


def price_of_next_hint(attempt: Attempt, question: Question) -> int | None:
    """What the next hint costs in points; None where there is none, or none may be taken. Its text is not told.

    Hints speak about the question itself, so a variant has none.
    """
    if attempt.variation is not None or not attempt.terms.allows_hints or attempt.answer_locked:
        return None
    return next_price(question.key.hints, attempt.hints)


def price_of_hints(attempt: Attempt, question: Question) -> int:
    """Points that the hints taken cost together."""
    return total_price(question.key.hints, attempt.hints)


def _variant(question: Question, variant_id: str) -> Variant:
    found = next((variant for variant in question.key.variants if variant.id == variant_id), None)
    if found is None:
        raise LookupError(f"the question {question.public.id} has no variant {variant_id!r}")
    return found
