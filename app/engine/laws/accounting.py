"""Resource accounting: bytes of a tensor, of a cache and of a training state, what fits, and utilisation from rates."""

from app.engine.arguments import refuse_negative, refuse_unless_positive, refuse_unless_share
from app.engine.grid import is_grid


def tensor_bytes(*, n_values: float, bytes_per_value: float = 2) -> float:
    """Bytes of an array: values times bytes each [B]."""
    refuse_unless_positive(n_values=n_values, bytes_per_value=bytes_per_value)
    return n_values * bytes_per_value


def kv_bytes(
    *, n_layers: float, n_kv_heads: float, d_head: float, n_tokens: float = 1, bytes_per_value: float = 2
) -> float:
    """KV cache of so many tokens: 2 * layers * KV heads * head width * tokens * bytes [B]."""
    refuse_unless_positive(n_layers=n_layers, n_kv_heads=n_kv_heads, d_head=d_head, n_tokens=n_tokens)
    refuse_unless_positive(bytes_per_value=bytes_per_value)
    return 2 * n_layers * n_kv_heads * d_head * n_tokens * bytes_per_value


def training_state_bytes(*, n_parameters: float, bytes_per_parameter: float = 16) -> float:
    """Weights, gradients and optimizer states of mixed-precision Adam: 16 bytes a parameter [B] (ZeRO, 2020)."""
    refuse_unless_positive(n_parameters=n_parameters, bytes_per_parameter=bytes_per_parameter)
    return n_parameters * bytes_per_parameter


def how_many_fit(*, free_bytes: float, bytes_each: float) -> float:
    """Whole things in the memory that is left: floor(free/each) [1]."""
    refuse_negative(free_bytes=free_bytes)
    refuse_unless_positive(bytes_each=bytes_each)
    return free_bytes // bytes_each


def decode_step_s(*, weight_bytes: float, kv_bytes_read: float, bandwidth: float) -> float:
    """Least time of a decode step that memory binds: all weights and the cache of every sequence, once [s]."""
    refuse_negative(kv_bytes_read=kv_bytes_read)
    refuse_unless_positive(weight_bytes=weight_bytes, bandwidth=bandwidth)
    return (weight_bytes + kv_bytes_read) / bandwidth


def mfu(*, tokens_per_s: float, flops_per_token: float, n_devices: float, peak_flops: float) -> float:
    """Model FLOPs utilisation of a rate: tokens/s * FLOPs per token / (devices * dense peak) [0..1]."""
    refuse_unless_positive(tokens_per_s=tokens_per_s, flops_per_token=flops_per_token)
    refuse_unless_positive(n_devices=n_devices, peak_flops=peak_flops)
    return tokens_per_s * flops_per_token / (n_devices * peak_flops)


def tokens_per_s_at(*, mfu: float, flops_per_token: float, n_devices: float, peak_flops: float) -> float:
    """The rate of a utilisation: MFU * devices * dense peak / FLOPs per token [token/s]."""
    refuse_unless_positive(mfu=mfu, flops_per_token=flops_per_token, n_devices=n_devices, peak_flops=peak_flops)
    refuse_unless_share(mfu=mfu)
    return mfu * n_devices * peak_flops / flops_per_token


def whole(*, value: float) -> float:
    """The next whole number up: devices, nodes or pages that something takes [1]."""
    refuse_negative(value=value)
    rounded: float = -(-value // 1)
    return rounded if is_grid(value) else float(rounded)


def measured(*, value: float) -> float:
    """A number that was measured and not computed: a profile's, among figures that are computed [1]."""
    return value
