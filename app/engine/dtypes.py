"""Number formats and what one value of each occupies."""

from enum import StrEnum


class DType(StrEnum):
    """A number format of weights, activations, KV cache or arithmetic."""

    FP32 = "fp32"
    TF32 = "tf32"
    BF16 = "bf16"
    FP16 = "fp16"
    FP8 = "fp8"
    INT8 = "int8"
    FP4 = "fp4"
    INT4 = "int4"

    @property
    def bytes(self) -> float:
        """Bytes that one value occupies, without scales [B]."""
        return _BYTES[self]


_BYTES: dict[DType, float] = {
    DType.FP32: 4,
    DType.TF32: 4,
    DType.BF16: 2,
    DType.FP16: 2,
    DType.FP8: 1,
    DType.INT8: 1,
    DType.FP4: 0.5,
    DType.INT4: 0.5,
}
