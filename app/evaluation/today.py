"""An answer under today's rubric, engine and grader."""

from app.bank.read import Question
from app.engine import ENGINE_VERSION
from app.grading.grade import grade
from app.grading.score import Score


def score_of(question: Question, answer: str) -> Score:
    """The score that the question's key gives an answer."""
    key = question.key
    return grade(answer, rubric=key.rubric, analyses=key.analyses, engine_version=ENGINE_VERSION)
