"""An attempt until its answer is in: predict, answer, hints, the interviewer's question. A pure change a step."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from starlette.responses import JSONResponse

from app.bank.bank import Bank
from app.db.records import variants_met
from app.practice.asked import price_of_next_hint, shown_hints
from app.practice.attempt import Attempt, Conflict, NotNow, Step, TooLong
from app.practice.events import Answered, Drafted, Hinted, OpenBook, Predicted, Probed
from app.practice.follow_up import variants_left
from app.practice.hand_in import handed_in
from app.web.asked import asked_public, asked_question
from app.web.deps import TheBank, TheJudge, Typed
from app.web.forms import setting
from app.web.learner import learner_of, public_of
from app.web.prediction_form import read_prediction
from app.web.render import render, see_other
from app.web.views.attempt import HintsView, answer_view, hints_view, predict_view
from app.web.views.instrument import InstrumentView, instrument_view
from app.web.views.result import AfterView, after_view, result_view
from app.web.visit import OwnAttempt, Visit, running_mock

router = APIRouter(prefix="/attempts/{attempt_id}")


@router.get("")
def attempt_page(request: Request, visit: OwnAttempt, bank: TheBank) -> Response:
    """The attempt at the step where it stands; in a mock that still runs, its result waits for the end."""
    attempt, question = visit.attempt, asked_public(request, visit.attempt)
    match attempt.step:
        case Step.READ | Step.PREDICT:
            return render(request, "predict.html", view=predict_view(question, attempt, typed={}, problems={}))
        case Step.ANSWER:
            view = answer_view(
                question,
                attempt,
                hints=_hints(request, attempt),
                instrument=_open_book_instrument(request, visit),
            )
            return render(request, "answer.html", view=view, block="readings")
        case Step.RESULT | Step.EXPLORE:
            if mock_path := running_mock(visit):
                return see_other(request, mock_path)
            return render(request, "result.html", view=result_view(question, attempt, _after(request, visit, bank)))


@router.post("/prediction")
def predict(request: Request, visit: OwnAttempt, typed: Typed) -> Response:
    """Locks the prediction; what does not fit comes back beside its field, with all that was typed."""
    question = asked_public(request, visit.attempt)
    prediction, problems = read_prediction(typed, question.phase, unit=question.ask.unit, at=visit.at)
    if prediction is None:
        visit.attempt.refuse_once_predicted()
        view = predict_view(question, visit.attempt, typed=typed, problems=problems)
        return render(request, "predict.html", view=view, status=422)
    visit.change(Predicted(prediction=prediction), *([OpenBook()] if typed.get("open_book") else []))
    return see_other(request, visit.path)


@router.post("/open-book")
def open_book(request: Request, visit: OwnAttempt, typed: Typed) -> Response:
    """Opens the neutral instrument for this attempt, the text so far kept; the result will say so."""
    if refusal := _draft_refused(request, visit, typed):
        return refusal
    visit.change(OpenBook())
    return see_other(request, visit.path)


@router.post("/hint")
def hint(request: Request, visit: OwnAttempt, typed: Typed) -> Response:
    """Takes the next hint at its price, the text so far kept. A page that is behind buys nothing twice."""
    if refusal := _draft_refused(request, visit, typed):
        return refusal
    if price_of_next_hint(visit.attempt, asked_question(request, visit.attempt).question) is None:
        visit.attempt.refuse_unless_answering()
        raise NotNow("There is no other hint.")
    taken = typed.get("taken", "")
    visit.change(Hinted(taken=int(taken) if taken.isdecimal() else -1, at=visit.at))
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
        return _both_texts(request, visit, conflict)
    except (NotNow, TooLong) as refusal:
        status = 413 if isinstance(refusal, TooLong) else 409
        if wants_json:
            return JSONResponse({"error": str(refusal)}, status_code=status)
        return _answer_again(request, visit, text, str(refusal), status=status)
    if wants_json:
        return JSONResponse({"revision": changed.draft_revision})
    return see_other(request, visit.path)


@router.post("/answer")
def answer(request: Request, visit: OwnAttempt, judge: TheJudge, typed: Typed) -> Response:
    """The first version brings the interviewer's question; the second is locked and graded in one change.

    Should grading fail, the answer is locked and kept all the same. A text that was written over an older draft than
    the stored one is not taken: both are shown.
    """
    text = typed.get("text", "")
    if not text.strip():
        return _answer_again(request, visit, text, "There is no answer yet: write a few sentences.", status=422)
    if not visit.attempt.answer_locked and (refusal := _draft_refused(request, visit, typed)):
        return refusal
    try:
        if visit.attempt.answer is None and visit.attempt.first_answer is None:
            visit.change(Probed(text=text, at=visit.at))
        else:
            _hand_in(request, visit, text, judge)
    except TooLong as refusal_to_take:
        return _answer_again(request, visit, text, str(refusal_to_take), status=413)
    return see_other(request, visit.path)


def _after(request: Request, visit: Visit, bank: Bank) -> AfterView:
    question = asked_question(request, visit.attempt).question
    met = variants_met(visit.db, question.public.id, person_id=visit.person_id)
    following = learner_of(bank, visit.db, visit.person, at=visit.at).next
    public = None if following is None else public_of(bank, following.question_id)
    return after_view(
        visit.attempt,
        n_variants=len(question.key.variants),
        n_left=variants_left(visit.attempt, question, met=met),
        following=None if public is None or public.id == question.public.id else public,
        topic=next((topic.title for topic in bank.topics if topic.id == question.public.topic), ""),
    )


def _hand_in(request: Request, visit: Visit, text: str, judge: TheJudge) -> None:
    try:
        change = handed_in(visit.attempt, text, asked_question(request, visit.attempt), at=visit.at, proposer=judge)
    except (TooLong, NotNow):
        raise
    except Exception:
        visit.change(Answered(text=text, at=visit.at))
        raise
    visit.apply(change)


def _draft_refused(request: Request, visit: Visit, typed: dict[str, str]) -> Response | None:
    """Keeps the text that came with a form; the page with both texts, or with too long a one, when it cannot be."""
    revision = typed.get("revision", "")
    if "text" not in typed or not revision.isdecimal():
        return None
    try:
        visit.change(Drafted(text=typed["text"], revision=int(revision), at=visit.at))
    except Conflict as conflict:
        return _both_texts(request, visit, conflict)
    except TooLong as refusal:
        return _answer_again(request, visit, typed["text"], str(refusal), status=413)
    return None


def _both_texts(request: Request, visit: Visit, conflict: Conflict) -> Response:
    text = f"{conflict.stored}\n\n{conflict.sent}"
    return _answer_again(request, visit, text, str(conflict), status=409)


def _answer_again(request: Request, visit: Visit, text: str, problem: str, *, status: int) -> Response:
    visit.attempt.refuse_unless_answering()
    view = answer_view(
        asked_public(request, visit.attempt),
        visit.attempt,
        hints=_hints(request, visit.attempt),
        instrument=_open_book_instrument(request, visit),
        text=text,
        problem=problem,
    )
    return render(request, "answer.html", view=view, status=status)


def _hints(request: Request, attempt: Attempt) -> HintsView:
    question = asked_question(request, attempt).question
    return hints_view(attempt, shown_hints(attempt, question), price_of_next_hint(attempt, question))


def _open_book_instrument(request: Request, visit: Visit) -> InstrumentView | None:
    if not visit.attempt.open_book:
        return None
    question = asked_public(request, visit.attempt)
    if question.main is None:
        return None
    position = setting(question.main, question.sliders, request.query_params)
    return instrument_view(position, question.sliders, action=visit.path, neutral=True)
