"""The landing page: a question at once, no account."""

from fastapi import APIRouter, Request, Response

from app.web.deps import TheBank
from app.web.forms import setting
from app.web.render import render
from app.web.views.landing import landing_view

router = APIRouter()


@router.get("/")
def landing(request: Request, bank: TheBank, guess: str | None = None) -> Response:
    """The quick round: the state is in the URL, so it can be shared and works without JavaScript."""
    quick = bank.quick
    position = setting(quick.scenario, (quick.slider,), request.query_params)
    view = landing_view(quick, position, guess=guess, first=next(iter(bank.practice.public), None))
    return render(request, "landing.html", view=view, block="quick")
