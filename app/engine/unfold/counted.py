"""Counted FLOPs, unfolded: every component from its widths, tokens, layers and passes; totals, shares and ceilings."""

from collections.abc import Callable, Iterator

from app.engine.amdahl import ceiling, speedup
from app.engine.analysis import Analysis
from app.engine.components.attention import core_width
from app.engine.conventions import CountedAttention
from app.engine.derivation import Inputs, Line
from app.engine.flops import COUNTED_GROUPS, forward_flops, head_positions, step_factor
from app.engine.groups import Group
from app.engine.scenario import Scenario
from app.engine.transformer import Transformer, mlp_weights, out_weights, qkv_weights
from app.engine.unfold.lines import Lines, line, number, total_of
from app.engine.workload import Stream

_MATMUL = "2 FLOP for each weight and token"
_PAIRS = "2 FLOP for each query-key pair, head and width of QK^T and AV together"


def component_lines(analysis: Analysis) -> Lines:
    """A line for each counted component of a step on all devices, and what it is made of."""
    scenario = analysis.scenario
    lines: list[Line] = [*_passes(scenario), *_weights(scenario.model), *_pairs(scenario)]
    for name in forward_flops(scenario):
        lines.append(_COMPONENTS[name](scenario, name))
    return tuple(lines)


def total_lines(analysis: Analysis) -> Lines:
    """All components, and their sum."""
    return (*component_lines(analysis), total_of("flops.total", _counted(analysis), "FLOP", _convention(analysis)))


def forward_lines(analysis: Analysis) -> Lines:
    """The forward pass alone: the total without the passes that go backward."""
    scenario = analysis.scenario
    once = scenario.n_micro_batches * scenario.plan.dp
    found = line(
        "flops.forward",
        "flops.total / passes · n_micro_batches · dp",
        (("n_micro_batches", scenario.n_micro_batches), ("dp", scenario.plan.dp)),
        analysis.flops_total / step_factor(scenario) * once,
        "FLOP",
    )
    return (*total_lines(analysis), found)


def named_lines(analysis: Analysis, word: str) -> Lines:
    """The FLOPs of a component or a group."""
    lines = component_lines(analysis)
    if word in COUNTED_GROUPS:
        return tuple(one for one in lines if not one.symbol.startswith("flops.") or one.symbol == f"flops.{word}")
    parts = [one for one in lines if COUNTED_GROUPS.get(one.symbol.removeprefix("flops.")) == word]
    return (*lines, total_of(f"flops.{word}", parts, "FLOP"))


def share_lines(analysis: Analysis, groups: tuple[Group, ...], symbol: str) -> Lines:
    """Share of the FLOPs in some groups together."""
    lines = total_lines(analysis)
    parts = [one for one in lines if COUNTED_GROUPS.get(one.symbol.removeprefix("flops.")) in groups]
    together = total_of("counted", parts, "FLOP")
    share = number(together) / analysis.flops_total
    return (*lines, together, line(symbol, "counted / flops.total", (), share, "1"))


def ceiling_line(symbol: str, share: str, value: float) -> Line:
    """Amdahl's ceiling on a share that stands before it."""
    return line(symbol, f"1 / (1 − {share})", (), ceiling(value), "x", "Amdahl 1967")


def speedup_line(symbol: str, share: str, value: float, factor: float) -> Line:
    """Amdahl's law on a share that stands before it."""
    formula = f"1 / (1 − {share} + {share} / factor)"
    return line(symbol, formula, (("factor", factor),), speedup(value, factor), "x", "Amdahl 1967")


def _counted(analysis: Analysis) -> list[Line]:
    return [one for one in component_lines(analysis) if one.symbol.startswith("flops.")]


def _convention(analysis: Analysis) -> str:
    return f"sum over components; {analysis.scenario.conventions.label}"


def _passes(scenario: Scenario) -> Iterator[Line]:
    replicas: Inputs = (("n_micro_batches", scenario.n_micro_batches), ("dp", scenario.plan.dp))
    passes = step_factor(scenario)
    kinds = passes / scenario.n_micro_batches / scenario.plan.dp
    inputs = (("forward_and_backward", kinds), *replicas)
    words = "three forward passes in training: a backward pass is two" if kinds == 3 else "one forward pass"
    yield line("passes", "forward_and_backward · n_micro_batches · dp", inputs, passes, "1", words)


def _weights(model: Transformer) -> Iterator[Line]:
    shape: Inputs = (("d_model", model.d_model), ("n_heads", model.n_heads))
    latent = model.latent
    if latent is None:
        heads: Inputs = (*shape, ("n_kv_heads", model.n_kv_heads), ("d_head", model.d_head))
        formula = "d_model · (n_heads + 2 · n_kv_heads) · d_head"
        yield line("qkv_weights", formula, heads, qkv_weights(model), "1", "queries, keys and values of a layer")
        out: Inputs = (*shape, ("d_head", model.d_head))
        yield line("out_weights", "n_heads · d_head · d_model", out, out_weights(model), "1", "the way back")
        return
    widths: Inputs = (("d_nope", latent.d_nope), ("d_rope", latent.d_rope), ("d_v", latent.d_v))
    ranks: Inputs = (("q_lora_rank", latent.q_lora_rank), ("kv_lora_rank", latent.kv_lora_rank))
    queries = "d_model · n_heads · (d_nope + d_rope)"
    if latent.q_lora_rank:
        queries = "q_lora_rank · (d_model + n_heads · (d_nope + d_rope))"
    keys = "d_model · (kv_lora_rank + d_rope) + kv_lora_rank · n_heads · (d_nope + d_v)"
    inputs = (*shape, *widths, *ranks)
    yield line("qkv_weights", f"{queries} + {keys}", inputs, qkv_weights(model), "1", "latent attention, down and up")
    yield line("out_weights", "n_heads · d_v · d_model", (*shape, *widths), out_weights(model), "1", "the way back")


def _pairs(scenario: Scenario) -> Iterator[Line]:
    causal = scenario.conventions.attention is CountedAttention.CAUSAL
    for window in _windows(scenario.model):
        streams = scenario.forward.streams
        symbols = [f"pairs{_of(window)}" + (f".{i}" if len(streams) > 1 else "") for i in range(len(streams))]
        parts = [_stream_pairs(stream, window, symbols[i], causal=causal) for i, stream in enumerate(streams)]
        yield from parts
        if len(parts) > 1:
            yield total_of(f"pairs{_of(window)}", parts, "1")


def _stream_pairs(stream: Stream, window: int | None, symbol: str, *, causal: bool) -> Line:
    keys = stream.keys_met(window)
    inputs: Inputs = (("n_sequences", stream.n_sequences), ("n_queries", stream.n_queries), ("keys", keys))
    if not causal:
        value = stream.full_pairs(window)
        return line(symbol, "n_sequences · n_queries · keys", inputs, value, "1", "every pair; a window caps the keys")
    gap = max(keys - stream.n_cached, 0)
    ramp = min(gap, stream.n_queries)
    return line(
        symbol,
        "n_sequences · (n_queries · keys − ramp · gap + ramp · ramp / 2)",
        (*inputs, ("gap", gap), ("ramp", ramp)),
        stream.causal_pairs(window),
        "1",
        "the pairs that the mask leaves; the first `ramp` queries see fewer keys than the last",
    )


def _windows(model: Transformer) -> list[int | None]:
    return sorted({layer.window for layer in model.layer_kinds}, key=lambda width: width or 0)


def _of(window: int | None) -> str:
    return "" if window is None else f".window_{window}"


def _tokens(scenario: Scenario, n_layers: float) -> Inputs:
    return (("n_tokens", scenario.forward.n_tokens), ("n_layers", n_layers))


def _projected(scenario: Scenario, name: str) -> Line:
    model = scenario.model
    weights = "qkv_weights" if name == "qkv_proj" else "out_weights"
    held = qkv_weights(model) if name == "qkv_proj" else out_weights(model)
    value = 2 * scenario.forward.n_tokens * model.n_layers * held * step_factor(scenario)
    formula = f"2 · n_tokens · n_layers · {weights} · passes"
    return line(f"flops.{name}", formula, _tokens(scenario, model.n_layers), value, "FLOP", _MATMUL)


def _core(scenario: Scenario, name: str) -> Line:
    model = scenario.model
    inputs: Inputs = (("n_heads", model.n_heads), ("width", core_width(scenario)))
    layers = dict.fromkeys(_windows(model), 0.0)
    for kind in model.layer_kinds:
        layers[kind.window] += kind.n_layers
    counts = {f"n_layers{_of(window)}": count for window, count in layers.items()}
    sums = " + ".join(f"pairs{_of(window)} · n_layers{_of(window)}" for window in layers)
    value = forward_flops(scenario)[name] * step_factor(scenario)
    formula = f"2 · ({sums}) · n_heads · width · passes"
    return line(f"flops.{name}", formula, (*inputs, *counts.items()), value, "FLOP", _PAIRS)


def _mlp(scenario: Scenario, name: str) -> Line:
    model, experts = scenario.model, scenario.model.experts
    dense = model.n_layers if experts is None else experts.n_dense_layers
    inputs: Inputs = (*_tokens(scenario, dense), ("d_model", model.d_model), ("d_ff", model.d_ff))
    value = 2 * scenario.forward.n_tokens * dense * model.d_model * model.d_ff * step_factor(scenario)
    return line(f"flops.{name}", "2 · n_tokens · n_layers · d_model · d_ff · passes", inputs, value, "FLOP", _MATMUL)


def _routed(scenario: Scenario, name: str) -> Line:
    model, experts = scenario.model, scenario.model.experts
    if experts is None:
        raise ValueError(f"{name}: {model.name} has no experts")
    layers = model.n_layers - experts.n_dense_layers
    inputs: Inputs = (*_tokens(scenario, layers), ("d_model", model.d_model))
    value = forward_flops(scenario)[name] * step_factor(scenario)
    if name == "router":
        formula, more = "2 · n_tokens · n_layers · d_model · n_experts · passes", (("n_experts", experts.n_experts),)
        return line(f"flops.{name}", formula, (*inputs, *more), value, "FLOP", _MATMUL)
    width = ("d_ff_expert", experts.d_ff_expert)
    if name == "shared_experts":
        shared = (("n_shared", experts.n_shared_experts), ("matrices", mlp_weights(model, 1) / model.d_model), width)
        formula = "2 · n_tokens · n_layers · n_shared · matrices · d_model · d_ff_expert · passes"
        return line(f"flops.{name}", formula, (*inputs, *shared), value, "FLOP", _MATMUL)
    formula = "2 · n_tokens · n_layers · n_active · d_model · d_ff_expert · passes"
    met = (("n_active", experts.n_active_experts), width)
    return line(f"flops.{name}", formula, (*inputs, *met), value, "FLOP", f"{_MATMUL}; a token meets n_active experts")


def _head(scenario: Scenario, name: str) -> Line:
    model, positions = scenario.model, head_positions(scenario)
    inputs: Inputs = (("positions", positions), ("d_model", model.d_model), ("vocab_size", model.vocab_size))
    value = 2 * positions * model.d_model * model.vocab_size * step_factor(scenario)
    words = f"{_MATMUL}; {scenario.conventions.label}"
    return line(f"flops.{name}", "2 · positions · d_model · vocab_size · passes", inputs, value, "FLOP", words)


_COMPONENTS: dict[str, Callable[[Scenario, str], Line]] = {
    "qkv_proj": _projected,
    "out_proj": _projected,
    "attention_core": _core,
    **dict.fromkeys(("mlp_gate", "mlp_up", "mlp_down"), _mlp),
    **dict.fromkeys(("router", "expert_gate", "expert_up", "expert_down", "shared_experts"), _routed),
    "head": _head,
}
