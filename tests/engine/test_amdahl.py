import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.amdahl import ceiling, rescaled_share, speedup

shares = st.floats(0.0, 0.999)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        pytest.param(0.0, 1.0, id="a part that takes no time"),
        pytest.param(0.5, 2.0, id="half of the time"),
        pytest.param(1.0, math.inf, id="all of the time"),
        pytest.param(0.02693, 1.0277, id="attention core of the 175B model at 2k tokens"),
    ],
)
def test_a_ceiling_is_one_over_what_remains(share, expected):
    assert ceiling(share) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("share", "factor", "expected"),
    [
        pytest.param(0.6464, 2, 1.4776, id="MLP of the 175B model twice as fast"),
        pytest.param(0.7, 2, 1.538, id="FP8 for seventy percent of a training step"),
        pytest.param(1.0, 3, 3.0, id="everything three times as fast"),
        pytest.param(0.5, 0.5, 2 / 3, id="a part made slower"),
    ],
)
def test_a_faster_part_speeds_up_the_whole_by_amdahls_law(share, factor, expected):
    assert speedup(share, factor) == pytest.approx(expected, rel=1e-3)


@given(share=shares)
def test_a_part_that_stays_as_it_is_changes_nothing(share):
    assert speedup(share, 1) == pytest.approx(1)


@given(share=shares)
def test_the_speed_up_approaches_the_ceiling_as_the_factor_grows(share):
    assert speedup(share, 1e12) == pytest.approx(ceiling(share), rel=1e-6)


@given(share=shares, factor=st.floats(1, 1e6))
def test_no_speed_up_passes_its_ceiling_or_its_own_factor(share, factor):
    assert 1 - 1e-12 <= speedup(share, factor) <= min(ceiling(share), factor) * (1 + 1e-12)


@given(share=shares, factor=st.floats(1.1, 1e3))
def test_a_larger_share_gains_more(share, factor):
    assert speedup(share * 0.9, factor) <= speedup(share, factor) * (1 + 1e-12)


@pytest.mark.parametrize(
    ("share", "factor", "expected"),
    [(0.3, 1, 0.3), (0.5, 3, 0.75), (0.2, 0, 0.0), (1.0, 0.5, 1.0), (0.25, 1 / 3, 0.1)],
)
def test_a_part_that_grows_takes_a_larger_share_while_the_rest_stays(share, factor, expected):
    assert rescaled_share(share, factor) == pytest.approx(expected)
