"""Counted FLOPs: matrix multiplications only, by component, under a named convention.

One multiply-add is two FLOPs. The sums equal PyTorch's FLOP counter on the same architectures (tests). Norms, softmax
and other element-wise work are left out of the count, as there; their time is not left out of the step.
"""

from app.engine.components.attention import core_width
from app.engine.conventions import CountedAttention, CountedHead, CountedPasses
from app.engine.groups import Group
from app.engine.scenario import Scenario
from app.engine.transformer import LayerKind, Transformer, mlp_weights, out_weights, qkv_weights
from app.engine.workload import Phase

COUNTED_GROUPS: dict[str, Group] = {
    "qkv_proj": Group.PROJECTIONS,
    "out_proj": Group.PROJECTIONS,
    "attention_core": Group.ATTENTION_CORE,
    "mlp_gate": Group.MLP,
    "mlp_up": Group.MLP,
    "mlp_down": Group.MLP,
    "router": Group.ROUTER,
    "expert_gate": Group.EXPERTS,
    "expert_up": Group.EXPERTS,
    "expert_down": Group.EXPERTS,
    "shared_experts": Group.EXPERTS,
    "head": Group.HEAD,
}


def counted_flops(scenario: Scenario) -> dict[str, float]:
    """FLOPs of one step on all devices by component [FLOP]."""
    return {name: flops * step_factor(scenario) for name, flops in forward_flops(scenario).items()}


def step_factor(scenario: Scenario) -> float:
    """Forward passes of one replica that a step counts for [1]: 3 in training, times micro-batches and replicas."""
    counted_backward = scenario.phase is Phase.TRAINING and scenario.conventions.passes is CountedPasses.PHASE
    return (3 if counted_backward else 1) * scenario.n_micro_batches * scenario.plan.dp


def forward_flops(scenario: Scenario) -> dict[str, float]:
    """FLOPs of one forward pass of one replica by component [FLOP]; components that the model lacks are absent."""
    model, tokens = scenario.model, scenario.forward.n_tokens
    counted = {
        "qkv_proj": 2 * tokens * model.n_layers * qkv_weights(model),
        "out_proj": 2 * tokens * model.n_layers * out_weights(model),
        "attention_core": sum(core_flops(scenario, layer) for layer in model.layer_kinds),
        **_mlp_flops(model, tokens),
        **_expert_flops(model, tokens),
        "head": 2 * head_positions(scenario) * model.d_model * model.vocab_size,
    }
    return counted


def core_flops(scenario: Scenario, layer: LayerKind) -> float:
    """QK^T and AV of all layers of a kind: 2 * pairs * n_heads * (width of QK^T + width of AV) each [FLOP]."""
    work, model = scenario.forward, scenario.model
    causal = scenario.conventions.attention is CountedAttention.CAUSAL
    pairs = work.causal_pairs(layer.window) if causal else work.full_pairs(layer.window)
    return 2 * pairs * model.n_heads * core_width(scenario) * _whole(layer.n_layers)


def _mlp_flops(model: Transformer, tokens: float) -> dict[str, float]:
    dense_layers = model.n_layers if model.experts is None else model.experts.n_dense_layers
    one = 2 * tokens * dense_layers * model.d_model * model.d_ff
    names = ("mlp_gate", "mlp_up", "mlp_down") if model.gated else ("mlp_up", "mlp_down")
    return dict.fromkeys(names, one) if dense_layers else {}


def _expert_flops(model: Transformer, tokens: float) -> dict[str, float]:
    experts = model.experts
    if experts is None:
        return {}
    layers = model.n_layers - experts.n_dense_layers
    one = 2 * tokens * layers * experts.n_active_experts * model.d_model * experts.d_ff_expert
    names = ("expert_gate", "expert_up", "expert_down") if model.gated else ("expert_up", "expert_down")
    counted = {"router": 2 * tokens * layers * model.d_model * experts.n_experts, **dict.fromkeys(names, one)}
    if experts.n_shared_experts:
        weights = experts.n_shared_experts * mlp_weights(model, experts.d_ff_expert)
        counted["shared_experts"] = 2 * tokens * layers * weights
    return counted


def head_positions(scenario: Scenario) -> float:
    """Positions counted through the head [token]."""
    work = scenario.forward
    match scenario.conventions.head:
        case CountedHead.ALL:
            return work.n_tokens
        case CountedHead.LAST:
            return work.n_sequences
        case CountedHead.NONE:
            return 0


def _whole(count: float) -> float:
    # Integers stay integers: a long prompt counts beyond the 2**53 that a float can hold.
    return int(count) if count == int(count) else count
