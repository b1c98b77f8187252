"""Disagreeing: the grade worked out once more, by the grader and the engine as they are now."""

from dataclasses import dataclass

from app.engine import ENGINE_VERSION
from app.practice.asked import Asked
from app.practice.attempt import Attempt
from app.practice.hand_in import graded_now
from app.practice.outcome import Outcome, outcome_from_mapping
from app.practice.reveal import revealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """The outcome now and the versions that it comes from."""

    outcome: Outcome
    engine: str
    grader: str


def recomputed(attempt: Attempt, asked: Asked) -> Recomputed:
    """The grade of a locked answer, from the beginning; StillLocked before."""
    graded = graded_now(attempt, revealed(attempt, asked), at=attempt.answered_at or attempt.started_at)
    return Recomputed(
        outcome=outcome_from_mapping(graded.outcome),
        engine=ENGINE_VERSION,
        grader=str(graded.score["grader_version"]),
    )
