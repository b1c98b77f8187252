"""The whole product in a real Chromium."""

import html
import re
from pathlib import Path

import pytest
from sqlalchemy import text

from app.config import Settings
from app.main import create_app


class Site:
    """The product, served; and what its database holds."""

    def __init__(self, app, url):
        self.app, self.url = app, url

    def attempt(self, address):
        """The row of the attempt at an address."""
        attempt_id = address.partition("/attempts/")[2].partition("/")[0].partition("?")[0]
        with self.app.state.database.read() as session:
            rows = session.execute(text("SELECT * FROM attempt WHERE id = :id"), {"id": attempt_id})
            return rows.one()


TRACE = Path(__file__).parents[1] / "profile" / "data" / "a100_train_three_steps.json.gz"


def kept_profile(http):
    """The path of a profile that was read, compared with the engine, and kept."""
    read = http.post("/profile", files={"file": (TRACE.name, TRACE.read_bytes())})
    summary = html.unescape(re.search(r'name="summary" value="([^"]*)"', read.text)[1])
    job = {"model": "llama3.1-8b", "phase": "training", "length": "2048"}
    kept = http.post("/profile/again", data={"summary": summary, "do": "keep", **job}, follow_redirects=False)
    return kept.headers["location"]


@pytest.fixture(scope="session")
def hand_in():
    """Hands in the text of a page twice: the first version brings the interviewer's question."""

    def both(page):
        page.get_by_role("button", name="Hand it in", exact=True).click()
        page.get_by_role("button", name="Hand it in for good").click()

    return both


@pytest.fixture(scope="module")
def site(tmp_path_factory, small_bank, served):
    url = f"sqlite:///{tmp_path_factory.mktemp('site') / 'x.sqlite3'}"
    app = create_app(Settings(database_url=url, questions=small_bank))
    with served(app) as address:
        yield Site(app, address)


@pytest.fixture(scope="module")
def somebody(site, visitor):
    """A person with attempts at every step: the path of each kind of page, and their cookie for a browser."""
    candidate = visitor(site.app)
    graded = candidate.graded()
    pages = {
        "landing": "/",
        "verdict": "/?guess=mlp&seq_len=8192",
        "practice": "/practice",
        "read": candidate.question,
        "predict": candidate.start(),
        "answer": candidate.answering(),
        "open book": candidate.answering(open_book="1"),
        "result": graded,
        "explore": f"{graded}/explore",
        "bad value": f"{graded}/explore?seq_len=1",
        "workbench": "/workbench",
        "comparison": "/workbench?phase=training&model=mixtral-8x7b&b.hardware=h200-sxm&tp=7",
        "error": "/nothing",
        "profile upload": "/profile",
        "profile": kept_profile(candidate.http),
    }
    cookie = {"name": "chokepoint_person", "value": candidate.http.cookies["chokepoint_person"], "url": site.url}
    return pages, cookie
