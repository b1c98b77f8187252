import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.catalog import transformer
from app.engine.laws.quantised import (
    MXFP4,
    MXFP6,
    MXFP8,
    NVFP4,
    BlockFormat,
    Scale,
    grouped_int4,
    mean_bits,
    quantised_bytes,
)
from app.engine.transformer import parameters

NF4_DOUBLE = BlockFormat(name="NF4", bits=4, scales=(Scale(bits=8, group=64), Scale(bits=32, group=64 * 256)))


@pytest.mark.parametrize(
    ("quantised", "bits"),
    [
        pytest.param(NVFP4, 4.5, id="H5, NVFP4"),
        pytest.param(MXFP4, 4.25, id="H5, MXFP4"),
        pytest.param(MXFP6, 6.25, id="MXFP6"),
        pytest.param(MXFP8, 8.25, id="MXFP8"),
        pytest.param(grouped_int4(group=128), 4.125, id="INT4 in groups of 128, FP16 scale"),
        pytest.param(grouped_int4(group=128, zero_bits=4), 4.15625, id="the same with a 4-bit zero point"),
        pytest.param(grouped_int4(group=32, scale_bits=16, zero_bits=16), 5.0, id="groups of 32, FP16 scale and zero"),
        pytest.param(NF4_DOUBLE, 4.127, id="NF4 with scales of scales (QLoRA: 0.127 bits)"),
        pytest.param(BlockFormat(name="INT8 per tensor", bits=8), 8, id="no scales"),
    ],
)
def test_four_bits_are_more_than_four_bits(quantised, bits):
    assert quantised.effective_bits == pytest.approx(bits, abs=5e-4)


@given(group=st.integers(1, 10**9), scale_bits=st.integers(1, 32))
def test_scales_cost_less_the_larger_the_group_and_never_nothing(group, scale_bits):
    here = grouped_int4(group=group, scale_bits=scale_bits).effective_bits
    assert grouped_int4(group=2 * group, scale_bits=scale_bits).effective_bits <= here
    assert here > 4


def test_an_unquantised_head_and_embedding_bring_an_8b_model_in_mxfp4_to_5_8_bits():
    count = parameters(transformer("llama3.1-8b"))
    outside = count.head + count.embedding + count.norms
    assert mean_bits(MXFP4, n_quantised=count.total - outside, n_others=outside) == pytest.approx(5.79, abs=5e-3)


@given(n=st.integers(1, 10**12))
def test_with_nothing_left_out_the_mean_is_the_formats_own(n):
    assert mean_bits(NVFP4, n_quantised=n) == pytest.approx(NVFP4.effective_bits)
    assert quantised_bytes(NVFP4, n_quantised=n) == pytest.approx(n * 4.5 / 8)


def test_with_everything_left_out_nothing_is_saved():
    assert quantised_bytes(MXFP4, n_quantised=0, n_others=100) == 200


@pytest.mark.parametrize(
    ("call", "field"),
    [
        pytest.param(lambda: Scale(bits=8, group=0), "group", id="an empty group"),
        pytest.param(lambda: BlockFormat(name="x", bits=0), "bits", id="no bits"),
        pytest.param(lambda: grouped_int4(group=128, zero_bits=-4), "zero_bits", id="negative zero point"),
        pytest.param(lambda: quantised_bytes(MXFP4, n_quantised=-1), "n_quantised", id="negative count"),
    ],
)
def test_the_impossible_is_refused(call, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        call()
