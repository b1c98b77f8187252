"""Every law by the name that keys, claims and questions use: its function, its unit, its formula as it is written.

A test puts numbers in and compares the two. Where a law has a limiting case (a share of one, a utilisation of one) the
written form is the general one.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from app.engine import amdahl
from app.engine.components.experts import distinct_experts
from app.engine.laws import (
    accounting,
    cost,
    matmul,
    queueing,
    recomputation,
    reliability,
    rings,
    routing,
    scaleout,
    scaling,
    speculation,
    state_space,
    transfer,
    waves,
)
from app.engine.stages import bubble_share


@dataclass(frozen=True, slots=True)
class Law:
    """A function of plain numbers, the unit of what it gives, and its formula in its arguments."""

    formula: Callable[..., float]
    unit: str
    written: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """Names of its arguments, in order."""
        return tuple(inspect.signature(self.formula).parameters)

    @property
    def words(self) -> str:
        """What it gives: the first line of its description."""
        return (self.formula.__doc__ or "").partition("\n")[0]

    def filled(self, numbers: dict[str, float]) -> dict[str, float]:
        """The numbers, with the usual ones where none are given."""
        parameters = inspect.signature(self.formula).parameters.values()
        usual = {one.name: one.default for one in parameters if one.default is not inspect.Parameter.empty}
        return {**usual, **numbers}


_TURN = "ridge_point · bytes_per_weight / 2"
_MATMUL_BYTES = "(m · k + m · n) · bytes_per_value + k · n · bytes_per_weight"
_RING = "(n − 1) / n · payload / (bandwidth · directions · axes)"
_PER_TOKEN = "price_per_device_hour · n_devices / (3600 · tokens_per_s)"
_DALY = "sqrt(2 · checkpoint_s · mtbf_s)"
_RATIO = "checkpoint_s / (2 · mtbf_s)"
_TILES = "ceil(m / tile_m) · ceil(n / tile_n)"

LAWS: dict[str, Law] = {
    "ceiling": Law(amdahl.ceiling, "x", "1 / (1 − share)"),
    "speedup": Law(amdahl.speedup, "x", "1 / (1 − share + share / factor)"),
    "rescaled_share": Law(amdahl.rescaled_share, "1", "share · factor / (share · factor + 1 − share)"),
    "measured": Law(accounting.measured, "1", "value"),
    "bubble_share": Law(bubble_share, "1", "(pp − 1) / (interleave · n_micro_batches + pp − 1)"),
    "mfu_of_hfu": Law(recomputation.mfu_of_hfu, "1", "hfu · 3 / (3 + recomputed)"),
    "recompute_overhead": Law(recomputation.recompute_overhead, "1", "(3 + recomputed) / 3"),
    "distinct_experts": Law(distinct_experts, "1", "n_experts · (1 − (1 − n_active / n_experts) ** n_tokens)"),
    "compute_bound_tokens": Law(routing.compute_bound_tokens, "token", f"{_TURN} · n_experts / n_active_experts"),
    "hottest_expert_slowdown": Law(
        routing.hottest_expert_slowdown, "x", "1 − expert_share + expert_share · hot_factor"
    ),
    "expert_capacity": Law(
        routing.expert_capacity, "token", "capacity_factor · n_tokens · n_active_experts / n_experts"
    ),
    "padded_flops_factor": Law(routing.padded_flops_factor, "x", "capacity_factor / kept"),
    "tokens_per_verification": Law(
        speculation.tokens_per_verification, "token", "(1 − acceptance ** (n_drafted + 1)) / (1 − acceptance)"
    ),
    "speculation_gain": Law(
        speculation.gain,
        "x",
        "(1 − acceptance ** (n_drafted + 1)) / (1 − acceptance) / (verify_cost + n_drafted · draft_cost)",
    ),
    "compute_bound_batch": Law(speculation.compute_bound_batch, "sequence", f"{_TURN} / (n_drafted + 1)"),
    "ideal_verify_cost": Law(
        speculation.ideal_verify_cost,
        "x",
        f"max(batch · (n_drafted + 1) / ({_TURN}), 1) / max(batch / ({_TURN}), 1)",
    ),
    "training_flops": Law(scaling.training_flops, "FLOP", "6 · n_parameters · tokens"),
    "training_s": Law(scaling.training_s, "s", "6 · n_parameters · tokens / (n_devices · peak_flops · mfu)"),
    "inference_flops": Law(scaling.inference_flops, "FLOP", "2 · n_parameters · tokens"),
    "fewer_steps": Law(
        scaling.fewer_steps, "x", "(1 + critical_batch / batch) / (1 + critical_batch / (batch · growth))"
    ),
    "steps_multiple": Law(scaling.steps_multiple, "x", "1 + critical_batch / batch"),
    "data_multiple": Law(scaling.data_multiple, "x", "1 + batch / critical_batch"),
    "served_tokens_that_equal_training": Law(scaling.served_tokens_that_equal_training, "token", "3 · training_tokens"),
    "compute_optimal_tokens": Law(scaling.compute_optimal_tokens, "token", "tokens_per_parameter · n_parameters"),
    "compute_optimal_parameters": Law(
        scaling.compute_optimal_parameters, "1", "sqrt(flops / (6 · tokens_per_parameter))"
    ),
    "time_in_system": Law(queueing.time_in_system, "x", "1 / (1 − utilisation)"),
    "waiting_time": Law(queueing.waiting_time, "x", "utilisation / (1 − utilisation)"),
    "requests_in_system": Law(queueing.requests_in_system, "request", "arrival_rate · time_in_system_s"),
    "static_batch_use": Law(queueing.static_batch_use, "1", "mean_len / longest_len"),
    "continuous_batching_bound": Law(queueing.continuous_batching_bound, "x", "longest_len / mean_len"),
    "system_mtbf_s": Law(reliability.system_mtbf_s, "s", "device_mtbf_s / n_devices"),
    "young_interval_s": Law(reliability.young_interval_s, "s", "sqrt(2 · checkpoint_s · mtbf_s)"),
    "daly_interval_s": Law(
        reliability.daly_interval_s, "s", f"{_DALY} · (1 + sqrt({_RATIO}) / 3 + {_RATIO} / 9) − checkpoint_s"
    ),
    "overhead_share": Law(
        reliability.overhead_share, "1", "checkpoint_s / interval_s + interval_s / (2 · mtbf_s) + restart_s / mtbf_s"
    ),
    "goodput": Law(
        reliability.goodput,
        "1",
        "interval_s / mtbf_s · exp(−restart_s / mtbf_s) / (exp((interval_s + checkpoint_s) / mtbf_s) − 1)",
    ),
    "synchronous_rate": Law(reliability.synchronous_rate, "1", "slow_rate + 0 · n_slow"),
    "independent_rate": Law(reliability.independent_rate, "1", "1 − n_slow / n_devices · (1 − slow_rate)"),
    "delayed_step_share": Law(reliability.delayed_step_share, "1", "1 − (1 − slow_share) ** n_devices"),
    "unscaled_share": Law(scaleout.unscaled_share, "1", "(device_ratio / throughput_ratio − 1) / (device_ratio − 1)"),
    "gradient_all_reduce_s": Law(
        scaleout.gradient_all_reduce_s,
        "s",
        "2 · (n_devices − 1) / n_devices · n_parameters · bytes_per_gradient / bandwidth",
    ),
    "break_even_tokens": Law(
        scaleout.break_even_tokens,
        "token",
        "2 · (n_devices − 1) / n_devices · bytes_per_gradient / bandwidth · peak_flops · mfu / 6",
    ),
    "compute_to_all_reduce": Law(scaleout.compute_to_all_reduce, "1", "tokens / break_even"),
    "overlap_chunk": Law(
        scaleout.overlap_chunk,
        "token",
        "bytes_per_value / 2 · flops_per_s / bandwidth · n_kv_heads / n_heads / computed_share",
    ),
    "ring_all_gather_s": Law(rings.ring_all_gather_s, "s", _RING),
    "ring_all_reduce_s": Law(rings.ring_all_reduce_s, "s", f"2 · {_RING}"),
    "ring_all_to_all_s": Law(
        rings.ring_all_to_all_s,
        "s",
        "(2 − directions) · (n − 1) / (2 · n) · payload / bandwidth + (directions − 1) · payload / (8 · bandwidth)",
    ),
    "tensor_parallel_limit": Law(rings.tensor_parallel_limit, "device", "d_ff · bandwidth / peak_flops"),
    "data_parallel_limit": Law(rings.data_parallel_limit, "token", "peak_flops / bandwidth"),
    "transfer_s": Law(transfer.transfer_s, "s", "fixed_s + payload / bandwidth"),
    "break_even_bandwidth": Law(transfer.break_even_bandwidth, "B/s", "payload / (recompute_s − fixed_s)"),
    "matmul_flops": Law(matmul.matmul_flops, "FLOP", "2 · m · k · n"),
    "matmul_bytes": Law(matmul.matmul_bytes, "B", _MATMUL_BYTES),
    "matmul_intensity": Law(matmul.matmul_intensity, "FLOP/B", f"2 · m · k · n / ({_MATMUL_BYTES})"),
    "roofline_flops": Law(matmul.roofline_flops, "FLOP/s", "min(peak_flops, intensity · bandwidth)"),
    "roofline_s": Law(matmul.roofline_s, "s", "max(flops / peak_flops, bytes_moved / bandwidth)"),
    "compute_bound_rows": Law(matmul.compute_bound_rows, "token", "peak_flops / bandwidth · bytes_per_weight / 2"),
    "tensor_bytes": Law(accounting.tensor_bytes, "B", "n_values · bytes_per_value"),
    "kv_bytes": Law(accounting.kv_bytes, "B", "2 · n_layers · n_kv_heads · d_head · n_tokens · bytes_per_value"),
    "training_state_bytes": Law(accounting.training_state_bytes, "B", "n_parameters · bytes_per_parameter"),
    "how_many_fit": Law(accounting.how_many_fit, "1", "floor(free_bytes / bytes_each)"),
    "decode_step_s": Law(accounting.decode_step_s, "s", "(weight_bytes + kv_bytes_read) / bandwidth"),
    "mfu": Law(accounting.mfu, "1", "tokens_per_s · flops_per_token / (n_devices · peak_flops)"),
    "tokens_per_s_at": Law(accounting.tokens_per_s_at, "token/s", "mfu · n_devices · peak_flops / flops_per_token"),
    "whole": Law(accounting.whole, "1", "ceil(value)"),
    "n_tiles": Law(waves.n_tiles, "1", _TILES),
    "n_waves": Law(waves.n_waves, "1", "ceil(tiles / n_sms)"),
    "tile_efficiency": Law(waves.tile_efficiency, "1", f"m · n / ({_TILES} · tile_m · tile_n)"),
    "wave_efficiency": Law(waves.wave_efficiency, "1", "tiles / (ceil(tiles / n_sms) · n_sms)"),
    "quantisation_efficiency": Law(
        waves.quantisation_efficiency, "1", f"m · n / (tile_m · tile_n · ceil({_TILES} / n_sms) · n_sms)"
    ),
    "cost_per_token": Law(cost.cost_per_token, "$", _PER_TOKEN),
    "cost_per_million_tokens": Law(cost.cost_per_million_tokens, "$", f"1000000 · {_PER_TOKEN}"),
    "energy_per_token": Law(cost.energy_per_token, "J", "power · n_devices · pue / tokens_per_s"),
    "energy_cost_per_token": Law(
        cost.energy_cost_per_token, "$", "energy_per_token / 3600000 · price_per_kilowatt_hour"
    ),
    "ssm_state_bytes": Law(state_space.ssm_state_bytes, "B", "d_inner · d_state · bytes_per_value"),
    "conv_state_bytes": Law(
        state_space.conv_state_bytes, "B", "(d_conv − 1) · (d_inner + 2 · n_groups · d_state) · bytes_per_value"
    ),
    "break_even_len": Law(state_space.break_even_len, "token", "state_bytes / kv_bytes_per_token"),
}
