from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.components.kernels import Kernel, Kind, gemm, stream
from app.engine.efficiency import IDEAL
from app.engine.groups import Group
from app.engine.hardware import ridge_point
from app.engine.mapping import scenario_from_mapping
from app.engine.roofline import arithmetic_intensity, roof, spilled
from app.engine.step import step

TRAINING = {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "training", "seq_len": 512}


def scenario(**changes):
    return scenario_from_mapping(
        {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 512, **changes}
    )


def a_kernel(kind=Kind.GEMM, flops=1e12, bytes_moved=1e9):
    return Kernel(component="mlp_up", group=Group.MLP, kind=kind, flops=flops, stored_bytes=bytes_moved)


def mlp_up(situation):
    (part,) = [part for part in step(situation).components if part.name == "mlp_up"]
    return part


def test_intensity_is_flops_over_bytes():
    assert arithmetic_intensity(flops=12.0, bytes_moved=4.0) == 3


def test_arithmetic_takes_flops_over_the_dense_peak():
    kernel = gemm("mlp_up", Group.MLP, rows=4096, inner=4096, columns=14_336, widths=(2, 2))
    assert roof(scenario()).ideal_compute_s(kernel) == pytest.approx(2 * 4096 * 4096 * 14_336 / 989e12)


def test_what_is_stored_goes_through_memory_whatever_its_size():
    assert roof(scenario()).hbm_bytes(a_kernel()) == a_kernel().stored_bytes == 1e9


def test_at_the_ridge_point_both_take_the_same_time():
    ridge = ridge_point(scenario().hardware, scenario().formats.math)
    kernel, chip = a_kernel(flops=ridge * 1e9), roof(scenario())
    assert chip.ideal_compute_s(kernel) == pytest.approx(chip.hbm_bytes(kernel) / chip.bandwidth)


@pytest.mark.parametrize(
    ("passing", "through_memory"),
    [
        pytest.param(0, 0, id="nothing"),
        pytest.param(25e6, 0, id="half the cache: it stays"),
        pytest.param(37.5e6, 18.75e6, id="three quarters: half of it"),
        pytest.param(50e6, 50e6, id="the whole cache: all of it"),
        pytest.param(1e9, 1e9, id="far more than the cache"),
    ],
)
def test_a_cache_keeps_activations_that_fit_it(passing, through_memory):
    assert spilled(passing, 50e6) == pytest.approx(through_memory)


def test_the_launches_of_a_kernel_use_the_cache_one_after_another():
    serving = roof(scenario())
    assert serving.hbm_bytes(stream("norms", Group.NORMS, bytes_moved=50e6, n_launches=2)) == 0
    assert serving.hbm_bytes(stream("norms", Group.NORMS, bytes_moved=50e6)) == 50e6


def test_training_keeps_every_activation_so_that_the_cache_saves_no_trip():
    assert roof(scenario_from_mapping(TRAINING)).hbm_bytes(stream("norms", Group.NORMS, bytes_moved=1e6)) == 1e6


def test_a_narrower_math_format_speeds_up_gemms_and_not_attention():
    wide, narrow = roof(scenario()), roof(scenario(math_dtype="fp8"))
    assert narrow.ideal_compute_s(a_kernel()) == pytest.approx(wide.ideal_compute_s(a_kernel()) * 989 / 1979)
    attention = a_kernel(Kind.ATTENTION_FORWARD)
    assert narrow.ideal_compute_s(attention) == wide.ideal_compute_s(attention)


def test_a_stream_has_no_arithmetic_time():
    assert roof(scenario()).ideal_compute_s(stream("norms", Group.NORMS, bytes_moved=1e9)) == 0


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Kind.GEMM, "gemm"),
        (Kind.ATTENTION_FORWARD, "attention_forward"),
        (Kind.ATTENTION_BACKWARD, "attention_backward"),
    ],
)
def test_each_kind_of_kernel_reaches_its_own_fraction(kind, name):
    situation = scenario(efficiency={name: 0.123})
    assert roof(situation).reached(a_kernel(kind)) == 0.123


@given(share=st.floats(0.1, 1))
def test_a_kernel_waits_for_the_slower_of_arithmetic_and_traffic_at_what_it_reaches(share):
    prefill, decode = (
        scenario(prompt_len=8192),
        scenario_from_mapping({"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "decode", "context_len": 512}),
    )
    ideal, half = (mlp_up(replace(prefill, efficiency=replace(IDEAL, gemm=gemm))) for gemm in (1, share))
    assert half.time_s * share == pytest.approx(ideal.time_s)
    ideal, half = (mlp_up(replace(decode, efficiency=replace(IDEAL, memory=memory))) for memory in (1, share))
    assert half.time_s * share == pytest.approx(ideal.time_s)


# Waves of tiles

SQUARE = {"rows": 4096, "inner": 4096, "widths": (2, 2)}


def tail(columns, **changes):
    return roof(scenario(**changes)).tail(gemm("mlp_up", Group.MLP, columns=columns, **SQUARE))


def test_the_last_wave_of_tiles_is_half_empty_on_average():
    outputs_of_a_wave = 132 * 256 * 128  # a tile on each SM of an H100
    assert tail(14_336) == pytest.approx(1 + outputs_of_a_wave / 2 / (4096 * 14_336))


def test_a_small_product_takes_smaller_tiles_rather_than_one_wave_for_itself():
    assert tail(16) == 1.5


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"efficiency": "ideal"}, id="ideal"),
        pytest.param({"efficiency": {"gemm": 0.6}}, id="a stated fraction is the whole loss"),
        pytest.param({"hardware": "tpu-v5e"}, id="a chip without SMs"),
    ],
)
def test_nothing_is_lost_to_waves(changes):
    assert tail(14_336, **changes) == 1


@given(rows=st.integers(1, 10**6), inner=st.integers(1, 10**5), columns=st.integers(1, 10**5))
def test_the_backward_products_lose_what_their_own_outputs_lose(rows, inner, columns):
    kernel = gemm("mlp_up", Group.MLP, rows=rows, inner=inner, columns=columns, widths=(2, 2))
    d_input, d_weights = rows * inner, inner * columns
    assert 2 / kernel.backward_outputs == pytest.approx(1 / d_input + 1 / d_weights)


def test_a_tuned_kernel_has_a_fraction_of_its_own_and_keeps_the_proportion_of_its_passes():
    efficiency = {"attention_forward": 0.2, "attention_backward": 0.15, "attention_tuned": 0.6}
    chip = roof(scenario(attention="tuned", efficiency=efficiency))
    assert chip.reached(a_kernel(Kind.ATTENTION_FORWARD)) == 0.6
    assert chip.reached(a_kernel(Kind.ATTENTION_BACKWARD)) == pytest.approx(0.45)
