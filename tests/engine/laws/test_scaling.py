import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.laws.scaling import (
    compute_optimal_tokens,
    data_multiple,
    fewer_steps,
    inference_flops,
    served_tokens_that_equal_training,
    steps_multiple,
    training_flops,
    training_s,
)

DAY = 86_400
batches = st.floats(1, 1e9)


@pytest.mark.parametrize(
    ("batch_over_critical", "printed"),
    [pytest.param(0.25, "1.67", id="A5, from a quarter of Bcrit"), pytest.param(2, "1.20", id="A5, from twice Bcrit")],
)
def test_doubling_the_batch_saves_fewer_steps_past_the_critical_batch(batch_over_critical, printed):
    assert f"{fewer_steps(batch=batch_over_critical, critical_batch=1):.2f}" == printed


@given(critical_batch=batches, growth=st.floats(1.1, 10))
def test_far_below_the_critical_batch_growth_pays_in_full_and_far_above_it_not_at_all(critical_batch, growth):
    below = fewer_steps(batch=critical_batch * 1e-6, critical_batch=critical_batch, growth=growth)
    above = fewer_steps(batch=critical_batch * 1e6, critical_batch=critical_batch, growth=growth)
    assert below == pytest.approx(growth, rel=1e-4)
    assert above == pytest.approx(1, rel=1e-4)


@given(critical_batch=batches)
def test_at_the_critical_batch_steps_and_data_are_both_twice_the_least(critical_batch):
    assert steps_multiple(batch=critical_batch, critical_batch=critical_batch) == 2
    assert data_multiple(batch=critical_batch, critical_batch=critical_batch) == 2


@given(batch=batches, critical_batch=batches)
def test_steps_and_data_trade_on_a_hyperbola(batch, critical_batch):
    both = {"batch": batch, "critical_batch": critical_batch}
    # McCandlish et al. 2018: (S/Smin - 1) * (E/Emin - 1) = 1, so that 1/steps + 1/data = 1.
    assert 1 / steps_multiple(**both) + 1 / data_multiple(**both) == pytest.approx(1)


@pytest.mark.parametrize(
    ("n_parameters", "peak_flops", "mfu", "printed"),
    [
        pytest.param(70e9, 989e12, 0.40, "11.2", id="A3 by 6ND with 70e9: 11.25"),
        pytest.param(70.6e9, 989e12, 0.40, "11.3", id="A3 with the 70.6e9 of the architecture"),
        pytest.param(70.6e9, 1979e12, 0.40, "5.7", id="A3 trap, the sparse peak"),
        pytest.param(70e9, 989e12, 1.0, "4.5", id="A3 trap, all of the peak"),
    ],
)
def test_days_of_a_70b_model_on_15t_tokens_and_16384_h100s(n_parameters, peak_flops, mfu, printed):
    took = training_s(n_parameters=n_parameters, tokens=1.5e13, n_devices=16_384, peak_flops=peak_flops, mfu=mfu)
    assert f"{took / DAY:.1f}" == printed


def test_training_flops_of_70b_on_15t_tokens():
    assert training_flops(n_parameters=70e9, tokens=15e12) == pytest.approx(6.3e24)


def test_twenty_tokens_per_parameter_make_1_4t_for_70b():
    assert compute_optimal_tokens(70e9) == pytest.approx(1.4e12)
    assert compute_optimal_tokens(70e9, tokens_per_parameter=200) == pytest.approx(14e12)


def test_inference_overtakes_the_training_of_a_compute_optimal_70b_at_4_2t_served_tokens():  # A7
    trained = compute_optimal_tokens(70e9)
    served = served_tokens_that_equal_training(trained)
    assert served == pytest.approx(4.2e12)
    assert inference_flops(n_parameters=70e9, tokens=served) == pytest.approx(
        training_flops(n_parameters=70e9, tokens=trained)
    )


@given(n_parameters=st.floats(1e6, 1e13), tokens=st.floats(1e6, 1e14), factor=st.floats(1, 100))
def test_training_time_is_linear_in_tokens_and_inverse_in_devices(n_parameters, tokens, factor):
    def took(tokens, n_devices):
        return training_s(n_parameters=n_parameters, tokens=tokens, n_devices=n_devices, peak_flops=1e15, mfu=0.4)

    assert took(tokens * factor, 8) == pytest.approx(factor * took(tokens, 8))
    assert took(tokens * factor, 8 * factor) == pytest.approx(took(tokens, 8))


@pytest.mark.parametrize(
    ("call", "field"),
    [
        pytest.param(lambda: steps_multiple(batch=0, critical_batch=1), "batch", id="no batch"),
        pytest.param(lambda: compute_optimal_tokens(-1), "n_parameters", id="negative size"),
        pytest.param(
            lambda: training_s(n_parameters=1, tokens=1, n_devices=1, peak_flops=1, mfu=1.1), "mfu", id="MFU above one"
        ),
    ],
)
def test_the_impossible_is_refused(call, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        call()


def test_a_grid_equals_its_scalars():
    grid = np.array([0.01, 0.25, 2.0, 100.0])
    assert list(fewer_steps(batch=grid, critical_batch=1)) == pytest.approx(
        [fewer_steps(batch=b, critical_batch=1) for b in grid.tolist()]
    )
