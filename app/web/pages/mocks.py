"""Timed mocks: several questions under one clock and one set of rules, and a report at the end."""

from datetime import datetime
from secrets import randbelow

from fastapi import APIRouter, HTTPException, Request, Response

from app.bank.bank import Bank
from app.db.attempts import change_attempt, store_question
from app.db.database import Database
from app.db.mocks import attempts_in, change_mock, find_mock, mocks_of, start_mock
from app.db.people import Person
from app.db.records import records_of
from app.practice.attempt import ANSWER_LIMIT, Attempt
from app.practice.hand_in import handed_in
from app.practice.mock import Mock
from app.practice.progress import least_met
from app.practice.terms import Tools
from app.web.asked import asked_public, asked_question
from app.web.deps import Db, MaybePerson, Now, TheBank, Typed, known_or_new, new_id, remember
from app.web.learner import public_of, topics_of
from app.web.render import render, see_other
from app.web.views.mock import N_CHOICES, mock_view, mocks_view

router = APIRouter(prefix="/mocks")
_SEEDS = 2**31


@router.get("")
def mocks(request: Request, bank: TheBank, db: Db, person: MaybePerson) -> Response:
    """The rules to choose from, and the mocks so far."""
    earlier = () if person is None else mocks_of(db, person.id)
    return render(request, "mocks.html", view=mocks_view(earlier, n_questions=len(bank.practice.public)))


@router.post("")
def start(request: Request, bank: TheBank, db: Db, person: MaybePerson, at: Now, typed: Typed) -> Response:
    """A mock starts with all its attempts; questions that were met least often come first."""
    if typed.get("n") not in N_CHOICES or typed.get("tools") not in set(Tools):
        raise HTTPException(422, "Choose how many questions, and one of the rules.")
    owner, secret = known_or_new(db, person, at=at)
    chosen = least_met(records_of(db, owner.id), topics_of(bank), seed=randbelow(_SEEDS), n=int(typed["n"]))
    mock, attempts = _begun(bank, db, chosen, Tools(typed["tools"]), at=at)
    start_mock(db, mock, attempts, owner)
    return remember(request, see_other(request, f"/mocks/{mock.id}"), secret)


@router.get("/{mock_id}")
def mock_page(request: Request, mock_id: str, db: Db, person: MaybePerson, at: Now) -> Response:
    """Where the mock stands; once it has ended, the report."""
    mock, owner = _own(db, mock_id, person)
    attempts = attempts_in(db, mock, person_id=owner.id)
    questions = [asked_public(request, attempt) for attempt in attempts]
    return render(request, "mock.html", view=mock_view(mock, attempts, questions, at=at))


@router.post("/{mock_id}/end")
def end(request: Request, mock_id: str, db: Db, person: MaybePerson, at: Now) -> Response:
    """The mock ends; what was written and not handed in is handed in as it is."""
    mock, owner = _own(db, mock_id, person)
    if mock.finished_at is None:
        for attempt in attempts_in(db, mock, person_id=owner.id):
            _hand_in_draft(request, db, attempt, owner, at=min(at, mock.ends_at) if mock.tools is Tools.STRICT else at)
        change_mock(db, mock_id, lambda current: current.finished(at), person_id=owner.id)
    return see_other(request, f"/mocks/{mock_id}")


def _begun(
    bank: Bank, db: Database, question_ids: tuple[str, ...], tools: Tools, *, at: datetime
) -> tuple[Mock, tuple[Attempt, ...]]:
    questions = [question for one in question_ids if (question := public_of(bank, one)) is not None]
    ids = tuple(new_id() for _ in questions)
    minutes = sum(question.minutes for question in questions)
    mock = Mock(id=new_id(), tools=tools, minutes=minutes, attempt_ids=ids, started_at=at)
    for question in questions:
        store_question(db, question.digest, question.id, bank.practice.canonical(question.id), at=at)
    attempts = (
        Attempt(
            id=attempt_id,
            question_id=question.id,
            question_version=question.digest,
            started_at=at,
            read_at=at,
            terms=mock.terms,
        )
        for attempt_id, question in zip(ids, questions, strict=True)
    )
    return mock, tuple(attempts)


def _hand_in_draft(request: Request, db: Database, attempt: Attempt, owner: Person, *, at: datetime) -> None:
    if attempt.prediction is not None and attempt.score is None and attempt.draft.strip():
        change = handed_in(attempt, attempt.draft[:ANSWER_LIMIT], asked_question(request, attempt), at=at)
        change_attempt(db, attempt.id, change, person_id=owner.id)


def _own(db: Database, mock_id: str, person: Person | None) -> tuple[Mock, Person]:
    mock = None if person is None else find_mock(db, mock_id, person_id=person.id)
    if mock is None or person is None:
        raise HTTPException(404)
    return mock, person
