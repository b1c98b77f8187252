"""The questions to practise, and the first step of one: reading it."""

from fastapi import APIRouter, HTTPException, Request, Response

from app.db.attempts import start_attempt, store_question
from app.practice.attempt import Attempt
from app.practice.events import Read
from app.web.deps import Db, MaybePerson, Now, TheBank, known_or_new, new_id, remember
from app.web.render import render, see_other
from app.web.views.attempt import read_view
from app.web.views.landing import question_link

router = APIRouter()


@router.get("/practice")
def questions(request: Request, bank: TheBank) -> Response:
    """Every question that is served."""
    return render(request, "practice.html", view=tuple(question_link(question) for question in bank.practice.public))


@router.get("/q/{public_id}")
def read(request: Request, public_id: str, bank: TheBank) -> Response:
    """The question, before an attempt exists."""
    question = bank.practice.served(public_id)
    if question is None:
        raise HTTPException(404)
    return render(request, "read.html", view=read_view(question))


@router.post("/q/{public_id}/attempts")
def start(request: Request, public_id: str, bank: TheBank, db: Db, person: MaybePerson, at: Now) -> Response:
    """An attempt starts; the question is kept as it is now, so that a later edit changes nothing for it."""
    question = bank.practice.served(public_id)
    if question is None:
        raise HTTPException(404)
    owner, secret = known_or_new(db, person, at=at)
    store_question(db, question.digest, question.id, bank.practice.canonical(question.id), at=at)
    attempt = Attempt(id=new_id(), question_id=question.id, question_version=question.digest, started_at=at)
    start_attempt(db, attempt.after(Read(at=at)), owner)
    return remember(request, see_other(request, f"/attempts/{attempt.id}"), secret)
