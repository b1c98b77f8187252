import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.laws.state_space import break_even_len, conv_state_bytes, ssm_state_bytes

D5 = {"d_inner": 2 * 4096, "d_state": 128}  # Mamba-2 of width 4096, expansion 2
GQA_8 = 2 * 8 * 128 * 2  # bytes of K and V of a token and layer, in two-byte values
widths = st.integers(1, 100_000)


def test_a_state_of_2_1_mb_equals_512_tokens_of_gqa_8():  # D5
    state = ssm_state_bytes(**D5)
    assert f"{state / 1e6:.1f}" == "2.1"
    assert GQA_8 == 4096
    assert break_even_len(state_bytes=state, kv_bytes_per_token=GQA_8) == 512


def test_an_mha_layer_of_32_heads_is_larger_than_the_state_from_128_tokens_on():
    assert break_even_len(state_bytes=ssm_state_bytes(**D5), kv_bytes_per_token=4 * GQA_8) == 128


def test_the_convolution_adds_a_few_percent_to_the_state():
    assert conv_state_bytes(**D5) == 3 * (8192 + 128 + 128) * 2
    assert conv_state_bytes(**D5, n_groups=8) == 3 * (8192 + 8 * 128 + 8 * 128) * 2
    assert conv_state_bytes(**D5) / ssm_state_bytes(**D5) == pytest.approx(0.024, abs=1e-3)


def test_a_convolution_over_one_token_remembers_nothing():
    assert conv_state_bytes(**D5, d_conv=1) == 0


@given(d_inner=widths, d_state=widths, kv=widths, longer=st.floats(1.01, 100))
def test_the_state_is_the_smaller_one_exactly_beyond_the_break_even(d_inner, d_state, kv, longer):
    state = ssm_state_bytes(d_inner=d_inner, d_state=d_state)
    length = break_even_len(state_bytes=state, kv_bytes_per_token=kv)
    assert kv * length / longer < state < kv * length * longer


@given(d_inner=widths, d_state=widths)
def test_a_state_in_fp32_is_twice_that_in_bf16(d_inner, d_state):
    one = ssm_state_bytes(d_inner=d_inner, d_state=d_state, bytes_per_value=4)
    assert one == 2 * ssm_state_bytes(d_inner=d_inner, d_state=d_state)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        pytest.param(lambda: ssm_state_bytes(d_inner=0, d_state=1), "d_inner", id="no width"),
        pytest.param(lambda: conv_state_bytes(**D5, d_conv=0.5), "d_conv", id="no convolution"),
        pytest.param(lambda: break_even_len(state_bytes=1, kv_bytes_per_token=0), "kv_bytes_per_token", id="no KV"),
    ],
)
def test_the_impossible_is_refused(call, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        call()


def test_a_grid_equals_its_scalars():
    states = np.array([16, 64, 128, 256])
    assert list(ssm_state_bytes(d_inner=8192, d_state=states)) == [
        ssm_state_bytes(d_inner=8192, d_state=n) for n in states.tolist()
    ]
