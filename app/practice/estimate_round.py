"""A round of quick estimates as a value: guesses as they came, each scored by how many times it is off."""

from dataclasses import dataclass, replace
from datetime import datetime
from math import exp, log
from statistics import median

from app.practice.estimates import N_IN_A_ROUND, Estimate, estimates

_NOTHING_LEFT = 10.0  # times off


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateRound:
    """What the seed asks, and the guesses so far in its order [base units]."""

    id: str
    seed: int
    started_at: datetime
    guesses: tuple[float, ...] = ()

    @property
    def asked(self) -> tuple[Estimate, ...]:
        """All questions of the round."""
        return estimates(self.seed)

    @property
    def is_over(self) -> bool:
        """Whether every question has its guess."""
        return len(self.guesses) == N_IN_A_ROUND

    def guessed(self, place: int, value: float) -> "EstimateRound":
        """The round with one more guess; one for another place than the open one came twice and changes nothing."""
        return self if place != len(self.guesses) or self.is_over else replace(self, guesses=(*self.guesses, value))


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundScore:
    """Mean points, and how many times off the guesses were in the median."""

    points: float
    times_off: float


def times_off(guess: float, value: float) -> float:
    """How many times too large or too small a guess is [x]: 1 is exact."""
    return exp(abs(log(guess / value)))


def points(guess: float, value: float) -> int:
    """100 for an exact guess, 0 from ten times off: 100·(1 − |log10(guess/value)|)."""
    return round(100 * max(0.0, 1 - log(times_off(guess, value)) / log(_NOTHING_LEFT)))


def score(played: EstimateRound) -> RoundScore | None:
    """The score of the guesses so far; None before the first."""
    if not played.guesses:
        return None
    pairs = [(guess, asked.value) for guess, asked in zip(played.guesses, played.asked, strict=False)]
    return RoundScore(
        points=sum(points(*pair) for pair in pairs) / len(pairs),
        times_off=median(times_off(*pair) for pair in pairs),
    )
