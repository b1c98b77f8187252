"""The engine over HTTP: JSON in, JSON out, in base units. Bad input is 422 with the command line's one line."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from starlette.responses import JSONResponse

from app.engine.queries.ask import QUERIES, Query

router = APIRouter(prefix="/api/v1", tags=["engine"])


def _handler(query: Query) -> Callable[..., Response]:
    def handle(body: Annotated[dict[str, Any], Body(examples=[query.example])]) -> Response:
        try:
            return JSONResponse(query.answer(body))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=422)

    return handle


def _description(query: Query) -> str:
    fields = ", ".join(f"`{name}`" for name in query.example)
    return (
        f"{query.words[0].upper()}{query.words[1:]}. The body has the fields {fields}, as in the example; a scenario is"
        f" described in docs/engine.md. The answer is what `chokepoint {query.name}` prints as JSON, in base units."
    )


_REFUSED: dict[int | str, dict[str, Any]] = {
    200: {"description": "The answer, in base units: FLOP, bytes, seconds, FLOP/s, bytes/s."},
    422: {
        "description": "The question cannot be read: one line that names the field and the value.",
        "content": {"application/json": {"example": {"error": "seq_len: 0 must be above zero and at most 1e+18"}}},
    },
}

for _query in QUERIES:
    router.post(
        f"/{_query.name}",
        name=_query.name,
        summary=_query.words,
        description=_description(_query),
        responses=_REFUSED,
    )(_handler(_query))
