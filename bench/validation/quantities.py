"""What a row measured, as a formula on the engine's estimates. Nothing here is fitted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from app.engine import efficiency, mapping
from app.engine.analysis import Analysis, analyze
from app.engine.catalog import accelerator
from app.engine.collectives import all_gather, all_reduce, links_of, ring
from app.engine.dtypes import DType
from app.engine.flops import counted_flops
from app.engine.groups import Group
from app.engine.scenario import Scenario
from app.engine.workload import Decode, Prefill

Beside = dict[str, Any]
Estimate = Callable[[Scenario], float]

_OUTSIDE_LAYERS = (Group.EMBEDDING, Group.HEAD, Group.OPTIMIZER)
_COLLECTIVES = {"all_reduce": all_reduce, "all_gather": all_gather, "reduce_scatter": all_gather}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A measured quantity: what it is in words, its unit, and its formula."""

    words: str
    unit: str
    formula: Callable[[Scenario, Beside, Estimate], float]


def engine_s(scenario: Scenario) -> float:
    """The engine's estimate of one step [s]."""
    return analyze(scenario).time_s.estimate


def predicted(quantity: str, scenario: dict[str, Any], beside: Beside, estimate: Estimate = engine_s) -> float:
    """What the engine, or another estimate of a step, says for a row, in the row's unit."""
    if quantity in ("collective_s", "bus_bandwidth"):
        return _collective(quantity, scenario)
    if quantity == "gemm_rate":
        dtype = DType(scenario["dtype"])
        reached = efficiency.calibrated_efficiency(accelerator(scenario["hardware"])).gemm
        return reached * accelerator(scenario["hardware"]).peak(dtype)
    return QUANTITIES[quantity].formula(mapping.scenario_from_mapping(scenario), beside, estimate)


def decode_of(scenario: Scenario, *, n_output: float) -> Scenario:
    """The decode step of a request in the middle of its output."""
    work = scenario.workload
    if not isinstance(work, Prefill):
        raise ValueError(f"workload: {work} is not a prefill")
    return replace(scenario, workload=Decode(context_len=work.prompt_len + n_output / 2, batch=work.batch))


def mixed_of(scenario: Scenario, *, n_output: float) -> Scenario:
    """A step in which one request's prompt is filled in while the others decode, as servers batch them in flight."""
    decode, work = decode_of(scenario, n_output=n_output), scenario.workload
    if not isinstance(work, Prefill) or not isinstance(decode.workload, Decode):
        raise ValueError(f"workload: {work} is not a prefill")
    return replace(decode, workload=replace(decode.workload, batch=work.batch - 1, chunk_len=work.prompt_len))


def _layer_s(scenario: Scenario, beside: Beside, estimate: Estimate) -> float:
    del beside
    return _part_s(scenario, estimate, without=_OUTSIDE_LAYERS) / scenario.model.n_layers


def _forward_backward_s(scenario: Scenario, beside: Beside, estimate: Estimate) -> float:
    del beside
    return _part_s(scenario, estimate, without=(Group.OPTIMIZER,))


def _part_s(scenario: Scenario, estimate: Estimate, *, without: tuple[Group, ...]) -> float:
    # Another estimate than the engine's knows no components: it is scaled by the engine's share.
    analysis = analyze(scenario)
    return estimate(scenario) * _sum_s(analysis, without=without) / analysis.time_s.estimate


def _sum_s(analysis: Analysis, *, without: tuple[Group, ...]) -> float:
    return sum(part.time_s for part in analysis.components if part.group not in without)


def _request_s(scenario: Scenario, beside: Beside, estimate: Estimate) -> float:
    n_output = float(beside["output_len"])
    return estimate(scenario) + (n_output - 1) * estimate(decode_of(scenario, n_output=n_output))


def _served_tpot_s(scenario: Scenario, beside: Beside, estimate: Estimate) -> float:
    # While one of B requests decodes its n tokens, each of the others ends once and lets one new prompt in: of n steps
    # B-1 carry a prompt beside the decoding.
    n_output, others = float(beside["output_len"]), scenario.forward.n_sequences - 1
    decode_s = estimate(decode_of(scenario, n_output=n_output))
    if not others:
        return decode_s
    return decode_s + others / n_output * (estimate(mixed_of(scenario, n_output=n_output)) - decode_s)


def _served_rate(scenario: Scenario, beside: Beside, estimate: Estimate) -> float:
    batch = scenario.forward.n_sequences
    return batch / _served_tpot_s(scenario, beside, estimate) / float(beside.get("per_devices", 1))


def _rate_per_device(scenario: Scenario, beside: Beside, estimate: Estimate) -> float:
    del beside
    tokens = scenario.forward.n_tokens * scenario.n_micro_batches * scenario.plan.dp
    return tokens / estimate(scenario) / scenario.n_devices


def _mfu(scenario: Scenario, beside: Beside, estimate: Estimate) -> float:
    del beside
    peak = scenario.hardware.peak(scenario.formats.math) * scenario.n_devices
    return sum(counted_flops(scenario).values()) / (estimate(scenario) * peak)


QUANTITIES: dict[str, Quantity] = {
    "step_s": Quantity(words="time of a training step", unit="s", formula=lambda s, b, t: t(s)),
    "layer_s": Quantity(words="time of one layer, forward and backward", unit="s", formula=_layer_s),
    "forward_backward_s": Quantity(words="step without the optimizer", unit="s", formula=_forward_backward_s),
    "tokens_per_s_per_device": Quantity(words="training tokens", unit="token/s", formula=_rate_per_device),
    "mfu": Quantity(words="model FLOPs utilisation", unit="1", formula=_mfu),
    "ttft_s": Quantity(words="time of a prefill", unit="s", formula=lambda s, b, t: t(s)),
    "tpot_s": Quantity(words="time of a decode step", unit="s", formula=lambda s, b, t: t(s)),
    "request_s": Quantity(words="prefill and all decode steps of a batch", unit="s", formula=_request_s),
    "served_tpot_s": Quantity(words="decode step with others' prefills", unit="s", formula=_served_tpot_s),
    "served_rate": Quantity(words="output tokens of a full server", unit="token/s", formula=_served_rate),
}


def _collective(quantity: str, described: dict[str, Any]) -> float:
    hardware = accelerator(described["hardware"])
    reached = efficiency.calibrated_efficiency(hardware)
    links = links_of(hardware, efficiency=reached.link, round_s=reached.round_s)
    n, payload = int(described["n"]), float(described["payload"])
    group = ring(hardware, links, n=n, stride=1)
    time_s = _COLLECTIVES[described["collective"]](group, payload).total_s
    if quantity == "collective_s":
        return time_s
    sent = (2 if described["collective"] == "all_reduce" else 1) * (n - 1) / n
    return sent * payload / time_s
