"""Scaling out: what did not scale, gradients against compute in data parallelism, chunks that hide ring attention."""

from math import inf

from app.engine.arguments import refuse_below_one, refuse_negative, refuse_unless_positive, refuse_unless_share
from app.engine.collectives import flat_ring_s
from app.engine.grid import everywhere, where


def unscaled_share(*, device_ratio: float, throughput_ratio: float) -> float:
    """Share of the old step that the added devices did not shorten: (r/g - 1)/(r - 1) [1].

    r times the devices gave g times the throughput on the same work. The experimentally determined serial fraction of
    Karp and Flatt 1990, "Measuring parallel processor performance": 0 is linear scaling, 1 none, above 1 a loss.
    """
    refuse_unless_positive(throughput_ratio=throughput_ratio)
    if not everywhere(device_ratio > 1):
        raise ValueError(f"device_ratio: {device_ratio} must be above one")
    return (device_ratio / throughput_ratio - 1) / (device_ratio - 1)


def gradient_all_reduce_s(
    *, n_parameters: float, n_devices: float, bandwidth: float, bytes_per_gradient: float = 2
) -> float:
    """Ring all-reduce of all gradients over `n` replicas, once a step: 2(n-1)/n * bytes / rate [s]; rate in [B/s]."""
    refuse_unless_positive(n_parameters=n_parameters, bytes_per_gradient=bytes_per_gradient)
    refuse_below_one(n_devices=n_devices)
    refuse_unless_positive(bandwidth=bandwidth)
    return flat_ring_s(n=n_devices, payload=n_parameters * bytes_per_gradient, bandwidth=bandwidth)


def break_even_tokens(
    *, n_devices: float, bandwidth: float, peak_flops: float, mfu: float, bytes_per_gradient: float = 2
) -> float:
    """Tokens per device and step at which computing takes as long as the all-reduce [token].

    6 * N * tokens / (peak*MFU) = 2(n-1)/n * N * bytes / rate: the size of the model cancels. With fewer tokens the
    network binds even if everything overlaps. Plain data parallelism, one all-reduce a step.
    """
    refuse_unless_positive(peak_flops=peak_flops, mfu=mfu)
    refuse_unless_share(mfu=mfu)
    each_s = gradient_all_reduce_s(
        n_parameters=1, n_devices=n_devices, bandwidth=bandwidth, bytes_per_gradient=bytes_per_gradient
    )
    return each_s * peak_flops * mfu / 6


def compute_to_all_reduce(*, tokens: float, break_even: float) -> float:
    """Compute time over all-reduce time: tokens per device over the break-even [1]; infinite for one device alone."""
    refuse_unless_positive(tokens=tokens)
    refuse_negative(break_even=break_even)
    communicates = break_even > 0
    return where(communicates, tokens / where(communicates, break_even, 1.0), inf)


def overlap_chunk(
    *,
    n_heads: float,
    n_kv_heads: float,
    flops_per_s: float,
    bandwidth: float,
    bytes_per_value: float = 2,
    computed_share: float = 1,
) -> float:
    """Tokens per device from which ring attention hides its traffic: bytes/2 * rate/bandwidth * K/H / share [token].

    A device meets each passing chunk of c keys with its own c queries, 4*c^2*H*d_head FLOPs at the rate that attention
    reaches [FLOP/s], while 2*c*K*d_head values cross the link [B/s]. `computed_share` is 1/2 where a balanced causal
    kernel skips half of the pairs. Source: Liu et al. 2023, "Ring Attention with Blockwise
    Transformers for Near-Infinite Context", section 3 (c >= FLOP rate / bandwidth for H = K).
    """
    refuse_unless_positive(n_heads=n_heads, n_kv_heads=n_kv_heads, flops_per_s=flops_per_s, bandwidth=bandwidth)
    refuse_unless_positive(bytes_per_value=bytes_per_value, computed_share=computed_share)
    refuse_unless_share(computed_share=computed_share)
    return bytes_per_value / 2 * flops_per_s / bandwidth * n_kv_heads / n_heads / computed_share
