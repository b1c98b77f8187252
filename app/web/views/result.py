"""The result: score, axes, the answer with its marks, the engine's numbers beside the candidate's, the reveal.

Everything here comes from what was stored with the grade; nothing is looked up in the bank again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.bank.question import PublicQuestion
from app.bank.reveal import Reveal, reveal_from_mapping
from app.engine.groups import GROUP_LABELS, RESOURCE_LABELS, Group, Resource
from app.practice.attempt import Attempt, Step
from app.practice.axes import AXES, AXIS_LABELS
from app.practice.outcome import Outcome, Truth, is_right, outcome_from_mapping
from app.practice.prediction import Prediction
from app.practice.reveal import revealed
from app.web import parts
from app.web.format import count, percent, quantity, times
from app.web.views.attempt import SituationView, predicted_sentence, situation_view
from app.web.views.reveal import RevealView, reveal_view
from app.web.views.understood import UnderstoodRow, understood

_MARKS = {
    "right": parts.Mark.GOOD,
    "close": parts.Mark.NEAR,
    "loose": parts.Mark.NEAR,
    "off": parts.Mark.NEAR,
    "wrong": parts.Mark.OFF,
}
_HEADS = {
    "right": "Right.",
    "close": "Close.",
    "loose": "Direction right, figure loose.",
    "off": "Off by more than two.",
    "wrong": "Not so.",
}
_FAMILIES = ("share.", "ceiling.", "speedup.", "flip.")
_HIGH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """A rung of an axis: what it asks for, and whether the answer has it."""

    axis: str
    level: int
    state: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterView:
    """What can be done next, and what may be told now: the topic, the follow-ups, the mock it belonged to."""

    topic: str
    follow_up: str
    next_title: str
    next_path: str
    mock: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """All that the result page shows."""

    situation: SituationView
    heading: str
    points: int
    words: str
    after_hints: str
    axes: tuple[parts.AxisScore, ...]
    pieces: tuple[parts.Piece, ...]
    notes: tuple[parts.Note, ...]
    remarks: tuple[str, ...]
    criteria: tuple[CriterionRow, ...]
    first_answer: str
    probe: str
    understood: tuple[UnderstoodRow, ...]
    predicted: str
    prediction_verdict: str
    reveal: RevealView
    graded_by: str
    attempt_id: str
    base: str
    explores: str
    after: AfterView


def result_view(question: PublicQuestion, attempt: Attempt, after: AfterView) -> ResultView:
    """The result of a graded attempt; StillLocked before the answer is in."""
    stored: Any = revealed(attempt, attempt.analyses)
    score: Any = attempt.score
    reveal = reveal_from_mapping(stored["reveal"])
    outcome = outcome_from_mapping(attempt.outcome or {})
    spans, notes = _marks(score)
    answer = attempt.answer or ""
    return ResultView(
        situation=situation_view(question, step=Step.RESULT, attempt=attempt),
        heading=heading(score["axes"]),
        points=outcome.points,
        words="of 100" + (", open book" if attempt.open_book else ""),
        after_hints=_after_hints(outcome),
        axes=_axis_scores(score["axes"]),
        pieces=parts.marked(answer, spans),
        notes=notes,
        remarks=tuple(score["notes"]),
        criteria=tuple(_criteria(score)),
        first_answer="" if attempt.first_answer in (None, answer) else str(attempt.first_answer),
        probe="" if attempt.first_answer is None else question.probe,
        understood=understood(answer, score["claims"], attempt.misread),
        predicted=predicted_sentence(question, attempt.prediction),
        prediction_verdict=_prediction_verdict(question, attempt.prediction, reveal),
        reveal=reveal_view(stored),
        graded_by=f"Grader {score['grader_version']}, rubric {score['rubric']['version']}, engine {reveal.engine}",
        attempt_id=attempt.id,
        base=f"/attempts/{attempt.id}",
        explores=_explores(question, reveal),
        after=after,
    )


def after_view(
    attempt: Attempt, *, n_variants: int, n_left: int, following: PublicQuestion | None, topic: str
) -> AfterView:
    """The ways on from a result."""
    left = (
        f"{n_left} of {n_variants} follow-ups are new to you."
        if n_left
        else "You met every follow-up; they move again."
    )
    return AfterView(
        topic=topic,
        follow_up=left if n_variants else "",
        next_title="" if following is None else following.title,
        next_path="" if following is None else f"/q/{following.public_id}",
        mock="" if attempt.terms.mock_id is None else f"/mocks/{attempt.terms.mock_id}",
    )


def heading(axes: Mapping[str, int]) -> str:
    """What happened, in one or two short sentences, what was right first."""
    saw = {True: "You saw through it.", False: "The trap caught you." if axes["trap"] == 0 else "The trap stands."}
    first = saw[axes["trap"] >= _HIGH]
    if axes["trap"] < _HIGH and axes["bottleneck"] >= _HIGH:
        first = "You named what binds. The trap stands."
    numbers = axes["numbers"]
    if numbers >= _HIGH:
        return f"{first} Your numbers hold."
    return f"{first} {'The numbers were missing.' if numbers == 0 else 'The number was not yours.'}"


def _axis_scores(axes: Mapping[str, int]) -> tuple[parts.AxisScore, ...]:
    lowest = min(axes.values())
    low = next((axis for axis in AXES if axes[axis] == lowest), "") if lowest < _HIGH else ""
    return tuple(parts.AxisScore(label=label, level=axes[axis], low=axis == low) for axis, label in AXIS_LABELS.items())


def _marks(score: Mapping[str, Any]) -> tuple[list[parts.MarkedSpan], tuple[parts.Note, ...]]:
    """The claims that could be checked, each a mark in the answer and a note under it, in the order of the text."""
    spans: list[parts.MarkedSpan] = []
    notes: list[parts.Note] = []
    said: set[tuple[int, int]] = set()
    claims = sorted(score["claims"], key=lambda claim: (claim["start"], claim["end"]))
    for claim in claims:
        place = (claim["start"], claim["end"])
        if claim["verdict"] not in _MARKS or claim["attribution"] != "self" or place in said:
            continue
        said.add(place)
        number = len(notes) + 1
        spans.append(parts.MarkedSpan(start=place[0], end=place[1], mark=_MARKS[claim["verdict"]], note=number))
        notes.append(parts.Note(n=number, head=_HEADS[claim["verdict"]], text=_read_by(claim) + _engine_says(claim)))
    return spans, tuple(notes)


def _read_by(claim: Mapping[str, Any]) -> str:
    """Whose reading it is, where it is not the rules' own."""
    return "As a language model read it. " if claim["rule"] == "model" else ""


def _engine_says(claim: Mapping[str, Any]) -> str:
    expected, fact = claim["expected"], claim["fact"]
    if expected is None:
        return ""
    if isinstance(expected, str):
        return f"Engine: {_component(expected)}."
    name = fact if fact.startswith(_FAMILIES) else fact.partition(".")[2]
    counted = f" ({claim['convention']})" if claim["convention"] else ""
    return f"Engine: {_figure(name, expected)}{counted}."


def _figure(name: str, value: float) -> str:
    if name.startswith("share."):
        return percent(value)
    if name.startswith(("ceiling.", "speedup.")):
        return times(value)
    if name.startswith("flip."):
        return f"{count(value)} tokens" if "_len" in name else count(value)
    return quantity(value, "1")


def _component(name: str) -> str:
    return GROUP_LABELS[Group(name)] if name in set(Group) else name


def _criteria(score: Mapping[str, Any]) -> Iterator[CriterionRow]:
    for criterion in score["criteria"]:
        yield CriterionRow(
            axis=AXIS_LABELS[criterion["axis"]],
            level=criterion["level"],
            state=criterion["status"],
            words=criterion["why"],
        )


def _prediction_verdict(question: PublicQuestion, prediction: Prediction | None, reveal: Reveal) -> str:
    if prediction is None:
        return ""
    truth = Truth(
        component=reveal.component,
        resource=reveal.resource,
        number=reveal.predicted_number,
        unit=question.ask.unit,
    )
    engine = quantity(reveal.predicted_number, question.ask.unit)
    verdict = {True: "Right", None: "There is no single answer", False: f"It is {_what_binds(reveal)}"}
    return f"{verdict[is_right(prediction, truth)]}; the engine says {engine} for the number."


def _what_binds(reveal: Reveal) -> str:
    if reveal.component is not None:
        return f"the {GROUP_LABELS[Group(reveal.component)]}"
    return "open" if reveal.resource is None else RESOURCE_LABELS[Resource(reveal.resource)]


def _explores(question: PublicQuestion, reveal: Reveal) -> str:
    """What there is to move, in words; empty where there is nothing."""
    if question.main is not None:
        return "Sliders, ranked levers, the map of what binds where."
    return "Sliders over the numbers that the law takes." if reveal.law_sliders else ""


def _after_hints(outcome: Outcome) -> str:
    """ "71 − 5 = 66", where hints were taken."""
    return f"{outcome.overall} − {outcome.hint_price} = {outcome.points}, after hints" if outcome.hint_price else ""
