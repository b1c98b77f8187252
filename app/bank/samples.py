"""Sample answers with labels: what the grader should make of them, said by a person before it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.grading.score import Axis


class SampleKind(StrEnum):
    """What an answer is an example of."""

    STRONG = "strong"
    PARTIAL = "partial"
    TRAP = "trap"
    OVER_CORRECTION = "over-correction"
    HOSTILE = "hostile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An answer, the level it deserves on each axis, and its points."""

    kind: SampleKind
    text: str
    axes: Mapping[Axis, int]
    overall: int
    changed: str | None = None  # why a label is not the first that was given
