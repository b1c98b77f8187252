"""Attempts and the questions they were asked: kept, found, and changed by pure functions in one transaction."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select, update

from app.db.database import Database
from app.db.people import Person
from app.db.tables import AttemptRow, QuestionVersionRow
from app.practice.attempt import Attempt
from app.practice.prediction import Prediction
from app.practice.terms import Terms, Tools, Variation


class NoSuchAttempt(LookupError):
    """There is no such attempt, or it is somebody else's: nobody can tell which."""


class Overtaken(RuntimeError):
    """The row changed between load and save: the lock that prevents this did not hold, so nothing was saved."""


def start_attempt(db: Database, attempt: Attempt, person: Person) -> None:
    """Keeps a new attempt; its question must have been stored."""
    with db.write() as session:
        session.add(attempt_row(attempt, person))


def find_attempt(db: Database, attempt_id: str, *, person_id: int) -> Attempt | None:
    """The person's attempt; None for an unknown id and for somebody else's attempt alike."""
    with db.read() as session:
        row = _row(session, attempt_id, person_id=person_id)
        return None if row is None else attempt_of(row)


def attempts_of(db: Database, person_id: int) -> tuple[Attempt, ...]:
    """All attempts of a person, the earliest first."""
    theirs = select(AttemptRow).where(col(AttemptRow.person_id) == person_id)
    with db.read() as session:
        rows = session.exec(theirs.order_by(col(AttemptRow.started_at), col(AttemptRow.id)))
        return tuple(attempt_of(row) for row in rows)


def graded_attempts(db: Database) -> Iterator[Attempt]:
    """Everybody's attempts that have a grade, the earliest first, a few at a time: for whoever runs the server."""
    graded = select(AttemptRow).where(col(AttemptRow.score).is_not(None))
    with db.read() as session:
        rows = session.exec(
            graded.order_by(col(AttemptRow.graded_at), col(AttemptRow.id)).execution_options(yield_per=64)
        )
        for row in rows:
            yield attempt_of(row)


def change_attempt(db: Database, attempt_id: str, change: Callable[[Attempt], Attempt], *, person_id: int) -> Attempt:
    """Load, apply the pure function, save: one transaction, so that of two changes at once none is lost.

    What `change` raises comes out as it is, and nothing is saved then.
    """
    with db.write() as session:
        row = _row(session, attempt_id, person_id=person_id, locked=True)
        if row is None:
            raise NoSuchAttempt(attempt_id)
        before = attempt_of(row)
        after = change(before)
        if after != before:
            _save(session, after, loaded_version=row.version)
        return after


def store_question(db: Database, sha256: str, question_id: str, canonical_json: str, *, at: datetime) -> None:
    """Keeps a question as it was asked; what is kept under a hash never changes, so a second time does nothing."""
    if hashlib.sha256(canonical_json.encode()).hexdigest() != sha256:
        raise ValueError(f"sha256: {sha256} is not the hash of the JSON of {question_id}")
    row = QuestionVersionRow(sha256=sha256, question_id=question_id, canonical_json=canonical_json, created_at=at)
    if stored_question(db, sha256) is not None:
        return
    try:
        with db.write() as session:
            session.add(row)
    except IntegrityError:  # another request stored it in the meantime
        if stored_question(db, sha256) is None:
            raise


def stored_question(db: Database, sha256: str) -> str | None:
    """The canonical JSON of a question as it was asked."""
    with db.read() as session:
        row = session.get(QuestionVersionRow, sha256)
        return None if row is None else row.canonical_json


def attempt_row(attempt: Attempt, person: Person) -> AttemptRow:
    """A new row for an attempt; app.db's own."""
    return AttemptRow(
        id=attempt.id,
        person_id=person.id,
        question_id=attempt.question_id,
        question_version=attempt.question_version,
        started_at=attempt.started_at,
        tools=str(attempt.terms.tools),
        deadline=attempt.terms.deadline,
        mock_id=attempt.terms.mock_id,
        variant=None if attempt.variation is None else attempt.variation.variant,
        seed=None if attempt.variation is None else attempt.variation.seed,
        parent_id=None if attempt.variation is None else attempt.variation.parent_id,
        version=1,
        **_changing_columns(attempt),
    )


# ---------------------------------------------------------------------------------------------------------------------


def _row(session: Session, attempt_id: str, *, person_id: int, locked: bool = False) -> AttemptRow | None:
    theirs = select(AttemptRow).where(col(AttemptRow.id) == attempt_id, col(AttemptRow.person_id) == person_id)
    return session.exec(theirs.with_for_update() if locked else theirs).one_or_none()


def _save(session: Session, attempt: Attempt, *, loaded_version: int) -> None:
    same = update(AttemptRow).where(col(AttemptRow.id) == attempt.id, col(AttemptRow.version) == loaded_version)
    saved = session.exec(same.values(version=loaded_version + 1, **_changing_columns(attempt)))
    if saved.rowcount != 1:
        raise Overtaken(attempt.id)


def _changing_columns(attempt: Attempt) -> dict[str, Any]:
    prediction = attempt.prediction
    return {
        "open_book": attempt.open_book,
        "read_at": attempt.read_at,
        "predicted_component": prediction and prediction.component,
        "predicted_resource": prediction and prediction.resource,
        "predicted_number": prediction and prediction.number,
        "confidence": prediction and prediction.confidence,
        "predicted_at": prediction and prediction.at,
        "draft": attempt.draft,
        "draft_revision": attempt.draft_revision,
        "hints": attempt.hints,
        "first_answer": attempt.first_answer,
        "probed_at": attempt.probed_at,
        "answer": attempt.answer,
        "answered_at": attempt.answered_at,
        "score": _to_json(attempt.score),
        "analyses": _to_json(attempt.analyses),
        "outcome": _to_json(attempt.outcome),
        "graded_at": attempt.graded_at,
        "explored_at": attempt.explored_at,
        "misread": json.dumps(attempt.misread, ensure_ascii=False),
        "dispute": attempt.dispute,
        "disputed_at": attempt.disputed_at,
    }


def attempt_of(row: AttemptRow) -> Attempt:
    """The attempt that a row holds; app.db's own."""
    return Attempt(
        id=row.id,
        question_id=row.question_id,
        question_version=row.question_version,
        started_at=row.started_at,
        terms=Terms(tools=Tools(row.tools), deadline=row.deadline, mock_id=row.mock_id),
        variation=variation_of(row),
        open_book=row.open_book,
        read_at=row.read_at,
        prediction=_prediction(row),
        draft=row.draft,
        draft_revision=row.draft_revision,
        hints=row.hints,
        first_answer=row.first_answer,
        probed_at=row.probed_at,
        answer=row.answer,
        answered_at=row.answered_at,
        score=_from_json(row.score),
        analyses=_from_json(row.analyses),
        outcome=_from_json(row.outcome),
        graded_at=row.graded_at,
        explored_at=row.explored_at,
        misread=tuple(json.loads(row.misread)),
        dispute=row.dispute,
        disputed_at=row.disputed_at,
    )


def variation_of(row: AttemptRow) -> Variation | None:
    """What was varied in it; app.db's own."""
    if row.variant is None or row.seed is None or row.parent_id is None:
        return None
    return Variation(variant=row.variant, seed=row.seed, parent_id=row.parent_id)


def _prediction(row: AttemptRow) -> Prediction | None:
    if row.predicted_component is None or row.confidence is None or row.predicted_at is None:
        return None
    return Prediction(
        component=row.predicted_component,
        resource=row.predicted_resource,
        number=row.predicted_number,
        confidence=row.confidence,
        at=row.predicted_at,
    )


def _to_json(value: Mapping[str, object] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _from_json(text: str | None) -> Mapping[str, object] | None:
    value: Mapping[str, object] | None = None if text is None else json.loads(text)
    return value
