"""A visit to an attempt: the attempt, whose it is, and the one way to change it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, HTTPException

from app.db.attempts import change_attempt, find_attempt
from app.db.database import Database
from app.db.mocks import find_mock
from app.db.people import Person
from app.practice.attempt import Attempt
from app.practice.events import Event
from app.web.deps import Db, MaybePerson, Now


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The visitor's own attempt as it was when the request came, and when that was."""

    attempt: Attempt
    person: Person
    at: datetime
    db: Database

    @property
    def person_id(self) -> int:
        """Whose visit it is."""
        return self.person.id

    @property
    def path(self) -> str:
        """Where the attempt's pages are."""
        return f"/attempts/{self.attempt.id}"

    def change(self, *events: Event) -> Attempt:
        """The attempt after the events, saved; raises what `Attempt.after` raises, and nothing is saved then."""

        def after_all(attempt: Attempt) -> Attempt:
            for event in events:
                attempt = attempt.after(event)
            return attempt

        return self.apply(after_all)

    def apply(self, change: Callable[[Attempt], Attempt]) -> Attempt:
        """The attempt after a pure change, loaded and saved in one transaction."""
        return change_attempt(self.db, self.attempt.id, change, person_id=self.person_id)


def visit_of(attempt_id: str, *, db: Database, person: Person | None, at: datetime) -> Visit | None:
    """The visit, or None: somebody else's attempt and an unknown one look alike."""
    attempt = None if person is None else find_attempt(db, attempt_id, person_id=person.id)
    if attempt is None or person is None:
        return None
    return Visit(attempt=attempt, person=person, at=at, db=db)


def running_mock(visit: Visit) -> str | None:
    """Where the mock that the attempt belongs to stands, while it runs."""
    mock_id = visit.attempt.terms.mock_id
    mock = None if mock_id is None else find_mock(visit.db, mock_id, person_id=visit.person_id)
    return f"/mocks/{mock.id}" if mock is not None and mock.finished_at is None else None


def _own(attempt_id: str, db: Db, person: MaybePerson, at: Now) -> Visit:
    visit = visit_of(attempt_id, db=db, person=person, at=at)
    if visit is None:
        raise HTTPException(404)
    return visit


OwnAttempt = Annotated[Visit, Depends(_own)]
"""The visit to the attempt that an address names; 404 where there is none of theirs."""
