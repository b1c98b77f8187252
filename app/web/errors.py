"""Failures as pages: one sentence each, no traceback; one line of JSON under /api."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from app.practice.attempt import Conflict, NotNow, TooLong
from app.web.render import render
from app.web.rootpath import root_of
from app.web.security import HEADERS

_TITLES = {
    403: "That did not come from one of our pages",
    404: "There is no page at this address",
    405: "This address does not take that kind of request",
    409: "This step is already closed",
    413: "That is more than fits",
    422: "Something in the form does not fit",
    500: "Something broke here",
}
_SENTENCES = {
    404: "The link may be old, or belong to somebody else.",
    405: "Open the page first and use its form.",
    409: "Reload the page to see where you are.",
    413: "Shorten the text and send it again.",
    422: "Go back and look at the values.",
    500: "It is our fault and it is in the server's log. Reload; if it stays, tell whoever runs this server.",
}
_REFUSALS: dict[type[Exception], int] = {NotNow: 409, Conflict: 409, TooLong: 413}
"""What a candidate's step may be refused with. A page that can keep the text catches them itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorView:
    """What the error page shows."""

    status: int
    title: str
    sentence: str


def install_error_pages(app: FastAPI) -> None:
    """Every failure of the app ends in `error_page`."""
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_validation)
    for refusal in _REFUSALS:
        app.add_exception_handler(refusal, _on_refusal)
    app.add_exception_handler(Exception, _on_failure)


def error_page(
    request: Request, status: int, sentence: str = "", *, headers: Mapping[str, str] | None = None
) -> Response:
    """The page for a status; an empty sentence is filled with the usual one."""
    words = sentence or _SENTENCES.get(status, "The server refused the request.")
    if _is_api(request):
        response: Response = JSONResponse({"error": words}, status_code=status)
    else:
        view = ErrorView(status=status, title=_TITLES.get(status, "The request was refused"), sentence=words)
        response = render(request, "error.html", view=view, block="error", status=status)
    response.headers.update(headers or {})
    return response


async def _on_http(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, HTTPException)
    sentence = failure.detail if _is_sentence(failure.detail) else ""
    return error_page(request, failure.status_code, sentence, headers=failure.headers)


async def _on_validation(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, RequestValidationError)
    return error_page(request, 422, "; ".join(_complaint(error) for error in failure.errors()) + ".")


async def _on_refusal(request: Request, failure: Exception) -> Response:
    status = next(status for kind, status in _REFUSALS.items() if isinstance(failure, kind))
    return error_page(request, status, str(failure))


async def _on_failure(request: Request, failure: Exception) -> Response:
    # This answer is sent outside all other middleware, so it brings the headers itself.
    return error_page(request, 500, headers=HEADERS)


def _complaint(error: Mapping[str, object]) -> str:
    """`batch: Input should be a valid integer`; never the value itself."""
    location = error.get("loc", ())
    names = (
        [str(part) for part in location if part not in ("body", "query", "path")] if isinstance(location, tuple) else []
    )
    return f"{'.'.join(names) or 'form'}: {error.get('msg', 'not valid')}"


def _is_sentence(detail: object) -> bool:
    """Starlette's own details are bare phrases such as 'Not Found'; ours end with a full stop."""
    return isinstance(detail, str) and detail.endswith((".", "?", "!"))


def _is_api(request: Request) -> bool:
    path = request.url.path.removeprefix(root_of(request))
    return path == "/api" or path.startswith("/api/")
