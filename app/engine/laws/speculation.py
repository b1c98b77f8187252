"""Speculative decoding: tokens that one verification yields, what that gains, and where it turns compute-bound.

A draft proposes `n_drafted` tokens (k), the model checks them in one step and adds one of its own. `acceptance` (a) is
the chance that it keeps a drafted token, taken as the same and independent at each position.
"""

from app.engine.arguments import refuse_negative, refuse_unless_positive, refuse_unless_share
from app.engine.grid import larger, where


def tokens_per_verification(*, acceptance: float, n_drafted: float) -> float:
    """Tokens expected from one verification: (1 - a^(k+1))/(1-a) [token], k+1 at a = 1.

    Source: Leviathan et al. 2023, "Fast Inference from Transformers via Speculative Decoding", equation 1.
    """
    refuse_unless_share(acceptance=acceptance)
    refuse_negative(n_drafted=n_drafted)
    may_fail = acceptance < 1
    a = where(may_fail, acceptance, 0.0)
    return where(may_fail, (1 - a ** (n_drafted + 1)) / (1 - a), n_drafted + 1.0)


def gain(*, acceptance: float, n_drafted: float, verify_cost: float, draft_cost: float) -> float:
    """Speed-up of decoding: tokens per verification over (verify + k * draft) [x]; below one it is a loss.

    Costs are multiples of a plain decode step at the same batch: t_verify/t_step of the whole verification,
    t_draft/t_step of one drafted token. With `verify_cost` 1 it is theorem 3.8 of Leviathan et al. 2023.
    """
    refuse_unless_positive(verify_cost=verify_cost)
    refuse_negative(draft_cost=draft_cost)
    tokens = tokens_per_verification(acceptance=acceptance, n_drafted=n_drafted)
    return tokens / (verify_cost + n_drafted * draft_cost)


def compute_bound_batch(*, ridge_point: float, n_drafted: float, bytes_per_weight: float = 2) -> float:
    """Batch from which verification is bound by compute: ridge * bytes/2 / (k+1) [sequence]; ridge in [FLOP/B].

    Weight GEMMs alone: a token does two FLOPs with each weight. The KV cache is read per sequence and moves it up.
    """
    refuse_unless_positive(ridge_point=ridge_point, bytes_per_weight=bytes_per_weight)
    refuse_negative(n_drafted=n_drafted)
    return ridge_point * bytes_per_weight / 2 / (n_drafted + 1)


def ideal_verify_cost(*, batch: float, n_drafted: float, ridge_point: float, bytes_per_weight: float = 2) -> float:
    """t_verify/t_step of the weight GEMMs on an ideal roofline: max(1, B(k+1)/B*) / max(1, B/B*) [1].

    B* = ridge * bytes/2 is the batch at which a plain step turns compute-bound. Without KV reads and launches.
    """
    refuse_unless_positive(batch=batch)
    refuse_negative(n_drafted=n_drafted)
    turn = compute_bound_batch(ridge_point=ridge_point, n_drafted=0, bytes_per_weight=bytes_per_weight)
    return larger(batch * (n_drafted + 1) / turn, 1.0) / larger(batch / turn, 1.0)
