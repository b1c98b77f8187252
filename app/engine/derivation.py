"""The worked lines behind a figure: symbol, formula, numbers put in, value, unit, source.

Lines are values, not text: whoever prints them chooses separators and prefixes. Symbols that a formula uses are
defined by an earlier line or are inputs of the line itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.engine.analysis import Analysis
from app.engine.components.attention import core_width
from app.engine.conventions import CountedAttention
from app.engine.flips import Basis, nearest_flip
from app.engine.groups import Group
from app.engine.hardware import ridge_point
from app.engine.transformer import LatentAttention, Transformer, mlp_weights, out_weights, qkv_weights
from app.engine.workload import LENGTH_NAMES, Phase

Inputs = tuple[tuple[str, float], ...]

_MATMUL = "2 FLOP for each weight and token"
_EVERY_PAIR = "QK^T and AV, width of both, 2 FLOP per query-key pair; every pair counted"
_CAUSAL_PAIRS = "QK^T and AV, width of both, 2 FLOP per query-key pair; the pairs that the mask leaves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One step of a derivation: `symbol` = `formula`, with `inputs` put in, is `value` in `unit`."""

    symbol: str
    formula: str
    inputs: tuple[tuple[str, float], ...]
    value: float | str  # a word where the line chooses: what binds, what is largest
    unit: str
    source: str


def derivation(analysis: Analysis) -> tuple[Line, ...]:
    """FLOPs per token and layer by component, the shares and ceilings that follow, and the flip along the length."""
    return (*_per_layer_and_token(analysis), *_totals(analysis), *_ridge(analysis), *_flip(analysis))


def _per_layer_and_token(analysis: Analysis) -> Iterator[Line]:
    model = analysis.scenario.model
    attention = _plain_attention(model) if model.latent is None else _latent_attention(model, model.latent)
    lines = [*attention, *_mlp(model), *_cores(analysis)]
    yield from lines
    if model.experts is None and len(model.layer_kinds) == 1:
        total = sum(float(line.value) for line in lines)
        yield _line("layer", " + ".join(line.symbol for line in lines), (), total, "sum")


def _plain_attention(model: Transformer) -> Iterator[Line]:
    d_model, d_head = ("d_model", model.d_model), ("d_head", model.d_head)
    heads, kv_heads = ("n_heads", model.n_heads), ("n_kv_heads", model.n_kv_heads)
    inputs = (d_model, heads, kv_heads, d_head)
    yield _line("qkv", "2·d_model·(n_heads + 2·n_kv_heads)·d_head", inputs, 2 * qkv_weights(model), _MATMUL)
    yield _line("out", "2·n_heads·d_head·d_model", (heads, d_head, d_model), 2 * out_weights(model), _MATMUL)


def _latent_attention(model: Transformer, latent: LatentAttention) -> Iterator[Line]:
    d_model, heads = ("d_model", model.d_model), ("n_heads", model.n_heads)
    q_rank, kv_rank = ("q_lora_rank", latent.q_lora_rank), ("kv_lora_rank", latent.kv_lora_rank)
    nope, rope, d_v = ("d_nope", latent.d_nope), ("d_rope", latent.d_rope), ("d_v", latent.d_v)
    queries = "d_model·n_heads·(d_nope + d_rope)"
    inputs: Inputs = (d_model, heads, nope, rope)
    if latent.q_lora_rank:
        queries, inputs = f"q_lora_rank·(d_model + {queries.removeprefix('d_model·')})", (q_rank, *inputs)
    keys = "d_model·(kv_lora_rank + d_rope) + kv_lora_rank·n_heads·(d_nope + d_v)"
    both = (*inputs, kv_rank, d_v)
    yield _line("qkv", f"2·({queries} + {keys})", both, 2 * qkv_weights(model), f"{_MATMUL}: down, then up projections")
    yield _line("out", "2·n_heads·d_v·d_model", (heads, d_v, d_model), 2 * out_weights(model), _MATMUL)


def _mlp(model: Transformer) -> Iterator[Line]:
    d_model, per_weight = ("d_model", model.d_model), 6 if model.gated else 4
    kind = f"{_MATMUL}: {'gate, up and down' if model.gated else 'up and down'}"
    experts = model.experts
    if experts is None or experts.n_dense_layers:
        dense = (d_model, ("d_ff", model.d_ff))
        yield _line("mlp", f"{per_weight}·d_model·d_ff", dense, 2 * mlp_weights(model, model.d_ff), kind)
    if experts is not None:
        met = experts.n_active_experts + experts.n_shared_experts
        inputs = (("n_met", met), d_model, ("d_ff_expert", experts.d_ff_expert))
        value = 2 * met * mlp_weights(model, experts.d_ff_expert)
        source = (
            f"{kind}; a token meets {experts.n_active_experts} routed and {experts.n_shared_experts} shared experts"
        )
        yield _line("experts", f"{per_weight}·n_met·d_model·d_ff_expert", inputs, value, source)
        router = (d_model, ("n_experts", experts.n_experts))
        yield _line("router", "2·d_model·n_experts", router, 2 * model.d_model * experts.n_experts, _MATMUL)


def _cores(analysis: Analysis) -> Iterator[Line]:
    """The core of one layer; where windows alternate with full layers, of one of each."""
    kinds = {layer.window for layer in analysis.scenario.model.layer_kinds}
    for window in sorted(kinds, key=lambda width: width or 0):
        yield _core(analysis, window, "core" if len(kinds) == 1 else f"core_{window or 'full'}")


def _core(analysis: Analysis, window: int | None, symbol: str) -> Line:
    scenario = analysis.scenario
    work, length, width = scenario.forward, LENGTH_NAMES[scenario.phase], core_width(scenario)
    counted = work.causal_pairs(window) if _halved(analysis) else work.full_pairs(window)
    keys = counted / work.n_tokens
    inputs: Inputs = (("n_heads", scenario.model.n_heads), ("width", width))
    value = 2 * keys * scenario.model.n_heads * width
    if keys == work.n_keys:
        return _line(symbol, f"2·{length}·n_heads·width", ((length, work.n_keys), *inputs), value, _EVERY_PAIR)
    if keys == work.n_keys / 2:
        return _line(symbol, f"{length}·n_heads·width", ((length, work.n_keys), *inputs), value, _CAUSAL_PAIRS)
    pairs = f"{_CAUSAL_PAIRS if _halved(analysis) else _EVERY_PAIR}; keys: what a query meets on average"
    return _line(symbol, "2·keys·n_heads·width", (("keys", keys), *inputs), value, pairs)


def _totals(analysis: Analysis) -> Iterator[Line]:
    """Shares of all layers, positions and passes, and what Amdahl makes of each."""
    total = analysis.flops_total
    counted = analysis.scenario.conventions.label
    yield _line("total", "flops.total", (("flops.total", total),), total, f"every component of the step, {counted}")
    symbols = {Group.MLP: "mlp", Group.EXPERTS: "experts", Group.PROJECTIONS: "qkv + out", Group.ATTENTION_CORE: "core"}
    for group, symbol in symbols.items():
        share = analysis.flops_share(group)
        if not share:
            continue
        name = f"share({symbol})"
        flops = (f"flops.{group}", sum(part.flops for part in analysis.components if part.group is group))
        yield Line(
            symbol=name,
            formula=f"flops.{group} / total",
            inputs=(flops, ("total", total)),
            value=share,
            unit="1",
            source=f"all layers and tokens, {counted}",
        )
        yield Line(
            symbol=f"ceiling({symbol})",
            formula=f"1 / (1 − {name})",
            inputs=((name, share),),
            value=1 / (1 - share),
            unit="x",
            source="Amdahl 1967, on the share of FLOPs: a ceiling in time only at equal efficiency",
        )


def _ridge(analysis: Analysis) -> Iterator[Line]:
    hardware, math = analysis.scenario.hardware, analysis.scenario.formats.math
    yield Line(
        symbol="ridge_point",
        formula="peak_flops / hbm_bandwidth",
        inputs=(("peak_flops", hardware.peak(math)), ("hbm_bandwidth", hardware.hbm_bandwidth)),
        value=ridge_point(hardware, math),
        unit="FLOP/B",
        source=f"Williams et al. 2009; {hardware.name}, dense {math}: {hardware.source or 'as described'}",
    )


def _flip(analysis: Analysis) -> Iterator[Line]:
    scenario = analysis.scenario
    length, model = LENGTH_NAMES[scenario.phase], scenario.model
    if not analysis.flops_share(Group.MLP):
        return
    found = nearest_flip(scenario, length, Group.ATTENTION_CORE, Group.MLP, basis=Basis.FLOPS)
    if found is None or model.window is not None or model.experts is not None or model.latent is not None:
        return  # no closed form: bisection alone gives it
    per_key = (2 if _halved(analysis) else 4) * model.n_heads * model.d_head
    yield Line(
        symbol=f"{length} where core = mlp",
        formula=f"mlp / ({'2' if _halved(analysis) else '4'}·n_heads·d_head)",
        inputs=(
            ("mlp", 2 * (3 if model.gated else 2) * model.d_model * model.d_ff),
            ("n_heads", model.n_heads),
            ("d_head", model.d_head),
        ),
        value=2 * (3 if model.gated else 2) * model.d_model * model.d_ff / per_key,
        unit="token",
        source=f"both grow with the tokens, only the core with the length; bisection finds {found.at:g}",
    )


def _halved(analysis: Analysis) -> bool:
    scenario = analysis.scenario
    return scenario.conventions.attention is CountedAttention.CAUSAL and scenario.phase is not Phase.DECODE


def _line(symbol: str, formula: str, inputs: tuple[tuple[str, float], ...], value: float, source: str) -> Line:
    return Line(symbol=symbol, formula=formula, inputs=inputs, value=value, unit="FLOP", source=source)
