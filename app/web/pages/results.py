"""An attempt after its answer is in: explore, follow up, say what was meant, disagree."""

from secrets import randbelow

from fastapi import APIRouter, Request, Response

from app.bank.question import PublicQuestion
from app.db.attempts import start_attempt
from app.db.records import variants_met
from app.practice.dispute import recomputed
from app.practice.events import Disputed, Explored, MeantOtherwise
from app.practice.follow_up import follow_up, followed_by
from app.practice.reveal import may_reveal
from app.web.asked import asked_public, asked_question
from app.web.deps import Typed, new_id
from app.web.forms import setting
from app.web.law_form import law_setting
from app.web.render import part_wanted, render, see_other
from app.web.rootpath import absolute_url
from app.web.views.dispute import DisputeView, dispute_view
from app.web.views.explore import explore_law_view, explore_view, law_of_attempt
from app.web.visit import OwnAttempt, Visit, running_mock

router = APIRouter(prefix="/attempts/{attempt_id}")
_SEEDS = 2**31


@router.post("/explore")
def start_exploring(request: Request, visit: OwnAttempt) -> Response:
    """The candidate leaves the result for the instrument with everything."""
    visit.change(Explored(at=visit.at))
    return see_other(request, f"{visit.path}/explore")


@router.get("/explore")
def explore(request: Request, visit: OwnAttempt) -> Response:
    """The instrument in full; its state is in the URL."""
    if not _is_graded(visit):
        return see_other(request, visit.path)
    question = asked_public(request, visit.attempt)
    if question.main is None:
        return _explore_law(request, visit, question)
    position = setting(question.main, question.sliders, request.query_params)
    block = part_wanted(request, "readings", "study")
    view = explore_view(question, visit.attempt, position, study=block != "readings")
    return render(request, "explore.html", view=view, block=block, replace_url=view.instrument.permalink)


@router.post("/follow-up")
def start_follow_up(request: Request, visit: OwnAttempt) -> Response:
    """The same question with something moved; drawn here, where chance is."""
    if not _is_graded(visit):
        return see_other(request, visit.path)
    met = variants_met(visit.db, visit.attempt.question_id, person_id=visit.person_id)
    question = asked_question(request, visit.attempt).question
    variation = follow_up(visit.attempt, question, met=met, seed=randbelow(_SEEDS))
    if variation is None:
        return see_other(request, visit.path)
    attempt = followed_by(visit.attempt, variation, attempt_id=new_id(), at=visit.at)
    start_attempt(visit.db, attempt, visit.person)
    return see_other(request, f"/attempts/{attempt.id}")


@router.post("/meant")
def meant(request: Request, visit: OwnAttempt, typed: Typed) -> Response:
    """Keeps that a sentence was misread; it changes no grade, and tells whoever improves the grader."""
    claim = typed.get("claim", "")
    place = int(claim) if claim.isdecimal() else -1
    visit.change(MeantOtherwise(claim=place, meant=typed.get("meant", ""), at=visit.at))
    return see_other(request, f"{visit.path}#understood")


@router.get("/dispute")
def dispute(request: Request, visit: OwnAttempt) -> Response:
    """The text of a disagreement, prefilled with the state and the verdict worked out once more."""
    if not _is_graded(visit):
        return see_other(request, visit.path)
    return render(request, "dispute.html", view=_dispute_view(request, visit))


@router.post("/dispute")
def keep_dispute(request: Request, visit: OwnAttempt, typed: Typed) -> Response:
    """Keeps the disagreement with the attempt, for whoever runs this server."""
    visit.change(Disputed(text=typed.get("text", ""), at=visit.at))
    return see_other(request, f"{visit.path}/dispute")


@router.get("/dispute.md")
def dispute_file(request: Request, visit: OwnAttempt) -> Response:
    """The same as a file, to be sent to the question's author."""
    if not _is_graded(visit):
        return see_other(request, visit.path)
    headers = {"Content-Disposition": 'attachment; filename="dispute.md"', "Cache-Control": "no-store"}
    text = _dispute_view(request, visit).text
    return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)


def _explore_law(request: Request, visit: Visit, question: PublicQuestion) -> Response:
    reveal = law_of_attempt(visit.attempt)
    main = next((law for law in reveal.laws if law.name == "main"), None)
    if main is None or not reveal.law_sliders:
        return see_other(request, visit.path)
    position = law_setting(main.law, main.arguments, reveal.law_sliders, request.query_params)
    view = explore_law_view(question, visit.attempt, reveal, position)
    return render(request, "explore_law.html", view=view, block="readings", replace_url=view.law.permalink)


def _dispute_view(request: Request, visit: Visit) -> DisputeView:
    asked = asked_question(request, visit.attempt)
    now = recomputed(visit.attempt, asked)
    return dispute_view(asked.public, visit.attempt, now, link=lambda path: absolute_url(request, path))


def _is_graded(visit: Visit) -> bool:
    """Whether the result may be shown: in a mock that still runs it waits for the end."""
    return may_reveal(visit.attempt) and visit.attempt.score is not None and running_mock(visit) is None
