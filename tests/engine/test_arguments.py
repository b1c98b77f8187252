import numpy as np
import pytest

from app.engine.arguments import refuse_below_one, refuse_negative, refuse_unless_positive, refuse_unless_share
from app.engine.components.adapters import adapters_that_fit, lora_bytes
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

_CHECKPOINTS = {"interval_s": 900, "checkpoint_s": 60, "mtbf_s": 1e4, "restart_s": 60}
_RATE = {"n_devices": 8, "tokens_per_s": 1e3}
_LINK = {"n_devices": 8, "bandwidth": 5e10, "bytes_per_gradient": 2}
_TILES = {"m": 100, "n": 100, "tile_m": 64, "tile_n": 64}
_EXPERTS = {"n_experts": 8, "n_active_experts": 2}
FORMULAS = [
    (queueing.time_in_system, {"utilisation": 0.5}),
    (queueing.waiting_time, {"utilisation": 0.5}),
    (queueing.requests_in_system, {"arrival_rate": 8, "time_in_system_s": 20}),
    (queueing.static_batch_use, {"mean_len": 250, "longest_len": 2000}),
    (queueing.continuous_batching_bound, {"mean_len": 250, "longest_len": 2000}),
    (reliability.system_mtbf_s, {"device_mtbf_s": 1e8, "n_devices": 8}),
    (reliability.young_interval_s, {"checkpoint_s": 60, "mtbf_s": 1e4}),
    (reliability.daly_interval_s, {"checkpoint_s": 60, "mtbf_s": 1e4}),
    (reliability.overhead_share, _CHECKPOINTS),
    (reliability.goodput, _CHECKPOINTS),
    (reliability.synchronous_rate, {"n_slow": 1, "slow_rate": 0.5}),
    (reliability.independent_rate, {"n_devices": 8, "n_slow": 1, "slow_rate": 0.5}),
    (reliability.delayed_step_share, {"n_devices": 8, "slow_share": 0.1}),
    (speculation.tokens_per_verification, {"acceptance": 0.8, "n_drafted": 4}),
    (speculation.gain, {"acceptance": 0.8, "n_drafted": 4, "verify_cost": 1, "draft_cost": 0.1}),
    (speculation.compute_bound_batch, {"ridge_point": 295, "n_drafted": 4, "bytes_per_weight": 2}),
    (speculation.ideal_verify_cost, {"batch": 8, "n_drafted": 4, "ridge_point": 295, "bytes_per_weight": 2}),
    (scaling.compute_optimal_tokens, {"n_parameters": 7e9, "tokens_per_parameter": 20}),
    (scaling.training_flops, {"n_parameters": 7e9, "tokens": 1e12}),
    (scaling.inference_flops, {"n_parameters": 7e9, "tokens": 1e12}),
    (scaling.training_s, {"n_parameters": 7e9, "tokens": 1e12, "n_devices": 8, "peak_flops": 1e15, "mfu": 0.4}),
    (scaling.served_tokens_that_equal_training, {"training_tokens": 1e12}),
    (scaling.steps_multiple, {"batch": 1, "critical_batch": 2}),
    (scaling.data_multiple, {"batch": 1, "critical_batch": 2}),
    (scaling.fewer_steps, {"batch": 1, "critical_batch": 2, "growth": 2}),
    (transfer.transfer_s, {"payload": 1e9, "bandwidth": 1e9, "fixed_s": 1e-6}),
    (transfer.break_even_bandwidth, {"payload": 1e9, "recompute_s": 1, "fixed_s": 1e-6}),
    (waves.n_tiles, _TILES),
    (waves.n_waves, {"tiles": 100, "n_sms": 132}),
    (waves.tile_efficiency, _TILES),
    (waves.wave_efficiency, {"tiles": 100, "n_sms": 132}),
    (waves.quantisation_efficiency, {**_TILES, "n_sms": 132}),
    (state_space.ssm_state_bytes, {"d_inner": 64, "d_state": 16, "bytes_per_value": 2}),
    (
        state_space.conv_state_bytes,
        {"d_inner": 64, "d_state": 16, "d_conv": 4, "n_groups": 1, "bytes_per_value": 2},
    ),
    (state_space.break_even_len, {"state_bytes": 2e6, "kv_bytes_per_token": 4096}),
    (lora_bytes, {"n_parameters": 4e7, "bytes_per_parameter": 2}),
    (adapters_that_fit, {"free_bytes": 6e10, "adapter_bytes": 8e7}),
    (cost.cost_per_token, {"price_per_device_hour": 2.5, **_RATE}),
    (cost.cost_per_million_tokens, {"price_per_device_hour": 2.5, **_RATE}),
    (cost.energy_per_token, {"power": 700, "pue": 1.2, **_RATE}),
    (cost.energy_cost_per_token, {"energy_per_token": 5, "price_per_kilowatt_hour": 0.2}),
    (routing.compute_bound_tokens, {"ridge_point": 295, "bytes_per_weight": 2, **_EXPERTS}),
    (routing.hottest_expert_slowdown, {"expert_share": 0.5, "hot_factor": 3}),
    (routing.expert_capacity, {"n_tokens": 4096, "capacity_factor": 1.25, **_EXPERTS}),
    (routing.padded_flops_factor, {"capacity_factor": 1.25, "kept": 0.9}),
    (scaleout.unscaled_share, {"device_ratio": 2, "throughput_ratio": 1.1}),
    (scaleout.gradient_all_reduce_s, {"n_parameters": 7e9, **_LINK}),
    (scaleout.break_even_tokens, {"peak_flops": 1e15, "mfu": 0.4, **_LINK}),
    (scaleout.compute_to_all_reduce, {"tokens": 8192, "break_even": 5300}),
    (
        scaleout.overlap_chunk,
        {"n_heads": 64, "n_kv_heads": 8, "flops_per_s": 5e14, "bandwidth": 5e10, "bytes_per_value": 2},
    ),
    (scaleout.overlap_chunk, {"n_heads": 8, "n_kv_heads": 8, "flops_per_s": 1, "bandwidth": 1, "computed_share": 0.5}),
]
ARGUMENTS = [
    pytest.param(formula, arguments, name, id=f"{formula.__name__}, {name}")
    for formula, arguments in FORMULAS
    for name in arguments
]


@pytest.mark.parametrize(("formula", "arguments", "name"), ARGUMENTS)
def test_every_formula_refuses_each_negative_argument_by_its_name(formula, arguments, name):
    formula(**arguments)
    with pytest.raises(ValueError, match=f"^{name}: "):
        formula(**{**arguments, name: -1})


@pytest.mark.parametrize(
    ("refuse", "fine", "wrong"),
    [
        pytest.param(refuse_unless_positive, 0.5, 0.0, id="positive"),
        pytest.param(refuse_negative, 0.0, -0.5, id="not negative"),
        pytest.param(refuse_below_one, 1.0, 0.5, id="one or more"),
        pytest.param(refuse_unless_share, 1.0, 1.5, id="a share"),
        pytest.param(refuse_unless_positive, np.array([1.0, 2.0]), np.array([1.0, 0.0]), id="a grid, positive"),
        pytest.param(refuse_below_one, np.array([1.0, 2.0]), np.array([1.0, 0.9]), id="a grid, one or more"),
    ],
)
def test_an_impossible_argument_is_refused_by_its_name(refuse, fine, wrong):
    refuse(batch=fine)
    with pytest.raises(ValueError, match=r"^batch: "):
        refuse(batch=wrong)


@pytest.mark.parametrize("refuse", [refuse_unless_positive, refuse_negative, refuse_below_one, refuse_unless_share])
def test_what_is_no_number_is_refused(refuse):
    with pytest.raises(ValueError, match=r"^batch: nan"):
        refuse(batch=float("nan"))


def test_the_first_impossible_argument_is_the_one_that_is_named():
    with pytest.raises(ValueError, match=r"^mtbf_s: -1 "):
        refuse_unless_positive(checkpoint_s=1, mtbf_s=-1, interval_s=-2)
