"""Calibration: how often a candidate is right at each level of confidence, and the Brier score (Brier 1950)."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from app.practice.prediction import brier
from app.practice.record import Record

_EDGES = (50, 60, 70, 80, 90, 100)
_Z = 1.96  # of a 95 % interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Predictions of like confidence: their mean [percent], how many there are, how many of them were right."""

    low: int
    high: int
    confidence: float
    n: int
    n_right: int

    @property
    def right(self) -> float:
        """Share of them that was right [0..1]."""
        return self.n_right / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of that share (Wilson 1927) [0..1]: of three predictions it says how little they say."""
        n, p = self.n, self.right
        middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The curve, and the mean Brier score: 0 is sure and right, 0.25 is a coin."""

    buckets: tuple[Bucket, ...]
    brier: float
    n: int
    confidence: float  # mean [percent]
    right: float  # share [0..1]


def calibration(records: Iterable[Record]) -> Calibration | None:
    """The calibration of all predictions that can be right or wrong; None while there is none."""
    pairs = [
        (record.confidence, record.outcome.predicted_right)
        for record in records
        if record.confidence is not None and record.outcome is not None and record.outcome.predicted_right is not None
    ]
    if not pairs:
        return None
    return Calibration(
        buckets=tuple(_buckets(pairs)),
        brier=sum(brier(confidence, correct=right) for confidence, right in pairs) / len(pairs),
        n=len(pairs),
        confidence=sum(confidence for confidence, _ in pairs) / len(pairs),
        right=sum(right for _, right in pairs) / len(pairs),
    )


# Private


def _buckets(pairs: list[tuple[int, bool]]) -> Iterable[Bucket]:
    for low, high in pairwise(_EDGES):
        members = [pair for pair in pairs if low <= pair[0] < high]
        if members:
            yield Bucket(
                low=low,
                high=high,
                confidence=sum(confidence for confidence, _ in members) / len(members),
                n=len(members),
                n_right=sum(right for _, right in members),
            )
