import html
import re

import pytest
from sqlalchemy import text


@pytest.fixture
def rows():
    """All that an app's database holds, table by table: equal before and after means that nothing was written."""

    def of(app):
        with app.state.database.read() as session:
            tables = ("person", "question_version", "attempt")
            return {table: session.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all() for table in tables}

    return of


@pytest.fixture
def words():
    """A response as it is read: without tags, spaces folded."""

    def of(response):
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.text)).split())

    return of


@pytest.fixture
def problems():
    """The problems that a response shows."""

    def of(response):
        return [html.unescape(found) for found in re.findall(r'class="problem"[^>]*>([^<]*)<', response.text)]

    return of


@pytest.fixture
def step():
    """The step at which the page of a candidate's attempt stands."""

    def of(candidate, attempt):
        page = candidate.http.get(attempt).text
        return re.search(r'aria-current="step"[^>]*><b>\d</b><span class="name">(\w+)', page)[1]

    return of


@pytest.fixture
def stored(rows):
    """The row of a candidate's only attempt."""

    def of(candidate):
        (row,) = rows(candidate.app)["attempt"]
        return row

    return of
