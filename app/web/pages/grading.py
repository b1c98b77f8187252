"""An answer graded over HTTP before anything is locked: what it may say is decided in app.practice.blind."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException, Path, Response
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse

from app.practice.blind import blind_grade, blind_to_mapping
from app.web.deps import TheBank

router = APIRouter(prefix="/api/v1", tags=["grading"])


class SentAnswer(BaseModel):
    """An answer of up to 20,000 characters."""

    model_config = ConfigDict(extra="forbid")

    text: str


class Stretch(BaseModel):
    """Characters [start, end) of the text, counted in Unicode code points."""

    start: int
    end: int


class Reached(BaseModel):
    """What was read for an axis, right or wrong; `id` is "numbers.2" where numbers reached level 2."""

    id: str
    spans: list[Stretch]


class Graded(BaseModel):
    """0 to 100 overall, 0 to 4 on each axis. An axis without spans: nothing was read for it."""

    overall: int
    axes: dict[str, int]
    criteria: list[Reached]


class Refused(BaseModel):
    """Why not, in one line."""

    error: str


# An example is read by candidates: it says nothing of what binds in the question that it is sent to.
_EXAMPLE = {"text": "I would profile one step first. If the context were eight times longer, I would look again."}
_REFUSALS: dict[int | str, dict[str, Any]] = {
    404: {"model": Refused, "description": "There is no such question to practise."},
    413: {"model": Refused, "description": "The text has more than 20,000 characters, or the request 1 MiB."},
    422: {"model": Refused, "description": "The request does not fit; the line names the field."},
}


@router.post("/grade/{question}", summary="grade an answer", response_model=Graded, responses=_REFUSALS)
def grade_answer(
    question: Annotated[str, Path(examples=["q7m4c2xk9d"], description="the question's public id, or its id")],
    answer: Annotated[SentAnswer, Body(examples=[_EXAMPLE])],
    bank: TheBank,
) -> Response:
    """Grade an answer as if it were not locked yet: the marks and what was read, but not what was right.

    Nothing is kept. After handing in, the result page shows every criterion with the engine's numbers.
    """
    found = bank.practice.gradable(question)
    if found is None:
        raise HTTPException(404, "There is no such question to practise.")
    return JSONResponse(blind_to_mapping(blind_grade(found, answer.text)), headers={"Cache-Control": "no-store"})
