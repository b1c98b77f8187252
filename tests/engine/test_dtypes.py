import pytest

from app.engine.dtypes import DType


@pytest.mark.parametrize(
    ("dtype", "width"),
    [("fp32", 4), ("tf32", 4), ("bf16", 2), ("fp16", 2), ("fp8", 1), ("int8", 1), ("fp4", 0.5), ("int4", 0.5)],
)
def test_a_value_occupies_its_bits(dtype, width):
    assert DType(dtype).bytes == width


def test_every_format_has_a_width():
    assert all(dtype.bytes > 0 for dtype in DType)
