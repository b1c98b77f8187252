"""The kernels of the attention block of one layer: the projections, and the core (QK^T, softmax, AV, KV reads)."""

from app.engine.components.kernels import Kernel, Kind, gemm, stream
from app.engine.grid import larger
from app.engine.groups import Group
from app.engine.scenario import Attention, Scenario
from app.engine.transformer import LatentAttention, LayerKind

# Times that unfused attention writes or reads the s*s scores in HBM, forward: scale, mask and softmax in one pass
# (read, write) and dropout (read, write) between the write by QK^T and the read by AV.
SCORE_PASSES = 4


def projection_kernels(scenario: Scenario, layer: LayerKind) -> tuple[Kernel, ...]:
    """The linear layers around the core, sharded by heads over `tp`."""
    model = scenario.model
    heads = model.n_heads / scenario.plan.tp
    if model.latent is not None:
        return _latent_projections(scenario, model.latent, heads)
    qkv = (heads + 2 * kv_heads_per_device(scenario)) * model.d_head
    return (
        _projection(scenario, "qkv_proj", inner=model.d_model, columns=qkv),
        _projection(scenario, "out_proj", inner=heads * model.d_head, columns=model.d_model),
    )


def core_kernels(scenario: Scenario, layer: LayerKind) -> tuple[Kernel, ...]:
    """The attention core as it runs: one fused kernel, or three kernels with the scores in HBM between them."""
    if scenario.attention is Attention.UNFUSED:
        return _unfused(scenario, layer)
    return (_fused(scenario, layer),)


def core_width(scenario: Scenario) -> float:
    """Multiply-adds of one query-key pair in one head: the width of QK^T plus that of AV [1].

    2*d_head for ordinary attention. Latent attention: d_nope+d_rope+d_v as written; absorbed, it multiplies the
    latents themselves, kv_lora_rank+d_rope and kv_lora_rank (DeepSeek-V2, arXiv 2405.04434, section 2.1).
    """
    latent = scenario.model.latent
    if latent is None:
        return 2 * scenario.model.d_head
    if scenario.absorbed:
        return 2 * latent.kv_lora_rank + latent.d_rope
    return latent.d_nope + latent.d_rope + latent.d_v


def kv_heads_per_device(scenario: Scenario) -> float:
    """KV heads that one device holds [1]: never less than one, so more devices than KV heads hold copies."""
    return larger(scenario.model.n_kv_heads / scenario.plan.tp, 1)


def cached_width(scenario: Scenario) -> float:
    """Values that one token keeps in the KV cache of one layer on one device [1]; latents are not sharded by `tp`."""
    latent = scenario.model.latent
    if latent is not None:
        return latent.kv_lora_rank + latent.d_rope
    return 2 * kv_heads_per_device(scenario) * scenario.model.d_head


def _projection(scenario: Scenario, name: str, *, inner: float, columns: float) -> Kernel:
    widths = (scenario.formats.weights.bytes, scenario.formats.activations.bytes)
    return gemm(name, Group.PROJECTIONS, rows=scenario.device_tokens, inner=inner, columns=columns, widths=widths)


def _latent_projections(scenario: Scenario, latent: LatentAttention, heads: float) -> tuple[Kernel, ...]:
    # The down projections are whole on every device. Absorbing moves the up projection of K and V to the query and
    # the output, with the same weights and FLOPs per new token.
    d_model, q_width = scenario.model.d_model, heads * (latent.d_nope + latent.d_rope)
    queries: tuple[Kernel, ...] = (_projection(scenario, "qkv_proj", inner=d_model, columns=q_width),)
    if latent.q_lora_rank:
        queries = (
            _projection(scenario, "qkv_proj", inner=d_model, columns=latent.q_lora_rank),
            _projection(scenario, "qkv_proj", inner=latent.q_lora_rank, columns=q_width),
        )
    kv_width = heads * (latent.d_nope + latent.d_v)
    return (
        *queries,
        _projection(scenario, "qkv_proj", inner=d_model, columns=latent.kv_lora_rank + latent.d_rope),
        _projection(scenario, "qkv_proj", inner=latent.kv_lora_rank, columns=kv_width),
        _projection(scenario, "out_proj", inner=heads * latent.d_v, columns=d_model),
    )


def _fused(scenario: Scenario, layer: LayerKind) -> Kernel:
    # Masked blocks are skipped, so the executed pairs are the causal ones; q is read, o written, K and V read once.
    heads = scenario.model.n_heads / scenario.plan.tp
    pairs = scenario.forward.causal_pairs(layer.window) / scenario.plan.cp
    return Kernel(
        component="attention_core",
        group=Group.ATTENTION_CORE,
        kind=Kind.ATTENTION_FORWARD,
        flops=2 * pairs * heads * core_width(scenario),
        stored_bytes=_kv_bytes_read(scenario, layer),
        passing_bytes=_query_and_output_bytes(scenario, heads),
    )


def _unfused(scenario: Scenario, layer: LayerKind) -> tuple[Kernel, ...]:
    heads = scenario.model.n_heads / scenario.plan.tp
    pairs = scenario.forward.full_pairs(layer.window) * heads / scenario.plan.cp
    scores = pairs * scenario.formats.activations.bytes
    matmul = Kernel(
        component="attention_core",
        group=Group.ATTENTION_CORE,
        kind=Kind.BATCHED_GEMM,
        flops=pairs * core_width(scenario),
        stored_bytes=_kv_bytes_read(scenario, layer) / 2,
        passing_bytes=_query_and_output_bytes(scenario, heads) / 2 + scores,
        times=2,
    )
    softmax = stream("attention_core", Group.ATTENTION_CORE, bytes_moved=SCORE_PASSES * scores, n_launches=2)
    return (matmul, softmax)


def _query_and_output_bytes(scenario: Scenario, heads: float) -> float:
    return scenario.device_tokens * heads * core_width(scenario) * scenario.formats.activations.bytes


def _kv_bytes_read(scenario: Scenario, layer: LayerKind) -> float:
    expanded = scenario.model.latent is not None and not scenario.absorbed
    width = scenario.model.n_heads / scenario.plan.tp * core_width(scenario) if expanded else cached_width(scenario)
    return scenario.forward.keys_read(layer.window) * width * scenario.formats.kv.bytes
