"""Handing in: the answer is locked and graded in one change, so that no answer lies locked but ungraded."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.bank.reveal import prose_to_list, reveal_to_mapping
from app.engine import ENGINE_VERSION
from app.engine.derivation import derivation
from app.engine.report import analysis_to_mapping, line_to_mapping
from app.grading.proposing.asking import ClaimProposer, assisted_grade, assisted_to_mapping
from app.practice.asked import Asked, price_of_hints
from app.practice.attempt import Attempt
from app.practice.events import Answered, Graded
from app.practice.outcome import Truth, outcome_of, outcome_to_mapping


def handed_in(
    attempt: Attempt, text: str, asked: Asked, *, at: datetime, proposer: ClaimProposer | None = None
) -> Callable[[Attempt], Attempt]:
    """The change that locks `text` as the attempt's answer, with its grade and what the reveal will show.

    Grading happens here, before the change is applied: a transaction should not wait for it. Raises what
    `Attempt.after` raises when this attempt takes no answer.
    """
    answered = Answered(text=text, at=at)
    locked = attempt.after(answered)
    graded = graded_now(locked, asked, at=at, proposer=proposer)

    def change(current: Attempt) -> Attempt:
        price = price_of_hints(current, asked.question)  # a hint may have been taken while the grader read
        return current.after(answered).after(replace(graded, outcome={**graded.outcome, "hint_price": price}))

    return change


def graded_now(locked: Attempt, asked: Asked, *, at: datetime, proposer: ClaimProposer | None = None) -> Graded:
    """The grade of a locked answer, by the question as it was asked."""
    varied, key = asked.varied, asked.question.key
    analyses = key.analyses if varied is None else varied[1].analyses
    score = assisted_to_mapping(
        assisted_grade(
            locked.answer or "",
            rubric=asked.rubric,
            analyses=analyses,
            engine_version=ENGINE_VERSION,
            proposer=proposer,
        )
    )
    shown = _shown_with(asked)
    reveal = shown["reveal"]
    outcome = outcome_of(
        score,
        prediction=locked.prediction,
        truth=Truth(
            component=reveal["component"],
            resource=reveal["resource"],
            number=reveal["predicted_number"],
            unit=asked.public.ask.unit,
        ),
        hint_price=price_of_hints(locked, asked.question),
    )
    return Graded(score=score, analyses=shown, outcome=outcome_to_mapping(outcome), at=at)


def _shown_with(asked: Asked) -> Mapping[str, Any]:
    """What the result will show of the key; of a variant, what the numbers say now stands in front."""
    reveal, key = reveal_to_mapping(asked.question.key), asked.question.key
    analyses, says = key.analyses, []
    if asked.varied is not None:
        varied = asked.varied[1]
        analyses, says = varied.analyses, prose_to_list(varied.says)
        reveal |= {
            "component": varied.component,
            "resource": varied.resource,
            "predicted_number": varied.predicted_number,
        }
    name = asked.public.ask.scenario
    if name is None:  # its figures come from laws
        return {"reveal": reveal, "says": says, "analysis": None, "derivation": []}
    main = analyses[name]
    return {
        "reveal": reveal,
        "says": says,
        "analysis": analysis_to_mapping(main),
        "derivation": [line_to_mapping(line) for line in derivation(main)],
    }
