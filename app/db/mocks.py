"""Timed mocks: kept with their attempts, found, and ended."""

import json
from collections.abc import Callable, Sequence

from sqlmodel import Session, col, select, update

from app.db.attempts import Overtaken, attempt_of, attempt_row
from app.db.database import Database
from app.db.people import Person
from app.db.tables import AttemptRow, MockRow
from app.practice.attempt import Attempt
from app.practice.mock import Mock
from app.practice.terms import Tools


class NoSuchMock(LookupError):
    """There is no such mock, or it is somebody else's."""


def start_mock(db: Database, mock: Mock, attempts: Sequence[Attempt], person: Person) -> None:
    """Keeps a new mock and all its attempts, or nothing."""
    with db.write() as session:
        session.add(
            MockRow(
                id=mock.id,
                person_id=person.id,
                version=1,
                tools=str(mock.tools),
                minutes=mock.minutes,
                attempt_ids=json.dumps(mock.attempt_ids),
                started_at=mock.started_at,
                finished_at=mock.finished_at,
            )
        )
        session.add_all(attempt_row(attempt, person) for attempt in attempts)


def find_mock(db: Database, mock_id: str, *, person_id: int) -> Mock | None:
    """The person's mock; None for an unknown id and for somebody else's alike."""
    with db.read() as session:
        row = _row(session, mock_id, person_id=person_id)
        return None if row is None else _mock(row)


def attempts_in(db: Database, mock: Mock, *, person_id: int) -> tuple[Attempt, ...]:
    """The attempts of a mock, in its order."""
    theirs = select(AttemptRow).where(col(AttemptRow.mock_id) == mock.id, col(AttemptRow.person_id) == person_id)
    with db.read() as session:
        by_id = {row.id: attempt_of(row) for row in session.exec(theirs)}
    return tuple(by_id[attempt_id] for attempt_id in mock.attempt_ids if attempt_id in by_id)


def mocks_of(db: Database, person_id: int) -> tuple[Mock, ...]:
    """All mocks of a person, the latest first."""
    theirs = select(MockRow).where(col(MockRow.person_id) == person_id).order_by(col(MockRow.started_at).desc())
    with db.read() as session:
        return tuple(_mock(row) for row in session.exec(theirs))


def change_mock(db: Database, mock_id: str, change: Callable[[Mock], Mock], *, person_id: int) -> Mock:
    """Load, apply the pure function, save: one transaction."""
    with db.write() as session:
        row = _row(session, mock_id, person_id=person_id, locked=True)
        if row is None:
            raise NoSuchMock(mock_id)
        before = _mock(row)
        after = change(before)
        if after != before:
            same = update(MockRow).where(col(MockRow.id) == mock_id, col(MockRow.version) == row.version)
            saved = session.exec(same.values(version=row.version + 1, finished_at=after.finished_at))
            if saved.rowcount != 1:
                raise Overtaken(mock_id)
        return after


def _row(session: Session, mock_id: str, *, person_id: int, locked: bool = False) -> MockRow | None:
    theirs = select(MockRow).where(col(MockRow.id) == mock_id, col(MockRow.person_id) == person_id)
    return session.exec(theirs.with_for_update() if locked else theirs).one_or_none()


def _mock(row: MockRow) -> Mock:
    return Mock(
        id=row.id,
        tools=Tools(row.tools),
        minutes=row.minutes,
        attempt_ids=tuple(json.loads(row.attempt_ids)),
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
