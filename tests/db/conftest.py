import hashlib
from datetime import UTC, datetime

import pytest

from app.db.attempts import start_attempt, store_question
from app.db.database import Database
from app.db.migrate import migrate
from app.db.people import create_person
from app.practice.attempt import Attempt

AT = datetime(2026, 11, 24, 8, 30, 15, 250_000, tzinfo=UTC)
QUESTION = '{"id":"attention-trap"}'
QUESTION_SHA256 = hashlib.sha256(QUESTION.encode()).hexdigest()


@pytest.fixture
def at():
    return AT


@pytest.fixture
def db(database_url):
    with Database(database_url) as database:
        migrate(database)
        yield database


@pytest.fixture
def person(db):
    return create_person(db, "a" * 22, at=AT)


@pytest.fixture
def somebody_else(db):
    return create_person(db, "b" * 22, at=AT)


@pytest.fixture
def attempt(db, person):
    """An attempt that was just started."""
    store_question(db, QUESTION_SHA256, "attention-trap", QUESTION, at=AT)
    attempt = Attempt(id="k3v9", question_id="attention-trap", question_version=QUESTION_SHA256, started_at=AT)
    start_attempt(db, attempt, person)
    return attempt
