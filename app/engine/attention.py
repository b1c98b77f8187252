"""The kernels of the attention block of one layer: the projections, and the core (QK^T, softmax, AV, KV reads)."""

from app.engine.grid import larger
from app.engine.groups import Group
from app.engine.kernels import Kernel, Kind, gemm, stream
from app.engine.scenario import Attention, Scenario
from app.engine.transformer import LayerKind

# Times that unfused attention writes or reads the s*s scores in HBM, forward: scale, mask and softmax in one pass
# (read, write) and dropout (read, write) between the write by QK^T and the read by AV.
SCORE_PASSES = 4


def projection_kernels(scenario: Scenario, layer: LayerKind) -> tuple[Kernel, ...]:
    """Q, K, V in one GEMM and the output projection, sharded by heads over `tp`."""
    model, plan = scenario.model, scenario.plan
    widths = (scenario.formats.weights.bytes, scenario.formats.activations.bytes)
    rows = scenario.forward.n_tokens
    qkv = (model.n_heads / plan.tp + 2 * kv_heads_per_device(scenario)) * model.d_head
    out = model.n_heads / plan.tp * model.d_head
    return (
        gemm("qkv_proj", Group.PROJECTIONS, rows=rows, inner=model.d_model, columns=qkv, widths=widths),
        gemm("out_proj", Group.PROJECTIONS, rows=rows, inner=out, columns=model.d_model, widths=widths),
    )


def core_kernels(scenario: Scenario, layer: LayerKind) -> tuple[Kernel, ...]:
    """The attention core as it runs: one fused kernel, or three kernels with the scores in HBM between them."""
    if scenario.attention is Attention.FUSED:
        return (_fused(scenario, layer),)
    return _unfused(scenario, layer)


def kv_heads_per_device(scenario: Scenario) -> float:
    """KV heads that one device holds [1]: never less than one, so more devices than KV heads hold copies."""
    return larger(scenario.model.n_kv_heads / scenario.plan.tp, 1)


def _fused(scenario: Scenario, layer: LayerKind) -> Kernel:
    # Masked blocks are skipped, so the executed pairs are the causal ones; q is read, o written, K and V read once.
    model, work = scenario.model, scenario.forward
    heads = model.n_heads / scenario.plan.tp
    return Kernel(
        component="attention_core",
        group=Group.ATTENTION_CORE,
        kind=Kind.ATTENTION_FORWARD,
        flops=4 * work.n_sequences * work.causal_pairs(layer.window) * heads * model.d_head,
        bytes_moved=_query_and_output_bytes(scenario, heads) + _kv_bytes_read(scenario, layer),
    )


def _unfused(scenario: Scenario, layer: LayerKind) -> tuple[Kernel, ...]:
    model, work = scenario.model, scenario.forward
    heads = model.n_heads / scenario.plan.tp
    pairs = work.n_sequences * work.full_pairs(layer.window) * heads
    scores = pairs * scenario.formats.activations.bytes
    half_io = (_query_and_output_bytes(scenario, heads) + _kv_bytes_read(scenario, layer)) / 2
    matmul = Kernel(
        component="attention_core",
        group=Group.ATTENTION_CORE,
        kind=Kind.ATTENTION_FORWARD,
        flops=2 * pairs * model.d_head,
        bytes_moved=half_io + scores,
        times=2,
    )
    softmax = stream("attention_core", Group.ATTENTION_CORE, bytes_moved=SCORE_PASSES * scores, n_launches=2)
    return (matmul, softmax)


def _query_and_output_bytes(scenario: Scenario, heads: float) -> float:
    return 2 * scenario.forward.n_tokens * heads * scenario.model.d_head * scenario.formats.activations.bytes


def _kv_bytes_read(scenario: Scenario, layer: LayerKind) -> float:
    work = scenario.forward
    width = 2 * kv_heads_per_device(scenario) * scenario.model.d_head * scenario.formats.kv.bytes
    return work.n_sequences * work.keys_met(layer.window) * width
