"""Marks: what one marker gave a series of answers, overall and by axis, as columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from app.evaluation.agreement import Numbers
from app.evaluation.answers import LabelledAnswer, Scoring
from app.evaluation.resampling import Places
from app.grading.score import Axis, Score

AXES = tuple(Axis)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Marks:
    """`table` has a row an answer: overall [0..100], then each axis [0..4]."""

    table: Numbers

    @classmethod
    def of(cls, table: Numbers) -> "Marks":
        """Marks from any numbers, held to what can be given."""
        return cls(table=np.clip(table, 0, [100, *(4 for _ in AXES)]))

    @property
    def overall(self) -> Numbers:
        return self.table[:, 0]

    def axis(self, axis: Axis) -> Numbers:
        """Whole levels."""
        return np.rint(self.table[:, 1 + AXES.index(axis)])

    def at(self, places: Places) -> "Marks":
        """The marks of some of the answers."""
        return Marks(table=self.table[places])


def marks_of(given: Iterable[Score | Scoring]) -> Marks:
    """The marks of scores or scorings, in their order."""
    rows = [[one.overall, *(one.axes[axis] for axis in AXES)] for one in given]
    return Marks(table=np.array(rows, dtype=float).reshape(len(rows), 1 + len(AXES)))


def scorers(answers: Sequence[LabelledAnswer]) -> tuple[Marks, ...]:
    """Each scorer's marks; ValueError when the answers do not all have equally many."""
    counts = {len(labelled.scorings) for labelled in answers}
    if len(counts) > 1:
        raise ValueError(f"scores: some answers have {min(counts)}, others {max(counts)}; all need equally many")
    return tuple(marks_of(labelled.scorings[place] for labelled in answers) for place in range(max(counts, default=0)))


def mean_marks(answers: Sequence[LabelledAnswer]) -> Marks:
    """What the scorers gave, averaged."""
    return Marks(table=np.mean([marks.table for marks in scorers(answers)], axis=0))
