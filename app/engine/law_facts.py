"""Laws by name, applied to given numbers: facts of questions that need no model.

`bubble_share(pp=8, n_micro_batches=32)` is a fact like any other: a key or a rubric names the law and the numbers that
the prompt gives, and the engine computes the figure.
"""

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.engine import amdahl
from app.engine.catalog import near_misses
from app.engine.collectives import flat_ring_s
from app.engine.components.experts import distinct_experts
from app.engine.facts import Fact, UnknownFact
from app.engine.laws import (
    cost,
    queueing,
    reliability,
    routing,
    scaleout,
    scaling,
    speculation,
    state_space,
    transfer,
    waves,
)
from app.engine.laws.recomputation import mfu_of_hfu, recompute_overhead
from app.engine.parallelism import bubble_share


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A function of plain numbers, and the unit of what it gives."""

    formula: Callable[..., float]
    unit: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """Names of its arguments, in order."""
        return tuple(inspect.signature(self.formula).parameters)


def is_law(reference: str) -> bool:
    """Whether a reference applies a law, rather than naming a fact of a scenario."""
    return "(" in reference


def law_fact(reference: str) -> Fact:
    """The fact that a law gives for the numbers written in its brackets; UnknownFact says what does not fit."""
    name, numbers = _parsed(reference)
    return replace(law_of(name, numbers), name=reference)


def law_of(name: str, numbers: dict[str, float]) -> Fact:
    """The fact that the law of that name gives for these numbers; UnknownFact says what does not fit."""
    called = f"{name}({', '.join(f'{argument}={value:g}' for argument, value in numbers.items())})"
    if name not in LAWS:
        raise UnknownFact(f"{called}: no such law{near_misses(name, LAWS)}")
    law = LAWS[name]
    for argument in numbers:
        if argument not in law.arguments:
            raise UnknownFact(f"{called}: {name} has no argument {argument!r}; it has {', '.join(law.arguments)}")
    try:
        value = _applied(law, numbers)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise UnknownFact(f"{called}: {error}") from None
    return Fact(name=called, value=value, unit=law.unit, basis="identity", convention="exact")


def _applied(law: Law, numbers: dict[str, float]) -> float:
    # Amdahl's two functions take their share by position in the code; every law is called by name here.
    return float(law.formula(**numbers))


def _parsed(reference: str) -> tuple[str, dict[str, float]]:
    try:
        call = ast.parse(reference.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise UnknownFact(f"{reference}: not readable; write law(argument=number, ...)") from None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.args:
        raise UnknownFact(f"{reference}: not readable; write law(argument=number, ...)")
    numbers = {}
    for keyword in call.keywords:
        value = keyword.value
        if keyword.arg is None or not isinstance(value, ast.Constant) or not isinstance(value.value, (int, float)):
            raise UnknownFact(f"{reference}: every argument is a plain number, as in pp=8")
        numbers[keyword.arg] = value.value
    return call.func.id, numbers


LAWS: dict[str, Law] = {
    "ceiling": Law(formula=amdahl.ceiling, unit="x"),
    "speedup": Law(formula=amdahl.speedup, unit="x"),
    "bubble_share": Law(formula=bubble_share, unit="1"),
    "mfu_of_hfu": Law(formula=mfu_of_hfu, unit="1"),
    "recompute_overhead": Law(formula=recompute_overhead, unit="1"),
    "distinct_experts": Law(formula=distinct_experts, unit="1"),
    "compute_bound_tokens": Law(formula=routing.compute_bound_tokens, unit="token"),
    "hottest_expert_slowdown": Law(formula=routing.hottest_expert_slowdown, unit="x"),
    "expert_capacity": Law(formula=routing.expert_capacity, unit="token"),
    "padded_flops_factor": Law(formula=routing.padded_flops_factor, unit="x"),
    "tokens_per_verification": Law(formula=speculation.tokens_per_verification, unit="token"),
    "speculation_gain": Law(formula=speculation.gain, unit="x"),
    "compute_bound_batch": Law(formula=speculation.compute_bound_batch, unit="sequence"),
    "ideal_verify_cost": Law(formula=speculation.ideal_verify_cost, unit="x"),
    "training_flops": Law(formula=scaling.training_flops, unit="FLOP"),
    "training_s": Law(formula=scaling.training_s, unit="s"),
    "inference_flops": Law(formula=scaling.inference_flops, unit="FLOP"),
    "fewer_steps": Law(formula=scaling.fewer_steps, unit="x"),
    "steps_multiple": Law(formula=scaling.steps_multiple, unit="x"),
    "data_multiple": Law(formula=scaling.data_multiple, unit="x"),
    "served_tokens_that_equal_training": Law(formula=scaling.served_tokens_that_equal_training, unit="token"),
    "compute_optimal_tokens": Law(formula=scaling.compute_optimal_tokens, unit="token"),
    "time_in_system": Law(formula=queueing.time_in_system, unit="x"),
    "waiting_time": Law(formula=queueing.waiting_time, unit="x"),
    "requests_in_system": Law(formula=queueing.requests_in_system, unit="request"),
    "static_batch_use": Law(formula=queueing.static_batch_use, unit="1"),
    "continuous_batching_bound": Law(formula=queueing.continuous_batching_bound, unit="x"),
    "system_mtbf_s": Law(formula=reliability.system_mtbf_s, unit="s"),
    "young_interval_s": Law(formula=reliability.young_interval_s, unit="s"),
    "daly_interval_s": Law(formula=reliability.daly_interval_s, unit="s"),
    "overhead_share": Law(formula=reliability.overhead_share, unit="1"),
    "goodput": Law(formula=reliability.goodput, unit="1"),
    "synchronous_rate": Law(formula=reliability.synchronous_rate, unit="1"),
    "independent_rate": Law(formula=reliability.independent_rate, unit="1"),
    "delayed_step_share": Law(formula=reliability.delayed_step_share, unit="1"),
    "unscaled_share": Law(formula=scaleout.unscaled_share, unit="1"),
    "gradient_all_reduce_s": Law(formula=scaleout.gradient_all_reduce_s, unit="s"),
    "break_even_tokens": Law(formula=scaleout.break_even_tokens, unit="token"),
    "compute_to_all_reduce": Law(formula=scaleout.compute_to_all_reduce, unit="1"),
    "overlap_chunk": Law(formula=scaleout.overlap_chunk, unit="token"),
    "ring_all_reduce_s": Law(formula=flat_ring_s, unit="s"),
    "transfer_s": Law(formula=transfer.transfer_s, unit="s"),
    "break_even_bandwidth": Law(formula=transfer.break_even_bandwidth, unit="B/s"),
    "n_tiles": Law(formula=waves.n_tiles, unit="1"),
    "n_waves": Law(formula=waves.n_waves, unit="1"),
    "tile_efficiency": Law(formula=waves.tile_efficiency, unit="1"),
    "wave_efficiency": Law(formula=waves.wave_efficiency, unit="1"),
    "quantisation_efficiency": Law(formula=waves.quantisation_efficiency, unit="1"),
    "cost_per_million_tokens": Law(formula=cost.cost_per_million_tokens, unit="$"),
    "energy_per_token": Law(formula=cost.energy_per_token, unit="J"),
    "ssm_state_bytes": Law(formula=state_space.ssm_state_bytes, unit="B"),
    "conv_state_bytes": Law(formula=state_space.conv_state_bytes, unit="B"),
    "break_even_len": Law(formula=state_space.break_even_len, unit="token"),
}
