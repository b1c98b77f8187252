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
from app.practice.prediction import Prediction, option_for
from app.practice.reveal import revealed
from app.web import parts
from app.web.format import count, percent, quantity, times
from app.web.views.attempt import SituationView, predicted_sentence, situation_view
from app.web.views.derivation import DerivationRow, stored_lines
from app.web.views.prose import Sentence, written

_AXES = ("bottleneck", "numbers", "trap", "flip", "move")
_AXIS_LABELS = ("Bottleneck", "Numbers", "Trap", "Flip", "First move")
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
class SayingRow:
    """A common claim and the verdict on it."""

    claim: str
    verdict: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """All that the result page shows."""

    situation: SituationView
    heading: str
    overall: int
    words: str
    axes: tuple[parts.AxisScore, ...]
    pieces: tuple[parts.Piece, ...]
    notes: tuple[parts.Note, ...]
    remarks: tuple[str, ...]
    criteria: tuple[CriterionRow, ...]
    predicted: str
    prediction_verdict: str
    trap: Sentence
    numbers: tuple[Sentence, ...]
    flip: Sentence
    moves: tuple[Sentence, ...]
    people_say: tuple[SayingRow, ...]
    derivation: tuple[DerivationRow, ...]
    convention: str
    sources: tuple[str, ...]
    graded_by: str
    attempt_id: str
    explore: str


def result_view(question: PublicQuestion, attempt: Attempt) -> ResultView:
    """The result of a graded attempt; StillLocked before the answer is in."""
    stored: Any = revealed(attempt, attempt.analyses)
    score: Any = attempt.score
    reveal = reveal_from_mapping(stored["reveal"])
    spans, notes = _marks(score)
    return ResultView(
        situation=situation_view(question, step=Step.RESULT),
        heading=heading(score["axes"]),
        overall=score["overall"],
        words="of 100" + (", open book" if attempt.open_book else ""),
        axes=_axis_scores(score["axes"]),
        pieces=parts.marked(attempt.answer or "", spans),
        notes=notes,
        remarks=tuple(score["notes"]),
        criteria=tuple(_criteria(score)),
        predicted=predicted_sentence(question, attempt.prediction),
        prediction_verdict=_prediction_verdict(question, attempt.prediction, reveal),
        trap=written(reveal.trap),
        numbers=tuple(written(line) for line in reveal.numbers),
        flip=written(reveal.flip),
        moves=tuple(written(line) for line in reveal.moves),
        people_say=tuple(SayingRow(claim=said.claim, verdict=written(said.verdict)) for said in reveal.people_say),
        derivation=stored_lines(stored["derivation"]),
        convention=stored["analysis"]["convention"] if stored["analysis"] else "",
        sources=reveal.sources,
        graded_by=f"Grader {score['grader_version']}, rubric {score['rubric']['version']}, engine {reveal.engine}",
        attempt_id=attempt.id,
        explore=f"/attempts/{attempt.id}/explore",
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
    low = next((axis for axis in _AXES if axes[axis] == lowest), "") if lowest < _HIGH else ""
    return tuple(
        parts.AxisScore(label=label, level=axes[axis], low=axis == low)
        for axis, label in zip(_AXES, _AXIS_LABELS, strict=True)
    )


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
        notes.append(parts.Note(n=number, head=_HEADS[claim["verdict"]], text=_engine_says(claim)))
    return spans, tuple(notes)


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
    labels = dict(zip(_AXES, _AXIS_LABELS, strict=True))
    for criterion in score["criteria"]:
        yield CriterionRow(
            axis=labels[criterion["axis"]],
            level=criterion["level"],
            state=criterion["status"],
            words=criterion["why"],
        )


def _prediction_verdict(question: PublicQuestion, prediction: Prediction | None, reveal: Reveal) -> str:
    if prediction is None:
        return ""
    wrong = list(_wrong_words(prediction, reveal))
    verdict = f"It is the {' and '.join(wrong)}" if wrong else "Right"
    engine = quantity(reveal.predicted_number, question.ask.unit)
    return f"{verdict}; the engine says {engine} for the number."


def _wrong_words(prediction: Prediction, reveal: Reveal) -> Iterator[str]:
    """What binds, where the prediction says another; the resource only where no component is the answer."""
    if reveal.component is not None:
        if prediction.component != option_for(Group(reveal.component)):
            yield GROUP_LABELS[Group(reveal.component)]
    elif reveal.resource is not None and prediction.resource not in (None, reveal.resource):
        yield RESOURCE_LABELS[Resource(reveal.resource)]
