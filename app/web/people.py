"""The person cookie: an opaque 128-bit secret, made on the first write; who it belongs to is the database's matter."""

import re
import secrets

from starlette.requests import Request
from starlette.responses import Response

from app.web.csrf import origin_of
from app.web.rootpath import root_of

PERSON_COOKIE = "chokepoint_person"
_SHAPE = re.compile(r"[0-9a-f]{32}")
_LIFETIME_S = 400 * 24 * 3600  # browsers keep no cookie longer


def person_secret(request: Request) -> str | None:
    """The secret that the browser holds, or None if it holds none of ours."""
    secret = request.cookies.get(PERSON_COOKIE, "")
    return secret if _SHAPE.fullmatch(secret) else None


def new_person_secret() -> str:
    """A fresh secret of 128 bits."""
    return secrets.token_hex(16)


def remember_person(request: Request, response: Response, secret: str) -> None:
    """Hands the secret to the browser; on plain http without Secure, which it would drop."""
    response.set_cookie(
        PERSON_COOKIE,
        secret,
        max_age=_LIFETIME_S,
        path=root_of(request) or "/",
        httponly=True,
        samesite="lax",
        secure=is_https(request),
    )


def forget_person(request: Request, response: Response) -> None:
    """Takes the secret back from the browser."""
    response.set_cookie(PERSON_COOKIE, "", max_age=0, path=root_of(request) or "/", httponly=True, samesite="lax")


def is_https(request: Request) -> bool:
    """Whether the browser's connection is https: by the request itself, or by the public address."""
    if request.url.scheme == "https":
        return True
    public_url: str = getattr(request.app.state, "public_url", "")
    public = origin_of(public_url)
    return public is not None and public == f"https://{request.headers.get('host', '').lower()}"
