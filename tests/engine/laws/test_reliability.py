import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.laws.reliability import (
    daly_interval_s,
    delayed_step_share,
    goodput,
    independent_rate,
    overhead_share,
    synchronous_rate,
    system_mtbf_s,
    young_interval_s,
)

LLAMA_3 = 3.1 * 3600
mtbfs = st.floats(1e3, 1e7)
fractions = st.floats(1e-4, 0.1)  # of the MTBF


def at_youngs_interval(function, checkpoint_s, mtbf_s):
    interval_s = young_interval_s(checkpoint_s=checkpoint_s, mtbf_s=mtbf_s)
    return function(interval_s=interval_s, checkpoint_s=checkpoint_s, mtbf_s=mtbf_s)


@pytest.mark.parametrize(
    ("checkpoint_s", "minutes", "percent"),
    [
        pytest.param(60, "19", "10.4", id="L2, checkpoint of 60 s"),
        pytest.param(300, "43", "23.2", id="L2, checkpoint of 5 min"),
        pytest.param(5, "6", "3.0", id="L2 flip, asynchronous checkpoint of 5 s"),
    ],
)
def test_checkpoint_interval_and_overhead_of_a_job_that_fails_every_3_1_hours(checkpoint_s, minutes, percent):
    assert f"{young_interval_s(checkpoint_s=checkpoint_s, mtbf_s=LLAMA_3) / 60:.0f}" == minutes
    assert f"{100 * at_youngs_interval(overhead_share, checkpoint_s, LLAMA_3):.1f}" == percent


def test_419_failures_in_54_days_are_one_in_3_1_hours():
    # Llama Team 2024, "The Llama 3 Herd of Models", section 3.3.4: 16,384 devices.
    device_mtbf_s = 54 * 86_400 / 419 * 16_384
    assert system_mtbf_s(device_mtbf_s=device_mtbf_s, n_devices=16_384) / 3600 == pytest.approx(3.1, abs=0.05)


@given(mtbf_s=mtbfs, n_devices=st.integers(1, 100_000))
def test_n_devices_fail_n_times_as_often(mtbf_s, n_devices):
    assert n_devices * system_mtbf_s(device_mtbf_s=mtbf_s, n_devices=n_devices) == pytest.approx(mtbf_s)


@given(mtbf_s=mtbfs, fraction=fractions)
def test_at_youngs_interval_checkpoints_cost_as_much_as_repeated_work(mtbf_s, fraction):
    overhead = at_youngs_interval(overhead_share, fraction * mtbf_s, mtbf_s)
    assert overhead == pytest.approx(math.sqrt(2 * fraction))


@given(mtbf_s=mtbfs, fraction=fractions, stretch=st.floats(0.2, 5))
def test_no_interval_has_less_first_order_overhead_than_youngs(mtbf_s, fraction, stretch):
    checkpoint_s = fraction * mtbf_s
    interval_s = stretch * young_interval_s(checkpoint_s=checkpoint_s, mtbf_s=mtbf_s)
    other = overhead_share(interval_s=interval_s, checkpoint_s=checkpoint_s, mtbf_s=mtbf_s)
    assert other >= at_youngs_interval(overhead_share, checkpoint_s, mtbf_s) * (1 - 1e-9)


@given(mtbf_s=mtbfs, fraction=fractions, stretch=st.floats(0.2, 5))
def test_no_interval_has_more_goodput_than_dalys(mtbf_s, fraction, stretch):
    checkpoint_s = fraction * mtbf_s
    interval_s = daly_interval_s(checkpoint_s=checkpoint_s, mtbf_s=mtbf_s)
    best = goodput(interval_s=interval_s, checkpoint_s=checkpoint_s, mtbf_s=mtbf_s)
    other = goodput(interval_s=stretch * interval_s, checkpoint_s=checkpoint_s, mtbf_s=mtbf_s)
    assert other <= best * (1 + 1e-4)


def test_dalys_series_at_a_checkpoint_of_half_the_mtbf():
    # Young's interval is 1 there and c/2M a quarter: 1 + (1/2)/3 + (1/4)/9 - 1/2.
    assert daly_interval_s(checkpoint_s=0.5, mtbf_s=1) == pytest.approx(0.5 + 1 / 6 + 1 / 36)


@given(mtbf_s=mtbfs)
def test_for_a_short_checkpoint_daly_and_young_agree(mtbf_s):
    both = {"checkpoint_s": 1e-6 * mtbf_s, "mtbf_s": mtbf_s}
    assert daly_interval_s(**both) == pytest.approx(young_interval_s(**both), rel=1e-3)


@pytest.mark.parametrize("checkpoint_s", [2 * LLAMA_3, 10 * LLAMA_3], ids=["twice the MTBF", "ten times"])
def test_a_checkpoint_longer_than_two_mtbfs_is_taken_every_mtbf(checkpoint_s):
    assert daly_interval_s(checkpoint_s=checkpoint_s, mtbf_s=LLAMA_3) == LLAMA_3


@given(mtbf_s=mtbfs, fraction=st.floats(1e-6, 1e-3))
def test_for_short_intervals_goodput_is_one_less_the_overhead(mtbf_s, fraction):
    overhead = at_youngs_interval(overhead_share, fraction * mtbf_s, mtbf_s)
    assert at_youngs_interval(goodput, fraction * mtbf_s, mtbf_s) == pytest.approx(1 - overhead, abs=2 * overhead**2)


def test_the_exact_model_loses_10_0_percent_where_the_first_order_says_10_4():
    assert 1 - at_youngs_interval(goodput, 60, LLAMA_3) == pytest.approx(0.100, abs=5e-4)


def test_a_job_that_almost_never_reaches_a_checkpoint_keeps_nothing():
    assert goodput(interval_s=1000 * LLAMA_3, checkpoint_s=60, mtbf_s=LLAMA_3) == pytest.approx(0)


def test_a_job_that_never_fails_loses_its_checkpoints_only():
    assert goodput(interval_s=900, checkpoint_s=100, mtbf_s=1e12) == pytest.approx(0.9, rel=1e-4)


def test_every_failure_costs_a_restart():
    layout = {"interval_s": 1200, "checkpoint_s": 60, "mtbf_s": LLAMA_3}
    assert overhead_share(**layout, restart_s=600) - overhead_share(**layout) == pytest.approx(600 / LLAMA_3)
    assert goodput(**layout, restart_s=600) == pytest.approx(goodput(**layout) * math.exp(-600 / LLAMA_3))


def test_one_slow_node_of_1024_slows_a_synchronous_job_to_its_own_speed():  # L3
    assert synchronous_rate(n_slow=1, slow_rate=0.7) == 0.7
    assert independent_rate(n_devices=1024, n_slow=1, slow_rate=0.7) == pytest.approx(1 - 0.3 / 1024)


def test_without_stragglers_both_run_at_full_speed():
    assert synchronous_rate(n_slow=0, slow_rate=0.7) == 1
    assert independent_rate(n_devices=1024, n_slow=0, slow_rate=0.7) == 1


@given(n_devices=st.integers(1, 4096), slow=st.floats(0, 1), rate=st.floats(0, 1))
def test_waiting_for_the_slowest_never_beats_not_waiting(n_devices, slow, rate):
    n_slow = round(slow * n_devices)
    alone = independent_rate(n_devices=n_devices, n_slow=n_slow, slow_rate=rate)
    assert synchronous_rate(n_slow=n_slow, slow_rate=rate) <= alone + 1e-12


@pytest.mark.parametrize(
    ("n_devices", "slow_share", "expected"),
    [
        pytest.param(1, 0.01, 0.01, id="one device"),
        pytest.param(100, 0.01, 0.634, id="a hundred devices, as in The Tail at Scale"),
        pytest.param(1024, 0.01, 1.0, id="a thousand"),
        pytest.param(1024, 0, 0, id="no stragglers"),
    ],
)
def test_what_is_rare_for_a_device_is_common_for_a_step(n_devices, slow_share, expected):
    assert delayed_step_share(n_devices=n_devices, slow_share=slow_share) == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        pytest.param(lambda: young_interval_s(checkpoint_s=60, mtbf_s=0), "mtbf_s", id="MTBF of zero"),
        pytest.param(lambda: goodput(interval_s=0, checkpoint_s=1, mtbf_s=1), "interval_s", id="no interval"),
        pytest.param(lambda: synchronous_rate(n_slow=1, slow_rate=1.2), "slow_rate", id="a fast straggler"),
        pytest.param(
            lambda: independent_rate(n_devices=8, n_slow=9, slow_rate=0.5), "n_slow", id="more slow than there are"
        ),
        pytest.param(lambda: delayed_step_share(n_devices=0, slow_share=0.1), "n_devices", id="no devices"),
    ],
)
def test_the_impossible_is_refused(call, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        call()


def test_a_grid_equals_its_scalars():
    checkpoints = np.array([5.0, 60.0, 300.0, 3 * LLAMA_3])
    for function in (young_interval_s, daly_interval_s):
        one_by_one = [function(checkpoint_s=c, mtbf_s=LLAMA_3) for c in checkpoints.tolist()]
        assert list(function(checkpoint_s=checkpoints, mtbf_s=LLAMA_3)) == pytest.approx(one_by_one)
    for function in (overhead_share, goodput):
        one_by_one = [function(interval_s=900, checkpoint_s=c, mtbf_s=LLAMA_3) for c in checkpoints.tolist()]
        assert list(function(interval_s=900, checkpoint_s=checkpoints, mtbf_s=LLAMA_3)) == pytest.approx(one_by_one)
    assert list(synchronous_rate(n_slow=np.array([0, 1, 2]), slow_rate=0.5)) == [1, 0.5, 0.5]
