"""Collectives on links of one kind: a ring, an axis of a torus, or devices on a switch. No fixed times.

`payload` are the bytes of the whole array [B], `bandwidth` the rate of one link in one direction [B/s]; an axis of a
torus with wraparound sends both ways (`directions` 2), and an array that is cut along several axes uses them all.
Source of the torus: "How to Scale Your Model" (Austin et al. 2025), chapter on sharded matrices.
"""

from app.engine.arguments import refuse_below_one, refuse_unless_positive
from app.engine.grid import where


def ring_all_gather_s(*, payload: float, n: float, bandwidth: float, directions: float = 1, axes: float = 1) -> float:
    """All-gather, or reduce-scatter: (n-1)/n * payload / (bandwidth * directions * axes) [s]."""
    _refuse(payload=payload, n=n, bandwidth=bandwidth, directions=directions, axes=axes)
    return (n - 1) / n * payload / (bandwidth * directions * axes)


def ring_all_reduce_s(*, payload: float, n: float, bandwidth: float, directions: float = 1, axes: float = 1) -> float:
    """All-reduce: a reduce-scatter and an all-gather, twice the time of one [s]."""
    return 2 * ring_all_gather_s(payload=payload, n=n, bandwidth=bandwidth, directions=directions, axes=axes)


def ring_all_to_all_s(*, payload: float, n: float, bandwidth: float, directions: float = 1) -> float:
    """All-to-all of an array cut over n devices, along a ring [s].

    Pieces travel n/4 links on average both ways, payload/(8 * bandwidth): a quarter of the all-gather. One way they
    travel (n-1)/2, and it takes (n-1)/(2n) * payload / bandwidth.
    """
    _refuse(payload=payload, n=n, bandwidth=bandwidth, directions=directions)
    one_way = (n - 1) / (2 * n) * payload / bandwidth
    return where(directions == 2, payload / (8 * bandwidth), one_way)


def tensor_parallel_limit(*, d_ff: float, peak_flops: float, bandwidth: float) -> float:
    """Devices up to which a tensor parallel MLP is bound by compute: d_ff * bandwidth / peak [1].

    4*B*D*F/(n*peak) of arithmetic against 4*B*D bytes each way, in 2 bytes: the batch and d_model cancel. `bandwidth`
    is what all links of a device carry together.
    """
    refuse_unless_positive(d_ff=d_ff, peak_flops=peak_flops, bandwidth=bandwidth)
    return d_ff * bandwidth / peak_flops


def data_parallel_limit(*, peak_flops: float, bandwidth: float) -> float:
    """Tokens per device from which data parallel training, or FSDP, is bound by compute: peak / bandwidth [token].

    4*2*D*F bytes of gradients against 8*B*D*F/n FLOPs of the backward pass, in 2 bytes; links as above.
    """
    refuse_unless_positive(peak_flops=peak_flops, bandwidth=bandwidth)
    return peak_flops / bandwidth


def _refuse(*, directions: float, axes: float = 1, **positive: float) -> None:
    refuse_unless_positive(**positive)
    refuse_below_one(n=positive["n"], axes=axes)
    if directions not in (1, 2):
        raise ValueError(f"directions: {directions} is neither 1 nor 2")
