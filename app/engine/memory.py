"""What one device holds: weights, gradients, optimizer states, activations, KV cache; and whether that fits."""

from dataclasses import dataclass

from app.engine.components.attention import cached_width
from app.engine.grid import larger, smaller, where
from app.engine.scenario import Attention, Scenario
from app.engine.stages import (
    STATE_BYTES_PER_PARAMETER,
    fullest_share,
    gradient_bytes,
    trained_parameters,
    weight_bytes_held,
)
from app.engine.transformer import LayerKind, Transformer, activated_width, parameters
from app.engine.workload import Recompute, Training

# Bytes per score that unfused attention keeps for the backward pass: softmax output 2, dropout mask 1, dropout
# output 2 (Korthikanti et al. 2022, equation 1: the term 5*a*s/h).
_SCORE_BYTES_KEPT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Bytes on the fullest device by purpose [B]."""

    weights: float
    gradients: float
    optimizer: float
    activations: float
    kv_cache: float
    capacity: float

    @property
    def bytes_per_device(self) -> float:
        """All that one device holds [B]."""
        return self.weights + self.gradients + self.optimizer + self.activations + self.kv_cache

    @property
    def shortfall(self) -> float:
        """Bytes that do not fit; zero when everything does [B]."""
        return larger(self.bytes_per_device - self.capacity, 0.0)


def memory(scenario: Scenario) -> Memory:
    """Held bytes of one device under the scenario's plan; ZeRO shards states, gradients, weights in that order."""
    plan, work = scenario.plan, scenario.workload
    weights = weight_bytes_held(scenario)
    if not isinstance(work, Training):
        return Memory(
            weights=weights,
            gradients=0.0,
            optimizer=0.0,
            activations=_serving_activations(scenario),
            kv_cache=kv_cache_bytes(scenario),
            capacity=scenario.hardware.hbm_bytes,
        )
    trained = sum(trained_parameters(scenario))
    return Memory(
        weights=weights / (plan.dp if plan.zero >= 3 else 1),
        gradients=trained * gradient_bytes(scenario) / (plan.dp if plan.zero >= 2 else 1),
        optimizer=trained * STATE_BYTES_PER_PARAMETER / (plan.dp if plan.zero >= 1 else 1),
        activations=training_activations(scenario),
        kv_cache=0.0,
        capacity=scenario.hardware.hbm_bytes,
    )


def cached_values(model: Transformer) -> float:
    """Values that one token keeps in one layer, whatever the layout: keys and values, or the latents [1]."""
    latent = model.latent
    return 2 * model.n_kv_heads * model.d_head if latent is None else latent.kv_lora_rank + latent.d_rope


def kv_bytes_per_token(scenario: Scenario) -> float:
    """KV cache that one token adds over all layers, once: 2*n_layers*n_kv_heads*d_head*bytes [B].

    Latent attention keeps n_layers*(kv_lora_rank + d_rope) values instead.
    """
    return scenario.model.n_layers * cached_values(scenario.model) * scenario.formats.kv.bytes


def kv_bytes_read(scenario: Scenario) -> float:
    """KV cache that one decode step reads on all devices of a replica: it grows with context and batch [B]."""
    model = scenario.model
    keys = sum(layer.n_layers * scenario.forward.keys_read(layer.window) for layer in model.layer_kinds)
    return keys * cached_values(model) * scenario.formats.kv.bytes


def kv_cache_bytes(scenario: Scenario) -> float:
    """KV cache on one device: a window keeps only its last tokens [B]."""
    on_device = cached_width(scenario) / cached_values(scenario.model)
    return kv_bytes_read(scenario) * on_device * fullest_share(scenario) / scenario.plan.cp


def weight_bytes(scenario: Scenario) -> float:
    """All weights of the model, once [B]."""
    count, formats = parameters(scenario.model), scenario.formats
    return (count.total - count.mlp) * formats.weights.bytes + count.mlp * formats.mlp.bytes


def training_activations(scenario: Scenario) -> float:
    """Activations that the backward pass needs, on the first pipeline stage of 1F1B [B].

    For multi-head attention, a GELU MLP and no fusing: s*b*h*(10 + 24/t + 5*a*s/(h*t)) per layer (Korthikanti et al.
    2022, equation 2); here by parts, so that grouped heads, gated MLPs and fused attention follow.
    """
    work, plan = scenario.workload, scenario.plan
    if not isinstance(work, Training):
        return 0.0
    per_layer = sum(layer.n_layers * layer_activations(scenario, layer) for layer in scenario.model.layer_kinds)
    # Stage 0 keeps min(p, m) micro-batches in flight, each with n_layers / p of the layers; interleaving v chunks
    # keeps (p-1)/(p*v) of a stage more (Korthikanti et al. 2022, section 4.2.3).
    in_flight = smaller(plan.pp, work.n_micro_batches)
    extra = where(plan.interleave > 1, 1 + (plan.pp - 1) / (plan.pp * plan.interleave), 1.0)
    return per_layer * fullest_share(scenario) * in_flight * extra


def layer_activations(scenario: Scenario, layer: LayerKind) -> float:
    """Activations that one layer keeps for one micro-batch on one device [B]."""
    model, work, plan = scenario.model, scenario.forward, scenario.plan
    size, tokens = scenario.formats.activations.bytes, scenario.device_tokens
    recompute = scenario.workload.recompute if isinstance(scenario.workload, Training) else Recompute.NONE
    cut = plan.tp if plan.sequence_parallel else 1
    if recompute is Recompute.FULL:
        return tokens * model.d_model * size / cut
    # Inputs of two norms and two blocks, and two one-byte dropout masks: on every `tp` device, or cut along the tokens.
    whole = model.d_model * (4 * size + 2) / cut
    heads = 2 * (model.n_heads + model.n_kv_heads) * model.d_head
    mlp = (3 if model.gated else 2) * activated_width(model, layer)
    kept = tokens * (whole + (heads + mlp) * size / plan.tp)
    if scenario.attention is not Attention.UNFUSED or recompute is Recompute.SELECTIVE:
        return kept
    pairs = work.full_pairs(layer.window) / plan.cp
    return kept + pairs * model.n_heads * _SCORE_BYTES_KEPT / plan.tp


def _serving_activations(scenario: Scenario) -> float:
    # Layer after layer reuses the same buffers: the widest pair of input and output.
    widest = larger(scenario.model.d_model, scenario.model.d_ff / scenario.plan.tp)
    return 2 * scenario.device_tokens * widest * scenario.formats.activations.bytes
