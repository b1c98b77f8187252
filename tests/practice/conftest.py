from datetime import UTC, datetime, timedelta

import pytest

from app.practice.outcome import Outcome
from app.practice.record import Record

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
AXES = ("bottleneck", "numbers", "trap", "flip", "move")


@pytest.fixture(scope="session")
def graded():
    """A record of a grade, so many days after the first."""

    def make(question="a", *, days=0, points=70, sure=80, right=True, levels=3, **fields):
        at = AT + timedelta(days=days)
        axes = dict(zip(AXES, levels, strict=True)) if isinstance(levels, tuple) else dict.fromkeys(AXES, levels)
        outcome = Outcome(overall=points, axes=axes, hint_price=0, predicted_right=right, log_error=None)
        return Record(
            attempt_id=f"{question}{days}{points}",
            question_id=question,
            started_at=at,
            graded_at=at,
            confidence=sure,
            outcome=outcome,
            **fields,
        )

    return make
