import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from app.practice.progress import Why, begun_at, by_topic, least_met, mixed, next_mixed, weakest_axis, what_next
from app.practice.schedule import schedule
from tests.practice.conftest import AT

TOPICS = {"a": "training", "b": "training", "c": "serving", "d": "memory"}


def begun(record):
    return replace(record, outcome=None, graded_at=None)


def following(records, at=AT, path=("a", "c"), topics=TOPICS):
    return what_next(records, schedule(records, at=at), path=path, topics=topics, seed=1, at=at)


def test_a_topic_shows_how_much_of_it_was_met_and_the_mean_of_its_axes(graded):
    records = [graded("a", levels=(4, 0, 4, 4, 4)), graded("b", days=1, levels=(2, 2, 4, 4, 4)), graded("c", points=10)]
    training, serving = by_topic(records, TOPICS)
    assert (training.topic, training.n_met, training.n_questions) == ("training", 2, 2)
    assert training.axes["bottleneck"] == 3.0 and training.axes["numbers"] == 1.0
    assert (serving.points, serving.n_questions) == (10.0, 1)


def test_only_the_latest_grades_of_a_topic_count(graded):
    early = [graded("a", days=day, levels=0, points=0) for day in range(5)]
    late = [graded("a", days=10 + day, levels=4, points=100) for day in range(5)]
    (training,) = by_topic(early + late, TOPICS)
    assert (training.points, training.axes["flip"]) == (100.0, 4.0)


def test_the_weakest_axis_is_named_once_there_is_a_grade(graded):
    assert weakest_axis([]) is None
    assert weakest_axis([graded(levels=(4, 3, 4, 1, 2))]) == "flip"


@pytest.mark.parametrize(
    ("make", "why", "question"),
    [
        pytest.param(lambda graded: [], Why.PATH, "a", id="a newcomer begins the path"),
        pytest.param(lambda graded: [graded("a")], Why.PATH, "c", id="then the next step"),
        pytest.param(lambda graded: [graded("a"), graded("c", days=-40, points=5)], Why.DUE, "c", id="what is due"),
        pytest.param(lambda graded: [begun(graded("d"))], Why.UNFINISHED, "d", id="what was begun"),
        pytest.param(lambda graded: [graded(one) for one in "acd"], Why.NEW, "b", id="what is new beside the path"),
        pytest.param(
            lambda graded: [graded("a", points=50), *(graded(one, points=95) for one in "bcd")],
            Why.SOONEST,
            "a",
            id="what comes back first",
        ),
    ],
)
def test_what_to_do_next(graded, make, why, question):
    found = following(make(graded))
    assert (found.why, found.question_id) == (why, question)


def test_a_mock_that_was_left_is_not_taken_up_again(graded):
    assert following([begun(graded("d", mock_id="m1"))]).why is Why.PATH


def test_a_question_that_is_no_longer_served_is_not_next(graded):
    assert following([graded("z", days=-90, points=5)]).question_id == "a"


def test_with_no_questions_there_is_nothing_to_do():
    assert following([], path=(), topics={}) is None


def test_the_mixed_order_does_not_stay_with_a_topic():
    order = mixed({**TOPICS, "e": "serving", "f": "memory"}, 3)
    assert sorted(order) == list("abcdef")
    topics = [{**TOPICS, "e": "serving", "f": "memory"}[one] for one in order]
    assert all(one != other for one, other in itertools.pairwise(topics))


def test_a_drill_goes_through_all_before_it_repeats_one(graded):
    records = []
    for day in range(len(TOPICS)):
        records.append(graded(next_mixed(records, TOPICS, seed=5), days=day))
    assert {record.question_id for record in records} == set(TOPICS)
    assert next_mixed(records, TOPICS, seed=5) != records[-1].question_id


def test_a_drill_over_one_question_repeats_it_and_over_none_ends(graded):
    assert next_mixed([graded("a")], {"a": "training"}, seed=1) == "a"
    assert next_mixed([], {}, seed=1) is None


def test_a_mock_takes_what_was_met_least(graded):
    records = [graded("a"), graded("b"), graded("a", days=1)]
    assert set(least_met(records, TOPICS, seed=2, n=2)) == {"c", "d"}
    assert least_met(records, TOPICS, seed=2, n=9)[-1] == "a"


def test_the_latest_attempt_that_waits_is_found(graded):
    records = [begun(graded("a")), begun(graded("a", days=1)), graded("b")]
    assert begun_at(records, "a") == records[1].attempt_id
    assert begun_at(records, "b") is None
    assert begun_at(records, "c") is None
    assert records[1].started_at - records[0].started_at == timedelta(days=1)
