"""One matrix product on one chip: its FLOPs, its bytes, and what the roofline lets it reach.

(m x k) @ (k x n): m rows of activations against k*n weights, as in (B, D) @ (D, F).
"""

from app.engine.arguments import refuse_unless_positive
from app.engine.grid import larger, smaller


def matmul_flops(*, m: float, k: float, n: float) -> float:
    """FLOPs of (m x k) @ (k x n): 2*m*k*n, a multiplication and an addition each [FLOP]."""
    refuse_unless_positive(m=m, k=k, n=n)
    return 2 * m * k * n


def matmul_bytes(*, m: float, k: float, n: float, bytes_per_value: float = 2, bytes_per_weight: float = 2) -> float:
    """Bytes that it moves when each operand is read and the result written once [B].

    (m*k + m*n) * bytes per activation + k*n * bytes per weight.
    """
    refuse_unless_positive(m=m, k=k, n=n, bytes_per_value=bytes_per_value, bytes_per_weight=bytes_per_weight)
    return (m * k + m * n) * bytes_per_value + k * n * bytes_per_weight


def matmul_intensity(*, m: float, k: float, n: float, bytes_per_value: float = 2, bytes_per_weight: float = 2) -> float:
    """FLOPs for each byte that it moves [FLOP/B]; about 2*m/bytes per weight, m in BF16, while m << k and n."""
    moved = matmul_bytes(m=m, k=k, n=n, bytes_per_value=bytes_per_value, bytes_per_weight=bytes_per_weight)
    return matmul_flops(m=m, k=k, n=n) / moved


def roofline_flops(*, intensity: float, peak_flops: float, bandwidth: float) -> float:
    """The rate that work of an intensity can reach: min(peak, intensity * bandwidth) [FLOP/s] (Williams 2009)."""
    refuse_unless_positive(intensity=intensity, peak_flops=peak_flops, bandwidth=bandwidth)
    return smaller(peak_flops, intensity * bandwidth)


def roofline_s(*, flops: float, bytes_moved: float, peak_flops: float, bandwidth: float) -> float:
    """Time of work whose arithmetic and traffic overlap: max(FLOPs/peak, bytes/bandwidth) [s]."""
    refuse_unless_positive(flops=flops, bytes_moved=bytes_moved, peak_flops=peak_flops, bandwidth=bandwidth)
    return larger(flops / peak_flops, bytes_moved / bandwidth)


def compute_bound_rows(*, peak_flops: float, bandwidth: float, bytes_per_weight: float = 2) -> float:
    """Rows from which a product is bound by compute, while they are few against k and n [token].

    peak/bandwidth * bytes per weight / 2: the batch of decoding at which weights are no longer what binds.
    """
    refuse_unless_positive(peak_flops=peak_flops, bandwidth=bandwidth, bytes_per_weight=bytes_per_weight)
    return peak_flops / bandwidth * bytes_per_weight / 2
