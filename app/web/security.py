"""What every response says to the browser, and how much a request may carry."""

from collections.abc import Mapping

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Plotly draws heat maps as data: images
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # no-referrer would turn Origin into null on form posts
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

BODY_LIMIT = 1024 * 1024
"""Largest request body [B]: an answer of 20,000 characters fits many times over."""


class SecurityHeaders:
    """Adds HEADERS to every response that has not set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class BodyLimit:
    """Refuses a body that is too large, by its declared length or, failing that, as it arrives.

    The refusal is raised where the body is read, so that it becomes the app's own page and not a bare line.
    """

    def __init__(self, app: ASGIApp, limit: int = BODY_LIMIT, uploads: Mapping[str, int] | None = None) -> None:
        self.app = app
        self.limit = limit
        self.uploads = uploads or {}  # pages that take files: their path below the app's root, and their own limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        declared = _declared_length(scope)
        limit = self.uploads.get(scope["path"].removeprefix(scope.get("root_path", "")), self.limit)
        seen = 0

        async def receive_within_limit() -> Message:
            nonlocal seen
            if declared > limit:
                raise _too_large(limit)
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise _too_large(limit)
            return message

        await self.app(scope, receive_within_limit, send)


def _too_large(limit: int) -> HTTPException:
    size = f"{limit // 1024} KiB" if limit < 1024**2 * 2 else f"{limit // 1024**2} MiB"
    return HTTPException(413, f"A request may carry at most {size}; this one was larger.")


def _declared_length(scope: Scope) -> int:
    text = Headers(scope=scope).get("content-length", "0")
    return int(text) if text.isdecimal() else 0
