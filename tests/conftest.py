"""What every test may ask for: a database of its own, the real bank, an app, a candidate, a server, a browser.

With CI set a skipped test is a failure: what was not run was not shown.
"""

import contextlib
import functools
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient
from playwright.sync_api import sync_playwright
from sqlalchemy import create_engine, make_url, text

from app.bank.load import load_bank
from app.config import Settings
from app.main import create_app

ROOT = Path(__file__).parents[1]
SCHEMA = "chokepoint_test"
CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]

QUESTION = "where-175b"
PREDICTION = {"component": "mlp", "resource": "compute", "number": "1.03", "confidence": "80"}
ANSWER = (
    "The MLP dominates: about 65 % of the FLOPs. The attention core is only 2.7 % of the FLOPs, so a free core is "
    "1.03x at most. That flips at about 49k tokens. First I would fuse the activation into the MLP matmuls, and "
    "profile one step before and after."
)


def pytest_addoption(parser):
    parser.addoption(
        "--database-url",
        metavar="URL",
        help="a PostgreSQL database for the tests; they make and drop the schema chokepoint_test in it",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return _failed_where_ci_skips((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return _failed_where_ci_skips((yield))


def _failed_where_ci_skips(report):
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{report.longrepr[2]} (CI skips nothing)"
    return report


@pytest.fixture
def database_url(request, tmp_path):
    """The URL of an empty database."""
    url = request.config.getoption("--database-url")
    if url is None:
        yield f"sqlite:///{tmp_path / 'chokepoint.sqlite3'}"
        return
    if make_url(url).get_backend_name() != "postgresql":
        raise pytest.UsageError("--database-url takes a PostgreSQL database; without it the tests use SQLite")
    _recreate_schema(url)
    yield make_url(url).update_query_dict({"options": f"-csearch_path={SCHEMA}"}).render_as_string(hide_password=False)
    _drop_schema(url)


def _recreate_schema(url):
    _execute(url, f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE", f"CREATE SCHEMA {SCHEMA}")


def _drop_schema(url):
    _execute(url, f"DROP SCHEMA {SCHEMA} CASCADE")


def _execute(url, *statements):
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def bank():
    """The bank as it is shipped."""
    return load_bank(ROOT / "questions")


@pytest.fixture(scope="session")
def bank_of(tmp_path_factory):
    """A folder with the landing page's round and one of the shipped questions: quick to load however many there are."""

    @functools.cache
    def folder_of(question_id):
        folder = tmp_path_factory.mktemp("questions")
        (place,) = (ROOT / "questions").glob(f"*/{question_id}")
        copy = shutil.copytree(place, folder / place.parent.name / question_id)
        question = (copy / "question.yaml").read_text()  # what it requires is not there
        (copy / "question.yaml").write_text(re.sub(r"^requires: .*$", "requires: []", question, flags=re.MULTILINE))
        shutil.copy(ROOT / "questions" / "quick.yaml", folder)
        (folder / "topics.yaml").write_text(f"- {{id: {place.parent.name}, title: Topic}}\n")
        return folder

    return folder_of


@pytest.fixture(scope="session")
def small_bank(bank_of):
    """Such a folder with the flagship."""
    return bank_of(QUESTION)


@pytest.fixture
def questions(small_bank, tmp_path):
    """A copy of the small bank, to be changed."""
    return shutil.copytree(small_bank, tmp_path / "questions")


@pytest.fixture
def open_app(database_url, small_bank):
    """Opens the app on one temporary database; to open it again is to restart the server."""
    opened = []

    def reopened(**settings):
        for app in opened:
            app.state.database.close()
        opened.append(create_app(Settings(**{"database_url": database_url, "questions": small_bank, **settings})))
        return opened[-1]

    yield reopened
    for app in opened:
        app.state.database.close()


class Candidate:
    """A visitor with a cookie of their own, who follows no redirect unasked; and the steps of an attempt."""

    def __init__(self, app, question_id=QUESTION):
        self.http = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
        self.app, self.question_id = app, question_id

    @property
    def question(self):
        """Where the question is read."""
        return "/q/" + self.app.state.bank.practice.question(self.question_id).public.public_id

    def start(self):
        """A new attempt; its path."""
        return self.http.post(f"{self.question}/attempts").headers["location"]

    def predict(self, attempt, **changed):
        return self.http.post(f"{attempt}/prediction", data={**PREDICTION, **changed})

    def draft(self, attempt, text, revision):
        accept = {"accept": "application/json"}
        return self.http.post(f"{attempt}/draft", data={"text": text, "revision": revision}, headers=accept)

    def hand_in(self, attempt, text=ANSWER):
        """The first version: it brings the interviewer's question."""
        return self.http.post(f"{attempt}/answer", data={"text": text})

    def answer(self, attempt, text=ANSWER):
        """Both versions, the second as the first."""
        self.hand_in(attempt, text)
        return self.http.post(f"{attempt}/answer", data={"text": text})

    def answering(self, **prediction):
        """A new attempt whose prediction is locked; its path."""
        attempt = self.start()
        self.predict(attempt, **prediction)
        return attempt

    def graded(self, text=ANSWER):
        """A new attempt whose answer is locked and graded; its path."""
        attempt = self.answering()
        self.answer(attempt, text)
        return attempt


@pytest.fixture
def candidate(open_app):
    return Candidate(open_app())


@pytest.fixture(scope="session")
def visitor():
    """Makes candidates of an app."""
    return Candidate


@contextlib.contextmanager
def _served(app):
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def served():
    """Serves an app for as long as a with block lasts; gives its address."""
    return _served


class Process:
    """`chokepoint serve` as an operator starts it."""

    def __init__(self, **environment):
        command = [sys.executable, "-m", "app.cli", "serve", "--port", "0"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        self.popen = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, **pipes)
        self.first_line = self.popen.stdout.readline()
        self.url = self.first_line.rpartition(" ")[2].strip().rstrip("/")

    def stop(self, signal):
        """What it printed on standard error, once it has ended."""
        self.popen.send_signal(signal)
        return self.popen.communicate(timeout=10)[1]


@pytest.fixture
def serve(database_url):
    """Starts `chokepoint serve` on the temporary database."""
    started = []

    def start(**environment):
        started.append(Process(CHOKEPOINT_DATABASE_URL=database_url, **environment))
        return started[-1]

    yield start
    for process in started:
        process.popen.kill()
        process.popen.communicate()


@pytest.fixture(scope="module")  # not the session: while Playwright runs, no other event loop runs in this thread
def browser():
    if CHROMIUM is None:
        pytest.skip("no chromium on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def watched():
    """Turns a page's errors, warnings and policy violations into a failure of the test that opened it.

    A refused or cut-off request of the test's own is not one.
    """
    troubles = []

    def watch(page):
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.append(line.text) if line.type in ("error", "warning") else None)
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', event => "
            "console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"
        )
        return page

    yield watch
    assert [line for line in troubles if not line.startswith("Failed to load resource")] == []


@pytest.fixture
def page(browser, watched):
    context = browser.new_context()
    yield watched(context.new_page())
    context.close()
