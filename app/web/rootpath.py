"""The app under a sub-path, behind a proxy that strips the prefix or one that keeps it; and URLs that carry it."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send


class RootPath:
    """Gives every request the same shape: `path` with the prefix, `root_path` naming it.

    A prefix must not be the name of one of the app's own pages (`/practice`): the two could not be told apart.
    """

    def __init__(self, app: ASGIApp, root_path: str = "") -> None:
        self.app = app
        self.root_path = normal_root(root_path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.root_path and scope["type"] in ("http", "websocket"):
            self._mark(scope)
        await self.app(scope, receive, send)

    def _mark(self, scope: Scope) -> None:
        # In place: the outer handler for failures renders its page from this very scope.
        path: str = scope["path"]
        scope["root_path"] = self.root_path
        if path == self.root_path or path.startswith(self.root_path + "/"):
            return
        scope["path"] = self.root_path + path
        if scope.get("raw_path") is not None:
            scope["raw_path"] = self.root_path.encode() + scope["raw_path"]


def normal_root(root_path: str) -> str:
    """`tools/choke/` and `/tools/choke` are the same prefix; `/` is none."""
    trimmed = root_path.strip("/")
    return "/" + trimmed if trimmed else ""


def root_of(request: Request) -> str:
    """The prefix of this request, also inside a mounted app."""
    scope = request.scope
    root: str = scope.get("app_root_path", scope.get("root_path", ""))
    return root.rstrip("/")


def url_for_path(request: Request, path: str) -> str:
    """The address of one of the app's own paths, as the browser must ask for it."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"path: must start with one '/', got {path!r}")
    return root_of(request) + path


def absolute_url(request: Request, path: str) -> str:
    """The same with scheme and host: those of the public address where it is set, else the request's own."""
    public: str = getattr(request.app.state, "public_url", "")
    parts = urlsplit(public or str(request.url))
    return f"{parts.scheme}://{parts.netloc}{url_for_path(request, path)}"
