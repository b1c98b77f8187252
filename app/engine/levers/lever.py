"""A lever: something one may do about a scenario, as a function from scenario to scenario."""

from collections.abc import Callable
from dataclasses import dataclass

from app.engine.checks import require_not_negative, require_positive
from app.engine.groups import Group, Resource
from app.engine.scenario import Scenario

MATMULS = (Group.MLP, Group.PROJECTIONS, Group.HEAD, Group.EXPERTS, Group.ROUTER)  # with weights: not the core
EVERYTHING = tuple(Group)
WAITS = (Resource.COMPUTE, Resource.MEMORY, Resource.COMMUNICATION, Resource.LATENCY)  # what time goes to


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicable:
    """Why a lever does nothing here, in one sentence."""

    reason: str


Change = Callable[[Scenario], Scenario | NotApplicable]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """What changes, and what that can shorten at most: the waits for `relieves` of the groups in `acts_on`.

    Relieving capacity makes room and shortens nothing by itself. `spares` are pairs of group and resource that it
    leaves alone, `also` are leaves beside them that it may shorten. Of the tokens of a changed step the share `kept`
    counts [0..1]; `extra_steps` run beside it, in steps as they were [1]; `slowed_by` is how much longer the touched
    time is than the scenario says, where the scenario cannot say it [1]. A lever that is `whole` removes all of the
    work it is about, so that its gain is its own bound; one that `fills_waves` makes matmuls larger, which can save
    what their unfilled waves take.
    """

    id: str
    name: str
    acts_on: tuple[Group, ...]
    relieves: tuple[Resource, ...]
    apply: Change
    cost: str
    risk: str
    spares: tuple[tuple[Group, Resource], ...] = ()
    also: tuple[str, ...] = ()
    kept: float = 1.0
    extra_steps: float = 0.0
    slowed_by: float = 1.0
    whole: bool = False
    fills_waves: bool = False

    def __post_init__(self) -> None:
        require_positive(self, "kept", "slowed_by")
        require_not_negative(self, "extra_steps")

    def touches(self, group: Group, resource: Resource) -> bool:
        """Whether it can shorten what that group waits for that resource."""
        return group in self.acts_on and resource in self.relieves and (group, resource) not in self.spares
