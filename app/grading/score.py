"""Score: five axes, an overall mark, and for every criterion the words that earned or lost it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.grading.check import Checked
from app.grading.text import Span


class Axis(StrEnum):
    BOTTLENECK = "bottleneck"
    NUMBERS = "numbers"
    TRAP = "trap"
    FLIP = "flip"
    MOVE = "move"


AXIS_LABELS: dict[Axis, str] = {
    Axis.BOTTLENECK: "Bottleneck",
    Axis.NUMBERS: "Numbers",
    Axis.TRAP: "Trap",
    Axis.FLIP: "Flip",
    Axis.MOVE: "First move",
}
WEIGHTS: dict[Axis, float] = {
    Axis.BOTTLENECK: 7.5,
    Axis.NUMBERS: 5.75,
    Axis.TRAP: 2.25,
    Axis.FLIP: 4.75,
    Axis.MOVE: 4.75,
}
TOGETHER = 0.25  # how much the parts of an answer depend on each other: nothing at full marks, most in the middle


def overall(levels: Mapping[Axis, int], weights: Mapping[Axis, float] = WEIGHTS) -> int:
    """The mark of 100 that five levels give [0..100].

    The weighted sum w of the levels, less what a gap costs the rest: w (1 - TOGETHER (1 - w/100)). Scorers give half an
    answer less than half the marks: on the labelled answers the plain sum is off by 5.0 points on average, this by 3.9.
    """
    total = sum(weights[axis] * level for axis, level in levels.items())
    return round(total * (1 - TOGETHER * (1 - total / 100)))


LEVELS: dict[Axis, tuple[str, ...]] = {
    Axis.BOTTLENECK: (
        "absent, or the trap",
        "vague or half right",
        "right but mixed with wrong, or hedged",
        "right and specific",
        "right, specific, justified for this configuration",
    ),
    Axis.NUMBERS: (
        "none, or off by more than 3x",
        "one loosely right",
        "within 2x, or the key one right and another wrong",
        "key numbers within 25 %",
        "all key numbers within about 10 % with assumptions or derivation",
    ),
    Axis.TRAP: (
        "falls in",
        "does not address it",
        "rejects without a reason",
        "rejects with a reason",
        "rejects with a quantified reason",
    ),
    Axis.FLIP: (
        "none",
        '"it depends"',
        "the right variable",
        "variable with direction or rough threshold",
        "threshold within 25 %, or two sound conditions",
    ),
    Axis.MOVE: (
        "none or harmful",
        "generic",
        "the right lever",
        "right lever with reason or priority",
        "and how to verify it",
    ),
}


class Status(StrEnum):
    MET = "met"
    PARTIAL = "partial"
    MISSED = "missed"
    CAPPED = "capped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One rung of an axis, or what held it down; spans count characters of the answer."""

    id: str
    axis: Axis
    level: int
    status: Status
    spans: tuple[Span, ...]
    expected: str  # what the engine says, "" when nothing was compared
    said: str
    why: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    overall: int
    axes: Mapping[Axis, int]
    criteria: tuple[Criterion, ...]
    claims: tuple[Checked, ...]
    unread: tuple[Span, ...]
    coverage: float  # share of the sentences with content that gave a claim [0..1]
    notes: tuple[str, ...]
    rubric_id: str
    rubric_version: int
    rubric_sha256: str
    grader_version: str
    engine_version: str


def score_to_mapping(score: Score) -> dict[str, Any]:
    """The score as JSON: plain values, spans as start and end in characters of the answer."""
    return {
        "overall": score.overall,
        "axes": {str(axis): level for axis, level in score.axes.items()},
        "criteria": [_criterion(criterion) for criterion in score.criteria],
        "claims": [_claim(item) for item in score.claims],
        "unread": [_span(span) for span in score.unread],
        "coverage": round(score.coverage, 3),
        "notes": list(score.notes),
        "rubric": {"id": score.rubric_id, "version": score.rubric_version, "sha256": score.rubric_sha256},
        "grader_version": score.grader_version,
        "engine_version": score.engine_version,
    }


def _span(span: Span) -> dict[str, int]:
    return {"start": span.start, "end": span.end}


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "id": criterion.id,
        "axis": str(criterion.axis),
        "level": criterion.level,
        "status": str(criterion.status),
        "spans": [_span(span) for span in criterion.spans],
        "expected": criterion.expected,
        "said": criterion.said,
        "why": criterion.why,
        "next_step": criterion.next_step,
    }


def _claim(item: Checked) -> dict[str, Any]:
    claim = item.claim
    quantity, condition = claim.quantity, claim.condition
    return {
        "kind": str(claim.kind),
        "subject": claim.subject,
        "object": claim.object,
        "lever": claim.lever,
        "value": quantity.value if quantity else None,
        "unit": str(quantity.unit) if quantity else "",
        "polarity": "+" if claim.polarity else "-",
        "modality": str(claim.modality),
        "attribution": str(claim.attribution),
        "condition": {
            "param": condition.param,
            "op": condition.op,
            "value": condition.value,
            "formula": condition.formula,
        }
        if condition
        else None,
        "verdict": str(item.verdict),
        "fact": item.fact,
        "convention": item.convention,
        "expected": item.expected,
        "rule": claim.rule,
        **_span(claim.span),
    }
