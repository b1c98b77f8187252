"""app.db: mocks, rounds of estimates, attempts in brief, forgetting a person."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.db.attempts import change_attempt, find_attempt, start_attempt
from app.db.estimates import NoSuchRound, change_round, find_round, rounds_of, start_round
from app.db.mocks import NoSuchMock, attempts_in, change_mock, find_mock, mocks_of, start_mock
from app.db.people import forget_person, person_by_secret, set_interview
from app.db.records import records_of, started_attempts, variants_met
from app.practice.estimate_round import EstimateRound
from app.practice.estimates import N_IN_A_ROUND
from app.practice.events import Answered, Graded, Predicted
from app.practice.mock import Mock
from app.practice.outcome import Outcome, outcome_to_mapping
from app.practice.prediction import Prediction
from app.practice.terms import Tools, Variation

OUTCOME = Outcome(overall=71, axes={"flip": 2}, hint_price=5, predicted_right=True, log_error=0.5)


@pytest.fixture
def mock(db, attempt, person, at):
    mock = Mock(id="m1", tools=Tools.STRICT, minutes=20, attempt_ids=("m1b", "m1a"), started_at=at)
    start_mock(db, mock, [replace(attempt, id=one, terms=mock.terms) for one in ("m1a", "m1b")], person)
    return mock


@pytest.fixture
def played(db, person, at):
    played = EstimateRound(id="r1", seed=2**31 - 1, started_at=at)
    start_round(db, played, person)
    return played


def test_a_mock_comes_back_with_its_attempts_in_order(db, mock, person):
    assert find_mock(db, "m1", person_id=person.id) == mock
    found = attempts_in(db, mock, person_id=person.id)
    assert [one.id for one in found] == ["m1b", "m1a"]
    assert all(one.terms == mock.terms for one in found)


def test_somebody_elses_mock_is_none_and_cannot_be_changed(db, mock, somebody_else):
    assert find_mock(db, "m1", person_id=somebody_else.id) is None
    assert attempts_in(db, mock, person_id=somebody_else.id) == ()
    with pytest.raises(NoSuchMock):
        change_mock(db, "m1", lambda same: same, person_id=somebody_else.id)


def test_a_mock_is_kept_with_all_its_attempts_or_not_at_all(db, attempt, person, at):
    mock = Mock(id="m2", tools=Tools.OPEN, minutes=20, attempt_ids=("x",), started_at=at)
    with pytest.raises(IntegrityError):
        start_mock(db, mock, [replace(attempt, id="x", question_version="f" * 64)], person)
    assert find_mock(db, "m2", person_id=person.id) is None


def test_the_end_of_a_mock_is_kept_once(db, mock, person, at):
    for minutes in (5, 9):
        change_mock(db, "m1", lambda one, m=minutes: one.finished(at + timedelta(minutes=m)), person_id=person.id)
    assert find_mock(db, "m1", person_id=person.id).finished_at == at + timedelta(minutes=5)
    assert [one.id for one in mocks_of(db, person.id)] == ["m1"]


def test_guesses_are_kept_in_order_and_none_is_lost(db, played, person):
    def guess(_):
        change_round(
            db, "r1", lambda one: one.guessed(len(one.guesses), float(len(one.guesses) + 1)), person_id=person.id
        )

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(guess, range(N_IN_A_ROUND + 4)))
    found = find_round(db, "r1", person_id=person.id)
    assert found.guesses == tuple(float(i + 1) for i in range(N_IN_A_ROUND))
    assert (found.seed, rounds_of(db, person.id)) == (2**31 - 1, (found,))


def test_somebody_elses_round_is_none_and_cannot_be_changed(db, played, somebody_else):
    assert find_round(db, "r1", person_id=somebody_else.id) is None
    with pytest.raises(NoSuchRound):
        change_round(db, "r1", lambda same: same, person_id=somebody_else.id)


def test_a_record_has_what_progress_needs_and_reads_no_text(db, attempt, person, at):
    def walk(attempt):
        prediction = Prediction(component="mlp", confidence=80, at=at)
        attempt = attempt.after(Predicted(prediction=prediction)).after(Answered(text="x" * 900, at=at))
        return attempt.after(Graded(score={"claims": []}, analyses={}, outcome=outcome_to_mapping(OUTCOME), at=at))

    change_attempt(db, attempt.id, walk, person_id=person.id)
    start_attempt(
        db, replace(attempt, id="f1", variation=Variation(variant="longer", seed=1, parent_id=attempt.id)), person
    )
    graded, waiting = sorted(records_of(db, person.id), key=lambda record: record.outcome is None)
    assert (graded.outcome, graded.confidence, graded.graded_at) == (OUTCOME, 80, at)
    assert (waiting.outcome, waiting.variation.variant) == (None, "longer")
    assert variants_met(db, attempt.question_id, person_id=person.id) == {"longer"}
    assert started_attempts(db, person.id) == {at}


def test_of_somebody_else_there_is_no_record(db, attempt, somebody_else):
    assert records_of(db, somebody_else.id) == ()
    assert variants_met(db, attempt.question_id, person_id=somebody_else.id) == frozenset()


def test_the_day_of_the_interview_is_kept_and_taken_back(db, person):
    for on in (date(2026, 12, 10), None):
        set_interview(db, person.id, on)
        assert person_by_secret(db, "a" * 22).interview_on == on


def test_to_forget_a_person_leaves_nothing_of_them_and_all_of_the_others(db, mock, played, attempt, somebody_else, at):
    start_attempt(db, replace(attempt, id="other"), somebody_else)
    forget_person(db, find_owner(db, attempt))
    assert person_by_secret(db, "a" * 22) is None
    with db.read() as session:
        left = {table: session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in TABLES}
    assert left == {"person": 1, "attempt": 1, "mock": 0, "estimate_round": 0, "question_version": 1}
    assert find_attempt(db, "other", person_id=somebody_else.id) is not None


TABLES = ("person", "attempt", "mock", "estimate_round", "question_version")


def find_owner(db, attempt):
    with db.read() as session:
        return session.execute(text("SELECT person_id FROM attempt WHERE id = :id"), {"id": attempt.id}).scalar_one()
