"""An answer under today's rubric, engine and grader."""

from collections.abc import Mapping
from typing import Any

from app.bank.read import Question
from app.engine import ENGINE_VERSION
from app.grading.grade import grade
from app.grading.proposing.asking import Assisted, ClaimProposer, assisted_grade, reply_from_mapping, with_reply
from app.grading.score import Score


def score_of(question: Question, answer: str) -> Score:
    """The score that the question's key gives an answer."""
    key = question.key
    return grade(answer, rubric=key.rubric, analyses=key.analyses, engine_version=ENGINE_VERSION)


def assisted_score_of(question: Question, answer: str, *, proposer: ClaimProposer | None) -> Assisted:
    """The same, with a language model's reading of what the rules could not read."""
    key = question.key
    return assisted_grade(
        answer, rubric=key.rubric, analyses=key.analyses, engine_version=ENGINE_VERSION, proposer=proposer
    )


def score_again(question: Question, answer: str, given: Mapping[str, Any]) -> Score:
    """The score today of an answer that has a grade; what a model proposed then is taken in again, none is asked."""
    score, reply = score_of(question, answer), reply_from_mapping(given)
    if reply is None:
        return score
    return with_reply(score, reply, answer, rubric=question.key.rubric, analyses=question.key.analyses).score
