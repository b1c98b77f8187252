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


for _query in QUERIES:
    router.post(f"/{_query.name}", name=_query.name, summary=_query.words, include_in_schema=True)(_handler(_query))
