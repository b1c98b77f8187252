import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.catalog import accelerator
from app.engine.dtypes import DType
from app.engine.hardware import ridge_point
from app.engine.laws.speculation import compute_bound_batch, gain, ideal_verify_cost, tokens_per_verification

H100 = ridge_point(accelerator("h100-sxm"), DType.BF16)
acceptances = st.floats(0, 0.999)
drafts = st.integers(1, 12)


@pytest.mark.parametrize(
    ("acceptance", "n_drafted", "printed"),
    [
        pytest.param(0.8, 3, "2.95", id="B5, k = 3"),
        pytest.param(0.8, 4, "3.36", id="spec-decoding-busy, k = 4"),
        pytest.param(0.8, 5, "3.69", id="B5, k = 5"),
        pytest.param(0.0, 5, "1.00", id="nothing is accepted"),
        pytest.param(1.0, 5, "6.00", id="everything is accepted"),
        pytest.param(0.8, 0, "1.00", id="nothing is drafted"),
    ],
)
def test_tokens_per_verification(acceptance, n_drafted, printed):
    assert f"{tokens_per_verification(acceptance=acceptance, n_drafted=n_drafted):.2f}" == printed


@given(acceptance=acceptances, n_drafted=drafts)
def test_the_closed_form_is_the_sum_of_the_chances_to_reach_each_token(acceptance, n_drafted):
    by_hand = sum(acceptance**reached for reached in range(n_drafted + 1))
    assert tokens_per_verification(acceptance=acceptance, n_drafted=n_drafted) == pytest.approx(by_hand)


@given(acceptance=acceptances, n_drafted=drafts)
def test_one_more_drafted_token_yields_less_than_one_more(acceptance, n_drafted):
    now = tokens_per_verification(acceptance=acceptance, n_drafted=n_drafted)
    then = tokens_per_verification(acceptance=acceptance, n_drafted=n_drafted + 1)
    assert now <= then <= now + 1


@pytest.mark.parametrize(
    ("n_drafted", "printed"),
    [
        pytest.param(3, "74", id="B5, k = 3"),
        pytest.param(4, "59", id="spec-decoding-busy, k = 4"),
        pytest.param(5, "49", id="B5, k = 5"),
        pytest.param(0, "295", id="B4, a plain step"),
    ],
)
def test_the_batch_where_verification_turns_compute_bound_on_an_h100(n_drafted, printed):
    assert f"{compute_bound_batch(ridge_point=H100, n_drafted=n_drafted):.0f}" == printed


def test_four_bit_weights_turn_compute_bound_at_a_quarter_of_the_batch():  # B4 flip
    assert f"{compute_bound_batch(ridge_point=H100, n_drafted=0, bytes_per_weight=0.5):.0f}" == "74"


@pytest.mark.parametrize(
    ("n_drafted", "expected"),
    [pytest.param(4, 1.55, id="k = 4"), pytest.param(2, 1.9, id="k = 2")],
)
def test_at_batch_128_the_ideal_gain_is_a_fraction_of_that_at_batch_one(n_drafted, expected):
    verify_cost = ideal_verify_cost(batch=128, n_drafted=n_drafted, ridge_point=H100)
    busy = gain(acceptance=0.8, n_drafted=n_drafted, verify_cost=verify_cost, draft_cost=0)
    assert busy == pytest.approx(expected, abs=0.03)
    assert busy < tokens_per_verification(acceptance=0.8, n_drafted=n_drafted)


@given(n_drafted=drafts, batch=st.floats(1, 1e4))
def test_verification_costs_between_one_step_and_a_step_for_each_token(n_drafted, batch):
    cost = ideal_verify_cost(batch=batch, n_drafted=n_drafted, ridge_point=H100)
    assert 1 <= cost <= (n_drafted + 1) * (1 + 1e-12)


@pytest.mark.parametrize(
    ("batch", "cost"), [pytest.param(1, 1, id="memory-bound"), pytest.param(1000, 5, id="compute-bound")]
)
def test_verification_is_free_at_batch_one_and_costs_all_its_tokens_past_the_ridge(batch, cost):
    assert ideal_verify_cost(batch=batch, n_drafted=4, ridge_point=H100) == pytest.approx(cost)


@given(acceptance=acceptances, n_drafted=drafts, draft_cost=st.floats(0, 1))
def test_with_free_verification_the_gain_is_theorem_3_8_of_leviathan(acceptance, n_drafted, draft_cost):
    theorem = (1 - acceptance ** (n_drafted + 1)) / ((1 - acceptance) * (n_drafted * draft_cost + 1))
    assert gain(acceptance=acceptance, n_drafted=n_drafted, verify_cost=1, draft_cost=draft_cost) == pytest.approx(
        theorem
    )


@given(acceptance=st.floats(0, 1), n_drafted=drafts)
def test_past_the_ridge_speculation_cannot_gain(acceptance, n_drafted):
    cost = ideal_verify_cost(batch=1e4, n_drafted=n_drafted, ridge_point=H100)
    assert gain(acceptance=acceptance, n_drafted=n_drafted, verify_cost=cost, draft_cost=0) <= 1 + 1e-9


@pytest.mark.parametrize(
    ("call", "field"),
    [
        pytest.param(lambda: tokens_per_verification(acceptance=1.1, n_drafted=3), "acceptance", id="acceptance"),
        pytest.param(lambda: tokens_per_verification(acceptance=0.8, n_drafted=-1), "n_drafted", id="draft"),
        pytest.param(lambda: compute_bound_batch(ridge_point=0, n_drafted=3), "ridge_point", id="ridge"),
        pytest.param(
            lambda: gain(acceptance=0.8, n_drafted=3, verify_cost=0, draft_cost=0), "verify_cost", id="verification"
        ),
    ],
)
def test_the_impossible_is_refused(call, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        call()


def test_a_grid_equals_its_scalars():
    acceptance, batch = np.array([0.0, 0.8, 1.0]), np.array([1.0, 128.0, 1000.0])
    one_by_one = [tokens_per_verification(acceptance=a, n_drafted=4) for a in acceptance.tolist()]
    assert list(tokens_per_verification(acceptance=acceptance, n_drafted=4)) == pytest.approx(one_by_one)
    one_by_one = [ideal_verify_cost(batch=b, n_drafted=4, ridge_point=H100) for b in batch.tolist()]
    assert list(ideal_verify_cost(batch=batch, n_drafted=4, ridge_point=H100)) == pytest.approx(one_by_one)
