"""People: whoever holds a cookie. The secret in it is kept as its SHA-256 only."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, delete, select, update

from app.db.database import Database
from app.db.tables import AttemptRow, EstimateRoundRow, MockRow, PersonRow

SECRET_LENGTH = 22  # characters of base64 for 128 bits: a plain hash protects only what cannot be guessed


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: int
    created_at: datetime
    interview_on: date | None = None


def create_person(db: Database, secret: str, *, at: datetime) -> Person:
    """A new person, made with the first thing they write."""
    if len(secret) < SECRET_LENGTH:
        raise ValueError(f"secret: {len(secret)} characters are fewer than {SECRET_LENGTH}, too few for 128 bits")
    with db.write() as session:
        row = PersonRow(secret_sha256=_sha256(secret), created_at=at)
        session.add(row)
        session.flush()
        return _person(row)


def person_by_secret(db: Database, secret: str) -> Person | None:
    """The person behind a cookie; None for an unknown secret and a revoked person alike."""
    known = select(PersonRow).where(
        col(PersonRow.secret_sha256) == _sha256(secret), col(PersonRow.revoked_at).is_(None)
    )
    with db.read() as session:
        row = session.exec(known).one_or_none()
        return None if row is None else _person(row)


def revoke_person(db: Database, person_id: int, *, at: datetime) -> None:
    """From now on the cookie opens nothing; the first revocation's time stays."""
    revoked = update(PersonRow).where(col(PersonRow.id) == person_id, col(PersonRow.revoked_at).is_(None))
    with db.write() as session:
        session.exec(revoked.values(revoked_at=at))


def set_interview(db: Database, person_id: int, on: date | None) -> None:
    """The day of the person's interview, which caps how long a question waits; None for none."""
    theirs = update(PersonRow).where(col(PersonRow.id) == person_id)
    with db.write() as session:
        session.exec(theirs.values(interview_on=on))


def forget_person(db: Database, person_id: int) -> None:
    """Deletes the person and all that practice keeps of them. Questions as they were asked stay: nobody is in them."""
    with db.write() as session:
        for table in (AttemptRow, MockRow, EstimateRoundRow):
            session.exec(delete(table).where(col(table.person_id) == person_id))
        session.exec(delete(PersonRow).where(col(PersonRow.id) == person_id))


# ---------------------------------------------------------------------------------------------------------------------


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _person(row: PersonRow) -> Person:
    if row.id is None:
        raise AssertionError("a stored person has an id")
    return Person(id=row.id, created_at=row.created_at, interview_on=row.interview_on)
