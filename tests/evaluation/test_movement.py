"""Movements: from the grade that was given to today's, each change with the points it moved."""

import pytest

from app.evaluation.movement import (
    Cause,
    Stage,
    Turned,
    all_in_words,
    movement,
    rubrics_in_words,
    sums,
    versions_in_words,
)


def score(overall, *, flip=2, move=1, rubric=(1, "aa"), engine="1", grader="1", criteria=()):
    return {
        "overall": overall,
        "axes": {"flip": flip, "move": move},
        "criteria": [{"id": name, "status": status, "why": f"{name} {status}"} for name, status in criteria],
        "rubric": {"id": "q", "version": rubric[0], "sha256": rubric[1]},
        "engine_version": engine,
        "grader_version": grader,
    }


def test_every_stage_is_a_cause_with_its_points():
    stages = [Stage(words="engine 1 to 2", score=score(44)), Stage(words="rubric 1 to 2", score=score(39, flip=1))]
    found = movement("a", "q", score(41), stages)
    assert found.causes == (Cause(words="engine 1 to 2", points=3), Cause(words="rubric 1 to 2", points=-5))
    assert (found.before, found.after, found.points) == (41, 39, -2)
    assert found.axes == {"flip": (2, 1)}
    assert found.moves


def test_axes_that_move_against_each_other_are_a_movement():
    found = movement("a", "q", score(41), [Stage(words="", score=score(41, flip=1, move=2))])
    assert (found.points, found.moves) == (0, True)
    assert not movement("a", "q", score(41), [Stage(words="", score=score(41))]).moves


def test_criteria_that_turned_are_listed_and_no_others():
    before = score(40, criteria=[("flip.1", "met"), ("flip.2", "met"), ("trap.cap.0", "capped")])
    after = score(35, criteria=[("flip.1", "met"), ("flip.2", "missed"), ("flip.3", "met")])
    assert movement("a", "q", before, [Stage(words="", score=after)]).turned == (
        Turned(id="flip.2", before="met", after="missed", words="flip.2 missed"),
        Turned(id="flip.3", before="", after="met", words="flip.3 met"),
        Turned(id="trap.cap.0", before="capped", after="", words="trap.cap.0 capped"),
    )


def test_a_grade_without_details_moves_by_its_marks():
    bare = {"overall": 40, "axes": {"flip": 2}}
    found = movement(7, "q", bare, [Stage(words=all_in_words(bare, score(45)), score=score(45, flip=3))])
    assert (found.points, found.axes, found.turned) == (5, {"flip": (2, 3)}, ())
    assert "written without --details" in found.causes[0].words


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({}, "engine and grader under the same versions"),
        ({"engine": "2"}, "engine 1 to 2"),
        ({"engine": "2", "grader": "3"}, "engine 1 to 2, grader 1 to 3"),
    ],
)
def test_versions_in_words(now, words):
    assert versions_in_words(score(1), score(1, **now)) == words


@pytest.mark.parametrize(
    ("rubric", "words"),
    [
        ((2, "bb"), "rubric 1 to 2"),
        ((1, "bb"), "rubric edited under the same version"),
        ((1, "aa"), "key or prompt edited under the same version"),
    ],
)
def test_rubrics_in_words(rubric, words):
    assert rubrics_in_words(score(1), score(1, rubric=rubric)) == words


def test_sums_are_over_those_that_move():
    def moved(question, before, after):
        return movement("a", question, score(before), [Stage(words="", score=score(after))])

    first, second, total = sums([moved("q", 40, 40), moved("q", 40, 46), moved("r", 50, 30), moved("q", 40, 44)])
    assert (first.question, first.n, first.n_moving, first.mean) == ("q", 3, 2, 5)
    assert (second.question, second.n, second.smallest, second.largest) == ("r", 1, -20, -20)
    assert (total.question, total.n, total.n_moving, total.smallest, total.largest) == ("all", 4, 3, -20, 6)
