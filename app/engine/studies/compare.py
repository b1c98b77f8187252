"""Two scenarios side by side: where the time went, component by component, and why."""

from dataclasses import dataclass
from enum import StrEnum

from app.engine.groups import RESOURCE_LABELS, Group, Resource
from app.engine.roofline import Roof, roof
from app.engine.scenario import Scenario
from app.engine.step import ComponentTime, step

_SAME = 1e-9  # relative: below it two numbers are one


class CauseKind(StrEnum):
    """What changed about a component."""

    APPEARED = "appeared"
    VANISHED = "vanished"
    BOUND = "bound"
    FLOPS = "flops"
    COMPUTE_RATE = "compute_rate"
    BYTES = "bytes"
    BANDWIDTH = "bandwidth"
    COMMUNICATION = "communication"
    LAUNCHES = "launches"
    WAITING = "waiting"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One reason, as a kind and in words; `factor` is after over before where there are both [x]."""

    kind: CauseKind
    words: str
    factor: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One component in both steps [s]; one that a step lacks takes no time there."""

    name: str
    group: Group
    before_s: float
    after_s: float
    causes: tuple[Cause, ...]

    @property
    def difference_s(self) -> float:
        """Time that the second step takes more, or less when negative [s]."""
        return self.after_s - self.before_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A waterfall from one step to the other: the differences, the largest first, sum to that of the steps."""

    before_s: float
    after_s: float
    tokens_before: float
    tokens_after: float
    differences: tuple[Difference, ...]

    @property
    def difference_s(self) -> float:
        """Time that the second step takes more [s]."""
        return sum(part.difference_s for part in self.differences)

    @property
    def speedup(self) -> float:
        """How many times sooner the second does the same number of new tokens [x]."""
        return self.before_s / self.after_s * self.tokens_after / self.tokens_before


def compare(before: Scenario, after: Scenario) -> Comparison:
    """Where the estimated time of a step goes when one scenario becomes the other."""
    runs = step(before), step(after)
    parts_before, parts_after = ({part.name: part for part in run.components} for run in runs)
    rates = _Rates(before=roof(before), after=roof(after))
    differences = [
        _difference(parts_before.get(name), parts_after.get(name), rates) for name in {**parts_before, **parts_after}
    ]
    return Comparison(
        before_s=runs[0].estimate_s,
        after_s=runs[1].estimate_s,
        tokens_before=_tokens(before),
        tokens_after=_tokens(after),
        differences=tuple(sorted(differences, key=lambda part: -abs(part.difference_s))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rates:
    before: Roof
    after: Roof

    def compute(self, group: Group) -> float:
        """Factor between the arithmetic rates that a group reaches [x]."""
        core = group is Group.ATTENTION_CORE
        before, after = (
            one.attention_peak * one.attention_forward if core else one.gemm_peak * one.gemm
            for one in (self.before, self.after)
        )
        return after / before

    @property
    def bandwidth(self) -> float:
        """Factor between the memory rates that kernels reach [x]."""
        return self.after.bandwidth * self.after.memory / (self.before.bandwidth * self.before.memory)


def _tokens(scenario: Scenario) -> float:
    return scenario.forward.n_tokens * scenario.n_micro_batches * scenario.plan.dp


def _difference(before: ComponentTime | None, after: ComponentTime | None, rates: _Rates) -> Difference:
    one = before or after
    assert one is not None
    return Difference(
        name=one.name,
        group=one.group,
        before_s=0.0 if before is None else before.time_s,
        after_s=0.0 if after is None else after.time_s,
        causes=_causes(before, after, rates),
    )


def _causes(before: ComponentTime | None, after: ComponentTime | None, rates: _Rates) -> tuple[Cause, ...]:
    if before is None:
        return (Cause(kind=CauseKind.APPEARED, words="it is there in the second only"),)
    if after is None:
        return (Cause(kind=CauseKind.VANISHED, words="it is there in the first only"),)
    if abs(after.time_s - before.time_s) <= _SAME * before.time_s:
        return (Cause(kind=CauseKind.NONE, words="it takes the same time"),)
    bounds = _bound(before), _bound(after)
    causes = [] if bounds[0] is bounds[1] else [_bound_moved(*bounds)]
    waits_before, waits_after = before.waits_s, after.waits_s
    for resource, waited_s in waits_after.items():
        if abs(waited_s - waits_before[resource]) > _SAME * before.time_s:
            causes += _causes_in(resource, before, after, rates)
    return tuple(causes) or (Cause(kind=CauseKind.WAITING, words="its kernels wait for each other otherwise"),)


def _causes_in(resource: Resource, before: ComponentTime, after: ComponentTime, rates: _Rates) -> list[Cause]:
    match resource:
        case Resource.COMPUTE:
            flops = _factor(CauseKind.FLOPS, "the FLOPs of a device", before.executed_flops, after.executed_flops)
            rate = _factor(CauseKind.COMPUTE_RATE, "the arithmetic rate", 1.0, rates.compute(before.group))
            return [*flops, *rate]
        case Resource.MEMORY:
            moved = _factor(CauseKind.BYTES, "the bytes through memory", before.bytes_moved, after.bytes_moved)
            return [*moved, *_factor(CauseKind.BANDWIDTH, "the memory rate", 1.0, rates.bandwidth)]
        case Resource.COMMUNICATION:
            what = "the exposed time of its collectives"
            return _factor(CauseKind.COMMUNICATION, what, before.communication_s, after.communication_s)
        case _:
            launches = _factor(CauseKind.LAUNCHES, "the launches", before.n_launches, after.n_launches)
            what = "the idle time between kernels"
            return [*launches, *_factor(CauseKind.WAITING, what, before.latency_s, after.latency_s)]


def _factor(kind: CauseKind, what: str, before: float, after: float) -> list[Cause]:
    if abs(after - before) <= _SAME * max(before, after):
        return []
    if before <= 0 or after <= 0:  # a cache that holds all, a wire that hides entirely
        return [Cause(kind=kind, words=f"{what}: only in the {'second' if before <= 0 else 'first'}")]
    return [Cause(kind=kind, words=f"{after / before:.3g} times {what}", factor=after / before)]


def _bound_moved(before: Resource, after: Resource) -> Cause:
    words = f"bound by {RESOURCE_LABELS[before]} in the first, by {RESOURCE_LABELS[after]} in the second"
    return Cause(kind=CauseKind.BOUND, words=words)


def _bound(part: ComponentTime) -> Resource:
    waits = part.waits_s
    return max(waits, key=waits.__getitem__)
