"""What a state-space layer (Mamba-2) remembers: a fixed state, where attention keeps bytes for every token.

Source of the shapes: Dao and Gu 2024, "Transformers are SSMs", and the authors' implementation.
"""

from app.engine.arguments import refuse_below_one, refuse_unless_positive


def ssm_state_bytes(*, d_inner: float, d_state: float, bytes_per_value: float = 2) -> float:
    """Recurrent state of one layer and sequence: d_inner * d_state values, whatever the length [B].

    `d_inner` is the width inside the block, usually twice d_model.
    """
    refuse_unless_positive(d_inner=d_inner, d_state=d_state, bytes_per_value=bytes_per_value)
    return d_inner * d_state * bytes_per_value


def conv_state_bytes(
    *, d_inner: float, d_state: float, d_conv: float = 4, n_groups: float = 1, bytes_per_value: float = 2
) -> float:
    """Inputs that the short causal convolution before the state still needs, of one layer and sequence [B].

    (d_conv - 1) * (d_inner + 2 * n_groups * d_state) values: x, B and C go through it. A few percent of the state.
    """
    refuse_unless_positive(d_inner=d_inner, d_state=d_state, n_groups=n_groups, bytes_per_value=bytes_per_value)
    refuse_below_one(d_conv=d_conv)
    return (d_conv - 1) * (d_inner + 2 * n_groups * d_state) * bytes_per_value


def break_even_len(*, state_bytes: float, kv_bytes_per_token: float) -> float:
    """Context at which a layer's KV cache is as large as the state: state/(KV per token) [token].

    Both of one layer. Shorter than that, attention holds (and a decode step reads) less.
    """
    refuse_unless_positive(state_bytes=state_bytes, kv_bytes_per_token=kv_bytes_per_token)
    return state_bytes / kv_bytes_per_token
