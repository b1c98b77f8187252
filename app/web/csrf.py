"""Which requests may change something: those a browser sends from our own pages, told by Fetch Metadata."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.errors import error_page

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_REFUSAL = "This form was sent from another site, so nothing was changed. Open the page here and send it again."


class CrossOrigin:
    """Refuses a changing request that a browser says comes from elsewhere; needs no token in the forms."""

    def __init__(self, app: ASGIApp, public_url: str = "") -> None:
        self.app = app
        self.public_origin = origin_of(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._allowed(scope):
            refusal = error_page(Request(scope), 403, _REFUSAL)
            return await refusal(scope, receive, send)
        await self.app(scope, receive, send)

    def _allowed(self, scope: Scope) -> bool:
        if scope["method"] in _SAFE_METHODS:
            return True
        headers = Headers(scope=scope)
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = headers.get("origin")
        if origin is None:
            return True  # not a browser: curl, a script, a health check
        own = f"{scope['scheme']}://{headers.get('host', '')}".lower()
        return origin.lower() in (own, self.public_origin)


def origin_of(url: str) -> str | None:
    """`https://choke.example` of `https://choke.example/practice`; None where there is none."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.scheme and parts.netloc else None
