"""What one device holds: weights, gradients, optimizer states, activations, KV cache; and whether that fits."""

from dataclasses import dataclass

from app.engine.attention import kv_heads_per_device
from app.engine.grid import larger
from app.engine.scenario import Attention, Scenario
from app.engine.transformer import LayerKind, parameters
from app.engine.workload import Recompute, Training

# Bytes per score that unfused attention keeps for the backward pass: softmax output 2, dropout mask 1, dropout
# output 2 (Korthikanti et al. 2022, equation 1: the term 5*a*s/h).
_SCORE_BYTES_KEPT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Bytes on the fullest device by purpose [B]."""

    weights: float
    optimizer: float  # gradients and optimizer states, beyond the weights
    activations: float
    kv_cache: float
    capacity: float

    @property
    def bytes_per_device(self) -> float:
        """All that one device holds [B]."""
        return self.weights + self.optimizer + self.activations + self.kv_cache

    @property
    def shortfall(self) -> float:
        """Bytes that do not fit; zero when everything does [B]."""
        return larger(self.bytes_per_device - self.capacity, 0.0)


def memory(scenario: Scenario) -> Memory:
    """Held bytes of one device under the scenario's plan."""
    plan, work = scenario.plan, scenario.workload
    held = parameters(scenario.model).total / (plan.tp * plan.pp)
    weights = held * scenario.formats.weights.bytes
    if isinstance(work, Training):
        return Memory(
            weights=weights,
            optimizer=held * work.optimizer_bytes_per_parameter - weights,
            activations=training_activations(scenario),
            kv_cache=0.0,
            capacity=scenario.hardware.hbm_bytes,
        )
    widest = scenario.forward.n_tokens * max(scenario.model.d_model, scenario.model.d_ff / plan.tp)
    return Memory(
        weights=weights,
        optimizer=0.0,
        activations=2 * widest * scenario.formats.activations.bytes,
        kv_cache=kv_cache_bytes(scenario),
        capacity=scenario.hardware.hbm_bytes,
    )


def kv_bytes_per_token(scenario: Scenario) -> float:
    """KV cache that one token adds over all layers and devices: 2*n_layers*n_kv_heads*d_head*bytes [B]."""
    model = scenario.model
    return 2 * model.n_layers * model.n_kv_heads * model.d_head * scenario.formats.kv.bytes


def kv_bytes_read(scenario: Scenario) -> float:
    """KV cache that one decode step reads on all devices of a replica: it grows with context and batch [B]."""
    work, model = scenario.forward, scenario.model
    per_layer = 2 * model.n_kv_heads * model.d_head * scenario.formats.kv.bytes
    keys = sum(layer.n_layers * work.keys_met(layer.window) for layer in model.layer_kinds)
    return work.n_sequences * keys * per_layer


def kv_cache_bytes(scenario: Scenario) -> float:
    """KV cache on one device: a window keeps only its last tokens [B]."""
    sharded = kv_heads_per_device(scenario) / scenario.model.n_kv_heads
    return kv_bytes_read(scenario) * sharded / scenario.plan.pp


def weight_bytes(scenario: Scenario) -> float:
    """All weights of the model, once [B]."""
    return parameters(scenario.model).total * scenario.formats.weights.bytes


def training_activations(scenario: Scenario) -> float:
    """Activations that the backward pass needs, on the first pipeline stage of 1F1B [B].

    For multi-head attention, a GELU MLP and no fusing: s*b*h*(10 + 24/t + 5*a*s/(h*t)) per layer (Korthikanti et al.
    2022, equation 2); here by parts, so that grouped heads, gated MLPs and fused attention follow.
    """
    work, plan = scenario.workload, scenario.plan
    if not isinstance(work, Training):
        return 0.0
    per_layer = sum(layer.n_layers * layer_activations(scenario, layer) for layer in scenario.model.layer_kinds)
    # Stage 0 keeps min(p, m) micro-batches in flight, each with n_layers / p of the layers.
    in_flight = min(plan.pp, work.n_micro_batches)
    return per_layer / plan.pp * in_flight


def layer_activations(scenario: Scenario, layer: LayerKind) -> float:
    """Activations that one layer keeps for one micro-batch [B]."""
    model, work, plan = scenario.model, scenario.forward, scenario.plan
    size = scenario.formats.activations.bytes
    recompute = scenario.workload.recompute if isinstance(scenario.workload, Training) else Recompute.NONE
    if recompute is Recompute.FULL:
        return work.n_tokens * model.d_model * size
    # Inputs of two norms and two blocks, and two one-byte dropout masks, on every device.
    whole = model.d_model * (4 * size + 2)
    heads = (model.n_heads + 2 * model.n_kv_heads + model.n_heads) * model.d_head
    mlp = (3 if model.gated else 2) * model.d_ff
    kept = work.n_tokens * (whole + (heads + mlp) * size / plan.tp)
    if scenario.attention is Attention.FUSED or recompute is Recompute.SELECTIVE:
        return kept
    pairs = work.n_sequences * work.full_pairs(layer.window)
    return kept + pairs * model.n_heads * _SCORE_BYTES_KEPT / plan.tp
