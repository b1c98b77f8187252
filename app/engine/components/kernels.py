"""A kernel: work that runs at once on one device, and the builders that the components share."""

from enum import StrEnum
from typing import NamedTuple

from app.engine.groups import Group


class Kind(StrEnum):
    """What a kernel's speed depends on."""

    GEMM = "gemm"
    BATCHED_GEMM = "batched_gemm"  # unfused QK^T and AV, in the format of the activations
    ATTENTION_FORWARD = "attention_forward"
    ATTENTION_BACKWARD = "attention_backward"
    STREAM = "stream"  # element-wise, norms, softmax, lookups, optimizer: bytes only
    COLLECTIVE = "collective"


class Kernel(NamedTuple):
    """Work of one launch on one device, and how often a step repeats it. A tuple: every analysis makes dozens.

    `flops` are executed, not counted, FLOPs [FLOP]. `stored_bytes` lie in HBM: weights, KV cache, optimizer states;
    `passing_bytes` are activations that kernels hand to each other, which a cache may hold [B]. A collective has its
    duration in `wire_s` instead [s]; for `fixed_s` of it no byte is on a link, and its backward pass talks
    `backward_wires` times as long. `outputs` are the numbers that a GEMM makes, in tiles over the compute units;
    `backward_outputs` those of dX and dW, their harmonic mean [1].
    """

    component: str
    group: Group
    kind: Kind
    flops: float = 0
    stored_bytes: float = 0
    passing_bytes: float = 0
    outputs: float = 0
    backward_outputs: float = 0
    wire_s: float = 0
    fixed_s: float = 0
    backward_wires: float = 1
    times: float = 1
    n_launches: float = 1

    @property
    def bytes_moved(self) -> float:
        """All that the kernel reads and writes [B]."""
        return self.stored_bytes + self.passing_bytes


def gemm(
    component: str, group: Group, *, rows: float, inner: float, columns: float, widths: tuple[float, float]
) -> Kernel:
    """(rows x inner) @ (inner x columns): 2*rows*inner*columns FLOPs; both inputs are read, the output written.

    `widths`: bytes of one weight and of one activation [B].
    """
    weight_bytes, activation_bytes = widths
    outputs = rows * columns
    flops = 2 * inner * outputs
    stored, passing = inner * columns * weight_bytes, (rows * inner + outputs) * activation_bytes
    # By position: half the time of keywords, and every analysis makes a dozen.
    return Kernel(component, group, Kind.GEMM, flops, stored, passing, outputs, flops / (rows + columns))


def stream(component: str, group: Group, *, bytes_moved: float, n_launches: float = 1) -> Kernel:
    """A kernel that only moves activations."""
    return Kernel(component, group, Kind.STREAM, passing_bytes=bytes_moved, n_launches=n_launches)
