"""What is left of a graded attempt when its texts are put aside: the figures that progress is made of."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import log
from typing import Any

from app.engine.groups import Group
from app.practice.prediction import Prediction, option_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Overall and axes as graded, what hints cost, whether the prediction was right, how far off its number was."""

    overall: int
    axes: Mapping[str, int]
    hint_price: int
    predicted_right: bool | None
    log_error: float | None  # |ln(predicted / engine's)|; of a speed-up, of what it gains

    @property
    def points(self) -> int:
        """Points after hints: "71 - 5 = 66"."""
        return max(0, self.overall - self.hint_price)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the engine says to a prediction: the component or the resource that binds, the number and its unit."""

    component: str | None
    resource: str | None
    number: float
    unit: str


def outcome_of(score: Mapping[str, Any], *, prediction: Prediction | None, truth: Truth, hint_price: int) -> Outcome:
    """The outcome of a grade, given as it is stored."""
    return Outcome(
        overall=score["overall"],
        axes=dict(score["axes"]),
        hint_price=hint_price,
        predicted_right=None if prediction is None else is_right(prediction, truth),
        log_error=None if prediction is None else number_error(prediction.number, truth),
    )


def is_right(prediction: Prediction, truth: Truth) -> bool | None:
    """Whether the prediction names what binds: the component, or the resource where no component is the answer."""
    if truth.component is not None:
        return prediction.component == option_for(Group(truth.component))
    if truth.resource is None:
        return None
    return None if prediction.resource is None else prediction.resource == truth.resource


def number_error(number: float | None, truth: Truth) -> float | None:
    """|ln(predicted / engine's)| [1]; a speed-up is compared by what it gains. None where there is no ratio."""
    offset = 1.0 if truth.unit == "x" else 0.0
    if number is None or number - offset <= 0 or not 0 < truth.number - offset < float("inf"):
        return None
    return abs(log((number - offset) / (truth.number - offset)))


def outcome_to_mapping(outcome: Outcome) -> dict[str, Any]:
    """The outcome as it is stored."""
    return asdict(outcome)


def outcome_from_mapping(stored: Mapping[str, Any]) -> Outcome:
    """The outcome as it was stored."""
    return Outcome(**stored)
