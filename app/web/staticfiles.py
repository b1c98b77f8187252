"""Static files under a content hash: a year in the browser's cache, and a new address with every change."""

import hashlib
import mimetypes
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_YEAR = "public, max-age=31536000, immutable"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_MEDIA_TYPES = {".woff2": "font/woff2", ".js": "text/javascript", ".svg": "image/svg+xml", ".css": "text/css"}


class Assets(StaticFiles):
    """A folder served at `/static/HASH/...`.

    One hash stands for the whole folder, so that scripts and style sheets reach each other by relative paths.
    An old or absent hash still gets the file, but not the year of cache.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self.root = directory
        self.fingerprint = folder_fingerprint(directory)

    def path_of(self, name: str) -> str:
        """The address, below the app's root, of one file; ValueError if there is none of that name."""
        if not (self.root / name).is_file():
            raise ValueError(f"name: no static file {name!r}")
        return f"/static/{self.fingerprint}/{name}"

    async def get_response(self, path: str, scope: Scope) -> Response:
        current, name = self._split(path)
        encoding, suffix = self._encoding(name, scope)
        response = await super().get_response(name + suffix, scope)
        if suffix:
            response.headers["Content-Encoding"] = encoding
        if self._is_precompressed(name):
            response.headers["Vary"] = "Accept-Encoding"
        if response.status_code == 200:
            response.headers["Content-Type"] = _media_type(name)
        response.headers["Cache-Control"] = _YEAR if current else "no-cache"
        return response

    def _split(self, path: str) -> tuple[bool, str]:
        """Whether the path names this version, and the file's own name."""
        first, _, rest = path.partition("/")
        if first == self.fingerprint:
            return True, rest or "."
        is_old_hash = len(first) == len(self.fingerprint) and not (self.root / first).exists()
        return False, rest if is_old_hash and rest else path

    def _encoding(self, name: str, scope: Scope) -> tuple[str, str]:
        accepted = {
            item.partition(";")[0].strip() for item in Headers(scope=scope).get("accept-encoding", "").split(",")
        }
        for encoding, suffix in _ENCODINGS:
            if encoding in accepted and self._holds(name + suffix):
                return encoding, suffix
        return "identity", ""

    def _is_precompressed(self, name: str) -> bool:
        return any(self._holds(name + suffix) for _, suffix in _ENCODINGS)

    def _holds(self, name: str) -> bool:
        full_path, found = self.lookup_path(name)
        return found is not None and Path(full_path).is_file()


def folder_fingerprint(directory: Path) -> str:
    """Twelve hex digits that change whenever a file below the folder does."""
    digest = hashlib.sha256()
    for file in sorted(path for path in directory.rglob("*") if path.is_file()):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(directory).as_posix()} {content}\n".encode())
    return digest.hexdigest()[:12]


def _media_type(name: str) -> str:
    """By our own short table first: a slim container may know neither woff2 nor the right type for scripts."""
    kind = _MEDIA_TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
