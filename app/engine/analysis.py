"""analyze(Scenario) -> Analysis: the one place where the formulas meet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from app.engine.flops import COUNTED_GROUPS, forward_flops, step_factor
from app.engine.groups import Group, Resource
from app.engine.memory import Memory, memory
from app.engine.scenario import Scenario
from app.engine.step import ComponentTime, Step, step
from app.engine.transformer import Parameters, multiplying_parameters, parameters


class Component(NamedTuple):
    """One leaf of the model in a step: counted FLOPs on all devices [FLOP], and its time on one device [s]."""

    name: str
    group: Group
    flops: float
    flops_share: float
    executed_flops: float
    bytes_moved: float
    time_s: float
    time_share: float
    bound: Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time as a range [s]: the speed of light, what to expect, and nothing overlapped."""

    lower: float
    estimate: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck:
    """What binds: the group and the resource with the most time; the same by counted FLOPs beside it."""

    component: Group
    resource: Resource
    component_by_flops: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """Everything the engine says about one scenario."""

    scenario: Scenario
    components: tuple[Component, ...]
    flops_total: float
    flops_forward: float
    time_s: Span
    resource_s: Mapping[Resource, float]
    bottleneck: Bottleneck
    bubble_share: float
    memory: Memory
    parameters: Parameters
    multiplying_parameters: int

    def flops_share(self, group: Group) -> float:
        """Share of the counted FLOPs in a component group [0..1]."""
        return sum(part.flops for part in self.components if part.group is group) / self.flops_total

    def time_share(self, group: Group) -> float:
        """Share of the estimated step time in a component group [0..1]."""
        return sum(part.time_share for part in self.components if part.group is group)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that occur, in the order in which they run."""
        return tuple(dict.fromkeys(part.group for part in self.components))


def analyze(scenario: Scenario) -> Analysis:
    """Count, time and weigh one scenario; what does not fit in memory is computed all the same and marked."""
    once = forward_flops(scenario)
    factor = step_factor(scenario)
    counted = {name: flops * factor for name, flops in once.items()}
    run = step(scenario)
    flops_total = sum(counted.values())
    components = tuple(_component(part, counted, flops_total, run) for part in run.components)
    waits = _waits(run)
    return Analysis(
        scenario=scenario,
        components=components,
        flops_total=flops_total,
        flops_forward=sum(once.values()) * scenario.n_micro_batches * scenario.plan.dp,
        time_s=Span(lower=run.lower_s, estimate=run.estimate_s, upper=run.upper_s),
        resource_s=waits,
        bottleneck=Bottleneck(
            component=_largest((part.group, part.time_s) for part in components),
            resource=max(waits, key=waits.__getitem__),
            component_by_flops=_largest((COUNTED_GROUPS[name], flops) for name, flops in counted.items()),
        ),
        bubble_share=run.bubble_share,
        memory=memory(scenario),
        parameters=parameters(scenario.model),
        multiplying_parameters=multiplying_parameters(scenario.model),
    )


def _component(part: ComponentTime, counted: Mapping[str, float], flops_total: float, run: Step) -> Component:
    flops, time_s = counted.get(part.name, 0), part.time_s
    shares = (flops / flops_total, time_s / run.estimate_s)
    return Component(
        part.name, part.group, flops, shares[0], part.executed_flops, part.bytes_moved, time_s, shares[1], _bound(part)
    )


def _bound(part: ComponentTime) -> Resource:
    compute, memory_, communication, latency = part.compute_s, part.memory_s, part.communication_s, part.latency_s
    most = max(compute, memory_, communication, latency)
    if most == compute:
        return Resource.COMPUTE
    if most == memory_:
        return Resource.MEMORY
    return Resource.COMMUNICATION if most == communication else Resource.LATENCY


def _waits(run: Step) -> dict[Resource, float]:
    compute = memory_ = communication = latency = 0.0
    for part in run.components:
        compute += part.compute_s
        memory_ += part.memory_s
        communication += part.communication_s
        latency += part.latency_s
    return {
        Resource.COMPUTE: compute,
        Resource.MEMORY: memory_,
        Resource.COMMUNICATION: communication,
        Resource.LATENCY: latency,
    }


def _largest(sizes: Iterable[tuple[Group, float]]) -> Group:
    sums: dict[Group, float] = {}
    for group, size in sizes:
        sums[group] = sums.get(group, 0.0) + size
    return max(sums, key=sums.__getitem__)
