"""What is known of whoever is practising: their records, what is due, and what to do next."""

from dataclasses import dataclass
from datetime import datetime

from app.bank.bank import Bank
from app.bank.question import PublicQuestion
from app.db.database import Database
from app.db.people import Person
from app.db.records import records_of
from app.practice.progress import Next, what_next
from app.practice.record import Record
from app.practice.schedule import Due, schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """A person, or somebody who has written nothing yet, with what follows from their history."""

    person: Person | None
    records: tuple[Record, ...]
    dues: tuple[Due, ...]
    next: Next | None
    at: datetime

    @property
    def seed(self) -> int:
        """What keeps one person's mixed order the same."""
        return 0 if self.person is None else self.person.id


def learner_of(bank: Bank, db: Database, person: Person | None, *, at: datetime) -> Learner:
    """The learner, from one read of their attempts in brief."""
    records = () if person is None else records_of(db, person.id)
    dues = schedule(records, at=at, interview_on=None if person is None else person.interview_on)
    following = what_next(
        records,
        dues,
        path=[step.question_id for step in bank.path],
        topics=topics_of(bank),
        seed=0 if person is None else person.id,
        at=at,
    )
    return Learner(person=person, records=records, dues=dues, next=following, at=at)


def topics_of(bank: Bank) -> dict[str, str]:
    """The questions that are served in practice, and the topic of each."""
    return {question.id: question.topic for question in bank.practice.public}


def public_of(bank: Bank, question_id: str) -> PublicQuestion | None:
    """The public half of a question that is served."""
    return next((question for question in bank.practice.public if question.id == question_id), None)
