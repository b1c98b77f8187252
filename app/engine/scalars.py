"""Facts of one name each: what a whole scenario says, with unit and basis."""

from collections.abc import Callable
from dataclasses import dataclass
from math import floor

from app.engine.analysis import Analysis
from app.engine.components.experts import distinct_experts
from app.engine.groups import Resource
from app.engine.hardware import ridge_point
from app.engine.memory import kv_bytes_per_token, kv_bytes_read, weight_bytes
from app.engine.workload import Phase

Value = float | str | bool

_ANY = (Phase.TRAINING, Phase.PREFILL, Phase.DECODE)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A fact with one name: its value, unit, basis, and the phases that have it."""

    value: Callable[[Analysis], Value]
    unit: str
    basis: str
    phases: tuple[Phase, ...] = _ANY


def _mfu(analysis: Analysis) -> float:
    scenario = analysis.scenario
    peak = scenario.hardware.peak(scenario.formats.math)
    return analysis.flops_total / (analysis.time_s.estimate * peak * scenario.n_devices)


def _hfu(analysis: Analysis) -> float:
    scenario = analysis.scenario
    return _executed(analysis) / (analysis.time_s.estimate * scenario.hardware.peak(scenario.formats.math))


def _mbu(analysis: Analysis) -> float:
    return _bytes_moved(analysis) / (analysis.time_s.estimate * analysis.scenario.hardware.hbm_bandwidth)


def _intensity(analysis: Analysis) -> float:
    return _executed(analysis) / _bytes_moved(analysis)


def _executed(analysis: Analysis) -> float:
    # What one device computes in a step, masked pairs that a kernel skips left out.
    return sum(part.executed_flops for part in analysis.components)


def _bytes_moved(analysis: Analysis) -> float:
    # What goes through the HBM of one device in a step.
    return sum(part.bytes_moved for part in analysis.components)


def _waits(resource: Resource) -> Scalar:
    return Scalar(lambda analysis: analysis.resource_s[resource], "s", "time")


def _tokens_per_s(analysis: Analysis) -> float:
    scenario = analysis.scenario
    tokens = scenario.forward.n_tokens * scenario.n_micro_batches * scenario.plan.dp
    return tokens / analysis.time_s.estimate


def _experts_touched(analysis: Analysis) -> float:
    # Distinct experts of one layer that a forward pass meets, in expectation; zero for a dense model.
    experts = analysis.scenario.model.experts
    if experts is None:
        return 0
    tokens = analysis.scenario.forward.n_tokens
    return distinct_experts(n_experts=experts.n_experts, n_active=experts.n_active_experts, n_tokens=tokens)


def _max_batch(analysis: Analysis) -> float:
    # Sequences of this length that fit beside the weights, over the devices of one replica.
    memory, scenario = analysis.memory, analysis.scenario
    room = memory.capacity - memory.weights
    if not memory.kv_cache:
        return float("inf")
    return max(0, floor(room / (memory.kv_cache / scenario.forward.n_sequences)))


SCALARS: dict[str, Scalar] = {
    "flops.total": Scalar(lambda a: a.flops_total, "FLOP", "flops"),
    "flops.executed": Scalar(_executed, "FLOP", "bytes"),
    "flops.forward": Scalar(lambda a: a.flops_forward, "FLOP", "flops"),
    "bottleneck.component": Scalar(lambda a: str(a.bottleneck.component), "", "time"),
    "bottleneck.component_by_flops": Scalar(lambda a: str(a.bottleneck.component_by_flops), "", "flops"),
    "bottleneck.resource": Scalar(lambda a: str(a.bottleneck.resource), "", "time"),
    "time_s.lower": Scalar(lambda a: a.time_s.lower, "s", "time"),
    "time_s.estimate": Scalar(lambda a: a.time_s.estimate, "s", "time"),
    "time_s.upper": Scalar(lambda a: a.time_s.upper, "s", "time"),
    "time_s.compute": _waits(Resource.COMPUTE),
    "time_s.memory": _waits(Resource.MEMORY),
    "time_s.latency": _waits(Resource.LATENCY),
    "ttft_s": Scalar(lambda a: a.time_s.estimate, "s", "time", (Phase.PREFILL,)),
    "tpot_s": Scalar(lambda a: a.time_s.estimate, "s", "time", (Phase.DECODE,)),
    "tokens_per_s": Scalar(_tokens_per_s, "token/s", "time"),
    "tokens_per_s_per_device": Scalar(lambda a: _tokens_per_s(a) / a.scenario.n_devices, "token/s", "time"),
    "mfu": Scalar(_mfu, "1", "time"),
    "hfu": Scalar(_hfu, "1", "time"),
    "mbu": Scalar(_mbu, "1", "time"),
    "arithmetic_intensity": Scalar(_intensity, "FLOP/B", "identity"),
    "ridge_point": Scalar(lambda a: ridge_point(a.scenario.hardware, a.scenario.formats.math), "FLOP/B", "identity"),
    "parameters.total": Scalar(lambda a: a.parameters.total, "1", "count"),
    "parameters.active": Scalar(lambda a: a.parameters.active, "1", "count"),
    "parameters.multiplying": Scalar(lambda a: a.multiplying_parameters, "1", "count"),
    "weight_bytes": Scalar(lambda a: weight_bytes(a.scenario), "B", "bytes"),
    "kv_bytes_per_token": Scalar(lambda a: kv_bytes_per_token(a.scenario), "B", "bytes"),
    "experts_touched": Scalar(_experts_touched, "1", "count"),
    "kv_bytes_read": Scalar(lambda a: kv_bytes_read(a.scenario), "B", "bytes", (Phase.DECODE,)),
    "bytes_moved": Scalar(_bytes_moved, "B", "bytes"),
    "memory.bytes_per_device": Scalar(lambda a: a.memory.bytes_per_device, "B", "bytes"),
    "memory.weights": Scalar(lambda a: a.memory.weights, "B", "bytes"),
    "memory.gradients": Scalar(lambda a: a.memory.gradients, "B", "bytes"),
    "memory.optimizer": Scalar(lambda a: a.memory.optimizer, "B", "bytes"),
    "memory.activations": Scalar(lambda a: a.memory.activations, "B", "bytes"),
    "memory.kv_cache": Scalar(lambda a: a.memory.kv_cache, "B", "bytes"),
    "memory.shortfall": Scalar(lambda a: a.memory.shortfall, "B", "bytes"),
    "memory.fits": Scalar(lambda a: a.memory.shortfall <= 0, "", "bytes"),
    "fits.max_batch": Scalar(_max_batch, "sequence", "bytes", (Phase.DECODE,)),
    "bubble_share": Scalar(lambda a: a.bubble_share, "1", "identity"),
}
