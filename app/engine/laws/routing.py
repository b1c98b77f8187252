"""Mixture of experts as arithmetic on routing: tokens that fill the experts, the hottest one, padding and drops.

Experts that a step touches are in `experts.distinct_experts`, which the kernels use.
"""

from collections.abc import Sequence

from app.engine.arguments import refuse_below_one, refuse_unless_positive, refuse_unless_share
from app.engine.grid import everywhere, smaller


def compute_bound_tokens(
    *, ridge_point: float, n_experts: float, n_active_experts: float, bytes_per_weight: float = 2
) -> float:
    """Tokens in a step, over the whole expert-parallel group, from which the experts are bound by compute [token].

    ridge * bytes/2 tokens must meet in each expert, as in a dense layer, and each gets k/n of them; ridge in [FLOP/B].
    """
    _refuse_more_active(n_experts=n_experts, n_active_experts=n_active_experts)
    refuse_unless_positive(ridge_point=ridge_point, bytes_per_weight=bytes_per_weight)
    return ridge_point * bytes_per_weight / 2 * n_experts / n_active_experts


def hottest_expert_slowdown(*, expert_share: float, hot_factor: float) -> float:
    """How many times longer a step takes if the hottest device has `hot_factor` times the mean load [x].

    1 - share + share * hot: all wait for the hottest one in the experts' share of the time, Amdahl's law on the rest.
    """
    refuse_unless_share(expert_share=expert_share)
    refuse_below_one(hot_factor=hot_factor)
    return 1 - expert_share + expert_share * hot_factor


def expert_capacity(*, n_tokens: float, n_experts: float, n_active_experts: float, capacity_factor: float) -> float:
    """Slots of each expert: capacity factor times the mean load, c * B * k/n [token] (Fedus et al. 2021, equation 3).

    Not rounded up to a whole slot.
    """
    _refuse_more_active(n_experts=n_experts, n_active_experts=n_active_experts)
    refuse_unless_positive(n_tokens=n_tokens, capacity_factor=capacity_factor)
    return capacity_factor * n_tokens * n_active_experts / n_experts


def kept_share(loads: Sequence[float], *, capacity_factor: float) -> float:
    """Share of the assignments that find a slot: sum(min(load, c*mean)) / sum(load) [0..1]; loads in any unit.

    The rest are dropped: those tokens pass the layer by its residual.
    """
    refuse_unless_positive(capacity_factor=capacity_factor, loads=sum(loads))
    capacity = capacity_factor * sum(loads) / len(loads)
    return sum(smaller(load, capacity) for load in loads) / sum(loads)


def padded_flops_factor(*, capacity_factor: float, kept: float = 1) -> float:
    """Expert FLOPs executed over those that serve a token: capacity factor / share kept [x].

    Every slot is computed, filled or not; without drops (even loads, c >= 1) it is the capacity factor itself.
    """
    refuse_unless_positive(capacity_factor=capacity_factor, kept=kept)
    refuse_unless_share(kept=kept)
    return capacity_factor / kept


def _refuse_more_active(*, n_experts: float, n_active_experts: float) -> None:
    refuse_unless_positive(n_experts=n_experts, n_active_experts=n_active_experts)
    if not everywhere(n_active_experts <= n_experts):
        raise ValueError(f"n_active_experts: {n_active_experts} is more than n_experts {n_experts}")
