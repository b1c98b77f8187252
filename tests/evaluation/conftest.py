import pytest

from app.evaluation.answers import Answer, LabelledAnswer, Scoring
from app.grading.score import Axis


@pytest.fixture
def labelled():
    """An answer with one scoring for each overall mark given; every axis gets the same level."""

    def make(text, *overall, scenario="a", name="x", level=2):
        scorings = (Scoring(overall=mark, axes=dict.fromkeys(Axis, level)) for mark in overall)
        return LabelledAnswer(answer=Answer(id=name, scenario=scenario, text=text), scorings=tuple(scorings))

    return make
