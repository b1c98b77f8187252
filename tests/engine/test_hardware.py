import pytest

from app.engine.catalog import accelerator
from app.engine.dtypes import DType
from app.engine.hardware import Hardware, ridge_point

FACTS = {
    "name": "a chip",
    "peak_flops": {DType.BF16: 100e12},
    "hbm_bytes": 16e9,
    "hbm_bandwidth": 1e12,
    "link_bandwidth": 50e9,
    "devices_per_node": 8,
}


@pytest.mark.parametrize(
    ("slug", "dtype", "expected"),
    [
        pytest.param("a100-80gb-sxm", DType.BF16, 153.0, id="A100"),
        pytest.param("h100-sxm", DType.BF16, 295.2, id="H100"),
        pytest.param("h100-sxm", DType.FP8, 590.7, id="H100 in FP8"),
    ],
)
def test_the_ridge_point_is_peak_over_bandwidth(slug, dtype, expected):
    assert ridge_point(accelerator(slug), dtype) == pytest.approx(expected, rel=1e-3)


def test_a_format_that_a_chip_does_not_multiply_has_no_peak():
    with pytest.raises(ValueError, match=r"^math_dtype: .*A100.* has no fp8 peak; it has "):
        accelerator("a100-80gb-sxm").peak(DType.FP8)


@pytest.mark.parametrize(
    "name", ["hbm_bytes", "hbm_bandwidth", "link_bandwidth", "devices_per_node", "network_bandwidth"]
)
def test_a_fact_that_is_not_positive_is_refused(name):
    with pytest.raises(ValueError, match=f"^{name}: "):
        Hardware(**{**FACTS, name: 0})


@pytest.mark.parametrize("peaks", [{}, {DType.BF16: 0}, {DType.BF16: -1e12}], ids=["none", "zero", "negative"])
def test_a_chip_needs_a_peak_above_zero(peaks):
    with pytest.raises(ValueError, match=r"peak_flops"):
        Hardware(**{**FACTS, "peak_flops": peaks})
