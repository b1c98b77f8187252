"""The follow-up of an attempt: the same question with something moved, which the answer may survive or not."""

from collections.abc import Collection
from datetime import datetime

from app.bank.read import Question
from app.bank.variants import variant_for
from app.practice.attempt import Attempt
from app.practice.reveal import revealed
from app.practice.terms import Variation


def follow_up(attempt: Attempt, question: Question, *, met: Collection[str], seed: int) -> Variation | None:
    """The variation that a seed draws, of the variants not met yet, or of all once all were; None without variants."""
    variants = revealed(attempt, question.key.variants)
    fresh = tuple(variant for variant in variants if variant.id not in met)
    drawn = variant_for(fresh or variants, seed)
    return None if drawn is None else Variation(variant=drawn.id, seed=seed, parent_id=attempt.id)


def variants_left(attempt: Attempt, question: Question, *, met: Collection[str]) -> int:
    """How many variants the candidate has not met."""
    return sum(variant.id not in met for variant in revealed(attempt, question.key.variants))


def followed_by(attempt: Attempt, variation: Variation, *, attempt_id: str, at: datetime) -> Attempt:
    """The attempt at the follow-up; it is asked the same version of the question, under open terms."""
    return Attempt(
        id=attempt_id,
        question_id=attempt.question_id,
        question_version=attempt.question_version,
        started_at=at,
        read_at=at,
        variation=variation,
    )
