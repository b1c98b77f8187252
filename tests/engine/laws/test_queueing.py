import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.laws.queueing import (
    continuous_batching_bound,
    requests_in_system,
    static_batch_use,
    time_in_system,
    waiting_time,
)

utilisations = st.floats(0, 0.999)
lengths = st.floats(1, 1e6)


@pytest.mark.parametrize(
    ("utilisation", "printed"),
    [
        pytest.param(0.95, "20", id="J3 at 95 %"),
        pytest.param(0.90, "10", id="J3 at 90 %"),
        pytest.param(0.80, "5", id="J3 at 80 %"),
        pytest.param(0.0, "1", id="an idle server"),
        pytest.param(1.0, "inf", id="a full server"),
        pytest.param(1.5, "inf", id="an overloaded server"),
    ],
)
def test_time_in_an_m_m_1_system_in_service_times(utilisation, printed):
    assert f"{time_in_system(utilisation):.0f}" == printed


def test_nobody_waits_at_an_idle_server_and_everybody_for_ever_at_a_full_one():
    assert waiting_time(0.0) == 0
    assert waiting_time(1.0) == math.inf


@given(utilisation=utilisations)
def test_waiting_is_the_time_inside_without_the_service(utilisation):
    assert waiting_time(utilisation) == pytest.approx(utilisation * time_in_system(utilisation), abs=1e-9)


@given(utilisation=utilisations, service_s=st.floats(1e-3, 1e3))
def test_the_mean_number_inside_follows_from_littles_law(utilisation, service_s):
    inside = requests_in_system(
        arrival_rate=utilisation / service_s, time_in_system_s=service_s * time_in_system(utilisation)
    )
    assert inside == pytest.approx(utilisation / (1 - utilisation))


def test_eight_requests_a_second_of_twenty_seconds_each_are_a_batch_of_160():
    assert requests_in_system(arrival_rate=8, time_in_system_s=20) == 160


@pytest.mark.parametrize(
    ("mean_len", "longest_len", "use", "bound"),
    [
        pytest.param(250, 2000, 0.125, 8, id="J1"),
        pytest.param(700, 700, 1, 1, id="J1 flip, equal lengths"),
    ],
)
def test_a_static_batch_holds_every_slot_for_its_longest_output(mean_len, longest_len, use, bound):
    assert static_batch_use(mean_len=mean_len, longest_len=longest_len) == use
    assert continuous_batching_bound(mean_len=mean_len, longest_len=longest_len) == bound


@given(mean_len=lengths, spread=st.floats(1, 100))
def test_continuous_batching_never_loses(mean_len, spread):
    assert continuous_batching_bound(mean_len=mean_len, longest_len=mean_len * spread) >= 1


@pytest.mark.parametrize(
    ("call", "field"),
    [
        pytest.param(lambda: time_in_system(-0.1), "utilisation", id="negative utilisation"),
        pytest.param(lambda: static_batch_use(mean_len=0, longest_len=1), "mean_len", id="no output"),
        pytest.param(lambda: static_batch_use(mean_len=3, longest_len=2), "mean_len", id="mean above the longest"),
    ],
)
def test_the_impossible_is_refused(call, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        call()


def test_a_grid_equals_its_scalars():
    grid = np.array([0.0, 0.5, 0.95, 1.0, 2.0])
    assert list(time_in_system(grid)) == [time_in_system(u) for u in grid.tolist()]
    assert list(waiting_time(grid)) == [waiting_time(u) for u in grid.tolist()]
