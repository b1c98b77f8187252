"""What a parallel layout adds to a step: collectives of each kind of parallelism, and the pipeline's bubble."""

from app.engine.collectives import Ring, all_gather_s, all_reduce_s, all_to_all_s, fixed_s, links_of, ring, send_s
from app.engine.components.adapters import lora_parameters, projections_of
from app.engine.components.attention import cached_width
from app.engine.components.kernels import Kernel, Kind
from app.engine.grid import is_grid
from app.engine.groups import Group
from app.engine.scenario import Launch, Scenario, Schedule
from app.engine.transformer import LayerKind, parameters
from app.engine.workload import Training


def layer_collectives(scenario: Scenario, layer: LayerKind) -> tuple[Kernel, ...]:
    """Communication of one layer, forward: tensor, expert, context parallelism and sharded parameters."""
    return (
        *_tensor_parallel(scenario),
        *(_expert_parallel(scenario) if layer.routed else ()),
        *_context_parallel(scenario),
    )


def step_collectives(scenario: Scenario) -> tuple[Kernel, ...]:
    """Communication of a step outside its layers: gradients over replicas, activations between pipeline stages."""
    return (*_data_parallel(scenario), *_pipeline(scenario))


def bubble_share(*, pp: float, n_micro_batches: float, interleave: float = 1) -> float:
    """Share of the step that a 1F1B pipeline idles: (p-1)/(v*m+p-1) [0..1] (Narayanan et al. 2021).

    (p-1)/m is the overhead relative to the ideal time, not the share of the step; interleaving divides only that.
    """
    return (pp - 1) / (interleave * n_micro_batches + pp - 1)


def scenario_bubble(scenario: Scenario) -> float:
    """Share of the scenario's step that is pipeline bubble [0..1].

    A zero-bubble schedule (Qi et al. 2023, ZB-H1) fills two thirds of the idle time with weight gradients.
    """
    plan = scenario.plan
    share = bubble_share(pp=plan.pp, n_micro_batches=scenario.n_micro_batches, interleave=plan.interleave)
    if plan.schedule is Schedule.ONE_F_ONE_B:
        return share
    overhead = share / (1 - share) / 3
    return overhead / (1 + overhead)


def expert_parameters(scenario: Scenario) -> float:
    """Parameters of the routed experts [1]: they are sharded and replicated apart from the rest."""
    model = scenario.model
    if model.experts is None:
        return 0
    matrices = 3 if model.gated else 2
    layers = model.n_layers - model.experts.n_dense_layers
    return layers * model.experts.n_experts * matrices * model.d_model * model.experts.d_ff_expert


def parameters_held(scenario: Scenario) -> float:
    """Parameters on one device before ZeRO shards them [1]."""
    plan, experts = scenario.plan, expert_parameters(scenario)
    dense = parameters(scenario.model).total - experts
    return (dense / plan.tp + experts / plan.expert_shards) / plan.pp


def trained_parameters(scenario: Scenario) -> tuple[float, float]:
    """Parameters on one device that get gradients, before ZeRO shards them: dense ones, experts [1].

    With LoRA only the adapters do; they lie beside the projections and are counted whole on each `tp` device's share.
    """
    work, plan, model = scenario.workload, scenario.plan, scenario.model
    if isinstance(work, Training) and not _is_zero(work.lora_rank):
        adapters = lora_parameters(model, rank=work.lora_rank, projections=projections_of(model))
        return adapters / (plan.tp * plan.pp), 0
    experts = expert_parameters(scenario) / plan.expert_shards / plan.pp
    return parameters_held(scenario) - experts, experts


def _tensor_parallel(scenario: Scenario) -> tuple[Kernel, ...]:
    # Two all-reduces per layer forward, after attention and after the MLP (Shoeybi et al. 2019). Sequence
    # parallelism makes of each a reduce-scatter and an all-gather: the same bytes.
    plan = scenario.plan
    if _is_one(plan.tp):
        return ()
    payload = scenario.device_tokens * scenario.model.d_model * scenario.formats.activations.bytes
    group = _group(scenario, n=plan.tp, stride=1)
    return (_collective("tp_all_reduce", all_reduce_s(group, payload), fixed_s(group), times=2),)


def _expert_parallel(scenario: Scenario) -> tuple[Kernel, ...]:
    # Dispatch in the format of the arithmetic, combine in that of the activations; each slot crosses twice.
    plan, experts = scenario.plan, scenario.model.experts
    if _is_one(plan.ep) or experts is None:
        return ()
    slots = scenario.device_tokens * experts.n_active_experts / plan.tp
    group = _group(scenario, n=plan.ep, stride=1)
    formats = scenario.formats
    return tuple(
        _collective(
            "ep_all_to_all", all_to_all_s(group, slots * scenario.model.d_model * size), fixed_s(group), times=1
        )
        for size in (formats.math.bytes, formats.activations.bytes)
    )


def _context_parallel(scenario: Scenario) -> tuple[Kernel, ...]:
    # Ring attention (Liu et al. 2023): the KV of every other device passes by, one slice at a time.
    plan = scenario.plan
    if _is_one(plan.cp):
        return ()
    slice_bytes = scenario.device_tokens * cached_width(scenario) * scenario.formats.kv.bytes
    group = _group(scenario, n=plan.cp, stride=plan.tp)
    hop = _collective("cp_ring", send_s(group, slice_bytes), send_s(group, 0), times=plan.cp - 1)
    return (hop._replace(backward_wires=2),)  # keys and values again, and their gradients


def _data_parallel(scenario: Scenario) -> tuple[Kernel, ...]:
    plan, work = scenario.plan, scenario.workload
    if _is_one(plan.dp) or not isinstance(work, Training):
        return ()
    dense, experts = trained_parameters(scenario)
    size = scenario.formats.weights.bytes
    group = _group(scenario, n=plan.dp, stride=plan.tp * plan.cp)
    # Experts have fewer replicas than the rest where `ep` spans several of them.
    copies = plan.dp * plan.tp / plan.expert_shards
    expert_group = _group(scenario, n=copies, stride=plan.cp * plan.expert_shards)
    alpha = fixed_s(group) + fixed_s(expert_group)
    if plan.zero < 3:
        # ZeRO 1 and 2 reduce-scatter gradients and gather parameters: the bytes of one all-reduce.
        wire = all_reduce_s(group, dense * size) + all_reduce_s(expert_group, experts * size)
        return (_collective("dp_all_reduce", wire, alpha, times=1),)
    # ZeRO-3, FSDP: each micro-batch gathers the parameters forward and backward and reduce-scatters gradients.
    one = all_gather_s(group, dense * size) + all_gather_s(expert_group, experts * size)
    return (_collective("zero3_gather", one, alpha, times=3 * work.n_micro_batches),)


def _pipeline(scenario: Scenario) -> tuple[Kernel, ...]:
    # Activations to the next stage forward and gradients back, for every micro-batch and model chunk; tensor
    # parallel neighbours each send their slice (Narayanan et al. 2021, section 4.1).
    plan = scenario.plan
    if _is_one(plan.pp):
        return ()
    payload = scenario.device_tokens * scenario.model.d_model * scenario.formats.activations.bytes / plan.tp
    group = _group(scenario, n=plan.pp, stride=plan.tp * plan.cp * plan.dp)
    ways = 2 if isinstance(scenario.workload, Training) else 1
    times = ways * scenario.n_micro_batches * plan.interleave
    return (_collective("pp_send", send_s(group, payload), send_s(group, 0), times=times),)


def _group(scenario: Scenario, *, n: float, stride: float) -> Ring:
    efficiency = scenario.efficiency
    round_s = efficiency.round_s if scenario.launch is Launch.EAGER else efficiency.graph_round_s
    links = links_of(scenario.hardware, efficiency=efficiency.link, round_s=round_s)
    return ring(scenario.hardware, links, n=n, stride=stride, rails=scenario.plan.rails)


def _collective(name: str, wire_s: float, alpha_s: float, *, times: float) -> Kernel:
    return Kernel(
        component=name,
        group=Group.COMMUNICATION,
        kind=Kind.COLLECTIVE,
        wire_s=wire_s,
        fixed_s=alpha_s,
        times=times,
    )


def _is_zero(count: float) -> bool:
    return not is_grid(count) and count == 0


def _is_one(degree: float) -> bool:
    return not is_grid(degree) and degree == 1
