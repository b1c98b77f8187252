"""What each lever gains: the changed scenario analysed again, beside Amdahl's bound for what the lever touches."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.amdahl import ceiling
from app.engine.analysis import Analysis, Bottleneck, analyze
from app.engine.flips import Basis
from app.engine.groups import Resource
from app.engine.levers.catalogue import LEVERS, lever
from app.engine.levers.lever import Lever, NotApplicable
from app.engine.scenario import Launch, Scenario
from app.engine.step import BUBBLE, IMBALANCE, ComponentTime, Step, step

_IDLE = (BUBBLE, IMBALANCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The most that could be gained by what is touched: its share [0..1] of the basis, and 1/(1-share) [x]."""

    share: float
    speedup: float
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverResult:
    """A lever on a scenario: how many times sooner the same work is done [x], the bound, and what follows."""

    lever: Lever
    speedup: float
    bound: Bound
    before: Analysis
    after: Analysis

    @property
    def speedup_per_device(self) -> float:
        """The speed-up for the devices that it takes [x]: below one where more devices gain less than their number."""
        return self.speedup * self.before.scenario.n_devices / self.after.scenario.n_devices

    @property
    def bottleneck(self) -> Bottleneck:
        """What binds once the lever is pulled."""
        return self.after.bottleneck

    @property
    def fits(self) -> bool:
        """Whether the changed scenario fits in memory."""
        return self.after.memory.shortfall <= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A lever that does nothing here, and why in one sentence."""

    lever: Lever
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Levers on one scenario: those that apply, the largest gain first, and those that do not."""

    results: tuple[LeverResult, ...]
    refused: tuple[Refused, ...]

    @property
    def next_bottleneck(self) -> Bottleneck | None:
        """What binds after the best lever; None where none applies."""
        return self.results[0].bottleneck if self.results else None


def weigh(analysis: Analysis, levers: Iterable[Lever] = LEVERS) -> Weighed:
    """Every lever on the scenario, ranked by what it gains for the same work."""
    run = step(analysis.scenario)
    tried = [_tried(analysis, run, each) for each in levers]
    results = [result for result in tried if isinstance(result, LeverResult)]
    return Weighed(
        results=tuple(sorted(results, key=lambda result: -result.speedup)),
        refused=tuple(result for result in tried if isinstance(result, Refused)),
    )


def ranked(analysis: Analysis, levers: Iterable[Lever] = LEVERS) -> tuple[LeverResult, ...]:
    """The levers that apply, the largest gain first."""
    return weigh(analysis, levers).results


def lever_result(analysis: Analysis, lever_id: str) -> LeverResult:
    """The lever of that id at its usual setting; ValueError with the reason where it does not apply."""
    tried = _tried(analysis, step(analysis.scenario), lever(lever_id))
    if isinstance(tried, Refused):
        raise ValueError(f"lever.{lever_id}: {tried.reason}")
    return tried


def lever_speedup(analysis: Analysis, lever_id: str) -> float:
    """Speed-up by the lever of that id at its usual setting [x]; ValueError with the reason where it does not apply."""
    return lever_result(analysis, lever_id).speedup


def _tried(before: Analysis, run: Step, each: Lever) -> LeverResult | Refused:
    # What a plan, a chip or a shape makes impossible is a reason, not an error.
    try:
        changed = each.apply(before.scenario)
        if isinstance(changed, NotApplicable):
            return Refused(lever=each, reason=changed.reason)
        after = analyze(changed)
    except ValueError as error:
        return Refused(lever=each, reason=f"Impossible here: {error}.")
    touched_s = sum(_touched_s(part, each, _launch_s(before.scenario)) for part in run.components)
    waited_s = run.estimate_s + (each.slowed_by - 1) * touched_s
    took_s = after.time_s.estimate + each.extra_steps * before.time_s.estimate
    speedup = waited_s / took_s * each.kept * _tokens(after.scenario) / _tokens(before.scenario)
    reach = min(each.slowed_by * _reach(run, each, touched_s, waited_s), 1.0)
    share = 1 - 1 / speedup if each.whole else reach
    bound = Bound(share=share, speedup=speedup if each.whole else ceiling(share), basis=Basis.TIME)
    return LeverResult(lever=each, speedup=speedup, bound=bound, before=before, after=after)


def _reach(run: Step, each: Lever, touched_s: float, waited_s: float) -> float:
    """Share of the step that can go with what is touched.

    A pipeline idles in proportion to its busy time, so that shrinks with what is touched; where one stage keeps the
    others waiting, less work for that one can end the wait as well.
    """
    idle = {part.name: part.time_s for part in run.components if part.name in _IDLE and part.name not in each.also}
    waiting_s = idle.get(IMBALANCE, 0.0) if touched_s else 0.0
    in_proportion = touched_s / (waited_s - sum(idle.values()))
    return max(in_proportion, (touched_s + waiting_s) / (waited_s - idle.get(BUBBLE, 0.0)))


def _tokens(scenario: Scenario) -> float:
    """New tokens of a step on all devices, the measure of its work."""
    return scenario.forward.n_tokens * scenario.n_micro_batches * scenario.plan.dp


def _touched_s(part: ComponentTime, each: Lever, launch_s: float) -> float:
    if part.name in each.also:
        return part.time_s
    if part.name in _IDLE:
        return 0.0
    waited = sum(wait for resource, wait in part.waits_s.items() if each.touches(part.group, resource))
    if each.fills_waves and not each.touches(part.group, Resource.COMPUTE):
        waited += part.tail_s
    # Where the host is slower than the device, a launch that is gone saves its own time, whatever was booked for it.
    return max(waited, part.n_launches * launch_s) if each.touches(part.group, Resource.LATENCY) else waited


def _launch_s(scenario: Scenario) -> float:
    match scenario.launch:
        case Launch.EAGER:
            return scenario.efficiency.launch_s
        case Launch.BLOCKING:
            return scenario.efficiency.blocking_s
        case Launch.GRAPH:
            return 0.0
