"""The worked lines behind a figure: symbol, formula, numbers put in, value, unit, source.

Lines are values, not text: whoever prints them chooses separators and prefixes. Symbols that a formula uses are
defined by an earlier line or are inputs of the line itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.engine.analysis import Analysis
from app.engine.conventions import CountedAttention, CountedHead
from app.engine.flips import Basis, nearest_flip
from app.engine.groups import Group
from app.engine.hardware import ridge_point
from app.engine.workload import Phase

_LENGTH = {Phase.TRAINING: "seq_len", Phase.PREFILL: "prompt_len", Phase.DECODE: "context_len"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One step of a derivation: `symbol` = `formula`, with `inputs` put in, is `value` in `unit`."""

    symbol: str
    formula: str
    inputs: tuple[tuple[str, float], ...]
    value: float
    unit: str
    source: str


def derivation(analysis: Analysis) -> tuple[Line, ...]:
    """FLOPs per token and layer by component, the shares and ceilings that follow, and the flip along the length."""
    return (*_per_layer_and_token(analysis), *_shares(analysis), *_ridge(analysis), *_flip(analysis))


def _per_layer_and_token(analysis: Analysis) -> Iterator[Line]:
    scenario = analysis.scenario
    model, length = scenario.model, _LENGTH[scenario.phase]
    d_model, d_head = ("d_model", model.d_model), ("d_head", model.d_head)
    heads, kv_heads = ("n_heads", model.n_heads), ("n_kv_heads", model.n_kv_heads)
    matmul = "2 FLOP for each weight and token"
    qkv = 2 * model.d_model * (model.n_heads + 2 * model.n_kv_heads) * model.d_head
    yield _line("qkv", "2·d_model·(n_heads + 2·n_kv_heads)·d_head", (d_model, heads, kv_heads, d_head), qkv, matmul)
    out = 2 * model.n_heads * model.d_head * model.d_model
    yield _line("out", "2·n_heads·d_head·d_model", (heads, d_head, d_model), out, matmul)
    matrices = 3 if model.gated else 2
    mlp = 2 * matrices * model.d_model * model.d_ff
    kind = "gate, up and down" if model.gated else "up and down"
    yield _line("mlp", f"{2 * matrices}·d_model·d_ff", (d_model, ("d_ff", model.d_ff)), mlp, f"{matmul}: {kind}")
    keys, pairs_source = _keys(analysis)
    core = 4 * keys * model.n_heads * model.d_head
    half = "2" if _halved(analysis) else "4"
    inputs = ((length, scenario.forward.n_keys), heads, d_head)
    yield _line("core", f"{half}·{length}·n_heads·d_head", inputs, core, pairs_source)
    layer = qkv + out + mlp + core
    yield _line("layer", "qkv + out + mlp + core", (), layer, "sum")


def _shares(analysis: Analysis) -> Iterator[Line]:
    for symbol, group in (("mlp", Group.MLP), ("qkv + out", Group.PROJECTIONS), ("core", Group.ATTENTION_CORE)):
        share = analysis.flops_share(group)
        name = f"share({symbol})"
        source = f"of all {analysis.scenario.model.n_layers} layers, {analysis.scenario.conventions.label}"
        yield Line(
            symbol=name, formula=_share_formula(analysis, symbol), inputs=(), value=share, unit="1", source=source
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
    length, model = _LENGTH[scenario.phase], scenario.model
    found = nearest_flip(scenario, length, Group.ATTENTION_CORE, Group.MLP, basis=Basis.FLOPS)
    if found is None or scenario.model.window is not None:
        return
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


def _keys(analysis: Analysis) -> tuple[float, str]:
    scenario = analysis.scenario
    if _halved(analysis):
        return scenario.forward.n_keys / 2, "QK^T and AV, 2 FLOP each per query-key pair; the causal half of the pairs"
    return scenario.forward.n_keys, "QK^T and AV, 2 FLOP each per query-key pair; every pair counted"


def _halved(analysis: Analysis) -> bool:
    scenario = analysis.scenario
    return scenario.conventions.attention is CountedAttention.CAUSAL and scenario.phase is not Phase.DECODE


def _share_formula(analysis: Analysis, symbol: str) -> str:
    head = {CountedHead.NONE: "", CountedHead.ALL: " + head", CountedHead.LAST: " + head"}
    return f"n_layers·({symbol}) / (n_layers·layer{head[analysis.scenario.conventions.head]})"


def _line(symbol: str, formula: str, inputs: tuple[tuple[str, float], ...], value: float, source: str) -> Line:
    return Line(symbol=symbol, formula=formula, inputs=inputs, value=value, unit="FLOP", source=source)
