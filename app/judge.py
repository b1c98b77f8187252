"""The HTTP client of a language model that may propose claims: any OpenAI-compatible endpoint, off unless configured.

Nothing here raises for what a server does: every failure is a Reply without proposals, and the rules' grade stands.
"""

import contextlib
import hashlib
import http.client
import json
import secrets
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit

from app.grading.proposing.asking import Reply
from app.grading.proposing.prompt import instructions, prompt_sha256, question
from app.grading.proposing.proposal import Malformed, Proposal, proposals_of, schema

LARGEST_REPLY = 1024 * 1024  # [B]
MOST_TOKENS = 2048
REMEMBERED = 1024  # replies
TRIES = 2
_NO_SUCH_FORM = ("HTTP 400", "HTTP 422", "HTTP 500")  # what servers say to a response_format that they do not know
_FORMS: tuple[dict[str, Any], ...] = (
    {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "claims", "strict": True, "schema": schema()},
        }
    },
    {"response_format": {"type": "json_object", "schema": schema()}},  # llama-cpp-python
    {},
)


class BadJudge(ValueError):
    """The endpoint cannot be used as it is set."""


class _Failed(Exception):
    """One try came to nothing; `again` says whether another may fare better."""

    def __init__(self, words: str, *, again: bool) -> None:
        super().__init__(words)
        self.again = again


class Judge:
    """Asks a model for claims. `timeout_s` is for everything together, the second try included."""

    def __init__(self, url: str, *, model: str, key: str = "", timeout_s: float = 10.0) -> None:
        self._url = _checked(url)
        if not model:
            raise BadJudge("a model's name is needed beside the URL")
        self.model = model
        self._key = key
        self._timeout_s = timeout_s
        self._prompt = prompt_sha256()
        self._forms = _FORMS  # from the one that the server was found to know
        self._replies: OrderedDict[str, tuple[Proposal, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def propose(self, sentences: Sequence[str]) -> Reply:
        """Claims for the sentences, from memory where the same were asked before; a failure is not remembered."""
        name = hashlib.sha256(json.dumps([self.model, self._prompt, *sentences]).encode()).hexdigest()
        with self._lock:
            known = self._replies.get(name)
        if known is not None:
            return self._reply(known)
        try:
            found = self._asked(sentences)
        except _Failed as failure:
            return Reply(model=self.model, prompt_sha256=self._prompt, failure=str(failure))
        with self._lock:
            self._replies[name] = found
            while len(self._replies) > REMEMBERED:
                self._replies.popitem(last=False)
        return self._reply(found)

    def _reply(self, proposals: tuple[Proposal, ...]) -> Reply:
        return Reply(model=self.model, prompt_sha256=self._prompt, proposals=proposals)

    def _asked(self, sentences: Sequence[str]) -> tuple[Proposal, ...]:
        """One try and one more; a server that does not know a form of reply is asked for the next one instead."""
        deadline = time.monotonic() + self._timeout_s
        forms, tried = self._forms, 0
        while True:
            try:
                found = proposals_of(self._completed(sentences, form=forms[0], deadline=deadline))
            except Malformed:
                failure = _Failed("malformed", again=True)
            except _Failed as one:
                failure = one
            else:
                self._forms = forms
                return found
            tried += 1
            unknown = str(failure) in _NO_SUCH_FORM
            if time.monotonic() >= deadline:
                raise _Failed("timed out", again=False)
            if len(forms) == 1 if unknown else tried >= TRIES or not failure.again:
                raise failure
            forms = forms[1:] if unknown else forms

    def _completed(self, sentences: Sequence[str], *, form: Mapping[str, Any], deadline: float) -> str:
        request = {
            "model": self.model,
            "temperature": 0,
            "max_tokens": MOST_TOKENS,
            "messages": [
                {"role": "system", "content": instructions()},
                {"role": "user", "content": question(sentences, nonce=secrets.token_hex(16))},
            ],
            **form,
        }
        status, raw = self._exchanged(json.dumps(request).encode(), deadline=deadline)
        if status != http.HTTPStatus.OK:
            raise _Failed(f"HTTP {status}", again=status in (408, 429) or status > 500)
        return _content(raw)

    def _exchanged(self, body: bytes, *, deadline: float) -> tuple[int, bytes]:
        """Status and body of one request; redirects are not followed, a key must not travel on."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        left = deadline - time.monotonic()
        connect = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
        connection = connect(str(self._url.hostname), self._url.port, timeout=max(left, 0.001))
        try:
            connection.connect()
            with _cut_off(connection.sock, deadline):
                connection.request("POST", f"{self._url.path.rstrip('/')}/chat/completions", body, headers)
                with contextlib.closing(connection.getresponse()) as response:
                    return response.status, _read(response)
        except _Failed:
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = time.monotonic() >= deadline or isinstance(error, TimeoutError)
            raise _Failed("timed out" if late else "no answer", again=not late) from None
        finally:
            connection.close()


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        fits = False
    if not fits or parts.username or parts.password or parts.query or parts.fragment:
        raise BadJudge("the URL must be http or https with a host, as in http://127.0.0.1:8080/v1; keys go elsewhere")
    return parts


@contextlib.contextmanager
def _cut_off(connection: socket.socket, deadline: float) -> Iterator[None]:
    """Ends the exchange at the deadline: a socket's own timeout starts again with every byte that drips in."""

    def cut() -> None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(deadline - time.monotonic(), 0), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _read(response: http.client.HTTPResponse) -> bytes:
    raw = response.read(LARGEST_REPLY + 1)
    if len(raw) > LARGEST_REPLY:
        raise _Failed("too large", again=False)
    expected = response.length  # what is still to come: a connection that ended early
    if expected:
        raise _Failed("cut off", again=True)
    return raw


def _content(raw: bytes) -> str:
    """The text of the first choice."""
    try:
        choice: Mapping[str, Any] = json.loads(raw)["choices"][0]
        message: Mapping[str, Any] = choice["message"]
        content, refusal = message.get("content"), message.get("refusal")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise _Failed("malformed", again=True) from None
    if refusal or choice.get("finish_reason") == "content_filter":
        raise _Failed("refused", again=False)
    if not isinstance(content, str):
        raise _Failed("malformed", again=True)
    return content
