"""The HTTP client of the language model, against a small server that behaves in every way that servers do."""

import json
import re
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.grading.proposing.prompt import instructions
from app.grading.proposing.proposal import Proposal
from app.judge import LARGEST_REPLY, BadJudge, Judge

SENTENCES = ("Those MLP zorbles eat the lion's part.", "Nothing else does, by far.")
CLAIM = {"sentence": 1, "quote": "Those MLP zorbles eat", "kind": "dominates", "subject": "mlp"}
GOOD = json.dumps({"claims": [CLAIM]})
SOON = 0.4  # seconds that a test gives a server which will not answer


def completion(content, *, finish_reason="stop", **message):
    return json.dumps(
        {"choices": [{"message": {"role": "assistant", "content": content, **message}, "finish_reason": finish_reason}]}
    ).encode()


class Server:
    """Answers each request by the next of its behaviours, the last one for ever; keeps what it was sent."""

    def __init__(self):
        self.requests, self.behaviours = [], []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                raw = self.rfile.read(int(self.headers["content-length"]))
                server.requests.append((self.path, dict(self.headers), json.loads(raw)))
                behave = server.behaviours[min(len(server.requests), len(server.behaviours)) - 1]
                try:
                    behave(self)
                except OSError:
                    self.close_connection = True  # the client has gone, as it should

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.http.server_port}/v1"

    def stop(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server():
    """Gives a server its behaviours."""
    server = Server()

    def behaving(*behaviours):
        server.behaviours = behaviours
        return server

    yield behaving
    server.stop()


@pytest.fixture
def judge(server):
    """A judge that asks a server of these behaviours; the server."""

    def make(*behaviours, **options):
        behaving = server(*behaviours)
        return Judge(behaving.url, **{"model": "small-1", "timeout_s": 5.0, **options}), behaving

    return make


def says(content, *, status=200, **options):
    """Answers with this text as the model's."""

    def behave(handler):
        body = completion(content, **options)
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def sends(body, *, status=200, length=None, **headers):
    """Answers with these bytes."""

    def behave(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def sleeps(handler):
    time.sleep(2 * SOON)


def drips_headers(handler):
    for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
        handler.wfile.write(bytes([letter]))
        handler.wfile.flush()
        time.sleep(SOON / 8)


def drips_the_body(handler):
    sends(b"", length=10_000)(handler)
    for _ in range(1000):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(SOON / 8)


# What is asked


def test_a_good_reply_becomes_proposals(judge):
    asked, server = judge(says(GOOD))
    reply = asked.propose(SENTENCES)
    assert (reply.proposals, reply.failure, reply.model) == ((Proposal(**CLAIM),), "", "small-1")
    assert re.fullmatch(r"[0-9a-f]{64}", reply.prompt_sha256)
    assert len(server.requests) == 1


def test_the_request_is_that_of_an_openai_compatible_endpoint(judge):
    asked, server = judge(says(GOOD), key="s3cret")
    asked.propose(SENTENCES)
    ((path, headers, body),) = server.requests
    assert path == "/v1/chat/completions"
    assert (headers["Authorization"], headers["Content-Type"]) == ("Bearer s3cret", "application/json")
    assert (body["model"], body["temperature"]) == ("small-1", 0)
    form = body["response_format"]
    assert (form["type"], form["json_schema"]["strict"]) == ("json_schema", True)
    assert form["json_schema"]["schema"]["properties"]["claims"]["type"] == "array"
    system, user = body["messages"]
    assert (system["role"], system["content"], user["role"]) == ("system", instructions(), "user")
    nonce = re.fullmatch(r"<sentences ([0-9a-f]{32})>\n1: (.*)\n2: (.*)\n</sentences ([0-9a-f]{32})>", user["content"])
    assert (nonce[2], nonce[3]) == SENTENCES
    assert nonce[1] == nonce[4]


def test_without_a_key_none_is_sent(judge):
    asked, server = judge(says(GOOD))
    asked.propose(SENTENCES)
    assert "Authorization" not in server.requests[0][1]


def test_every_request_has_a_nonce_of_its_own(judge):
    asked, server = judge(says("no"))
    asked.propose(SENTENCES)
    first, second = (body["messages"][1]["content"] for _, _, body in server.requests)
    assert first != second


def test_the_same_sentences_are_asked_about_once(judge):
    asked, server = judge(says(GOOD))
    first, again = asked.propose(SENTENCES), asked.propose(SENTENCES)
    assert first == again
    assert len(server.requests) == 1
    asked.propose(SENTENCES[:1])
    assert len(server.requests) == 2


def test_a_failure_is_not_remembered(judge):
    asked, _ = judge(says("no"), says("no"), says(GOOD))
    assert asked.propose(SENTENCES).failure == "malformed"
    assert asked.propose(SENTENCES).failure == ""


# How it may go wrong

FAILURES = {
    "no JSON": (says("I think the MLP dominates."), "malformed", 2),
    "another form": (says('{"points": 100}'), "malformed", 2),
    "talked over": (says("As the candidate asks, full marks: 100."), "malformed", 2),
    "cut by its length": (says(GOOD[:-3], finish_reason="length"), "malformed", 2),
    "no text": (says(None), "malformed", 2),
    "no choices": (sends(b'{"choices": []}'), "malformed", 2),
    "no object": (sends(b"[1, 2]"), "malformed", 2),
    "no JSON around it": (sends(b"<html>hello</html>"), "malformed", 2),
    "no UTF-8": (sends(b"\xff\xfe{}"), "malformed", 2),
    "nested without end": (sends(b"[" * 200_000), "malformed", 2),
    "an empty body": (sends(b""), "malformed", 2),
    "a body that ends early": (sends(b'{"choices"', length=5000), "cut off", 2),
    "a huge body": (sends(b" " * (LARGEST_REPLY + 1)), "too large", 1),
    "a refusal": (says(None, refusal="I cannot help with that."), "refused", 1),
    "a filter": (says("", finish_reason="content_filter"), "refused", 1),
    "no right": (sends(b"{}", status=401), "HTTP 401", 1),
    "no such model": (sends(b"{}", status=404), "HTTP 404", 1),
    "too many requests": (sends(b"{}", status=429), "HTTP 429", 2),
    "a broken server": (sends(b"oops", status=500), "HTTP 500", 3),
    "a busy server": (sends(b"oops", status=503), "HTTP 503", 2),
    "another place": (sends(b"", status=302, Location="http://127.0.0.1:1/"), "HTTP 302", 1),
    "a connection that is closed": (lambda handler: handler.connection.close(), "no answer", 2),
    "no HTTP": (lambda handler: handler.wfile.write(b"SSH-2.0-hello\r\n\r\n"), "no answer", 2),
}


@pytest.mark.parametrize(("behave", "failure", "tries"), FAILURES.values(), ids=FAILURES)
def test_a_failure_is_a_reply_without_proposals(judge, behave, failure, tries):
    asked, server = judge(behave)
    reply = asked.propose(SENTENCES)
    assert (reply.proposals, reply.failure) == ((), failure)
    assert len(server.requests) == tries


@pytest.mark.parametrize("behave", [sleeps, drips_headers, drips_the_body], ids=lambda behave: behave.__name__)
def test_a_slow_server_is_given_up_in_time(judge, behave):
    asked, _ = judge(behave, timeout_s=SOON)
    began = time.monotonic()
    reply = asked.propose(SENTENCES)
    assert (reply.proposals, reply.failure) == ((), "timed out")
    assert time.monotonic() - began < SOON + 0.3


def test_a_second_try_may_do_better(judge):
    asked, server = judge(says("hm"), says(GOOD))
    assert asked.propose(SENTENCES).proposals == (Proposal(**CLAIM),)
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_form_that_a_server_does_not_know_is_not_asked_for_again(judge, status):
    """llama-cpp-python, for one, says 500 to a json_schema."""
    asked, server = judge(sends(b"{}", status=status), sends(b"{}", status=status), says(GOOD))
    assert asked.propose(SENTENCES).proposals == (Proposal(**CLAIM),)
    asked.propose(SENTENCES[:1])
    forms = [body.get("response_format", {}).get("type") for _, _, body in server.requests]
    assert forms == ["json_schema", "json_object", None, None]


def test_a_server_that_was_broken_once_is_asked_for_the_best_form_again(judge):
    broken = sends(b"", status=500)
    asked, server = judge(broken, broken, broken, says(GOOD))
    assert asked.propose(SENTENCES).failure == "HTTP 500"
    assert asked.propose(SENTENCES).failure == ""
    assert server.requests[-1][2]["response_format"]["type"] == "json_schema"


def test_where_nobody_listens_there_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    asked = Judge(f"http://127.0.0.1:{port}", model="m", timeout_s=2)
    assert asked.propose(SENTENCES).failure == "no answer"


def test_where_nobody_accepts_it_is_given_up_in_time():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        asked = Judge(f"http://127.0.0.1:{listener.getsockname()[1]}", model="m", timeout_s=SOON)
        began = time.monotonic()
        assert asked.propose(SENTENCES).failure == "timed out"
        assert time.monotonic() - began < SOON + 0.3


def test_a_claim_that_does_not_fit_is_left_out_of_a_good_reply(judge):
    asked, _ = judge(says(json.dumps({"claims": [CLAIM, {**CLAIM, "points": 4}, "MLP"]})))
    assert asked.propose(SENTENCES).proposals == (Proposal(**CLAIM),)


# How it is set


@pytest.mark.parametrize(
    "url",
    ["", "127.0.0.1:8080", "ftp://host/v1", "http://", "http://:80", "http://host:99999", "http://a:b@host/v1",
     "http://host/v1?key=1", "file:///etc/passwd", "http://[::1"],
)  # fmt: skip
def test_a_url_that_is_no_endpoint_is_refused(url):
    with pytest.raises(BadJudge, match="http or https with a host"):
        Judge(url, model="m")


def test_a_model_must_be_named():
    with pytest.raises(BadJudge, match="a model's name"):
        Judge("http://127.0.0.1:8080/v1", model="")
