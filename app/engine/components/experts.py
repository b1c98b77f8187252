"""The kernels of a routed MLP of one layer: router, routed experts, shared experts."""

from app.engine.components.kernels import Kernel, Kind, gemm, stream
from app.engine.grid import larger
from app.engine.groups import Group
from app.engine.scenario import Scenario
from app.engine.transformer import Experts, LayerKind

_ROUTING_LAUNCHES = 6


def expert_kernels(scenario: Scenario, layer: LayerKind) -> tuple[Kernel, ...]:
    """Router, experts as grouped GEMMs that read only the experts touched, and the shared experts."""
    experts = scenario.model.experts
    if experts is None or not layer.routed:
        return ()
    return (
        _router(scenario, experts),
        *_routed(scenario, experts),
        *_shared(scenario, experts),
        _permutation(scenario, experts),
    )


def distinct_experts(*, n_experts: float, n_active: float, n_tokens: float) -> float:
    """Experts that at least one of `n_tokens` meets, in expectation under uniform routing: n*(1-(1-k/n)**B) [1]."""
    missed: float = (1 - n_active / n_experts) ** n_tokens
    return n_experts * (1 - missed)


def experts_touched_per_device(scenario: Scenario, experts: Experts) -> float:
    """Experts whose weights one device reads in a forward pass of a layer [1].

    Tokens of all replicas in an expert-parallel group share its experts.
    """
    plan = scenario.plan
    group_tokens = scenario.device_tokens * larger(plan.ep / plan.tp, 1)
    touched = distinct_experts(n_experts=experts.n_experts, n_active=experts.n_active_experts, n_tokens=group_tokens)
    return touched / plan.ep


def _router(scenario: Scenario, experts: Experts) -> Kernel:
    widths = (scenario.formats.weights.bytes, scenario.formats.activations.bytes)
    return gemm(
        "router",
        Group.ROUTER,
        rows=scenario.device_tokens,
        inner=scenario.model.d_model,
        columns=experts.n_experts,
        widths=widths,
    )


def _routed(scenario: Scenario, experts: Experts) -> tuple[Kernel, ...]:
    # Slots are balanced: each device computes its share of tokens * n_active, in whole experts over `ep` or, where
    # `tp` is wider, in slices of them.
    model, plan, formats = scenario.model, scenario.plan, scenario.formats
    slices = larger(plan.tp / plan.ep, 1)
    rows = scenario.device_tokens * experts.n_active_experts * slices / plan.tp
    d_ff = experts.d_ff_expert / slices
    weights = experts_touched_per_device(scenario, experts) * model.d_model * d_ff * formats.mlp.bytes
    activations = rows * (model.d_model + d_ff) * formats.activations.bytes
    shapes = {"expert_gate": d_ff, "expert_up": d_ff, "expert_down": model.d_model}
    if not model.gated:
        del shapes["expert_gate"]
    return tuple(
        Kernel(
            component=name,
            group=Group.EXPERTS,
            kind=Kind.GEMM,
            flops=2 * rows * model.d_model * d_ff,
            stored_bytes=weights,
            passing_bytes=activations,
            outputs=rows * columns,
            backward_outputs=2 * rows * model.d_model * d_ff / (rows + columns),
        )
        for name, columns in shapes.items()
    )


def _shared(scenario: Scenario, experts: Experts) -> tuple[Kernel, ...]:
    if not experts.n_shared_experts:
        return ()
    model = scenario.model
    widths = (scenario.formats.mlp.bytes, scenario.formats.activations.bytes)
    d_ff = experts.n_shared_experts * experts.d_ff_expert / scenario.plan.tp
    rows, matrices = scenario.device_tokens, 3 if model.gated else 2
    one = gemm("shared_experts", Group.EXPERTS, rows=rows, inner=model.d_model, columns=d_ff, widths=widths)
    return (one,) * matrices


def _permutation(scenario: Scenario, experts: Experts) -> Kernel:
    # Tokens are gathered by expert and scattered back: each way one read and one write of every slot. The choice of
    # experts, their counts and offsets, the gather, the scatter and the weighted sum are kernels of their own.
    slots = scenario.device_tokens * experts.n_active_experts
    size = scenario.model.d_model * scenario.formats.activations.bytes
    return stream("expert_permute", Group.EXPERTS, bytes_moved=4 * slots * size, n_launches=_ROUTING_LAUNCHES)
