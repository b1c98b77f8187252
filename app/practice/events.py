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
class Answered:
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    score: Mapping[str, object]
    analyses: Mapping[str, object]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """The candidate has left the result for the instrument with everything."""

    at: datetime


Event: TypeAlias = Read | OpenBook | Predicted | Drafted | Answered | Graded | Explored
