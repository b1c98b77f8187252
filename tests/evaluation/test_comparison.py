"""The grader beside the scorers: right figures for known marks, groups, parts, tables."""

import json
from dataclasses import replace

import numpy as np
import pytest

from app.evaluation.comparison import compared
from app.evaluation.tables import group_lines, group_to_mapping
from app.grading.grade import grade
from app.grading.score import Axis

KEYS = {"a": "the mlp binds", "b": "the cache binds"}


@pytest.fixture(scope="module")
def some_score(flagship):
    return grade("The MLP binds.", rubric=flagship.rubric, analyses=flagship.analyses)


@pytest.fixture(scope="module")
def flagship(bank):
    return bank.practice.question("where-175b").key


@pytest.fixture
def given(some_score):
    """A score of this overall mark, every axis at one level."""
    return lambda overall, level=2: replace(some_score, overall=overall, axes=dict.fromkeys(Axis, level))


@pytest.fixture
def answers(labelled):
    marks = [(5, 5), (25, 35), (50, 50), (70, 74), (95, 97), (10, 12)]
    return [
        labelled("mlp " * place, *pair, scenario="ab"[place % 2], name=place, level=place % 5)
        for place, pair in enumerate(marks)
    ]


@pytest.fixture
def group(answers, given):
    return lambda scores, **options: compared(answers, scores, keys=KEYS, **options)


def test_the_means_of_the_scorings_agree_with_themselves(group, answers, given):
    (found,) = group([given(round(one.overall), place % 5) for place, one in enumerate(answers)])
    grader = found.rows[0]
    assert (grader.name, grader.n, grader.n_middle) == ("the grader", 6, 3)
    assert (grader.kappa.value, grader.error.value, grader.rank) == pytest.approx((1, 0, 1))
    assert (grader.middle_rank.value, grader.middle_error.value) == pytest.approx((1, 0))
    assert all(value == pytest.approx(1) for value in grader.axis_kappa.values())


def test_errors_are_points_of_the_mean_scoring(group, answers, given):
    (found,) = group([given(min(round(one.overall) + 4, 100)) for one in answers])
    assert found.rows[0].error.value == pytest.approx(4)
    assert found.rows[0].kappa.value == pytest.approx(1)
    assert [part.n for part in found.bands] == [2, 1, 1, 1, 1, 3]
    assert all(part.bias == pytest.approx(4) for part in found.bands)


def test_the_scorers_are_held_to_each_other(group, given):
    (found,) = group([given(50)] * 6)
    last = found.rows[-1]
    assert last.name == "one scorer against the other"
    assert last.error.value == pytest.approx((0 + 10 + 0 + 4 + 2 + 2) / 6)
    assert last.n_middle == found.rows[0].n_middle
    assert all(value == pytest.approx(1) for value in last.axis_kappa.values())


def test_one_scorer_has_nobody_to_agree_with(labelled, given):
    (found,) = compared([labelled("x", 10), labelled("y", 90)], [given(10), given(90)], keys=KEYS)
    assert [row.name for row in found.rows][-1] == "TF-IDF ridge"


def test_axes_are_held_to_each_scoring_and_averaged(labelled, given):
    apart = [labelled("x", 0, 0, level=0), labelled("y", 99, 99, level=4)]
    second = replace(apart[0].scorings[1], axes=dict.fromkeys(Axis, 4))
    apart[0] = replace(apart[0], scorings=(apart[0].scorings[0], second))
    (found,) = compared(apart, [given(0, 0), given(99, 4)], keys=KEYS)
    # Against the first scorer 1, against the second, who gives both a 4, 0.
    assert found.rows[0].axis_kappa[Axis.FLIP] == pytest.approx(0.5)
    assert found.rows[0].axis_error[Axis.FLIP] == pytest.approx(1)


@pytest.mark.parametrize(
    ("seen", "names"),
    [
        (None, ["All answers"]),
        (["a"], ["All answers", "In sample", "Out of sample"]),
        (["a", "b"], ["In sample"]),
        ([], ["Out of sample"]),
    ],
    ids=["not said", "some", "all", "none"],
)
def test_what_the_rules_were_written_with_is_told_apart(group, given, seen, names):
    found = group([given(50)] * 6, seen=seen)
    assert [one.name for one in found] == names
    if len(names) == 3:
        assert [part.name for part in found[1].scenarios] == ["a"]
        assert [part.name for part in found[2].scenarios] == ["b"]
        assert found[1].rows[0].n + found[2].rows[0].n == 6


def test_the_same_answers_give_the_same_table(group, answers, given):
    scores = [given(place * 20) for place in range(6)]
    first, second = ("\n".join(group_lines(group(scores)[0])) for _ in range(2))
    assert first == second


def test_tables_are_columns_of_one_width(group, given):
    tables = "\n".join(group_lines(group([given(50)] * 6)[0])).split("\n\n")
    assert len(tables) == 4
    for table in tables:
        head, under, *rows = table.splitlines()
        assert under.startswith("| ---")
        assert rows
        assert {len(line) for line in (under, *rows)} == {len(head)}


def test_as_json_what_is_not_defined_is_null(group, given):
    mapping = group_to_mapping(group([given(50)] * 6)[0])
    text = json.dumps(mapping, allow_nan=False)
    assert json.loads(text)["rows"][0]["rank"] is None  # all marks alike have no order
    assert mapping["rows"][0]["axis_kappa"].keys() == {str(axis) for axis in Axis}
    assert np.isfinite(mapping["rows"][0]["error"]["value"])
