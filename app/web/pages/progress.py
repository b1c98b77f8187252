"""Progress, and the learner's own data: what to do next, the interview's date, export, import, delete."""

import json
from datetime import date
from typing import Annotated

from fastapi import APIRouter, File, Request, Response, UploadFile

from app.bank.bank import Bank
from app.bank.question import PublicQuestion
from app.db.attempts import attempts_of
from app.db.estimates import rounds_of
from app.db.mocks import mocks_of
from app.db.people import forget_person, set_interview
from app.practice.history import BadHistory, history_from_mapping, history_to_mapping
from app.web.deps import Db, MaybePerson, Now, TheBank, Typed, known_or_new, remember
from app.web.importing import imported
from app.web.learner import learner_of
from app.web.people import forget_person as forget_cookie
from app.web.render import render, see_other
from app.web.views.progress import Beside, progress_view

router = APIRouter(prefix="/progress")


@router.get("")
def progress(request: Request, bank: TheBank, db: Db, person: MaybePerson, at: Now) -> Response:
    """The whole page; friendly while it is empty."""
    return _page(request, bank, db, person, at)


@router.post("/interview")
def set_date(request: Request, db: Db, person: MaybePerson, at: Now, typed: Typed) -> Response:
    """The day of the interview; an empty field takes it back."""
    text = typed.get("interview_on", "")
    try:
        on = date.fromisoformat(text) if text else None
    except ValueError:
        on = None
    owner, secret = known_or_new(db, person, at=at)
    set_interview(db, owner.id, on)
    return remember(request, see_other(request, "/progress"), secret)


@router.get("/export")
def export(bank: TheBank, db: Db, person: MaybePerson, at: Now) -> Response:
    """Everything that practice keeps of this person, as JSON."""
    attempts = () if person is None else attempts_of(db, person.id)
    rounds = () if person is None else rounds_of(db, person.id)
    interview_on = None if person is None else person.interview_on
    public_ids = {question.public.id: question.public.public_id for question in bank.practice.questions}
    history = history_to_mapping(attempts, rounds, public_ids=public_ids, interview_on=interview_on, at=at)
    return Response(
        json.dumps(history, ensure_ascii=False, indent=1),
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="chokepoint-practice.json"', "Cache-Control": "no-store"},
    )


@router.post("/import")
def bring_back(
    request: Request,
    bank: TheBank,
    db: Db,
    person: MaybePerson,
    at: Now,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """A file that was exported here or on another server; what is here already stays as it is."""
    try:
        history = history_from_mapping(json.loads(b"" if file is None else file.file.read()))
    except BadHistory as error:
        return _page(request, bank, db, person, at, notice=f"{error}. Nothing was changed.", status=422)
    except (ValueError, RecursionError):
        notice = "This is not a file in JSON, as the export makes it. Nothing was changed."
        return _page(request, bank, db, person, at, notice=notice, status=422)
    owner, secret = known_or_new(db, person, at=at)
    notice = imported(bank, db, owner, history, at=at)
    return remember(request, _page(request, bank, db, owner, at, notice=notice), secret)


@router.get("/delete")
def before_deleting(request: Request, person: MaybePerson) -> Response:
    """What would be deleted, and the button."""
    return render(request, "delete.html", view=person is not None)


@router.post("/delete")
def delete(request: Request, db: Db, person: MaybePerson) -> Response:
    """Everything of this person is deleted, and the browser forgets them."""
    if person is not None:
        forget_person(db, person.id)
    response = see_other(request, "/practice")
    forget_cookie(request, response)
    return response


def _page(  # noqa: PLR0913 - the page and what was just done
    request: Request, bank: Bank, db: Db, person: MaybePerson, at: Now, notice: str = "", status: int = 200
) -> Response:
    beside = Beside(
        mocks=() if person is None else mocks_of(db, person.id),
        rounds=() if person is None else rounds_of(db, person.id),
        notice=notice,
    )
    questions: dict[str, PublicQuestion] = {question.id: question for question in bank.practice.public}
    topics = {topic.id: topic.title for topic in bank.topics}
    learner = learner_of(bank, db, person, at=at)
    view = progress_view(learner, beside, questions=questions, topics=topics)
    return render(request, "progress.html", view=view, status=status)
