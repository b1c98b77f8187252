import hashlib
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.db.attempts import (
    NoSuchAttempt,
    Overtaken,
    _save,
    attempts_of,
    change_attempt,
    find_attempt,
    graded_attempts,
    start_attempt,
    store_question,
    stored_question,
)
from app.db.database import Database
from app.practice.attempt import Attempt, NotNow, Step
from app.practice.events import (
    Answered,
    Disputed,
    Drafted,
    Explored,
    Graded,
    Hinted,
    MeantOtherwise,
    OpenBook,
    Predicted,
    Probed,
)
from app.practice.prediction import Prediction
from app.practice.terms import Terms, Tools, Variation


@pytest.fixture
def predicted(at):
    return Predicted(
        prediction=Prediction(
            component="mlp", resource="compute", number=1.03, confidence=80, at=at + timedelta(minutes=1)
        )
    )


def type_one_letter(attempt):
    at = attempt.started_at
    return attempt.after(Drafted(text=attempt.draft + "x", revision=attempt.draft_revision, at=at))


# Kept and found


def test_an_attempt_comes_back_as_it_was_started(db, attempt, person):
    assert find_attempt(db, attempt.id, person_id=person.id) == attempt


def test_graded_attempts_are_everybodys_in_the_order_of_their_grades(db, attempt, person, somebody_else, predicted, at):
    others = [replace(attempt, id=name) for name in ("k1", "k2", "k4")]
    for other, owner in zip(others, (person, somebody_else, person), strict=True):
        start_attempt(db, other, owner)

    def grade(minutes):
        answered, graded = Answered(text="The MLP.", at=at), {"score": {}, "analyses": {}, "outcome": {}}
        at_last = at + timedelta(minutes=minutes)
        return lambda attempt: attempt.after(predicted).after(answered).after(Graded(**graded, at=at_last))

    for name, owner, minutes in (("k1", person, 9), ("k2", somebody_else, 3), (attempt.id, person, 5)):
        change_attempt(db, name, grade(minutes), person_id=owner.id)
    assert [one.id for one in graded_attempts(db)] == ["k2", attempt.id, "k1"]


def test_every_field_survives_a_new_database_on_the_same_file(db, database_url, attempt, person, predicted, at):
    def walk(attempt):
        attempt = attempt.after(OpenBook()).after(predicted)
        attempt = attempt.after(Drafted(text="The MLP → 😀", revision=0, at=at))
        attempt = attempt.after(Hinted(taken=0, at=at)).after(Probed(text="The MLP?", at=at))
        attempt = attempt.after(Answered(text="The MLP: 64.6 %.\n× 1.03", at=at + timedelta(minutes=9)))
        score = {"overall": 71, "spans": [(0, 7)], "claims": [{"kind": "share"}]}
        graded = Graded(score=score, analyses={"main": {"s": 0.1}}, outcome={"overall": 71}, at=at)
        attempt = attempt.after(graded).after(MeantOtherwise(claim=0, meant="the head", at=at))
        return attempt.after(Disputed(text="No.", at=at)).after(Explored(at=at + timedelta(hours=1)))

    explored = change_attempt(db, attempt.id, walk, person_id=person.id)
    db.close()
    with Database(database_url) as reopened:
        assert find_attempt(reopened, attempt.id, person_id=person.id) == explored
    assert explored.step is Step.EXPLORE
    assert [name for name in Attempt.__slots__ if getattr(explored, name) in (None, ())] == ["variation"]


def test_a_follow_up_under_the_rules_of_a_mock_comes_back_as_it_was_started(db, attempt, person, at):
    terms = Terms(tools=Tools.STRICT, deadline=at + timedelta(minutes=9), mock_id="m1")
    varied = replace(
        attempt, id="other", terms=terms, variation=Variation(variant="longer", seed=2**31 - 1, parent_id=attempt.id)
    )
    start_attempt(db, varied, person)
    assert find_attempt(db, "other", person_id=person.id) == varied


def test_a_time_in_another_zone_comes_back_as_the_same_moment(db, attempt, person):
    in_india = datetime(2026, 11, 24, 14, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    start_attempt(db, replace(attempt, id="other", started_at=in_india), person)
    found = find_attempt(db, "other", person_id=person.id)
    assert found.started_at == in_india
    assert found.started_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("attempt_id", ["unknown", "", "K3V9", "k3v9' OR '1'='1"])
def test_an_unknown_attempt_is_none(db, attempt, person, attempt_id):
    assert find_attempt(db, attempt_id, person_id=person.id) is None


def test_somebody_elses_attempt_is_none(db, attempt, somebody_else):
    assert find_attempt(db, attempt.id, person_id=somebody_else.id) is None


def test_somebody_elses_attempt_cannot_be_changed_and_looks_like_an_unknown_one(db, attempt, person, somebody_else):
    with pytest.raises(NoSuchAttempt) as somebodys:
        change_attempt(db, attempt.id, lambda a: a.after(OpenBook()), person_id=somebody_else.id)
    with pytest.raises(NoSuchAttempt) as unknown:
        change_attempt(db, "nowhere", lambda a: a.after(OpenBook()), person_id=somebody_else.id)
    assert str(somebodys.value).replace(attempt.id, "?") == str(unknown.value).replace("nowhere", "?")
    assert find_attempt(db, attempt.id, person_id=person.id) == attempt


def test_the_attempts_of_a_person_are_theirs_alone_and_in_order(db, attempt, person, somebody_else, at):
    earlier = replace(attempt, id="zzz", started_at=at - timedelta(days=1))
    start_attempt(db, earlier, person)
    start_attempt(db, replace(attempt, id="theirs"), somebody_else)
    assert attempts_of(db, person.id) == (earlier, attempt)
    assert [found.id for found in attempts_of(db, somebody_else.id)] == ["theirs"]


def test_an_attempt_needs_its_question_stored(db, attempt, person):
    with pytest.raises(IntegrityError):
        start_attempt(db, replace(attempt, id="other", question_version="f" * 64), person)


# Changed


def test_a_change_is_saved_and_returned(db, attempt, person, predicted):
    changed = change_attempt(db, attempt.id, lambda a: a.after(predicted), person_id=person.id)
    assert changed.step is Step.ANSWER
    assert find_attempt(db, attempt.id, person_id=person.id) == changed


def test_a_refused_change_saves_nothing_and_frees_the_way_for_the_next(db, attempt, person, predicted, at):
    def answer_too_early(attempt):
        return attempt.after(OpenBook()).after(Answered(text="The MLP.", at=at))

    with pytest.raises(NotNow):
        change_attempt(db, attempt.id, answer_too_early, person_id=person.id)
    assert find_attempt(db, attempt.id, person_id=person.id) == attempt
    assert change_attempt(db, attempt.id, lambda a: a.after(predicted), person_id=person.id).prediction is not None


def test_answer_and_grade_are_saved_together_or_not_at_all(db, attempt, person, predicted, at):
    def answer_and_break(attempt):
        attempt.after(predicted).after(Answered(text="The MLP.", at=at))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_attempt(db, attempt.id, answer_and_break, person_id=person.id)
    assert find_attempt(db, attempt.id, person_id=person.id) == attempt


def row_version(db):
    with db.read() as session:
        return session.connection().execute(text("SELECT version FROM attempt")).scalar_one()


def test_each_change_makes_a_new_version_and_a_second_click_makes_none(db, attempt, person, predicted):
    versions = [row_version(db)]
    for _ in range(2):
        change_attempt(db, attempt.id, lambda a: a.after(predicted), person_id=person.id)
        versions.append(row_version(db))
    assert versions == [1, 2, 2]


def test_a_save_over_another_version_than_the_loaded_one_is_refused(db, attempt, person):
    with pytest.raises(Overtaken), db.write() as session:
        _save(session, attempt.after(OpenBook()), loaded_version=0)
    assert find_attempt(db, attempt.id, person_id=person.id) == attempt


def test_of_480_changes_at_once_none_is_lost(db, attempt, person, predicted):
    change_attempt(db, attempt.id, lambda a: a.after(predicted), person_id=person.id)
    threads = 24
    together = threading.Barrier(threads)

    def type_twenty_letters(_):
        together.wait()
        for _ in range(20):
            change_attempt(db, attempt.id, type_one_letter, person_id=person.id)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(type_twenty_letters, range(threads)))
    final = find_attempt(db, attempt.id, person_id=person.id)
    assert (final.draft, final.draft_revision) == ("x" * 480, 480)


def test_readers_go_on_while_one_writes(db, attempt, person):
    def look_while_changing(loaded):
        assert find_attempt(db, attempt.id, person_id=person.id) == attempt
        return loaded.after(OpenBook())

    assert change_attempt(db, attempt.id, look_while_changing, person_id=person.id).open_book


TYPIST = """
import sys
from app.db.attempts import change_attempt
from app.db.database import Database
from app.practice.events import Drafted

def type_one_letter(attempt):
    event = Drafted(text=attempt.draft + "x", revision=attempt.draft_revision, at=attempt.started_at)
    return attempt.after(event)

db = Database(sys.argv[1])
while True:
    print(change_attempt(db, sys.argv[2], type_one_letter, person_id=int(sys.argv[3])).draft_revision, flush=True)
"""


def test_a_killed_process_loses_nothing_it_has_acknowledged(db, database_url, attempt, person, predicted):
    change_attempt(db, attempt.id, lambda a: a.after(predicted), person_id=person.id)
    db.close()
    command = [sys.executable, "-c", TYPIST, database_url, attempt.id, str(person.id)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as typist:
        acknowledged = [int(typist.stdout.readline()) for _ in range(25)]
        os.kill(typist.pid, signal.SIGKILL)
        acknowledged += [int(line) for line in typist.stdout if line.endswith("\n")]
    assert typist.returncode == -signal.SIGKILL
    with Database(database_url) as reopened:
        final = find_attempt(reopened, attempt.id, person_id=person.id)
    assert acknowledged == list(range(1, len(acknowledged) + 1))
    assert final.draft_revision in (acknowledged[-1], acknowledged[-1] + 1)  # one may be saved and not yet said
    assert final.draft == "x" * final.draft_revision


# Questions as they were asked

QUESTION = '{"id":"ridge-point","title":"Größer?"}'
SHA256 = hashlib.sha256(QUESTION.encode()).hexdigest()


def test_a_stored_question_comes_back_to_the_letter(db, at):
    store_question(db, SHA256, "ridge-point", QUESTION, at=at)
    assert stored_question(db, SHA256) == QUESTION


def test_a_question_that_was_never_stored_is_none(db):
    assert stored_question(db, SHA256) is None


def test_storing_a_question_again_keeps_the_first(db, at):
    for days in (0, 1):
        store_question(db, SHA256, "ridge-point", QUESTION, at=at + timedelta(days=days))
    with db.read() as session:
        rows = session.connection().execute(text("SELECT canonical_json FROM question_version")).all()
    assert [row.canonical_json for row in rows] == [QUESTION]


def test_a_question_stored_by_everybody_at_once_is_stored_once(db, at):
    together = threading.Barrier(8)

    def store(_):
        together.wait()
        store_question(db, SHA256, "ridge-point", QUESTION, at=at)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(store, range(8)))
    assert stored_question(db, SHA256) == QUESTION


def test_a_hash_of_something_else_is_refused(db, at):
    with pytest.raises(ValueError, match="is not the hash of the JSON of ridge-point"):
        store_question(db, "0" * 64, "ridge-point", QUESTION, at=at)
