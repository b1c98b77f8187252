import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.amdahl import speedup
from app.engine.laws.scaleout import (
    break_even_tokens,
    compute_to_all_reduce,
    gradient_all_reduce_s,
    overlap_chunk,
    unscaled_share,
)
from app.engine.laws.scaling import training_s

INFINIBAND = 50e9
F3 = {"n_devices": 1024, "bandwidth": INFINIBAND}
H100_AT_40 = {"peak_flops": 989e12, "mfu": 0.4}
F6 = {"n_heads": 64, "flops_per_s": 0.5 * 989e12, "bandwidth": INFINIBAND}
ratios = st.floats(1.1, 64)
sizes = st.floats(1e6, 1e13)


def compute_s(tokens, n_parameters=7e9):
    return training_s(n_parameters=n_parameters, tokens=tokens, n_devices=1, **H100_AT_40)


@pytest.mark.parametrize(
    ("device_ratio", "throughput_ratio", "printed"),
    [
        pytest.param(2, 1.1, "82 %", id="F5"),
        pytest.param(2, 2, "0 %", id="linear scaling"),
        pytest.param(2, 1, "100 %", id="no scaling"),
        pytest.param(2, 0.8, "150 %", id="a loss"),
    ],
)
def test_what_did_not_scale(device_ratio, throughput_ratio, printed):
    share = unscaled_share(device_ratio=device_ratio, throughput_ratio=throughput_ratio)
    assert f"{100 * share:.0f} %" == printed


@given(ratio=ratios, scaled=st.floats(0, 1))
def test_the_unscaled_share_undoes_amdahls_law(ratio, scaled):
    throughput = speedup(scaled, ratio)
    assert unscaled_share(device_ratio=ratio, throughput_ratio=throughput) == pytest.approx(1 - scaled, abs=1e-6)


def test_all_reduce_against_compute_for_7b_on_infiniband():  # F3
    assert f"{gradient_all_reduce_s(n_parameters=7e9, **F3):.2f}" == "0.56"
    assert f"{compute_s(8192):.2f}" == "0.87"
    assert f"{compute_s(2048):.2f}" == "0.22"


@pytest.mark.parametrize(
    ("tokens", "printed"),
    [pytest.param(8192, "1.55", id="F3, 8k tokens"), pytest.param(2048, "0.39", id="F3, 2k tokens")],
)
def test_the_ratio_of_compute_to_all_reduce(tokens, printed):
    ratio = compute_to_all_reduce(tokens=tokens, break_even=break_even_tokens(**F3, **H100_AT_40))
    assert f"{ratio:.2f}" == printed
    assert ratio == pytest.approx(compute_s(tokens) / gradient_all_reduce_s(n_parameters=7e9, **F3))


def test_the_network_binds_below_about_5300_tokens_per_gpu():  # F3 flip
    assert break_even_tokens(**F3, **H100_AT_40) == pytest.approx(5300, rel=1e-2)


@given(n_parameters=sizes, n_devices=st.integers(2, 100_000))
def test_at_the_break_even_both_take_as_long_whatever_the_size_of_the_model(n_parameters, n_devices):
    tokens = break_even_tokens(n_devices=n_devices, bandwidth=INFINIBAND, **H100_AT_40)
    gradients_s = gradient_all_reduce_s(n_parameters=n_parameters, n_devices=n_devices, bandwidth=INFINIBAND)
    assert compute_s(tokens, n_parameters) == pytest.approx(gradients_s)


@given(n_parameters=sizes, n_devices=st.integers(2, 100_000))
def test_gradients_cross_a_link_between_once_and_twice(n_parameters, n_devices):
    once_s = 2 * n_parameters / INFINIBAND
    took = gradient_all_reduce_s(n_parameters=n_parameters, n_devices=n_devices, bandwidth=INFINIBAND)
    assert once_s * (1 - 1e-12) <= took < 2 * once_s


def test_gradients_in_four_bytes_take_twice_as_long():
    assert gradient_all_reduce_s(n_parameters=7e9, **F3, bytes_per_gradient=4) == pytest.approx(2 * 0.56, rel=2e-3)


def test_one_device_alone_has_no_network_to_wait_for():
    alone = break_even_tokens(n_devices=1, bandwidth=INFINIBAND, **H100_AT_40)
    assert alone == 0
    assert compute_to_all_reduce(tokens=1, break_even=alone) == math.inf
    assert compute_to_all_reduce(tokens=1, break_even=0.5) == 2


@pytest.mark.parametrize(
    ("n_kv_heads", "computed_share", "printed"),
    [
        pytest.param(8, 1, "1.24", id="F6, GQA-8 on InfiniBand"),
        pytest.param(64, 1, "9.89", id="F6, MHA on InfiniBand"),
        pytest.param(8, 0.5, "2.47", id="F6, GQA-8, causal"),
    ],
)
def test_thousands_of_tokens_per_gpu_that_hide_the_ring(n_kv_heads, computed_share, printed):
    chunk = overlap_chunk(**F6, n_kv_heads=n_kv_heads, computed_share=computed_share)
    assert f"{chunk / 1e3:.2f}" == printed


@given(n_kv_heads=st.sampled_from([1, 2, 8, 16, 64]), d_head=st.integers(32, 256))
def test_at_that_chunk_attention_takes_as_long_as_its_keys_and_values(n_kv_heads, d_head):
    chunk = overlap_chunk(**F6, n_kv_heads=n_kv_heads)
    attention_s = 4 * chunk**2 * F6["n_heads"] * d_head / F6["flops_per_s"]
    keys_and_values_s = 2 * chunk * n_kv_heads * d_head * 2 / F6["bandwidth"]
    assert attention_s == pytest.approx(keys_and_values_s)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        pytest.param(lambda: unscaled_share(device_ratio=1, throughput_ratio=1), "device_ratio", id="nothing added"),
        pytest.param(
            lambda: unscaled_share(device_ratio=2, throughput_ratio=0), "throughput_ratio", id="no throughput"
        ),
        pytest.param(
            lambda: gradient_all_reduce_s(n_parameters=1, n_devices=0, bandwidth=1), "n_devices", id="no devices"
        ),
        pytest.param(
            lambda: break_even_tokens(n_devices=2, bandwidth=1, peak_flops=1, mfu=2), "mfu", id="MFU above one"
        ),
        pytest.param(
            lambda: overlap_chunk(**F6, n_kv_heads=8, computed_share=0), "computed_share", id="nothing computed"
        ),
        pytest.param(
            lambda: overlap_chunk(**F6, n_kv_heads=8, computed_share=2), "computed_share", id="more than all computed"
        ),
    ],
)
def test_the_impossible_is_refused(call, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        call()


def test_a_grid_equals_its_scalars():
    devices = np.array([1, 2, 8, 1024])
    grid = break_even_tokens(n_devices=devices, bandwidth=INFINIBAND, **H100_AT_40)
    one_by_one = [break_even_tokens(n_devices=n, bandwidth=INFINIBAND, **H100_AT_40) for n in devices.tolist()]
    assert list(grid) == pytest.approx(one_by_one)
    assert list(compute_to_all_reduce(tokens=4096, break_even=grid)) == pytest.approx(
        [compute_to_all_reduce(tokens=4096, break_even=tokens) for tokens in one_by_one]
    )
