"""Sample answers against their labels."""

import dataclasses

import pytest

from app.bank.graded import misses
from app.bank.load import load_question
from app.grading.grade import grade
from app.grading.score import Axis


@pytest.fixture
def question(folder):
    return load_question(folder, topic="training")


def labelled(question, *, axes=0, overall=0):
    """The question with its first sample alone, labelled as it is graded, give or take."""
    sample = question.key.samples[0]
    score = grade(sample.text, rubric=question.key.rubric, analyses=question.key.analyses)
    off = {axis: score.axes[axis] + (axes if axis is Axis.FLIP else 0) for axis in Axis}
    sample = dataclasses.replace(sample, axes=off, overall=score.overall + overall)
    return dataclasses.replace(question, key=dataclasses.replace(question.key, samples=(sample,)))


@pytest.mark.parametrize("off", [{}, {"axes": 1}, {"axes": -1}, {"overall": 10}, {"overall": -10}])
def test_a_grade_within_a_level_and_ten_points_of_its_label_is_no_miss(question, off):
    assert misses(labelled(question, **off)) == ()


@pytest.mark.parametrize(("off", "what"), [({"axes": 2}, "flip"), ({"axes": -2}, "flip"), ({"overall": 11}, "overall")])
def test_a_grade_further_off_is_a_miss_and_says_both(question, off, what):
    (miss,) = misses(labelled(question, **off))
    assert miss.what == what
    assert str(miss) == f"where-175b: samples.0 (strong): {what} is labelled {miss.label}, graded {miss.graded}"


def test_every_question_has_samples_of_every_kind_with_labels_that_could_be(bank):
    for question in bank.rooms.questions:
        for sample in question.key.samples:
            assert set(sample.axes) == set(Axis)
            assert 0 <= sample.overall <= 100
