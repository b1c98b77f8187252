"""Handing in: the answer is locked and graded in one change, so that no answer lies locked but ungraded."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.bank.read import Question
from app.bank.reveal import reveal_to_mapping
from app.engine import ENGINE_VERSION
from app.engine.derivation import derivation
from app.engine.report import analysis_to_mapping, line_to_mapping
from app.grading.grade import grade
from app.grading.score import score_to_mapping
from app.practice.attempt import Attempt
from app.practice.events import Answered, Graded


def handed_in(attempt: Attempt, text: str, question: Question, *, at: datetime) -> Callable[[Attempt], Attempt]:
    """The change that locks `text` as the attempt's answer, with its grade and what the reveal will show.

    Grading happens here, before the change is applied: a transaction should not wait for it. Raises what
    `Attempt.after` raises when this attempt takes no answer.
    """
    answered = Answered(text=text, at=at)
    kept = attempt.after(answered).answer or ""
    key = question.key
    score = grade(kept, rubric=key.rubric, analyses=key.analyses, engine_version=ENGINE_VERSION)
    graded = Graded(score=score_to_mapping(score), analyses=_shown_with(question), at=at)
    return lambda current: current.after(answered).after(graded)


def _shown_with(question: Question) -> Mapping[str, Any]:
    reveal = reveal_to_mapping(question.key)
    if question.public.ask.scenario is None:  # its figures come from laws
        return {"reveal": reveal, "analysis": None, "derivation": []}
    main = question.key.analyses[question.public.ask.scenario]
    return {
        "reveal": reveal,
        "analysis": analysis_to_mapping(main),
        "derivation": [line_to_mapping(line) for line in derivation(main)],
    }
