"""What a value of a block-quantised format occupies once its scales are counted, and what a whole model then holds."""

from dataclasses import dataclass

from app.engine.arguments import refuse_negative
from app.engine.checks import require_positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Side data that a group of values shares: a scale, a zero point, or a scale of scales [bit]."""

    bits: float
    group: float  # values that share it

    def __post_init__(self) -> None:
        require_positive(self, "bits", "group")


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockFormat:
    """A number format whose values share scales in groups."""

    name: str
    bits: float
    scales: tuple[Scale, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        require_positive(self, "bits")

    @property
    def effective_bits(self) -> float:
        """Bits that one value occupies with its part of the scales: bits + sum(scale bits / group) [bit].

        Scales of a whole tensor (NVFP4 has one, in FP32) vanish against its size and are left out.
        """
        return self.bits + sum(scale.bits / scale.group for scale in self.scales)


_OCP = "OCP Microscaling Formats (MX) Specification v1.0, 2023: blocks of 32, scale E8M0"
_OCP_SCALE = (Scale(bits=8, group=32),)

MXFP4 = BlockFormat(name="MXFP4", bits=4, scales=_OCP_SCALE, source=_OCP)
MXFP6 = BlockFormat(name="MXFP6", bits=6, scales=_OCP_SCALE, source=_OCP)
MXFP8 = BlockFormat(name="MXFP8", bits=8, scales=_OCP_SCALE, source=_OCP)
NVFP4 = BlockFormat(
    name="NVFP4",
    bits=4,
    scales=(Scale(bits=8, group=16),),
    source="NVIDIA 2025, Introducing NVFP4 for Efficient and Accurate Low-Precision Inference: blocks of 16, E4M3",
)


def grouped_int4(*, group: float, scale_bits: float = 16, zero_bits: float = 0) -> BlockFormat:
    """INT4 with a scale, and a zero point where it is asymmetric, for each group of values (GPTQ, AWQ)."""
    refuse_negative(zero_bits=zero_bits)
    zero = (Scale(bits=zero_bits, group=group),) if zero_bits else ()
    return BlockFormat(name=f"INT4 in groups of {group:g}", bits=4, scales=(Scale(bits=scale_bits, group=group), *zero))


def quantised_bytes(
    quantised: BlockFormat, *, n_quantised: float, n_others: float = 0, others_bytes: float = 2
) -> float:
    """Bytes of a model whose other parameters (head, embedding, norms) stay as they were [B]."""
    refuse_negative(n_quantised=n_quantised, n_others=n_others, others_bytes=others_bytes)
    return n_quantised * quantised.effective_bits / 8 + n_others * others_bytes


def mean_bits(quantised: BlockFormat, *, n_quantised: float, n_others: float = 0, others_bytes: float = 2) -> float:
    """Bits per parameter over the whole model: what "4-bit" comes to [bit]."""
    held = quantised_bytes(quantised, n_quantised=n_quantised, n_others=n_others, others_bytes=others_bytes)
    return 8 * held / (n_quantised + n_others)
