"""The question turned around: the fewest devices, the largest batch, the cheapest layout that will do, or why none."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from app.engine.arguments import refuse_below_one, refuse_negative, refuse_unless_positive
from app.engine.laws.cost import cost_per_token
from app.engine.memory import memory
from app.engine.scenario import Scenario
from app.engine.step import step
from app.engine.studies.plans import replica_plans, replicated
from app.engine.workload import LENGTH_NAMES, Phase, Training

_MOST = 2**24  # sequences and tokens beyond any server
_MOST_DEVICES = 2**16


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The value asked for, the scenario that has it, and what stops a better one, in words."""

    value: float
    unit: str
    scenario: Scenario
    time_s: float
    limit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsolved:
    """Why nothing will do, in one sentence."""

    reason: str


Outcome = Solution | Unsolved


def fewest_devices(scenario: Scenario, *, most_devices: int = _MOST_DEVICES) -> Outcome:
    """The fewest devices on which the scenario fits, over layouts of a replica; ZeRO shards over more replicas.

    Each replica keeps its work. Of layouts with equally many devices the fastest.
    """
    refuse_below_one(most_devices=most_devices)
    found: list[Scenario] = []
    short: list[tuple[float, str]] = []
    for plan in replica_plans(scenario, most_devices=most_devices):
        candidate = replace(scenario, plan=plan)
        widest = candidate.vary("dp", int(most_devices // plan.n_devices) if _is_sharded(candidate) else 1)
        if _shortfall(widest) > 0:
            short.append((_shortfall(widest), _holds(widest)))
        else:
            found.append(candidate.vary("dp", _fewest_replicas(candidate, widest.plan.dp)))
    if not found:
        best = min(short)[1] if short else f"leaves no room for a context parallel degree of {scenario.plan.cp:g}"
        return Unsolved(reason=f"No layout on at most {most_devices} devices fits: the best {best}.")
    n_devices = min(candidate.n_devices for candidate in found)
    timed = _timed(candidate for candidate in found if candidate.n_devices == n_devices)
    if not timed:
        return Unsolved(reason=f"It fits on {n_devices:g} devices, but the rate of their network is not known.")
    time_s, fastest = min(timed, key=lambda pair: pair[0])
    return Solution(value=n_devices, unit="device", scenario=fastest, time_s=time_s, limit="memory")


def largest_batch(scenario: Scenario) -> Outcome:
    """The largest batch that fits: sequences of a serving step, or of a micro-batch in training."""
    return _largest(scenario, _batch_name(scenario), unit="sequence", most=_MOST, allows=(_fits,))


def largest_batch_within(scenario: Scenario, *, latency_s: float) -> Outcome:
    """The largest batch that fits and whose step (TTFT of a prefill, TPOT of a decode step) takes `latency_s` at most.

    A larger batch never takes less time, so halving the interval finds it.
    """
    refuse_unless_positive(latency_s=latency_s)
    allows = (_fits, _within(latency_s))
    return _largest(scenario, _batch_name(scenario), unit="sequence", most=_MOST, allows=allows)


def longest_context(scenario: Scenario) -> Outcome:
    """The longest sequence, prompt or context that fits, at most what the model was trained for."""
    most = int(scenario.model.max_context or _MOST)
    return _largest(scenario, LENGTH_NAMES[scenario.phase], unit="token", most=most, allows=(_fits,))


def cheapest_layout(
    scenario: Scenario, *, latency_s: float, price_per_device_hour: float, most_devices: int = 64
) -> Outcome:
    """The layout with the fewest dollars for a token [$/token] that fits and whose step takes `latency_s` at most.

    The batch stays: of a replica in serving, of all replicas in training. Of equally cheap ones the fastest.
    """
    refuse_unless_positive(latency_s=latency_s)
    refuse_negative(price_per_device_hour=price_per_device_hour)
    refuse_below_one(most_devices=most_devices)
    fitting = [candidate for candidate in _candidates(scenario, most_devices) if _fits(candidate) is None]
    if not fitting:
        return Unsolved(reason=f"No layout on at most {most_devices} devices fits in memory.")
    timed = _timed(fitting)
    if not timed:
        return Unsolved(reason="The rate of the network between nodes is not known.")
    quick = [(time_s, candidate) for time_s, candidate in timed if time_s <= latency_s]
    if not quick:
        fastest = min(time_s for time_s, _ in timed)
        return Unsolved(
            reason=f"The fastest layout that fits, with tp inside a node, takes {fastest:.3g} s, not {latency_s:.3g} s."
        )
    priced = [(_dollars(price_per_device_hour, *pair), *pair) for pair in quick]
    dollars, time_s, best = min(priced, key=lambda row: row[:2])
    return Solution(value=dollars, unit="$/token", scenario=best, time_s=time_s, limit="price")


Test = Callable[[Scenario], str | None]  # None when the scenario passes, else what stops it, in words


def _fits(scenario: Scenario) -> str | None:
    return None if _shortfall(scenario) <= 0 else f"memory: the fullest device {_holds(scenario)}"


def _within(latency_s: float) -> Test:
    def test(scenario: Scenario) -> str | None:
        time_s = step(scenario).estimate_s
        return None if time_s <= latency_s else f"latency: a step takes {time_s:.3g} s, more than {latency_s:.3g} s"

    return test


def _largest(scenario: Scenario, name: str, *, unit: str, most: int, allows: tuple[Test, ...]) -> Outcome:
    """Doubling until something stops it, then halving the interval."""

    def stop(value: int) -> str | None:
        varied = scenario.vary(name, value)
        return next((words for allowed in allows if (words := allowed(varied)) is not None), None)

    first = stop(1)
    if first is not None:
        return Unsolved(reason=f"{name} 1 is too much already ({first}).")
    low, high, limit = 1, 2, None
    while high <= most and (limit := stop(high)) is None:
        low, high = high, 2 * high
    high = min(high, most + 1)
    while high - low > 1:
        middle = (low + high) // 2
        stopped = stop(middle)
        low, high, limit = (middle, high, limit) if stopped is None else (low, middle, stopped)
    best = scenario.vary(name, low)
    words = limit or f"{name}: {most} is the most that {_whose(scenario, name)}"
    return Solution(value=low, unit=unit, scenario=best, time_s=step(best).estimate_s, limit=words)


def _whose(scenario: Scenario, name: str) -> str:
    trained = name == LENGTH_NAMES[scenario.phase] and scenario.model.max_context
    return f"{scenario.model.name} was trained for" if trained else "is looked at"


def _batch_name(scenario: Scenario) -> str:
    return "micro_batch" if scenario.phase is Phase.TRAINING else "batch"


def _shortfall(scenario: Scenario) -> float:
    return memory(scenario).shortfall


def _holds(scenario: Scenario) -> str:
    held = memory(scenario)
    return f"would hold {held.bytes_per_device:.6g} B of {held.capacity:.6g} B"


def _is_sharded(candidate: Scenario) -> bool:
    return isinstance(candidate.workload, Training) and candidate.plan.zero > 0


def _fewest_replicas(candidate: Scenario, enough: float) -> int:
    """Replicas from which ZeRO's shards fit, of at most `enough`, on which they do."""
    low, high = 0, int(enough)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _shortfall(candidate.vary("dp", middle)) <= 0 else (middle, high)
    return high


def _candidates(scenario: Scenario, most_devices: int) -> Iterator[Scenario]:
    for plan in replica_plans(scenario, most_devices=most_devices):
        yield from replicated(scenario, plan, most_devices=most_devices)


def _timed(candidates: Iterator[Scenario] | list[Scenario]) -> list[tuple[float, Scenario]]:
    """Estimated steps [s]; layouts that leave a node whose network nobody states are left out."""
    timed = []
    for candidate in candidates:
        try:
            timed.append((step(candidate).estimate_s, candidate))
        except ValueError:
            continue
    return timed


def _dollars(price: float, time_s: float, candidate: Scenario) -> float:
    tokens = candidate.forward.n_tokens * candidate.n_micro_batches * candidate.plan.dp
    return cost_per_token(price_per_device_hour=price, n_devices=candidate.n_devices, tokens_per_s=tokens / time_s)
