"""Rounds of quick estimates: kept, found, changed by pure functions in one transaction."""

import json
from collections.abc import Callable

from sqlmodel import Session, col, select, update

from app.db.attempts import Overtaken
from app.db.database import Database
from app.db.people import Person
from app.db.tables import EstimateRoundRow
from app.practice.estimate_round import EstimateRound


class NoSuchRound(LookupError):
    """There is no such round, or it is somebody else's."""


def start_round(db: Database, played: EstimateRound, person: Person) -> None:
    """Keeps a new round."""
    with db.write() as session:
        session.add(
            EstimateRoundRow(
                id=played.id,
                person_id=person.id,
                version=1,
                seed=played.seed,
                guesses=json.dumps(played.guesses),
                started_at=played.started_at,
            )
        )


def find_round(db: Database, round_id: str, *, person_id: int) -> EstimateRound | None:
    """The person's round; None for an unknown id and for somebody else's alike."""
    with db.read() as session:
        row = _row(session, round_id, person_id=person_id)
        return None if row is None else _round(row)


def rounds_of(db: Database, person_id: int) -> tuple[EstimateRound, ...]:
    """All rounds of a person, the latest first."""
    theirs = select(EstimateRoundRow).where(col(EstimateRoundRow.person_id) == person_id)
    with db.read() as session:
        return tuple(_round(row) for row in session.exec(theirs.order_by(col(EstimateRoundRow.started_at).desc())))


def change_round(
    db: Database, round_id: str, change: Callable[[EstimateRound], EstimateRound], *, person_id: int
) -> EstimateRound:
    """Load, apply the pure function, save: one transaction."""
    with db.write() as session:
        row = _row(session, round_id, person_id=person_id, locked=True)
        if row is None:
            raise NoSuchRound(round_id)
        before = _round(row)
        after = change(before)
        if after != before:
            same = update(EstimateRoundRow).where(
                col(EstimateRoundRow.id) == round_id, col(EstimateRoundRow.version) == row.version
            )
            saved = session.exec(same.values(version=row.version + 1, guesses=json.dumps(after.guesses)))
            if saved.rowcount != 1:
                raise Overtaken(round_id)
        return after


def _row(session: Session, round_id: str, *, person_id: int, locked: bool = False) -> EstimateRoundRow | None:
    theirs = select(EstimateRoundRow).where(
        col(EstimateRoundRow.id) == round_id, col(EstimateRoundRow.person_id) == person_id
    )
    return session.exec(theirs.with_for_update() if locked else theirs).one_or_none()


def _round(row: EstimateRoundRow) -> EstimateRound:
    return EstimateRound(id=row.id, seed=row.seed, started_at=row.started_at, guesses=tuple(json.loads(row.guesses)))
