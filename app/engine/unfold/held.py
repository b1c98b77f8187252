"""Parameters, caches and held memory, unfolded: what lies on a device, and what fits beside it."""

from collections.abc import Callable

from app.engine.analysis import Analysis
from app.engine.components.attention import cached_width
from app.engine.derivation import Inputs, Line
from app.engine.memory import cached_values, kv_bytes_per_token, kv_bytes_read, layer_activations, weight_bytes
from app.engine.scenario import Scenario
from app.engine.stages import (
    STATE_BYTES_PER_PARAMETER,
    fullest_share,
    gradient_bytes,
    parameters_held,
    trained_parameters,
    weight_bytes_held,
)
from app.engine.transformer import Transformer, multiplying_parameters, parameters
from app.engine.unfold.lines import Lines, line, number, total_of
from app.engine.workload import Training

_ZERO = "ZeRO shards states from stage 1, gradients from 2, weights from 3 over the replicas"


def parameter_lines(model: Transformer) -> Lines:
    """Parameters by part, and their sum."""
    count = parameters(model)
    words = {
        "embedding": "a row for each word",
        "positions": "learned positions",
        "attention": "queries, keys, values and the way back, with their biases and norms",
        "mlp": "MLPs, experts and routers",
        "norms": "vectors of the norms in and outside the layers",
        "head": "nothing where it is tied to the embedding",
    }
    lines = [
        line(name, f"n_{name}", ((f"n_{name}", getattr(count, name)),), getattr(count, name), "1", source)
        for name, source in words.items()
    ]
    return (*lines, total_of("parameters.total", lines, "1"))


def active_lines(analysis: Analysis) -> Lines:
    """Parameters that one token meets."""
    count = analysis.parameters
    inputs = (("inactive", count.inactive_experts),)
    found = line("parameters.active", "parameters.total − inactive", inputs, count.active, "1", "experts not routed to")
    return (*parameter_lines(analysis.scenario.model), found)


def multiplying_lines(analysis: Analysis) -> Lines:
    """Parameters that multiply activations: N of 6ND."""
    model = analysis.scenario.model
    formula = "parameters.active − positions" + ("" if model.tied_embeddings else " − embedding")
    found = line(
        "parameters.multiplying",
        formula,
        (),
        multiplying_parameters(model),
        "1",
        "a lookup reads rows, it multiplies none",
    )
    return (*active_lines(analysis), found)


def weight_lines(analysis: Analysis) -> Lines:
    """All weights of the model, once."""
    formats, count = analysis.scenario.formats, analysis.parameters
    inputs: Inputs = (("mlp_bytes", formats.mlp.bytes), ("weight_bytes_each", formats.weights.bytes))
    formula = "(parameters.total − mlp) · weight_bytes_each + mlp · mlp_bytes"
    words = f"{formats.weights}, MLPs and experts in {formats.mlp}"
    del count
    found = line("weight_bytes", formula, inputs, weight_bytes(analysis.scenario), "B", words)
    return (*parameter_lines(analysis.scenario.model), found)


def cache_lines(scenario: Scenario) -> Lines:
    """What one token adds to the KV cache."""
    model, size = scenario.model, ("kv_bytes_each", scenario.formats.kv.bytes)
    if model.latent is None:
        inputs: Inputs = (("n_kv_heads", model.n_kv_heads), ("d_head", model.d_head))
        cached = line("cached_values", "2 · n_kv_heads · d_head", inputs, cached_values(model), "1", "keys and values")
    else:
        inputs = (("kv_lora_rank", model.latent.kv_lora_rank), ("d_rope", model.latent.d_rope))
        words = "the latent and the rotary key (DeepSeek-V2)"
        cached = line("cached_values", "kv_lora_rank + d_rope", inputs, cached_values(model), "1", words)
    formula = "n_layers · cached_values · kv_bytes_each"
    value = kv_bytes_per_token(scenario)
    return (
        cached,
        line("kv_bytes_per_token", formula, (("n_layers", model.n_layers), size), value, "B", "every layer"),
    )


def cache_read_lines(scenario: Scenario) -> Lines:
    """What a decode step reads of the cache."""
    model, work = scenario.model, scenario.forward
    parts = []
    for i, layer in enumerate(model.layer_kinds):
        keys = work.keys_read(layer.window)
        inputs: Inputs = (("n_layers", layer.n_layers), ("keys_read", keys))
        words = "keys of all sequences in a layer" + ("" if layer.window is None else f", at most {layer.window} each")
        parts.append(line(f"keys.{i + 1}", "n_layers · keys_read", inputs, layer.n_layers * keys, "token", words))
    formula = f"({' + '.join(part.symbol for part in parts)}) · cached_values · kv_bytes_each"
    size = (("kv_bytes_each", scenario.formats.kv.bytes),)
    found = line("kv_bytes_read", formula, size, kv_bytes_read(scenario), "B", "each sequence has a cache of its own")
    return (cache_lines(scenario)[0], *parts, found)


def memory_lines(analysis: Analysis, part: str) -> Lines:
    """One purpose of the memory of a device."""
    return _PARTS[part](analysis)


def all_memory_lines(analysis: Analysis) -> Lines:
    """Everything that a device holds."""
    found: list[Line] = []
    for part in _PARTS:
        found += memory_lines(analysis, part)
    parts = [one for one in found if one.symbol in {f"memory.{name}" for name in _PARTS}]
    return (*found, total_of("memory.bytes_per_device", parts, "B"))


def shortfall_lines(analysis: Analysis) -> Lines:
    """What does not fit."""
    capacity = (("hbm_bytes", analysis.memory.capacity),)
    formula = "max(memory.bytes_per_device − hbm_bytes, 0)"
    found = line("memory.shortfall", formula, capacity, analysis.memory.shortfall, "B", "zero when everything fits")
    return (*all_memory_lines(analysis), found)


def max_batch_lines(analysis: Analysis, value: float) -> Lines:
    """Sequences that fit beside the weights."""
    inputs: Inputs = (("hbm_bytes", analysis.memory.capacity), ("n_sequences", analysis.scenario.forward.n_sequences))
    formula = "max(floor((hbm_bytes − memory.weights) / (memory.kv_cache / n_sequences)), 0)"
    lines = (*memory_lines(analysis, "weights"), *memory_lines(analysis, "kv_cache"))
    return (
        *lines,
        line("fits.max_batch", formula, inputs, value, "sequence", "the cache of one sequence, so many times"),
    )


def _held_weights(analysis: Analysis) -> Lines:
    scenario = analysis.scenario
    plan, formats = scenario.plan, scenario.formats
    held, in_bytes = parameters_held(scenario), weight_bytes_held(scenario)
    sharded = plan.zero >= 3 and isinstance(scenario.workload, Training)
    shared: Inputs = (("shards", plan.dp if sharded else 1),)
    width = in_bytes / held
    words = f"on the fullest of {plan.pp} stages, a device of {plan.tp} tensor parallel; its end of the model besides"
    lines = line("held", "n_held", (("n_held", held),), held, "1", words)
    each = (("bytes_each", width), *shared)
    source = f"{formats.weights}, MLPs in {formats.mlp}; {_ZERO}"
    return (lines, line("memory.weights", "held · bytes_each / shards", each, analysis.memory.weights, "B", source))


def _trained(analysis: Analysis, name: str, stage: int, width: float) -> Lines:
    scenario = analysis.scenario
    work, plan = scenario.workload, scenario.plan
    value = getattr(analysis.memory, name)
    if not isinstance(work, Training):
        return (line(f"memory.{name}", "0", (), value, "B", "a server keeps none"),)
    trained = sum(trained_parameters(scenario))
    inputs: Inputs = (("bytes_each", width), ("shards", plan.dp if plan.zero >= stage else 1))
    count = line("trained", "n_trained", (("n_trained", trained),), trained, "1", "parameters that get gradients")
    return (count, line(f"memory.{name}", "trained · bytes_each / shards", inputs, value, "B", _ZERO))


def _activations(analysis: Analysis) -> Lines:
    scenario = analysis.scenario
    value, plan, work = analysis.memory.activations, scenario.plan, scenario.workload
    if not isinstance(work, Training):
        model = scenario.model
        widths: Inputs = (("d_model", model.d_model), ("d_ff", model.d_ff), ("tp", plan.tp))
        size: Inputs = (("tokens", scenario.device_tokens), ("bytes_each", scenario.formats.activations.bytes))
        formula = "2 · tokens · max(d_model, d_ff / tp) · bytes_each"
        words = "layer after layer uses the same buffers: the widest input and output"
        return (line("memory.activations", formula, (*size, *widths), value, "B", words),)
    parts = []
    for i, layer in enumerate(scenario.model.layer_kinds):
        each = layer_activations(scenario, layer)
        inputs = (("n_layers", layer.n_layers), ("layer_bytes", each))
        words = f"what the backward pass needs of a layer, {work.recompute} recomputed (Korthikanti et al. 2022)"
        parts.append(line(f"kept.{i + 1}", "n_layers · layer_bytes", inputs, layer.n_layers * each, "B", words))
    per_layer = sum(number(part) for part in parts)
    share = fullest_share(scenario)
    flight = value / (per_layer * share)
    formula = f"({' + '.join(part.symbol for part in parts)}) · share · in_flight"
    words = "micro-batches in flight on the first stage: min(stages, micro-batches), more when interleaved"
    found = line("memory.activations", formula, (("share", share), ("in_flight", flight)), value, "B", words)
    return (*parts, found)


def _cache(analysis: Analysis) -> Lines:
    scenario = analysis.scenario
    if isinstance(scenario.workload, Training):
        return (line("memory.kv_cache", "0", (), analysis.memory.kv_cache, "B", "training keeps none"),)
    inputs: Inputs = (
        ("values_on_device", cached_width(scenario)),
        ("share", fullest_share(scenario)),
        ("cp", scenario.plan.cp),
    )
    formula = "kv_bytes_read · values_on_device / cached_values · share / cp"
    words = "its heads, at least one; latents are not cut by tensor parallelism"
    found = line("memory.kv_cache", formula, inputs, analysis.memory.kv_cache, "B", words)
    return (*cache_read_lines(scenario), found)


_PARTS: dict[str, Callable[[Analysis], Lines]] = {
    "weights": _held_weights,
    "gradients": lambda a: _trained(a, "gradients", 2, gradient_bytes(a.scenario)),
    "optimizer": lambda a: _trained(a, "optimizer", 1, STATE_BYTES_PER_PARAMETER),
    "activations": _activations,
    "kv_cache": _cache,
}
