from datetime import UTC, date, datetime, timedelta

import pytest
from fsrs import Rating
from hypothesis import given
from hypothesis import strategies as st

from app.practice.outcome import Outcome
from app.practice.schedule import rating, schedule

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def outcome(points, price=0):
    return Outcome(overall=points + price, axes={}, hint_price=price, predicted_right=None, log_error=None)


def wait(records, **settings):
    (due,) = schedule(records, at=AT, **settings)
    return due.at - max(record.graded_at for record in records)


@pytest.mark.parametrize(
    ("points", "mark"),
    [
        (0, Rating.Again),
        (39, Rating.Again),
        (40, Rating.Hard),
        (64, Rating.Hard),
        (65, Rating.Good),
        (84, Rating.Good),
        (85, Rating.Easy),
    ],
)
def test_the_rating_follows_from_the_points(points, mark):
    assert rating(outcome(points), open_book=False) is mark


def test_hints_count_and_an_open_book_proves_no_memory():
    assert rating(outcome(60, price=30), open_book=False) is Rating.Hard
    assert rating(outcome(100), open_book=True) is Rating.Hard
    assert rating(outcome(10), open_book=True) is Rating.Again


def test_what_was_known_waits_longer_than_what_was_not(graded):
    waits = [wait([graded(points=points)]) for points in (10, 50, 75, 95)]
    assert waits == sorted(waits)
    assert waits[0] >= timedelta(days=1)
    assert waits[-1] > timedelta(days=7)


def test_each_time_that_it_is_known_the_wait_grows(graded):
    first = [graded(points=75)]
    second = [*first, graded(points=75, days=3)]
    third = [*second, graded(points=75, days=12)]
    assert wait(first) < wait(second) < wait(third)


def test_a_lapse_brings_it_back_soon(graded):
    known = [graded(points=90), graded(points=90, days=20)]
    assert wait([*known, graded(points=5, days=60)]) < wait(known)


def test_the_most_urgent_stands_first_and_says_how_it_was(graded):
    dues = schedule([graded("a", points=90), graded("b", points=20)], at=AT + timedelta(days=2))
    assert [(due.question_id, due.last_points, due.n_reviews) for due in dues] == [("b", 20, 1), ("a", 90, 1)]
    assert dues[0].recall < dues[1].recall <= 1


def test_a_follow_up_counts_as_a_review_of_its_question(graded):
    (due,) = schedule([graded(), graded(days=2)], at=AT)
    assert due.n_reviews == 2


def test_an_interview_halves_the_time_that_is_left(graded):
    at_leisure = wait([graded(points=95)])
    assert at_leisure > timedelta(days=7)
    assert wait([graded(points=95)], interview_on=date(2026, 12, 4)) == (datetime(2026, 12, 4, tzinfo=UTC) - AT) / 2
    assert wait([graded(points=95)], interview_on=date(2027, 12, 4)) == at_leisure


def test_before_an_interview_tomorrow_it_waits_a_day_and_after_it_nothing_is_capped(graded):
    assert wait([graded(points=95)], interview_on=date(2026, 11, 25)) == timedelta(days=1)
    assert wait([graded(points=95)], interview_on=date(2026, 11, 20)) == wait([graded(points=95)])


def test_without_a_grade_nothing_is_due():
    assert schedule([], at=AT) == ()


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 100)), min_size=1, max_size=8, unique_by=lambda pair: pair[0]
    )
)
def test_any_history_has_a_next_time_after_its_last(graded, reviews):
    records = [graded(days=days, points=points) for days, points in reviews]
    assert wait(records) >= timedelta(days=1)
    assert wait(records) == wait(list(reversed(records)))
