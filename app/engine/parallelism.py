"""What a parallel layout adds to a step: the collectives of each kind of parallelism."""

from app.engine.collectives import Exchange, Ring, all_gather, all_reduce, all_to_all, links_of, ring, send
from app.engine.components.attention import cached_width
from app.engine.components.kernels import Kernel, Kind
from app.engine.grid import is_grid
from app.engine.groups import Group
from app.engine.scenario import Launch, Scenario
from app.engine.stages import trained_parameters
from app.engine.transformer import LayerKind
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


def _tensor_parallel(scenario: Scenario) -> tuple[Kernel, ...]:
    # Two all-reduces per layer forward, after attention and after the MLP (Shoeybi et al. 2019). Sequence
    # parallelism makes of each a reduce-scatter and an all-gather: the same bytes.
    plan = scenario.plan
    if _is_one(plan.tp):
        return ()
    payload = scenario.device_tokens * scenario.model.d_model * scenario.formats.activations.bytes
    group = _group(scenario, n=plan.tp, stride=1)
    return (_collective("tp_all_reduce", all_reduce(group, payload), times=2),)


def _expert_parallel(scenario: Scenario) -> tuple[Kernel, ...]:
    # Dispatch in the format of the arithmetic, combine in that of the activations; each slot crosses twice.
    plan, experts = scenario.plan, scenario.model.experts
    if _is_one(plan.ep) or experts is None:
        return ()
    slots = scenario.device_tokens * experts.n_active_experts / plan.tp
    group = _group(scenario, n=plan.ep, stride=1)
    formats = scenario.formats
    return tuple(
        _collective("ep_all_to_all", all_to_all(group, slots * scenario.model.d_model * size), times=1)
        for size in (formats.math.bytes, formats.activations.bytes)
    )


def _context_parallel(scenario: Scenario) -> tuple[Kernel, ...]:
    # Ring attention (Liu et al. 2023): the KV of every other device passes by, one slice at a time.
    plan = scenario.plan
    if _is_one(plan.cp):
        return ()
    slice_bytes = scenario.device_tokens * cached_width(scenario) * scenario.formats.kv.bytes
    group = _group(scenario, n=plan.cp, stride=plan.tp)
    hop = _collective("cp_ring", send(group, slice_bytes), times=plan.cp - 1)
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
    # ZeRO 1 and 2 reduce-scatter gradients and gather parameters: the bytes of one all-reduce.
    name, each, times = "dp_all_reduce", all_reduce, 1.0
    if plan.zero >= 3:
        # FSDP: each micro-batch gathers the parameters forward and backward and reduce-scatters gradients.
        name, each, times = "zero3_gather", all_gather, 3 * work.n_micro_batches
    shards = [(group, dense)] if scenario.model.experts is None else [(group, dense), (expert_group, experts)]
    return tuple(_collective(name, each(members, count * size), times=times) for members, count in shards)


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
    return (_collective("pp_send", send(group, payload), times=times),)


def _group(scenario: Scenario, *, n: float, stride: float) -> Ring:
    efficiency = scenario.efficiency
    round_s = efficiency.graph_round_s if scenario.launch is Launch.GRAPH else efficiency.round_s
    links = links_of(scenario.hardware, efficiency=efficiency.link, round_s=round_s)
    return ring(scenario.hardware, links, n=n, stride=stride, rails=scenario.plan.rails)


def _collective(name: str, exchange: Exchange, *, times: float) -> Kernel:
    return Kernel(
        component=name,
        group=Group.COMMUNICATION,
        kind=Kind.COLLECTIVE,
        wire_s=exchange.total_s,
        fixed_s=exchange.total_s - exchange.links_s,
        times=times,
    )


def _is_one(degree: float) -> bool:
    return not is_grid(degree) and degree == 1
