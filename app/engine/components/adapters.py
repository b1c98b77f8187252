"""LoRA adapters: parameters over chosen projections of a Transformer, and how many fit beside a shared copy.

Source: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models". A weight of shape (out, in) gets two
matrices (out, r) and (r, in).
"""

from collections.abc import Collection
from enum import StrEnum

from app.engine.arguments import refuse_negative, refuse_unless_positive
from app.engine.transformer import Transformer


class Projection(StrEnum):
    """A weight that an adapter may sit on, by the names of the public implementations."""

    Q = "q_proj"
    K = "k_proj"
    V = "v_proj"
    O = "o_proj"  # noqa: E741 - the field's letter
    GATE = "gate_proj"
    UP = "up_proj"
    DOWN = "down_proj"


ATTENTION_PROJECTIONS = frozenset({Projection.Q, Projection.K, Projection.V, Projection.O})
MLP_PROJECTIONS = frozenset({Projection.GATE, Projection.UP, Projection.DOWN})
ALL_PROJECTIONS = ATTENTION_PROJECTIONS | MLP_PROJECTIONS


def lora_parameters(model: Transformer, *, rank: float, projections: Collection[Projection]) -> float:
    """Parameters of one adapter: rank * (in + out) for each chosen weight of each layer [1].

    ValueError for a projection that the model lacks: a gate in a plain MLP, the MLP of a routed model, Q, K, V and O
    of latent attention.
    """
    refuse_unless_positive(rank=rank)
    shapes = _shapes(model)
    for projection in projections:
        if projection not in shapes:
            raise ValueError(f"projections: {model.name} has no plain {projection}")
    return rank * model.n_layers * sum(sum(shapes[projection]) for projection in set(projections))


def projections_of(model: Transformer) -> frozenset[Projection]:
    """Every weight of the model that an adapter can sit on."""
    return frozenset(_shapes(model))


def lora_bytes(n_parameters: float, *, bytes_per_parameter: float = 2) -> float:
    """What one adapter occupies while it serves [B]."""
    refuse_unless_positive(n_parameters=n_parameters, bytes_per_parameter=bytes_per_parameter)
    return n_parameters * bytes_per_parameter


def adapters_that_fit(*, free_bytes: float, adapter_bytes: float) -> float:
    """Whole adapters in the memory that is left: floor(free/adapter) [1]."""
    refuse_negative(free_bytes=free_bytes)
    refuse_unless_positive(adapter_bytes=adapter_bytes)
    return free_bytes // adapter_bytes


def _shapes(model: Transformer) -> dict[Projection, tuple[int, int]]:
    d, d_ff = model.d_model, model.d_ff
    queries, keys = model.n_heads * model.d_head, model.n_kv_heads * model.d_head
    shapes: dict[Projection, tuple[int, int]] = {}
    if model.latent is None:
        shapes |= {
            Projection.Q: (d, queries),
            Projection.K: (d, keys),
            Projection.V: (d, keys),
            Projection.O: (queries, d),
        }
    if model.experts is None:
        shapes |= {Projection.UP: (d, d_ff), Projection.DOWN: (d_ff, d)}
        if model.gated:
            shapes |= {Projection.GATE: (d, d_ff)}
    return shapes
