"""Each criterion of a question against labels: how often it is met rightly, how often missed, and the wrong cases.

A label is a level, so "numbers.3" is truly met where the label says 3 or 4; of two scorers who differ each counts half.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.evaluation.answers import LabelledAnswer
from app.grading.score import LEVELS, Axis, Criterion, Score, Status

Graded = tuple[LabelledAnswer, Score]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongCase:
    """An answer that got a criterion against its labels, or missed it against them."""

    answer: str | int
    met: bool
    labels: tuple[int, ...]  # the scorers' levels on that axis
    level: int  # the grader's
    quotes: tuple[str, ...]  # what earned it, or what a cap blamed


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One criterion over all answers."""

    id: str
    words: str
    true: float  # answers whose labels say it is met
    found: int  # answers of which the grader says so
    right: float  # answers of which both do
    wrong: tuple[WrongCase, ...]

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else float("nan")

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else float("nan")


def rungs(graded: Sequence[Graded]) -> tuple[Tally, ...]:
    """A tally for each level of each axis."""
    return tuple(_rung(graded, axis, level) for axis in Axis for level in range(1, 5))


def caps(graded: Sequence[Graded]) -> tuple[Tally, ...]:
    """A tally for each cap that held a level down: right where the label is no higher. Nobody labels what it missed."""
    fired = sorted({item.id for _, score in graded for item in _capped(score)})
    return tuple(_cap(graded, name) for name in fired)


def _rung(graded: Sequence[Graded], axis: Axis, level: int) -> Tally:
    cases = [(labelled, score, _share(labelled, axis, level)) for labelled, score in graded]
    found = [case for case in cases if case[1].axes[axis] >= level]
    return Tally(
        id=f"{axis}.{level}",
        words=LEVELS[axis][level],
        true=sum(share for *_, share in cases),
        found=len(found),
        right=sum(share for *_, share in found),
        wrong=tuple(
            _wrong(labelled, score, axis, met=met, earned=_earning(score, axis, level) if met else ())
            for labelled, score, share in cases
            if (met := score.axes[axis] >= level) != (share >= 0.5) and share != 0.5
        ),
    )


def _cap(graded: Sequence[Graded], name: str) -> Tally:
    cases = [(labelled, score, item) for labelled, score in graded for item in _capped(score) if item.id == name]
    shares = [1 - _share(labelled, item.axis, item.level + 1) for labelled, _, item in cases]
    return Tally(
        id=name,
        words=cases[0][2].why,
        true=float("nan"),
        found=len(cases),
        right=sum(shares),
        wrong=tuple(
            _wrong(labelled, score, item.axis, met=True, earned=(item,))
            for (labelled, score, item), share in zip(cases, shares, strict=True)
            if share < 0.5
        ),
    )


def _wrong(labelled: LabelledAnswer, score: Score, axis: Axis, *, met: bool, earned: Iterable[Criterion]) -> WrongCase:
    text = labelled.answer.text
    spans = sorted({span for criterion in earned for span in criterion.spans})
    return WrongCase(
        answer=labelled.answer.id,
        met=met,
        labels=tuple(scoring.axes[axis] for scoring in labelled.scorings),
        level=score.axes[axis],
        quotes=tuple(text[span.start : span.end] for span in spans),
    )


def _share(labelled: LabelledAnswer, axis: Axis, level: int) -> float:
    given = [scoring.axes[axis] >= level for scoring in labelled.scorings]
    return sum(given) / len(given)


def _earning(score: Score, axis: Axis, level: int) -> Iterator[Criterion]:
    for item in score.criteria:
        if item.axis is axis and item.status is Status.MET and item.level >= level:
            yield item


def _capped(score: Score) -> Iterator[Criterion]:
    return (item for item in score.criteria if item.status is Status.CAPPED)
