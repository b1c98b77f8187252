"""Sample answers held against their labels: where the grader and the person who wrote the labels part."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.bank.read import Question
from app.bank.samples import Sample
from app.grading.grade import grade

MOST_BY_AXIS = 1
MOST_OVERALL = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A sample whose grade lies too far from a label: which label, what it says, what the grader says."""

    question_id: str
    index: int
    kind: str
    what: str  # an axis, or overall
    label: int
    graded: int

    def __str__(self) -> str:
        place = f"{self.question_id}: samples.{self.index} ({self.kind})"
        return f"{place}: {self.what} is labelled {self.label}, graded {self.graded}"


def misses(question: Question) -> tuple[Miss, ...]:
    """Every label of the question's samples that the grader misses by more than a level, or ten points."""
    return tuple(
        Miss(question_id=question.public.id, index=index, kind=sample.kind, what=what, label=label, graded=graded)
        for index, sample in enumerate(question.key.samples)
        for what, label, graded in _far(question, sample)
    )


def _far(question: Question, sample: Sample) -> Iterator[tuple[str, int, int]]:
    score = grade(sample.text, rubric=question.key.rubric, analyses=question.key.analyses)
    for axis, label in sample.axes.items():
        if abs(score.axes[axis] - label) > MOST_BY_AXIS:
            yield str(axis), label, score.axes[axis]
    if abs(score.overall - sample.overall) > MOST_OVERALL:
        yield "overall", sample.overall, score.overall
