"""Answers and labels are read, or refused with the field that does not fit."""

import pytest

from app.evaluation.answers import answer_from_mapping, labelled_from_mapping
from app.evaluation.marks import mean_marks, scorers
from app.grading.score import Axis

LEVELS = {"bottleneck": 4, "numbers": 3, "trap": 2, "flip": 1, "move": 0}
ROW = {"id": "a1", "scenario": "s", "text": "t", "scores": [{**LEVELS, "overall": 60}, {**LEVELS, "overall": 65.5}]}


def test_an_answer_with_its_labels_is_read():
    found = labelled_from_mapping(ROW)
    assert found.answer == answer_from_mapping(ROW)
    assert found.overall == 62.75
    assert found.scorings[0].axes == {Axis(name): level for name, level in LEVELS.items()}


@pytest.mark.parametrize(
    ("scores", "complaint"),
    [
        (None, "scores: None does not fit"),
        ([], "scores: [] does not fit"),
        ([5], "scores.0: 5 is not a mapping"),
        ([{**LEVELS}], "scores.0.overall: missing; write a number from 0 to 100"),
        ([{**LEVELS, "overall": 101}], "scores.0.overall: 101 does not fit"),
        ([{**LEVELS, "overall": float("nan")}], "scores.0.overall: nan does not fit"),
        ([{**LEVELS, "overall": True}], "scores.0.overall: True does not fit"),
        ([{**LEVELS, "overall": 50, "flip": 5}], "scores.0.flip: 5 does not fit; write a number from 0 to 4"),
        ([{**LEVELS, "overall": 50, "flip": 1.5}], "scores.0.flip: 1.5 is not a whole level"),
    ],
)
def test_labels_that_do_not_fit_are_named(scores, complaint):
    with pytest.raises(ValueError, match="scores") as refused:
        labelled_from_mapping({**ROW, "scores": scores})
    assert str(refused.value).startswith(complaint)


def test_scorers_keep_their_places(labelled):
    answers = [labelled("x", 10, 20), labelled("y", 30, 50)]
    assert [marks.overall.tolist() for marks in scorers(answers)] == [[10, 30], [20, 50]]
    assert mean_marks(answers).overall.tolist() == [15, 40]


def test_answers_with_unequal_numbers_of_scorers_are_refused(labelled):
    with pytest.raises(ValueError, match="some answers have 1, others 2; all need equally many"):
        scorers([labelled("x", 10), labelled("y", 10, 20)])
