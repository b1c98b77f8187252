"""Answers to be graded, and the same with the labels that people gave them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.grading.score import Axis


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A text that answers a question of the bank; `id` is the caller's own name for it."""

    id: str | int
    scenario: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """What one person gave one answer."""

    overall: float
    axes: Mapping[Axis, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledAnswer:
    """An answer with at least one scoring; scorers keep their places in a file."""

    answer: Answer
    scorings: tuple[Scoring, ...]

    @property
    def overall(self) -> float:
        """The mean of what it was given [0..100]."""
        return sum(scoring.overall for scoring in self.scorings) / len(self.scorings)


def answer_from_mapping(written: Mapping[str, Any]) -> Answer:
    """Read `{"id", "scenario", "text"}`, whatever else is there; ValueError names the field."""
    given = written.get("id")
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        raise ValueError(f"id: {_shown(written, 'id')}; write a text or a whole number")
    return Answer(id=given, scenario=_text(written, "scenario"), text=_text(written, "text"))


def labelled_from_mapping(written: Mapping[str, Any]) -> LabelledAnswer:
    """As `answer_from_mapping`, with `scores`: one mapping a scorer, each axis 0 to 4 and `overall` 0 to 100."""
    answer = answer_from_mapping(written)
    scores = written.get("scores")
    if not isinstance(scores, list) or not scores:
        raise ValueError(f"scores: {_shown(written, 'scores')}; write a list with a mapping for each scorer")
    return LabelledAnswer(
        answer=answer, scorings=tuple(_scoring(score, f"scores.{place}") for place, score in enumerate(scores))
    )


def _scoring(written: object, path: str) -> Scoring:
    if not isinstance(written, Mapping):
        raise ValueError(f"{path}: {written!r:.60} is not a mapping of axes")
    levels = {axis: _number(written, axis, path, most=4) for axis in Axis}
    for axis, level in levels.items():
        if level != int(level):
            raise ValueError(f"{path}.{axis}: {level:g} is not a whole level")
    return Scoring(
        overall=_number(written, "overall", path, most=100), axes={axis: int(level) for axis, level in levels.items()}
    )


def _number(written: Mapping[str, Any], name: str, path: str, *, most: int) -> float:
    value = written.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        raise ValueError(f"{path}.{name}: {_shown(written, name)}; write a number from 0 to {most}")
    return float(value)


def _text(written: Mapping[str, Any], name: str) -> str:
    value = written.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name}: {_shown(written, name)}; write a text")
    return value


def _shown(written: Mapping[str, Any], name: str) -> str:
    return f"{written[name]!r:.60} does not fit" if name in written else "missing"
