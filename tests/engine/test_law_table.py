"""The written form of every law gives what its function gives, and so do the numbers that a reader puts in."""

import math

import pytest

from app.engine.law_facts import LAWS, law_fact

# A plausible number for each argument, the same in every law that has it.
USUAL = {
    **{"acceptance": 0.8, "n_drafted": 4, "verify_cost": 1.2, "draft_cost": 0.05, "ridge_point": 295},
    **{"bytes_per_weight": 1, "bytes_per_value": 2, "bytes_per_gradient": 2, "bytes_per_parameter": 18},
    **{"share": 0.7, "factor": 3, "pp": 8, "n_micro_batches": 32, "interleave": 2, "hfu": 0.55, "recomputed": 0.5},
    **{"n_experts": 64, "n_active": 6, "n_active_experts": 6, "n_tokens": 40, "tokens": 3e12, "expert_share": 0.6},
    **{"hot_factor": 1.7, "capacity_factor": 1.25, "kept": 0.95, "batch": 48, "n_parameters": 8e9, "n_devices": 64},
    **{"peak_flops": 989e12, "mfu": 0.4, "growth": 4, "critical_batch": 1e6, "training_tokens": 2e12, "flops": 1e24},
    **{"tokens_per_parameter": 25, "utilisation": 0.75, "arrival_rate": 4, "time_in_system_s": 3, "mean_len": 300},
    **{"longest_len": 900, "device_mtbf_s": 1e9, "checkpoint_s": 40, "mtbf_s": 1e4, "interval_s": 700},
    **{"restart_s": 120, "n_slow": 2, "slow_rate": 0.6, "slow_share": 0.001, "device_ratio": 8, "throughput_ratio": 6},
    **{"bandwidth": 50e9, "break_even": 2000, "n_heads": 64, "n_kv_heads": 8, "flops_per_s": 4e14, "n": 8},
    **{"computed_share": 0.5, "payload": 3e9, "directions": 2, "axes": 2, "fixed_s": 0.1, "recompute_s": 0.9},
    **{"m": 300, "k": 4096, "intensity": 40, "bytes_moved": 1e11, "n_values": 12345, "n_layers": 80, "d_head": 128},
    **{"free_bytes": 37e9, "bytes_each": 3e9, "weight_bytes": 140e9, "kv_bytes_read": 90e9, "tokens_per_s": 1e5},
    **{"flops_per_token": 5e10, "value": 3.2, "tile_m": 128, "tile_n": 256, "tiles": 500, "n_sms": 132},
    **{"price_per_device_hour": 2.5, "power": 700, "pue": 1.3, "energy_per_token": 0.4, "d_ff": 28672, "d_conv": 4},
    **{"price_per_kilowatt_hour": 0.12, "d_inner": 8192, "d_state": 128, "n_groups": 8, "state_bytes": 2e6},
    "kv_bytes_per_token": 4096,
}
MATHEMATICS = {"ceil": math.ceil, "floor": math.floor, "sqrt": math.sqrt, "exp": math.exp, "min": min, "max": max}


def worked(written, numbers):
    arithmetic = written.replace("·", "*").replace("−", "-")
    return eval(arithmetic, {"__builtins__": {}, **MATHEMATICS, **numbers})


@pytest.mark.parametrize("name", LAWS)
def test_the_written_formula_of_a_law_gives_what_its_function_gives(name):
    law = LAWS[name]
    numbers = {argument: USUAL[argument] for argument in law.arguments}
    assert worked(law.written, numbers) == pytest.approx(law.formula(**numbers))


@pytest.mark.parametrize("name", LAWS)
def test_the_usual_numbers_are_filled_in(name):
    law = LAWS[name]
    needed = {argument: USUAL[argument] for argument in law.arguments if argument not in law.filled({})}
    assert worked(law.written, law.filled(needed)) == pytest.approx(law.formula(**needed))


@pytest.mark.parametrize("name", LAWS)
def test_a_law_says_in_a_line_what_it_gives(name):
    assert LAWS[name].words.endswith((".", "].", ":")) or "[" in LAWS[name].words
    assert not LAWS[name].words.startswith("law")


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        pytest.param("matmul_flops(m=512, k=8192, n=28672)", 2.405e11, id="2mkn"),
        pytest.param("matmul_intensity(m=1, k=8192, n=8192)", 1.0, id="one row: about one FLOP a byte"),
        pytest.param("matmul_intensity(m=8192, k=8192, n=8192)", 8192 / 3, id="a square: a third of its side"),
        pytest.param("roofline_flops(intensity=10, peak_flops=1e15, bandwidth=3e12)", 3e13, id="below the ridge"),
        pytest.param("roofline_flops(intensity=1e4, peak_flops=1e15, bandwidth=3e12)", 1e15, id="above the ridge"),
        pytest.param("roofline_s(flops=1e15, bytes_moved=3e12, peak_flops=1e15, bandwidth=1e12)", 3, id="the slower"),
        pytest.param("compute_bound_rows(peak_flops=197e12, bandwidth=820e9)", 240, id="TPU v5e: about 240 tokens"),
        pytest.param("compute_bound_rows(peak_flops=197e12, bandwidth=820e9, bytes_per_weight=1)", 120, id="INT8"),
        pytest.param("ring_all_gather_s(payload=8e9, n=8, bandwidth=1e9)", 7, id="seven eighths cross each link"),
        pytest.param("ring_all_gather_s(payload=8e9, n=8, bandwidth=1e9, directions=2, axes=2)", 1.75, id="a torus"),
        pytest.param("ring_all_reduce_s(payload=8e9, n=8, bandwidth=1e9)", 14, id="twice that"),
        pytest.param("ring_all_to_all_s(payload=8e9, n=8, bandwidth=1e9, directions=2)", 1, id="a quarter, both ways"),
        pytest.param("ring_all_to_all_s(payload=8e9, n=2, bandwidth=1e9)", 2, id="one way"),
        pytest.param("tensor_parallel_limit(d_ff=28672, peak_flops=4.59e14, bandwidth=1.8e11)", 11.2, id="v5p"),
        pytest.param("kv_bytes(n_layers=80, n_kv_heads=8, d_head=128)", 327_680, id="70B"),
        pytest.param("training_state_bytes(n_parameters=70e9)", 1.12e12, id="16 bytes a parameter"),
        pytest.param("how_many_fit(free_bytes=10e9, bytes_each=3e9)", 3, id="whole ones"),
        pytest.param("whole(value=7.2)", 8, id="rounded up"),
        pytest.param("decode_step_s(weight_bytes=16e9, kv_bytes_read=4e9, bandwidth=1e12)", 0.02, id="bytes"),
        pytest.param("mfu(tokens_per_s=1e4, flops_per_token=4.8e10, n_devices=1, peak_flops=9.6e14)", 0.5, id="half"),
        pytest.param("compute_optimal_parameters(flops=1.2e23)", 10**10.5, id="Chinchilla"),
    ],
)
def test_a_small_law_by_hand(reference, value):
    assert law_fact(reference).value == pytest.approx(value, rel=5e-3)


def test_rate_and_utilisation_undo_each_other():
    written = "flops_per_token=4.8e10, n_devices=8, peak_flops=9.6e14"
    rate = law_fact(f"tokens_per_s_at(mfu=0.35, {written})").value
    assert law_fact(f"mfu(tokens_per_s={rate!r}, {written})").value == pytest.approx(0.35)


def test_a_ring_has_one_direction_or_two():
    with pytest.raises(ValueError, match="directions: 3 is neither 1 nor 2"):
        law_fact("ring_all_gather_s(payload=1, n=2, bandwidth=1, directions=3)")
