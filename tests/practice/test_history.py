import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.practice.attempt import Attempt
from app.practice.estimate_round import EstimateRound
from app.practice.events import Answered, Drafted, Graded, Hinted, OpenBook, Predicted, Probed, Read
from app.practice.history import FORMAT, BadHistory, history_from_mapping, history_to_mapping
from app.practice.prediction import Prediction
from app.practice.terms import Terms, Tools, Variation

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
FRESH = Attempt(id="a1", question_id="attention-trap", question_version="0" * 64, started_at=AT)
PREDICTED = Predicted(prediction=Prediction(component="mlp", resource="compute", number=1.1, confidence=80, at=AT))


def after(attempt, *events):
    for event in events:
        attempt = attempt.after(event)
    return attempt


DRAFTED = after(
    FRESH, Read(at=AT), PREDICTED, OpenBook(), Hinted(taken=0, at=AT), Drafted(text="So", revision=0, at=AT)
)
PROBED = after(FRESH, PREDICTED, Probed(text="One.", at=AT), Drafted(text="Two", revision=1, at=AT))
ANSWERED = after(
    FRESH,
    PREDICTED,
    Hinted(taken=0, at=AT),
    Probed(text="One.", at=AT),
    Answered(text="Two.", at=AT + timedelta(minutes=5)),
)
GRADED = ANSWERED.after(Graded(score={"overall": 9, "claims": []}, analyses={}, outcome={"overall": 9}, at=AT))
PUBLIC = {"attention-trap": "q7m4"}
ROUND = EstimateRound(id="r1", seed=7, started_at=AT, guesses=(1.0, 2e12))


def there_and_back(*attempts, rounds=(), interview_on=None):
    written = history_to_mapping(attempts, rounds, public_ids=PUBLIC, interview_on=interview_on, at=AT)
    return history_from_mapping(json.loads(json.dumps(written)))


@pytest.mark.parametrize("attempt", [FRESH, DRAFTED, PROBED, ANSWERED], ids=["fresh", "drafted", "probed", "answered"])
def test_an_attempt_comes_back_as_it_was(attempt):
    (back,) = there_and_back(attempt).attempts
    version = attempt.question_version if attempt.answer_locked else ""
    assert back == replace(attempt, question_id="q7m4", question_version=version)


def test_a_grade_does_not_travel():
    (back,) = there_and_back(GRADED).attempts
    assert back == replace(ANSWERED, question_id="q7m4")
    assert (back.score, back.outcome) == (None, None)


def test_a_mock_does_not_travel_but_its_rules_do():
    strict = replace(ANSWERED, terms=Terms(tools=Tools.STANDARD, mock_id="m1"))
    (back,) = there_and_back(strict).attempts
    assert back.terms == Terms(tools=Tools.STANDARD)


def test_rounds_and_the_interview_come_back():
    back = there_and_back(rounds=[ROUND], interview_on=date(2026, 12, 10))
    assert (back.rounds, back.interview_on) == ((ROUND,), date(2026, 12, 10))


def test_before_the_answer_the_file_names_neither_question_nor_follow_up():
    waiting = replace(DRAFTED, variation=Variation(variant="old-kernels", seed=1, parent_id="a0"))
    text = json.dumps(history_to_mapping([DRAFTED, waiting], [], public_ids=PUBLIC, interview_on=None, at=AT))
    assert "attention-trap" not in text
    assert DRAFTED.question_version not in text
    assert "old-kernels" not in text
    answered = replace(ANSWERED, variation=waiting.variation)
    assert there_and_back(answered).attempts[0].variation == waiting.variation


def whole(**changes):
    (item,) = history_to_mapping([ANSWERED], [], public_ids=PUBLIC, interview_on=None, at=AT)["attempts"]
    return {"format": FORMAT, "attempts": [{**json.loads(json.dumps(item)), **changes}]}


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        (None, "format: this is not a file that was exported here"),
        ({"format": "other"}, "format: this is not a file that was exported here"),
        ({"format": FORMAT, "attempts": 3}, "attempts: expected a list"),
        ({"format": FORMAT, "attempts": [{}]}, "attempts.0: started_at is missing"),
        ({"format": FORMAT, "attempts": [3]}, "attempts.0: "),
        (whole(started_at="yesterday"), "attempts.0: Invalid isoformat"),
        (whole(started_at="2026-11-24T08:30:00"), "attempts.0: .* has no time zone"),
        (whole(answer=5), "attempts.0: 5 is not a text"),
        (whole(answer="x" * 20_001), "attempts.0: The answer is 20,001 characters long"),
        (whole(prediction={"component": "mlp"}), "attempts.0: "),
        (whole(hints="many"), "attempts.0: "),
        (whole(tools="all"), "attempts.0: 'all' is not a valid Tools"),
        (
            {
                "format": FORMAT,
                "estimate_rounds": [{"id": "r", "seed": 1, "started_at": AT.isoformat(), "guesses": [-1]}],
            },
            "guesses",
        ),
        ({"format": FORMAT, "interview_on": "soon"}, "interview_on: Invalid isoformat"),
        ({"format": FORMAT, "attempts": [{}] * 1001}, "attempts: 1001 are more than 1000"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_does_not_fit_is_named_in_one_line(written, complaint):
    with pytest.raises(BadHistory, match=complaint) as refusal:
        history_from_mapping(written)
    assert "\n" not in str(refusal.value)


def test_a_forged_number_of_hints_costs_no_time():
    assert history_from_mapping(whole(hints=10**9)).attempts[0].hints == 20
