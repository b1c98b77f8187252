from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.efficiency import IDEAL
from app.engine.groups import Group
from app.engine.hardware import ridge_point
from app.engine.kernels import Kernel, Kind, gemm, stream
from app.engine.mapping import scenario_from_mapping
from app.engine.roofline import arithmetic_intensity, compute_s, memory_s


def scenario(**changes):
    return scenario_from_mapping(
        {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 512, **changes}
    )


def a_gemm(rows=4096):
    return gemm("mlp_up", Group.MLP, rows=rows, inner=4096, columns=14_336, widths=(2, 2))


def test_intensity_is_flops_over_bytes():
    assert arithmetic_intensity(flops=12.0, bytes_moved=4.0) == 3


def test_arithmetic_takes_flops_over_the_dense_peak():
    assert compute_s(a_gemm(), scenario(), IDEAL) == pytest.approx(2 * 4096 * 4096 * 14_336 / 989e12)


def test_traffic_takes_bytes_over_the_bandwidth():
    assert memory_s(a_gemm(), scenario(), IDEAL) == pytest.approx(a_gemm().bytes_moved / 3.35e12)


def test_at_the_ridge_point_both_take_the_same_time():
    ridge = ridge_point(scenario().hardware, scenario().formats.math)
    kernel = Kernel(component="mlp_up", group=Group.MLP, kind=Kind.GEMM, flops=ridge * 1e9, bytes_moved=1e9)
    assert compute_s(kernel, scenario(), IDEAL) == pytest.approx(memory_s(kernel, scenario(), IDEAL))


@given(gemm_share=st.floats(0.1, 1), memory_share=st.floats(0.1, 1))
def test_an_efficiency_stretches_the_time_of_its_own_resource(gemm_share, memory_share):
    real = replace(IDEAL, gemm=gemm_share, memory=memory_share)
    kernel, situation = a_gemm(), scenario()
    assert compute_s(kernel, situation, real) * gemm_share == pytest.approx(compute_s(kernel, situation, IDEAL))
    assert memory_s(kernel, situation, real) * memory_share == pytest.approx(memory_s(kernel, situation, IDEAL))


def test_a_narrower_math_format_speeds_up_gemms():
    assert compute_s(a_gemm(), scenario(math_dtype="fp8"), IDEAL) == pytest.approx(
        compute_s(a_gemm(), scenario(), IDEAL) * 989 / 1979
    )


def test_attention_is_multiplied_in_the_format_of_the_activations():
    kernel = replace(a_gemm(), kind=Kind.ATTENTION_FORWARD)
    assert compute_s(kernel, scenario(math_dtype="fp8"), IDEAL) == compute_s(kernel, scenario(), IDEAL)


def test_a_stream_has_no_arithmetic_time():
    assert compute_s(stream("norms", Group.NORMS, bytes_moved=1e9), scenario(), IDEAL) == 0
