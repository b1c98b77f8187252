"""Attempts in brief, for progress: no text is read."""

import json
from datetime import datetime

from sqlalchemy.orm import defer
from sqlmodel import col, select

from app.db.attempts import variation_of
from app.db.database import Database
from app.db.tables import AttemptRow
from app.practice.outcome import outcome_from_mapping
from app.practice.record import Record

# Left where they are: reading one of them would be an error, not a slow page.
_LEFT_OUT = tuple(
    defer(getattr(AttemptRow, name), raiseload=True)
    for name in ("draft", "first_answer", "answer", "score", "analyses")
)


def records_of(db: Database, person_id: int) -> tuple[Record, ...]:
    """All attempts of a person in brief, the earliest first; texts, scores and reveals stay where they are."""
    theirs = select(AttemptRow).where(col(AttemptRow.person_id) == person_id).options(*_LEFT_OUT)
    with db.read() as session:
        rows = session.exec(theirs.order_by(col(AttemptRow.started_at), col(AttemptRow.id)))
        return tuple(_record(row) for row in rows)


def started_attempts(db: Database, person_id: int) -> frozenset[datetime]:
    """When each attempt of a person began."""
    theirs = select(AttemptRow.started_at).where(col(AttemptRow.person_id) == person_id)
    with db.read() as session:
        return frozenset(session.exec(theirs))


def variants_met(db: Database, question_id: str, *, person_id: int) -> frozenset[str]:
    """The variants of a question that a person was asked."""
    theirs = select(AttemptRow.variant).where(
        col(AttemptRow.person_id) == person_id,
        col(AttemptRow.question_id) == question_id,
        col(AttemptRow.variant).is_not(None),
    )
    with db.read() as session:
        return frozenset(variant for variant in session.exec(theirs) if variant is not None)


# ---------------------------------------------------------------------------------------------------------------------


def _record(row: AttemptRow) -> Record:
    outcome = None if row.outcome is None else json.loads(row.outcome)
    return Record(
        attempt_id=row.id,
        question_id=row.question_id,
        started_at=row.started_at,
        variation=variation_of(row),
        mock_id=row.mock_id,
        open_book=row.open_book,
        confidence=row.confidence,
        outcome=None if outcome is None else outcome_from_mapping(outcome),
        graded_at=row.graded_at,
    )
