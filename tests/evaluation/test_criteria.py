"""Per criterion: precision, recall and the wrong cases, by levels that people gave."""

from dataclasses import replace

import pytest

from app.evaluation.criteria import caps, rungs
from app.grading.grade import grade
from app.grading.score import Axis, Status

TEXT = "The MLP binds."


@pytest.fixture(scope="module")
def some_score(bank):
    key = bank.practice.question("where-175b").key
    return grade(TEXT, rubric=key.rubric, analyses=key.analyses)


@pytest.fixture
def scored(some_score):
    """A score with this level of the flip; `capped` holds it there by a cap that quotes the MLP."""

    def make(level, *, capped=False):
        met = [item for item in some_score.criteria if item.status is Status.MET and item.spans]
        cap = replace(met[0], id="flip.cap.3", axis=Axis.FLIP, level=level, status=Status.CAPPED, why="Never.")
        rung = replace(met[0], id=f"flip.{level}", axis=Axis.FLIP, level=level)
        axes = dict.fromkeys(Axis, 0) | {Axis.FLIP: level}
        return replace(some_score, axes=axes, criteria=(rung, *([cap] if capped else [])))

    return make


@pytest.fixture
def pair(labelled, scored):
    """An answer whose scorers gave these levels, and its score."""

    def make(level, *labels, name="x", capped=False):
        one = labelled(TEXT, *(50 for _ in labels), name=name)
        given = zip(one.scorings, labels, strict=True)
        scorings = tuple(replace(each, axes=dict.fromkeys(Axis, 0) | {Axis.FLIP: label}) for each, label in given)
        return replace(one, scorings=scorings), scored(level, capped=capped)

    return make


def tally(found, name):
    return next(one for one in found if one.id == name)


def test_every_level_of_every_axis_has_a_tally(pair):
    assert [one.id for one in rungs([pair(2, 2)])] == [f"{axis}.{level}" for axis in Axis for level in range(1, 5)]


def test_precision_and_recall_are_of_levels_reached(pair):
    graded = [pair(3, 3), pair(2, 4), pair(4, 1), pair(0, 0), pair(3, 4)]
    found = tally(rungs(graded), "flip.3")
    assert (found.true, found.found, found.right) == (3, 3, 2)
    assert (found.precision, found.recall) == pytest.approx((2 / 3, 2 / 3))
    lowest = tally(rungs(graded), "flip.1")
    assert (lowest.precision, lowest.recall) == (1, 1)


def test_scorers_who_differ_count_half_each_and_make_no_wrong_case(pair):
    found = tally(rungs([pair(4, 3, 4)]), "flip.4")
    assert (found.true, found.found, found.right) == (0.5, 1, 0.5)
    assert found.wrong == ()


def test_wrong_cases_say_what_earned_them(pair):
    found = tally(rungs([pair(3, 1, 2, name="kind"), pair(1, 4, 4, name="strict")]), "flip.3")
    kind, strict = found.wrong
    assert (kind.answer, kind.met, kind.labels, kind.level) == ("kind", True, (1, 2), 3)
    assert kind.quotes and all(quote in TEXT for quote in kind.quotes)
    assert (strict.answer, strict.met, strict.labels, strict.level, strict.quotes) == ("strict", False, (4, 4), 1, ())


def test_what_never_happens_has_no_precision_and_no_recall(pair):
    found = tally(rungs([pair(0, 0)]), "flip.4")
    assert found.precision != found.precision
    assert found.recall != found.recall


def test_a_cap_is_right_where_the_label_is_no_higher(pair):
    (found,) = caps([pair(1, 1, capped=True), pair(1, 3, name="harsh", capped=True), pair(2, 4)])
    assert (found.id, found.words, found.found, found.precision) == ("flip.cap.3", "Never.", 2, 0.5)
    (case,) = found.wrong
    assert (case.answer, case.labels, case.level) == ("harsh", (3,), 1)
    assert case.quotes
    assert found.recall != found.recall, "nobody labels what a cap should have held down"
