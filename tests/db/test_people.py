from datetime import timedelta

import pytest
from sqlalchemy import text

from app.db.people import create_person, person_by_secret, revoke_person

SECRET = "u3K9-hV0mQp7sXw2LcYt1A"


def test_a_person_is_found_by_the_secret_of_their_cookie(db, at):
    person = create_person(db, SECRET, at=at)
    assert person_by_secret(db, SECRET) == person
    assert person.created_at == at


def test_nobody_has_an_unknown_secret(db, person):
    assert person_by_secret(db, SECRET) is None


def test_two_people_are_not_the_same(db, person, somebody_else):
    assert person.id != somebody_else.id


def test_the_secret_itself_is_nowhere_in_the_row(db, at):
    create_person(db, SECRET, at=at)
    with db.read() as session:
        row = session.connection().execute(text("SELECT * FROM person")).one()
    assert SECRET not in str(row)


def test_a_revoked_cookie_opens_nothing(db, at):
    person = create_person(db, SECRET, at=at)
    revoke_person(db, person.id, at=at)
    assert person_by_secret(db, SECRET) is None


def revocations(db):
    with db.read() as session:
        return (
            session.connection().execute(text("SELECT id, revoked_at FROM person WHERE revoked_at IS NOT NULL")).all()
        )


def test_revoking_one_person_leaves_the_other_and_the_first_time_stands(db, at, person, somebody_else):
    revoke_person(db, person.id, at=at)
    first = revocations(db)
    revoke_person(db, person.id, at=at + timedelta(days=1))
    assert [row.id for row in first] == [person.id]
    assert revocations(db) == first
    assert person_by_secret(db, "b" * 22) == somebody_else


def test_a_secret_that_can_be_guessed_is_refused(db, at):
    with pytest.raises(ValueError, match=r"^secret: 21 characters are fewer than 22"):
        create_person(db, SECRET[:21], at=at)


@pytest.mark.parametrize("cookie", ["", "\x00", "\ud800", "x" * 100_000])
def test_any_cookie_may_be_sent(db, cookie):
    assert person_by_secret(db, cookie) is None
