"""Summaries of profiles that people asked to keep: never the file, only what was computed from it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, delete, func, select

from app.db.database import Database
from app.db.people import Person
from app.db.tables import ProfileRow

MOST_KEPT = 200


class TooManyKept(RuntimeError):
    """A person keeps as many summaries as one may; the message is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProfile:
    """A summary under an opaque id that opens it to whoever has the link; `person_id` may delete it."""

    id: str
    person_id: int
    summary: Mapping[str, Any]
    scenario: Mapping[str, Any] | None
    created_at: datetime


def keep_profile(db: Database, kept: KeptProfile) -> None:
    """Keeps a new summary; TooManyKept beyond MOST_KEPT a person."""
    with db.write() as session:
        theirs = select(func.count()).select_from(ProfileRow).where(col(ProfileRow.person_id) == kept.person_id)
        if session.exec(theirs).one() >= MOST_KEPT:
            raise TooManyKept(f"You keep {MOST_KEPT} profiles already; delete one first.")
        session.add(
            ProfileRow(
                id=kept.id,
                person_id=kept.person_id,
                summary=json.dumps(kept.summary, ensure_ascii=False, separators=(",", ":")),
                scenario=None if kept.scenario is None else json.dumps(kept.scenario, ensure_ascii=False),
                created_at=kept.created_at,
            )
        )


def find_profile(db: Database, profile_id: str) -> KeptProfile | None:
    """The summary of that id."""
    with db.read() as session:
        row = session.get(ProfileRow, profile_id)
        if row is None:
            return None
        return KeptProfile(
            id=row.id,
            person_id=row.person_id,
            summary=json.loads(row.summary),
            scenario=None if row.scenario is None else json.loads(row.scenario),
            created_at=row.created_at,
        )


def profiles_of(db: Database, person: Person) -> tuple[KeptProfile, ...]:
    """All that a person keeps, the latest first."""
    theirs = select(ProfileRow.id).where(col(ProfileRow.person_id) == person.id)
    with db.read() as session:
        ids = session.exec(theirs.order_by(col(ProfileRow.created_at).desc(), col(ProfileRow.id))).all()
    found = (find_profile(db, one) for one in ids)
    return tuple(one for one in found if one is not None)


def delete_profile(db: Database, profile_id: str, *, person_id: int) -> bool:
    """Whether a summary of that person was there to delete; somebody else's stays."""
    theirs = delete(ProfileRow).where(col(ProfileRow.id) == profile_id, col(ProfileRow.person_id) == person_id)
    with db.write() as session:
        return session.exec(theirs).rowcount == 1
