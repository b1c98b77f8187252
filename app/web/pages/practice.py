"""The questions to practise, and the first step of one: reading it."""

from fastapi import APIRouter, HTTPException, Request, Response

from app.db.attempts import start_attempt, store_question
from app.practice.attempt import Attempt
from app.practice.events import Read
from app.practice.progress import begun_at, mixed, next_mixed
from app.web.deps import Db, MaybePerson, Now, TheBank, known_or_new, new_id, remember
from app.web.learner import learner_of, public_of, topics_of
from app.web.render import render, see_other
from app.web.views.attempt import read_view
from app.web.views.practice import practice_view

router = APIRouter()


@router.get("/practice")
def questions(request: Request, bank: TheBank, db: Db, person: MaybePerson, at: Now) -> Response:
    """What to do next, the ways to practise, and every question that is served."""
    learner = learner_of(bank, db, person, at=at)
    path = [step.question_id for step in bank.path]
    others = mixed(topics_of(bank), learner.seed)
    view = practice_view(learner, bank.practice.public, order=(*path, *(one for one in others if one not in path)))
    return render(request, "practice.html", view=view)


@router.get("/practice/mixed")
def mixed_drill(request: Request, bank: TheBank, db: Db, person: MaybePerson, at: Now) -> Response:
    """On to a question of another topic; which one follows from what was met."""
    learner = learner_of(bank, db, person, at=at)
    drawn = next_mixed(learner.records, topics_of(bank), seed=learner.seed)
    question = None if drawn is None else public_of(bank, drawn)
    return see_other(request, "/practice" if question is None else f"/q/{question.public_id}")


@router.get("/q/{public_id}")
def read(request: Request, public_id: str, bank: TheBank, db: Db, person: MaybePerson, at: Now) -> Response:
    """The question, before an attempt exists."""
    question = bank.practice.served(public_id)
    if question is None:
        raise HTTPException(404)
    learner = learner_of(bank, db, person, at=at)
    known = {record.question_id for record in learner.records if record.outcome is not None}
    missing = [found for one in question.requires if one not in known and (found := public_of(bank, one)) is not None]
    begun = begun_at(learner.records, question.id)
    return render(request, "read.html", view=read_view(question, before=missing, begun=begun))


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
