"""The public half of a question: all that a candidate may see before the answer is locked, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.bank.given import Given
from app.engine.groups import Group
from app.engine.scenario import Scenario
from app.engine.workload import Phase
from app.profile.profile import Profile


class Level(StrEnum):
    """How far a candidate should be for it."""

    SCREEN = "screen"
    MID = "mid"
    STAFF = "staff"


class Scale(StrEnum):
    """How a slider's positions are spread over its range."""

    LINEAR = "linear"
    LOG = "log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """A number that may be moved between `low` and `high`, or a choice. `group`: what a `speedup` slider speeds up."""

    name: str
    label: str
    low: float | None = None
    high: float | None = None
    scale: Scale = Scale.LINEAR
    choices: tuple[str, ...] = ()
    group: Group | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The one number that a prediction asks for, in which unit, and of which of the question's scenarios."""

    text: str
    unit: str
    scenario: str | None = None  # None where the question's figures come from laws


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicQuestion:
    """What a candidate reads. `public_id` stands in URLs; `id` and `topic` would say too much there."""

    id: str
    public_id: str
    topic: str
    title: str
    level: Level
    minutes: int
    tags: tuple[str, ...]
    requires: tuple[str, ...]  # ids of the questions to meet before
    prompt: tuple[str, ...]  # paragraphs
    probe: str  # what the interviewer asks between the answer and the reveal
    qualitative: str | None  # why the engine has no model of it; None where it has one
    given: Given
    profile: Profile | None  # a measured step, given as a table
    scenarios: Mapping[str, Scenario]
    ask: Ask
    sliders: tuple[Slider, ...]
    version: int
    digest: str  # SHA-256 of the canonical files, key included: names the version, tells nothing

    @property
    def phase(self) -> Phase:
        """The phase of the work in question: it chooses the list of prediction options."""
        return self.given.phase

    @property
    def main(self) -> Scenario | None:
        """The scenario that sliders move; None where the figures come from laws."""
        return None if self.ask.scenario is None else self.scenarios[self.ask.scenario]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicVariant:
    """The public half of a variant: the same question with something moved. Whether the answer moves is the key's."""

    prompt: tuple[str, ...]
    given: Given
    scenarios: Mapping[str, Scenario]
    ask: Ask

    @property
    def phase(self) -> Phase:
        """As of the question."""
        return self.given.phase
