"""A disagreement: a text prefilled with the state, the grade as stored and as worked out again."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from app.bank.question import PublicQuestion
from app.engine.mapping import scenario_to_mapping
from app.practice.attempt import Attempt, Step
from app.practice.axes import AXIS_LABELS
from app.practice.dispute import Recomputed
from app.practice.outcome import Outcome, outcome_from_mapping
from app.practice.reveal import revealed
from app.web.views.attempt import SituationView, situation_view


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeView:
    """The page: the text, whether it was kept already, and whether the grade is still the same."""

    situation: SituationView
    text: str
    kept: str
    verdict: str
    action: str
    file: str
    result: str


def dispute_view(
    question: PublicQuestion, attempt: Attempt, now: Recomputed, *, link: Callable[[str], str]
) -> DisputeView:
    """The disagreement with a graded attempt; StillLocked before."""
    base = f"/attempts/{attempt.id}"
    stored = outcome_from_mapping(attempt.outcome or {})
    verdict = _verdict(stored, now)
    prefilled = "\n".join(_lines(question, revealed(attempt, attempt), now, verdict, link))
    return DisputeView(
        situation=situation_view(question, step=Step.RESULT, attempt=attempt, paths=(None, None, None, base, None)),
        text=attempt.dispute if attempt.dispute is not None else prefilled,
        kept="" if attempt.disputed_at is None else f"Kept at {attempt.disputed_at:%Y-%m-%d %H:%M} UTC.",
        verdict=verdict,
        action=f"{base}/dispute",
        file=f"{base}/dispute.md",
        result=base,
    )


# Private


def _verdict(stored: Outcome, now: Recomputed) -> str:
    if (now.outcome.overall, dict(now.outcome.axes)) == (stored.overall, dict(stored.axes)):
        return f"Worked out once more, it is the same: {now.outcome.overall} of 100."
    return f"Worked out once more, it is {now.outcome.overall} of 100 now, where {stored.overall} was stored."


def _lines(
    question: PublicQuestion, attempt: Attempt, now: Recomputed, verdict: str, link: Callable[[str], str]
) -> Iterator[str]:
    yield from (f"# I disagree: {question.title}", "", "What I think is wrong, and why:", "", "", "")
    yield from ("## My answer", "", attempt.answer or "", "", "## The grade", "", verdict)
    axes = ", ".join(f"{AXIS_LABELS[axis]} {level}" for axis, level in now.outcome.axes.items())
    yield from (f"Axes now: {axes}.", f"Grader {now.grader}, engine {now.engine}.", "", "## The situation", "")
    yield f"Question {question.public_id}, version {question.version} ({question.digest[:12]})."
    if attempt.variation is not None:
        yield f"Variant {attempt.variation.variant}, seed {attempt.variation.seed}."
    if question.main is not None:
        written = scenario_to_mapping(question.main)
        yield from ("", "```json", json.dumps(written, indent=1), "```", "")
        named = {"phase": written["phase"], "model": written["model"], "hardware": written["hardware"]}
        if all(isinstance(value, str) for value in named.values()):
            yield link(f"/workbench?{urlencode({**named, 'n_devices': written['n_devices']})}")
