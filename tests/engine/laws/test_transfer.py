import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.catalog import transformer
from app.engine.laws.transfer import break_even_bandwidth, staged_transfer_s, transfer_s
from app.engine.transformer import parameters

WEIGHTS_70B = 2 * parameters(transformer("llama3.1-70b")).total
KV_8K_70B = 8192 * 2 * 80 * 8 * 128 * 2
KV_8K_8B = 8192 * 2 * 32 * 8 * 128 * 2
RECOMPUTE_8K_8B = 2 * parameters(transformer("llama3.1-8b")).total * 8192 / (0.5 * 989e12)  # linear part, half of peak

payloads = st.floats(1, 1e13)
rates = st.floats(1e6, 1e13)


@pytest.mark.parametrize(
    ("bandwidth", "seconds"),
    [pytest.param(2e9, "71", id="J4 at 2 GB/s"), pytest.param(10e9, "14", id="J4 at 10 GB/s")],
)
def test_seconds_to_load_the_weights_of_a_70b_model(bandwidth, seconds):
    assert f"{transfer_s(payload=WEIGHTS_70B, bandwidth=bandwidth):.0f}" == seconds


@pytest.mark.parametrize(
    ("payload", "bandwidth", "milliseconds"),
    [
        pytest.param(KV_8K_70B, 50e9, "54", id="J2 on 50 GB/s"),
        pytest.param(KV_8K_70B, 3.1e9, "866", id="J2 on 25 GbE, taken as 3.1 GB/s"),
        pytest.param(KV_8K_70B, 25e9 / 8, "859", id="J2 on 25 GbE, 3.125 GB/s"),
        pytest.param(KV_8K_8B, 55e9, "20", id="C4 over PCIe at 55 GB/s"),
        pytest.param(KV_8K_8B, 3.1e9, "346", id="C4 on 25 GbE, taken as 3.1 GB/s"),
        pytest.param(KV_8K_8B, 25e9 / 8, "344", id="C4 on 25 GbE, 3.125 GB/s"),
    ],
)
def test_milliseconds_to_move_a_kv_cache(payload, bandwidth, milliseconds):
    assert f"{1e3 * transfer_s(payload=payload, bandwidth=bandwidth):.0f}" == milliseconds


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        pytest.param(WEIGHTS_70B / 1e9, "141", id="J4, GB of weights"),
        pytest.param(KV_8K_8B / 1e7, "107", id="C4, 1.07 GB of KV cache"),
        pytest.param(RECOMPUTE_8K_8B * 1e3, "266", id="C4, ms to recompute"),
    ],
)
def test_what_the_transfers_stand_against(value, printed):
    assert f"{value:.0f}" == printed


def test_an_evicted_8k_prefix_of_an_8b_model_is_reloaded_down_to_4_0_gb_s():  # C4
    flip = break_even_bandwidth(payload=KV_8K_8B, recompute_s=RECOMPUTE_8K_8B)
    assert f"{flip / 1e9:.1f}" == "4.0"
    assert transfer_s(payload=KV_8K_8B, bandwidth=25e9 / 8) > RECOMPUTE_8K_8B
    assert transfer_s(payload=KV_8K_8B, bandwidth=55e9) < RECOMPUTE_8K_8B


@given(payload=payloads, recompute_s=st.floats(1e-3, 1e3), fixed_share=st.floats(0, 0.9))
def test_at_the_break_even_rate_moving_takes_as_long_as_recomputing(payload, recompute_s, fixed_share):
    fixed_s = fixed_share * recompute_s
    rate = break_even_bandwidth(payload=payload, recompute_s=recompute_s, fixed_s=fixed_s)
    assert transfer_s(payload=payload, bandwidth=rate, fixed_s=fixed_s) == pytest.approx(recompute_s)


def test_no_rate_is_enough_where_the_fixed_time_takes_as_long_as_recomputing():
    assert break_even_bandwidth(payload=1e9, recompute_s=1, fixed_s=1) == math.inf


@given(payload=payloads, bandwidths=st.lists(rates, min_size=1, max_size=4))
def test_a_staged_copy_takes_at_least_its_slowest_link(payload, bandwidths):
    staged = staged_transfer_s(payload=payload, bandwidths=bandwidths)
    assert staged >= transfer_s(payload=payload, bandwidth=min(bandwidths)) * (1 - 1e-12)


def test_a_staged_copy_waits_for_each_link_in_turn():
    assert staged_transfer_s(payload=3e9, bandwidths=[1e9, 3e9]) == 4


def test_a_copy_over_one_link_is_a_transfer():
    assert staged_transfer_s(payload=3e9, bandwidths=[1e9], fixed_s=1) == transfer_s(
        payload=3e9, bandwidth=1e9, fixed_s=1
    )


def test_nothing_to_move_takes_the_fixed_time():
    assert transfer_s(payload=0, bandwidth=1e9, fixed_s=2e-6) == 2e-6


@pytest.mark.parametrize(
    ("call", "field"),
    [
        pytest.param(lambda: transfer_s(payload=1, bandwidth=0), "bandwidth", id="no rate"),
        pytest.param(lambda: transfer_s(payload=-1, bandwidth=1), "payload", id="negative payload"),
        pytest.param(lambda: break_even_bandwidth(payload=1, recompute_s=0), "recompute_s", id="free recomputation"),
    ],
)
def test_the_impossible_is_refused(call, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        call()


def test_a_grid_equals_its_scalars():
    recompute = np.array([0.5, 1.0, 2.0])
    one_by_one = [break_even_bandwidth(payload=1e9, recompute_s=s, fixed_s=1) for s in recompute.tolist()]
    assert list(break_even_bandwidth(payload=1e9, recompute_s=recompute, fixed_s=1)) == one_by_one
