"""Mistakes about the model: what multiplies, what is kept, what is read."""

from dataclasses import replace
from typing import Any

from app.bank.red.mutation import Mutation, method, mutation, swap
from app.engine import dtypes, flops, memory
from app.engine.components import attention, ends, experts, kernels, mlp, training
from app.engine.components.kernels import Kernel
from app.engine.scenario import Scenario
from app.engine.transformer import Parameters, Transformer, multiplying_parameters, out_weights, qkv_weights
from app.engine.workload import Stream


def _of(scenario: Scenario, model: Transformer) -> Scenario:
    return replace(scenario, model=model)


def _gate_miscounted(model: Transformer) -> Transformer:
    return replace(model, gated=not model.gated)


def _four_times(model: Transformer) -> Transformer:
    return replace(model, d_ff=4 * model.d_model)


def _ungrouped(model: Transformer) -> Transformer:
    if model.n_kv_heads == model.n_heads:
        return model
    return replace(model, n_kv_heads=model.n_heads)


def _all_active(model: Transformer) -> Transformer:
    if model.experts is None:
        return model
    return replace(model, experts=replace(model.experts, n_active_experts=model.experts.n_experts))


def _on_model(original: Any, change: Any) -> Any:  # noqa: ANN401 - functions of the engine
    """The function, asked about a changed model."""

    def wrong(model: Transformer, *rest: Any) -> Any:  # noqa: ANN401
        return original(change(model), *rest)

    return wrong


def _on_scenario(original: Any, change: Any) -> Any:  # noqa: ANN401 - as above
    """The function, asked about a scenario whose model is changed."""

    def wrong(scenario: Scenario, *rest: Any) -> Any:  # noqa: ANN401
        return original(_of(scenario, change(scenario.model)), *rest)

    return wrong


def _fullcached_values(model: Transformer) -> float:
    latent = model.latent
    if latent is None:
        return 2 * model.n_kv_heads * model.d_head
    return model.n_heads * (latent.d_nope + latent.d_rope + latent.d_v)


_TOTAL = vars(Parameters)["total"].fget
_CACHED, _GEMM = memory.cached_values, kernels.gemm
_CACHED_WIDTH, _CAUSAL = attention.cached_width, Stream.causal_pairs
_PROJECTIONS, _ENDS, _BACKWARD = attention.projection_kernels, ends.end_kernels, training.backward_kernel


def _reread(*args: Any, rows: float, **rest: Any) -> Kernel:  # noqa: ANN401 - the arguments of gemm
    kernel = _GEMM(*args, rows=rows, **rest)
    return kernel._replace(stored_bytes=kernel.stored_bytes * rows)


def _unread(*args: Any, **rest: Any) -> Kernel:  # noqa: ANN401 - the arguments of gemm
    return _GEMM(*args, **rest)._replace(stored_bytes=0)


def _backward_once(kernel: Kernel, **rest: Any) -> Kernel:  # noqa: ANN401 - the arguments of backward_kernel
    return kernel if _BACKWARD(kernel, **rest).times > kernel.times else _BACKWARD(kernel, **rest)


MODEL_MUTATIONS: tuple[Mutation, ...] = (
    mutation(
        "kv-by-query-heads",
        "the KV cache holds every query head",
        swap(memory.cached_values, lambda model: _CACHED(_ungrouped(model))),
        swap(attention.cached_width, lambda scenario: _CACHED_WIDTH(_of(scenario, _ungrouped(scenario.model)))),
    ),
    mutation(
        "keys-without-values",
        "the KV cache holds keys alone",
        swap(memory.cached_values, lambda model: _CACHED(model) / 2),
        swap(attention.cached_width, lambda scenario: _CACHED_WIDTH(scenario) / 2),
    ),
    mutation(
        "latents-cached-in-full",
        "latent attention caches full heads",
        swap(memory.cached_values, _fullcached_values),
        swap(attention.cached_width, lambda scenario: _fullcached_values(scenario.model)),
    ),
    mutation(
        "cache-not-read",
        "a decode step reads no KV cache",
        swap(memory.kv_bytes_read, lambda scenario: 0.0),
        swap(attention._kv_bytes_read, lambda scenario, layer: 0.0),
    ),
    mutation("no-causal-mask", "masked pairs are executed", method(Stream, "causal_pairs", Stream.full_pairs)),
    mutation("always-causal", "every count halves the core", method(Stream, "full_pairs", _CAUSAL)),
    mutation(
        "window-ignored",
        "a sliding window limits nothing",
        method(Stream, "keys_met", lambda self, window: self.n_keys),
    ),
    mutation(
        "heads-as-wide-as-the-model",
        "every head is as wide as the model",
        swap(attention.core_width, lambda scenario: 2 * scenario.model.d_model),
    ),
    mutation("core-forgotten", "attention is its projections", swap(attention.core_width, lambda scenario: 0)),
    mutation(
        "gate-miscounted",
        "a gated MLP has two matrices, and a plain one three",
        swap(flops._mlp_flops, _on_model(flops._mlp_flops, _gate_miscounted)),
        swap(mlp.mlp_kernels, _on_scenario(mlp.mlp_kernels, _gate_miscounted)),
    ),
    mutation(
        "four-times-the-width",
        "every MLP is four times as wide as the model",
        swap(flops._mlp_flops, _on_model(flops._mlp_flops, _four_times)),
        swap(mlp.mlp_kernels, _on_scenario(mlp.mlp_kernels, _four_times)),
    ),
    mutation(
        "grouping-ignored",
        "K and V are projected for every query head",
        swap(qkv_weights, _on_model(qkv_weights, _ungrouped)),
        swap(attention.projection_kernels, _on_scenario(attention.projection_kernels, _ungrouped)),
    ),
    mutation(
        "output-projection-forgotten",
        "attention has no output projection",
        swap(out_weights, lambda model: 0),
        swap(
            attention.projection_kernels,
            lambda scenario, layer: tuple(k for k in _PROJECTIONS(scenario, layer) if k.component != "out_proj"),
        ),
    ),
    mutation(
        "head-is-a-lookup",
        "the output head costs nothing",
        swap(flops.head_positions, lambda scenario: 0),
        swap(ends.end_kernels, lambda scenario: tuple(k for k in _ENDS(scenario) if k.component != "head")),
    ),
    mutation(
        "backward-as-forward",
        "the backward pass costs one forward pass",
        swap(flops.step_factor, lambda scenario: 2 * scenario.n_micro_batches * scenario.plan.dp),
        swap(training.backward_kernel, _backward_once),
    ),
    mutation(
        "recompute-free", "recomputing costs nothing", swap(training.is_recomputed, lambda kernel, recompute: False)
    ),
    mutation(
        "all-experts-computed",
        "every token goes through every expert",
        swap(flops._expert_flops, _on_model(flops._expert_flops, _all_active)),
        swap(experts.expert_kernels, _on_scenario(experts.expert_kernels, _all_active)),
    ),
    mutation(
        "active-experts-read",
        "a batch reads the experts of one token",
        swap(experts.distinct_experts, lambda *, n_experts, n_active, n_tokens: n_active + 0 * n_tokens),
    ),
    mutation(
        "experts-never-shared",
        "no two tokens choose the same expert",
        swap(experts.distinct_experts, lambda *, n_experts, n_active, n_tokens: min(n_experts, n_active * n_tokens)),
    ),
    mutation(
        "all-parameters-active",
        "every parameter works on every token",
        method(Parameters, "active", lambda self: self.total),
    ),
    mutation(
        "idle-parameters-forgotten",
        "a mixture of experts has the parameters that one token meets",
        method(Parameters, "total", lambda self: _TOTAL(self) - self.inactive_experts),
    ),
    mutation(
        "multiplies-everything",
        "N counts lookups and idle experts",
        swap(multiplying_parameters, lambda model: model.parameters.total),
    ),
    mutation("weights-not-read", "weights are in the registers already", swap(kernels.gemm, _unread)),
    mutation(
        "weights-read-for-each-token", "a matmul reads its weights again for each row", swap(kernels.gemm, _reread)
    ),
    mutation(
        "every-value-four-bytes",
        "two bytes are taken for four, one for two",
        method(dtypes.DType, "bytes", lambda self: 2 * dtypes._BYTES[self]),
    ),
)
