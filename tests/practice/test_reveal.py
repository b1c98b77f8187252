from datetime import UTC, datetime

import pytest

from app.practice.attempt import Attempt
from app.practice.events import Answered, Graded, OpenBook, Predicted, Read
from app.practice.prediction import Prediction
from app.practice.reveal import StillLocked, may_reveal, revealed

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
FRESH = Attempt(id="k3v9", question_id="attention-trap", question_version="0" * 64, started_at=AT)
PREDICTED = FRESH.after(Predicted(prediction=Prediction(component="mlp", confidence=80, at=AT)))
ANSWERED = PREDICTED.after(Answered(text="The MLP.", at=AT))

LOCKED = [
    pytest.param(FRESH, id="fresh"),
    pytest.param(FRESH.after(Read(at=AT)), id="read"),
    pytest.param(PREDICTED, id="predicted"),
    pytest.param(PREDICTED.after(OpenBook()), id="open book"),
]
OPEN = [
    pytest.param(ANSWERED, id="answered, not graded"),
    pytest.param(ANSWERED.after(Graded(score={}, analyses={}, outcome={}, at=AT)), id="graded"),
]


@pytest.mark.parametrize("attempt", LOCKED)
def test_no_key_before_the_answer_is_locked(attempt):
    assert not may_reveal(attempt)
    with pytest.raises(StillLocked) as refusal:
        revealed(attempt, "canary-7f3a")
    assert "canary-7f3a" not in str(refusal.value)


@pytest.mark.parametrize("attempt", OPEN)
def test_the_key_opens_when_the_answer_is_locked(attempt):
    key = object()
    assert may_reveal(attempt)
    assert revealed(attempt, key) is key
