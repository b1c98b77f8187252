"""What a parallel layout adds to a step: all-reduces of tensor and data parallelism, and the pipeline's bubble."""

from app.engine.collectives import all_reduce_s, link_between
from app.engine.grid import is_grid
from app.engine.groups import Group
from app.engine.kernels import Kernel, Kind
from app.engine.scenario import Scenario
from app.engine.transformer import LayerKind, parameters


def tensor_parallel_kernels(scenario: Scenario, layer: LayerKind) -> tuple[Kernel, ...]:
    """Two all-reduces of the activations per layer forward, after attention and after the MLP (Shoeybi et al. 2019)."""
    if _is_one(scenario.plan.tp):
        return ()
    payload = scenario.forward.n_tokens * scenario.model.d_model * scenario.formats.activations.bytes
    return (_all_reduce(scenario, "tp_all_reduce", n=scenario.plan.tp, payload=payload, times=2),)


def data_parallel_kernels(scenario: Scenario) -> tuple[Kernel, ...]:
    """One all-reduce of the gradients per step over the replicas."""
    plan = scenario.plan
    if _is_one(plan.dp):
        return ()
    gradients = parameters(scenario.model).total / (plan.tp * plan.pp) * scenario.formats.weights.bytes
    return (_all_reduce(scenario, "dp_all_reduce", n=plan.dp, payload=gradients, times=1),)


def bubble_share(*, pp: float, n_micro_batches: float, interleave: float = 1) -> float:
    """Share of the step that a 1F1B pipeline idles: (p-1)/(v*m+p-1) [0..1] (Narayanan et al. 2021).

    (p-1)/m is the overhead relative to the ideal time, not the share of the step.
    """
    return (pp - 1) / (interleave * n_micro_batches + pp - 1)


def _all_reduce(scenario: Scenario, name: str, *, n: float, payload: float, times: float) -> Kernel:
    efficiency = scenario.efficiency
    # A ring over `tp` neighbours stays inside a node when tp does; replicas stand tp*pp apart.
    span = n if name == "tp_all_reduce" else scenario.plan.n_devices
    link = link_between(scenario.hardware, span, efficiency=efficiency.link, collective_s=efficiency.collective_s)
    return Kernel(
        component=name,
        group=Group.COMMUNICATION,
        kind=Kind.COLLECTIVE,
        wire_s=all_reduce_s(link, n=n, payload=payload),
        times=times,
    )


def _is_one(degree: float) -> bool:
    return not is_grid(degree) and degree == 1
