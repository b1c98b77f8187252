import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.catalog import transformer
from app.engine.laws.cost import cost_per_million_tokens, cost_per_token, energy_cost_per_token, energy_per_token
from app.engine.transformer import parameters

positive = st.floats(1e-3, 1e6)


def j6_tokens_per_s(batch):
    """Decode of Llama-3.1-70B on 8 H100 at 70 % of bandwidth, 8k tokens of KV cache per sequence, BF16."""
    step_bytes = 2 * parameters(transformer("llama3.1-70b")).total + batch * 8192 * 327_680
    return batch / (step_bytes / (0.7 * 8 * 3.35e12))


def j6(batch):
    return cost_per_million_tokens(price_per_device_hour=2.5, n_devices=8, tokens_per_s=j6_tokens_per_s(batch))


@pytest.mark.parametrize(
    ("batch", "printed"), [pytest.param(1, "42.6", id="J6, batch 1"), pytest.param(64, "1.45", id="J6, batch 64")]
)
def test_dollars_per_million_tokens_of_a_70b_model(batch, printed):
    assert f"{j6(batch):.3g}" == printed


def test_batch_64_is_29_times_cheaper_than_batch_1():  # J6
    assert f"{j6(1) / j6(64):.0f}" == "29"


@given(price=positive, rate=positive, n_devices=st.integers(1, 1000))
def test_a_cheaper_device_makes_a_cheaper_token_only_if_it_is_not_as_much_slower(price, rate, n_devices):
    token = cost_per_token(price_per_device_hour=price, n_devices=n_devices, tokens_per_s=rate)
    half = cost_per_token(price_per_device_hour=price / 2, n_devices=n_devices, tokens_per_s=rate / 2)
    assert half == pytest.approx(token)


@given(price=positive, rate=positive)
def test_a_million_tokens_cost_a_million_times_one(price, rate):
    one = cost_per_token(price_per_device_hour=price, n_devices=1, tokens_per_s=rate)
    million = cost_per_million_tokens(price_per_device_hour=price, n_devices=1, tokens_per_s=rate)
    assert million == pytest.approx(1e6 * one)


def test_a_device_hour_at_one_token_a_second_buys_3600_tokens():
    assert cost_per_token(price_per_device_hour=3.6, n_devices=1, tokens_per_s=1) == pytest.approx(1e-3)


def test_eight_devices_of_700_w_at_1000_tokens_a_second_spend_5_6_j_each():
    assert energy_per_token(power=700, n_devices=8, tokens_per_s=1000) == pytest.approx(5.6)
    assert energy_per_token(power=700, n_devices=8, tokens_per_s=1000, pue=1.25) == pytest.approx(7.0)


def test_a_kilowatt_hour_is_3_6_megajoules():
    assert energy_cost_per_token(energy_per_token=3.6e6, price_per_kilowatt_hour=0.2) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        pytest.param(
            lambda: cost_per_token(price_per_device_hour=-1, n_devices=1, tokens_per_s=1),
            "price_per_device_hour",
            id="negative price",
        ),
        pytest.param(
            lambda: cost_per_million_tokens(price_per_device_hour=1, n_devices=1, tokens_per_s=0),
            "tokens_per_s",
            id="no tokens",
        ),
        pytest.param(
            lambda: energy_per_token(power=1, n_devices=1, tokens_per_s=1, pue=0.9), "pue", id="PUE below one"
        ),
    ],
)
def test_the_impossible_is_refused(call, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        call()


def test_a_grid_equals_its_scalars():
    batches = np.array([1, 8, 64, 512])
    assert list(j6(batches)) == pytest.approx([j6(batch) for batch in batches.tolist()])
