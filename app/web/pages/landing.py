"""The landing page: a question at once, no account."""

from fastapi import APIRouter, Request, Response

from app.web.deps import Db, MaybePerson, Now, TheBank
from app.web.forms import setting
from app.web.learner import learner_of
from app.web.render import render
from app.web.views.landing import landing_view
from app.web.views.progress import next_view

router = APIRouter()


@router.get("/")
def landing(
    request: Request, bank: TheBank, db: Db, person: MaybePerson, at: Now, guess: str | None = None
) -> Response:
    """The quick round: the state is in the URL, so it can be shared and works without JavaScript."""
    quick = bank.quick
    position = setting(quick.scenario, (quick.slider,), request.query_params)
    questions = {question.id: question for question in bank.practice.public}
    view = landing_view(
        quick, position, guess=guess, following=next_view(learner_of(bank, db, person, at=at), questions)
    )
    return render(request, "landing.html", view=view, block="quick")
