"""The prediction a candidate locks in before answering: what it may say, and how sure it was."""

import math
from dataclasses import dataclass
from datetime import datetime

from app.engine.groups import Group, Resource
from app.engine.workload import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    component: str
    resource: str | None = None
    number: float | None = None
    confidence: int  # percent; below 50 the candidate would have chosen something else
    at: datetime

    def __post_init__(self) -> None:
        if not 50 <= self.confidence <= 99:
            raise ValueError(f"confidence: {self.confidence} is not between 50 and 99 percent")
        if self.number is not None and not math.isfinite(self.number):
            raise ValueError(f"number: {self.number} is not a finite number")
        if self.at.tzinfo is None:
            raise ValueError(f"at: {self.at} has no time zone")

    def says_the_same_as(self, other: "Prediction") -> bool:
        """Whether both predict the same, whenever they were made."""
        return _content(self) == _content(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    id: str
    label: str


def component_options(phase: Phase) -> tuple[Option, ...]:
    """The components to choose from: one fixed list per phase, so that the list says nothing about the question."""
    return tuple(
        Option(id=group, label=label)
        for group, label in _COMPONENT_LABELS.items()
        if phase is Phase.TRAINING or group is not Group.OPTIMIZER
    )


def resource_options() -> tuple[Option, ...]:
    return tuple(Option(id=resource, label=label) for resource, label in _RESOURCE_LABELS.items())


def option_for(group: Group) -> Group:
    """The option that stands for a component group: the groups that are no option of their own have a home."""
    return _HOMES.get(group, group)


def brier(confidence: int, *, correct: bool) -> float:
    """(confidence - outcome)^2 [1]: 0 is sure and right, 0.25 is a coin, 0.98 is sure and wrong (Brier 1950)."""
    return (confidence / 100 - correct) ** 2


# ---------------------------------------------------------------------------------------------------------------------

_COMPONENT_LABELS = {
    Group.MLP: "MLP, experts included",
    Group.PROJECTIONS: "Q, K, V and O projections",
    Group.ATTENTION_CORE: "Attention core: scores, softmax, weighted sum, reading the KV cache",
    Group.HEAD: "Output head over the vocabulary",
    Group.NORMS: "Norms, residuals, activations and other element-wise work",
    Group.OPTIMIZER: "Optimizer step",
    Group.COMMUNICATION: "Communication between devices",
}

_RESOURCE_LABELS = {
    Resource.COMPUTE: "Compute: the arithmetic units are busy",
    Resource.MEMORY: "Memory bandwidth: the bytes to move set the time",
    Resource.COMMUNICATION: "Communication: the links between devices set the time",
    Resource.LATENCY: "Latency: launches, hops and waiting, whatever the size",
    Resource.CAPACITY: "Capacity: it does not fit in memory",
}

_HOMES = {Group.EXPERTS: Group.MLP, Group.ROUTER: Group.MLP, Group.EMBEDDING: Group.NORMS}


def _content(prediction: Prediction) -> tuple[str, str | None, float | None, int]:
    return prediction.component, prediction.resource, prediction.number, prediction.confidence
