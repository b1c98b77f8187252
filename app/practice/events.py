"""What can happen to an attempt, one small value each; `Attempt.after` says what follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from app.practice.prediction import Prediction


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The candidate has read the question and turns to the prediction."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBook:
    """The candidate asks for the neutral instrument; there is no way back to a closed book."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    prediction: Prediction


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    text: str
    revision: int  # the one this text was written over, as the browser knew it
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hinted:
    """The candidate takes the hint after the `taken` that their page knew of, so that a second click buys none."""

    taken: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """The candidate hands in a first version, and the interviewer asks one question back; one revision follows."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    score: Mapping[str, object]
    analyses: Mapping[str, object]
    outcome: Mapping[str, object]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """The candidate has left the result for the instrument with everything."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MeantOtherwise:
    """A claim that the grader read is not what the candidate meant. Kept for whoever improves the grader."""

    claim: int  # its place among the claims of the score
    meant: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """The candidate disagrees with the grade, in their own words."""

    text: str
    at: datetime


Event: TypeAlias = (
    Read | OpenBook | Predicted | Drafted | Hinted | Probed | Answered | Graded | Explored | MeantOtherwise | Disputed
)
