"""An attempt, step by step: predict, answer, result, explore. Each step is one pure change in one transaction."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from starlette.responses import JSONResponse

from app.practice.attempt import Conflict, NotNow, Step, TooLong
from app.practice.events import Answered, Drafted, Explored, OpenBook, Predicted
from app.practice.hand_in import handed_in
from app.practice.reveal import may_reveal
from app.web.asked import asked_public, asked_question
from app.web.deps import Db, MaybePerson, Now, Typed
from app.web.forms import setting
from app.web.prediction_form import read_prediction
from app.web.render import part_wanted, render, see_other
from app.web.views.attempt import answer_view, predict_view
from app.web.views.explore import explore_view
from app.web.views.instrument import InstrumentView, instrument_view
from app.web.views.result import result_view
from app.web.visit import Visit, visit_of

router = APIRouter(prefix="/attempts/{attempt_id}")


def _visit(attempt_id: str, db: Db, person: MaybePerson, at: Now) -> Visit:
    visit = visit_of(attempt_id, db=db, person=person, at=at)
    if visit is None:
        raise HTTPException(404)
    return visit


OwnAttempt = Annotated[Visit, Depends(_visit)]


@router.get("")
def attempt_page(request: Request, visit: OwnAttempt) -> Response:
    """The attempt at the step where it stands."""
    attempt, question = visit.attempt, asked_public(request, visit.attempt)
    match attempt.step:
        case Step.READ | Step.PREDICT:
            return render(request, "predict.html", view=predict_view(question, attempt, typed={}, problems={}))
        case Step.ANSWER:
            view = answer_view(question, attempt, instrument=_open_book_instrument(request, visit))
            return render(request, "answer.html", view=view, block="readings")
        case Step.RESULT | Step.EXPLORE:
            return render(request, "result.html", view=result_view(question, attempt))


@router.post("/prediction")
def predict(request: Request, visit: OwnAttempt, typed: Typed) -> Response:
    """Locks the prediction; what does not fit comes back beside its field, with all that was typed."""
    question = asked_public(request, visit.attempt)
    prediction, problems = read_prediction(typed, question.phase, at=visit.at)
    if prediction is None:
        visit.attempt.refuse_once_predicted()
        view = predict_view(question, visit.attempt, typed=typed, problems=problems)
        return render(request, "predict.html", view=view, status=422)
    visit.change(Predicted(prediction=prediction), *([OpenBook()] if typed.get("open_book") else []))
    return see_other(request, visit.path)


@router.post("/open-book")
def open_book(request: Request, visit: OwnAttempt, typed: Typed) -> Response:
    """Opens the neutral instrument for this attempt, the text so far kept; the result will say so."""
    try:
        _keep_draft(visit, typed)
    except Conflict as conflict:
        return _answer_again(request, visit, f"{conflict.stored}\n\n{conflict.sent}", str(conflict), status=409)
    except TooLong as refusal:
        return _answer_again(request, visit, typed["text"], str(refusal), status=413)
    visit.change(OpenBook())
    return see_other(request, visit.path)


@router.post("/draft")
def draft(
    request: Request, visit: OwnAttempt, text: Annotated[str, Form()] = "", revision: Annotated[int, Form()] = 0
) -> Response:
    """Keeps the draft; the script gets the new revision, a conflict both texts, a form without script the page."""
    wants_json = "application/json" in request.headers.get("accept", "")
    try:
        changed = visit.change(Drafted(text=text, revision=revision, at=visit.at))
    except Conflict as conflict:
        if wants_json:
            return JSONResponse({"revision": conflict.stored_revision, "text": conflict.stored}, status_code=409)
        return _answer_again(request, visit, f"{conflict.stored}\n\n{conflict.sent}", str(conflict), status=409)
    except (NotNow, TooLong) as refusal:
        status = 413 if isinstance(refusal, TooLong) else 409
        if wants_json:
            return JSONResponse({"error": str(refusal)}, status_code=status)
        return _answer_again(request, visit, text, str(refusal), status=status)
    if wants_json:
        return JSONResponse({"revision": changed.draft_revision})
    return see_other(request, visit.path)


@router.post("/answer")
def answer(request: Request, visit: OwnAttempt, text: Annotated[str, Form()] = "") -> Response:
    """Locks and grades the answer in one change. Should grading fail, the answer is locked and kept all the same."""
    if not text.strip():
        return _answer_again(request, visit, text, "There is no answer yet: write a few sentences.", status=422)
    try:
        change = handed_in(visit.attempt, text, asked_question(request, visit.attempt), at=visit.at)
    except TooLong as refusal:
        return _answer_again(request, visit, text, str(refusal), status=413)
    except NotNow:
        raise
    except Exception:
        visit.change(Answered(text=text, at=visit.at))
        raise
    visit.apply(change)
    return see_other(request, visit.path)


@router.post("/explore")
def start_exploring(request: Request, visit: OwnAttempt) -> Response:
    """The candidate leaves the result for the instrument with everything."""
    visit.change(Explored(at=visit.at))
    return see_other(request, f"{visit.path}/explore")


@router.get("/explore")
def explore(request: Request, visit: OwnAttempt) -> Response:
    """The instrument in full; its state is in the URL."""
    if not may_reveal(visit.attempt) or visit.attempt.score is None:
        return see_other(request, visit.path)
    question = asked_public(request, visit.attempt)
    if question.main is None:
        return see_other(request, visit.path)
    position = setting(question.main, question.sliders, request.query_params)
    block = part_wanted(request, "readings", "study")
    view = explore_view(question, visit.attempt, position, study=block != "readings")
    return render(request, "explore.html", view=view, block=block, replace_url=view.instrument.permalink)


def _keep_draft(visit: Visit, typed: dict[str, str]) -> None:
    revision = typed.get("revision", "")
    if "text" in typed and revision.isdecimal():
        visit.change(Drafted(text=typed["text"], revision=int(revision), at=visit.at))


def _answer_again(request: Request, visit: Visit, text: str, problem: str, *, status: int) -> Response:
    visit.attempt.refuse_unless_answering()
    instrument = _open_book_instrument(request, visit)
    question = asked_public(request, visit.attempt)
    view = answer_view(question, visit.attempt, instrument=instrument, text=text, problem=problem)
    return render(request, "answer.html", view=view, status=status)


def _open_book_instrument(request: Request, visit: Visit) -> InstrumentView | None:
    if not visit.attempt.open_book:
        return None
    question = asked_public(request, visit.attempt)
    if question.main is None:
        return None
    position = setting(question.main, question.sliders, request.query_params)
    return instrument_view(position, question.sliders, action=visit.path, neutral=True)
