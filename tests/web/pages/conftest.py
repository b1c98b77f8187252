import html
import re
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.bank.bank import PathStep, Topic


@pytest.fixture
def rows():
    """All that an app's database holds, table by table: equal before and after means that nothing was written."""

    def of(app):
        with app.state.database.read() as session:
            tables = ("person", "question_version", "attempt", "mock", "estimate_round")
            return {table: session.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all() for table in tables}

    return of


@pytest.fixture
def with_more():
    """Gives an app's bank more questions: copies of its one under other names, in turn on three topics."""

    def more(app, n=5):
        bank = app.state.bank
        (one,) = bank.practice.questions
        public = [
            replace(one.public, id=f"q{i}", public_id=f"copy{i:05}", topic=f"topic{i % 3}", title=f"Question {i}")
            for i in range(n)
        ]
        questions = tuple(replace(one, public=copy) for copy in public)
        shelf = replace(bank.practice, questions=questions)
        topics = tuple(Topic(id=f"topic{i}", title=f"Topic {i}") for i in range(3))
        path = (PathStep(question_id="q3", why="because"), PathStep(question_id="q1", why="because"))
        app.state.bank = replace(bank, practice=shelf, topics=topics, path=path)
        return questions

    return more


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
