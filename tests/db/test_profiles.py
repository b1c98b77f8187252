"""Kept profiles: found by whoever has the id, deleted by nobody but who kept them."""

from datetime import timedelta

import pytest

from app.db import profiles
from app.db.profiles import KeptProfile, TooManyKept, delete_profile, find_profile, keep_profile, profiles_of


@pytest.fixture
def kept(person, at):
    return KeptProfile(
        id="p" * 22,
        person_id=person.id,
        summary={"format": "chokepoint-profile", "notes": ["µs"]},
        scenario={"model": "gpt3-175b"},
        created_at=at,
    )


def test_a_summary_comes_back_as_it_was_kept(db, kept):
    keep_profile(db, kept)
    assert find_profile(db, kept.id) == kept


def test_an_unknown_id_finds_nothing(db):
    assert find_profile(db, "nobody") is None


def test_who_kept_it_deletes_it_and_nobody_else_can(db, kept, person, somebody_else):
    keep_profile(db, kept)
    assert not delete_profile(db, kept.id, person_id=somebody_else.id)
    assert find_profile(db, kept.id) == kept
    assert delete_profile(db, kept.id, person_id=person.id)
    assert find_profile(db, kept.id) is None
    assert not delete_profile(db, kept.id, person_id=person.id)


def test_a_person_sees_their_own_the_latest_first(db, kept, person, somebody_else, at):
    keep_profile(db, kept)
    later = KeptProfile(id="q", person_id=person.id, summary={}, scenario=None, created_at=at + timedelta(days=1))
    keep_profile(db, later)
    assert profiles_of(db, person) == (later, kept)
    assert profiles_of(db, somebody_else) == ()


def test_there_is_an_end_to_what_one_may_keep(db, kept, monkeypatch):
    monkeypatch.setattr(profiles, "MOST_KEPT", 1)
    keep_profile(db, kept)
    with pytest.raises(TooManyKept, match="delete one first"):
        keep_profile(
            db, KeptProfile(id="q", person_id=kept.person_id, summary={}, scenario=None, created_at=kept.created_at)
        )
