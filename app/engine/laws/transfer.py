"""Moving bytes that exist already: weights from storage, a KV cache to another device, an evicted prefix back.

Which path the bytes take (storage, host memory, GPU-direct, a network) is in the rates that the caller gives.
"""

from collections.abc import Sequence
from math import inf

from app.engine.arguments import refuse_negative, refuse_unless_positive
from app.engine.grid import where


def transfer_s(*, payload: float, bandwidth: float, fixed_s: float = 0) -> float:
    """Time to move `payload` bytes over one link: fixed + bytes/rate [s]; rate per direction, in [B/s]."""
    refuse_negative(payload=payload, fixed_s=fixed_s)
    refuse_unless_positive(bandwidth=bandwidth)
    return fixed_s + payload / bandwidth


def staged_transfer_s(*, payload: float, bandwidths: Sequence[float], fixed_s: float = 0) -> float:
    """Time over several links one after another, each waiting for all of the bytes: the sum over links [s].

    What a copy through a buffer in host memory costs without GPU-direct. A pipelined copy takes `transfer_s` at the
    slowest rate instead.
    """
    return fixed_s + sum(transfer_s(payload=payload, bandwidth=bandwidth) for bandwidth in bandwidths)


def break_even_bandwidth(*, payload: float, recompute_s: float, fixed_s: float = 0) -> float:
    """Rate below which making the bytes again is quicker than moving them: bytes/(recompute - fixed) [B/s].

    Infinite where the fixed time alone takes as long as recomputing.
    """
    refuse_negative(payload=payload, fixed_s=fixed_s)
    refuse_unless_positive(recompute_s=recompute_s)
    can_win = recompute_s > fixed_s
    return where(can_win, payload / where(can_win, recompute_s - fixed_s, 1.0), inf)
