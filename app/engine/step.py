"""One step as it runs: which kernels, how often, what each waits for, and how long the whole takes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from app.engine.components.attention import core_kernels, projection_kernels
from app.engine.components.elementwise import elementwise_kernels
from app.engine.components.ends import end_kernels
from app.engine.components.experts import expert_kernels
from app.engine.components.kernels import Kernel, Kind
from app.engine.components.mlp import mlp_kernels
from app.engine.components.training import (
    accumulation_kernels,
    backward_kernel,
    is_recomputed,
    optimizer_kernels,
)
from app.engine.efficiency import Efficiency
from app.engine.grid import is_grid, larger, smaller, where
from app.engine.groups import Group, Resource
from app.engine.parallelism import layer_collectives, step_collectives
from app.engine.roofline import Roof, roof
from app.engine.scenario import Launch, Scenario
from app.engine.stages import imbalance_s, scenario_bubble
from app.engine.transformer import LayerKind
from app.engine.workload import Training

# A component enters the engine here: a function from the scenario (and a kind of layer) to its forward kernels.
LAYER_PARTS: tuple[Callable[[Scenario, LayerKind], tuple[Kernel, ...]], ...] = (
    projection_kernels,
    core_kernels,
    mlp_kernels,
    expert_kernels,
    elementwise_kernels,
    layer_collectives,
)
BUBBLE, IMBALANCE = "pipeline_bubble", "pipeline_imbalance"  # components that no kernel makes
END_PARTS: tuple[Callable[[Scenario], tuple[Kernel, ...]], ...] = (end_kernels,)
STEP_PARTS: tuple[Callable[[Scenario], tuple[Kernel, ...]], ...] = (
    accumulation_kernels,
    optimizer_kernels,
    step_collectives,
)


@dataclass(slots=True, kw_only=True)
class ComponentTime:
    """What one component does in a step on one device, and what it waits for [s]."""

    name: str
    group: Group
    executed_flops: float = 0.0
    bytes_moved: float = 0.0
    n_launches: float = 0.0
    compute_s: float = 0.0
    tail_s: float = 0.0  # of compute_s, what waves of tiles that are not full take
    memory_s: float = 0.0
    communication_s: float = 0.0
    latency_s: float = 0.0

    @property
    def time_s(self) -> float:
        """Time that the component adds to the step [s]."""
        return self.compute_s + self.memory_s + self.communication_s + self.latency_s

    @property
    def waits_s(self) -> dict[Resource, float]:
        """The same by resource [s]."""
        return {
            Resource.COMPUTE: self.compute_s,
            Resource.MEMORY: self.memory_s,
            Resource.COMMUNICATION: self.communication_s,
            Resource.LATENCY: self.latency_s,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step on one device: time by component, and the three times of the whole.

    `lower_s`: ideal efficiencies, everything overlapped; `upper_s`: nothing overlapped, within a kernel or across;
    `estimate_s` lies between them and is the sum of the components' times.
    """

    components: tuple[ComponentTime, ...]
    lower_s: float
    estimate_s: float
    upper_s: float
    bubble_share: float


def step(scenario: Scenario) -> Step:
    """Run the kernels of one step through the roofline. Takes grids: any number of the scenario may be an array."""
    total = _Totals(roof=roof(scenario), efficiency=scenario.efficiency, launch=scenario.launch, gap_s=_gap_s(scenario))
    components: dict[str, ComponentTime] = {}
    _run(components, total, layer_passes(scenario))
    in_layers = tuple(components)
    _run(components, total, end_passes(scenario))
    _run(components, total, once_a_step(scenario))
    hidden = smaller(scenario.overlap * total.wire_s, total.device_s) if total.launch is not Launch.BLOCKING else 0.0
    _hide_communication(components, total, hidden)
    _book_host_time(components, total, larger(total.host_s - total.device_s - total.wire_s + hidden, 0.0))
    busy_s = sum(part.time_s for part in components.values())
    uneven_s = _imbalance(components, in_layers, scenario)
    idle = _bubble(components, busy_s + uneven_s, scenario)
    return Step(
        components=tuple(components.values()),
        lower_s=larger(larger(total.ideal_compute_s, total.ideal_memory_s), total.ideal_wire_s) / (1 - idle),
        estimate_s=sum(part.time_s for part in components.values()),
        upper_s=(total.serial_s + total.wire_s + total.host_s) / (1 - idle) * (1 + uneven_s / busy_s),
        bubble_share=idle,
    )


def kernels(scenario: Scenario) -> Iterator[tuple[Kernel, float]]:
    """Every kernel of a step on one device, with how often it runs; of a pipeline, on an average stage."""
    yield from layer_passes(scenario)
    yield from end_passes(scenario)
    yield from once_a_step(scenario)


def layer_passes(scenario: Scenario) -> Iterator[tuple[Kernel, float]]:
    """The kernels of all layers, every pass of every micro-batch."""
    rounds = scenario.n_micro_batches / scenario.plan.pp
    for layer in scenario.model.layer_kinds:
        forward = [kernel for part in LAYER_PARTS for kernel in part(scenario, layer)]
        yield from _passes(scenario, forward, layer.n_layers * rounds, in_layer=True)


def end_passes(scenario: Scenario) -> Iterator[tuple[Kernel, float]]:
    """The kernels before the first layer and after the last, every pass of every micro-batch."""
    ends = [kernel for part in END_PARTS for kernel in part(scenario)]
    yield from _passes(scenario, ends, scenario.n_micro_batches / scenario.plan.pp, in_layer=False)


def once_a_step(scenario: Scenario) -> Iterator[tuple[Kernel, float]]:
    """The kernels of a step that belong to no layer."""
    for part in STEP_PARTS:
        for kernel in part(scenario):
            yield kernel, kernel.times


def _passes(
    scenario: Scenario, forward: list[Kernel], rounds: float, *, in_layer: bool
) -> Iterator[tuple[Kernel, float]]:
    work = scenario.workload
    frozen = isinstance(work, Training) and (is_grid(work.lora_rank) or work.lora_rank > 0)
    for kernel in forward:
        again = isinstance(work, Training) and in_layer and is_recomputed(kernel, work.recompute)
        yield kernel, kernel.times * rounds * (2 if again else 1)
        if isinstance(work, Training):
            backward = backward_kernel(kernel, attention=scenario.attention, frozen=frozen)
            yield backward, backward.times * rounds


_NO_TIME_S = 1e-30  # below any time: the denominator where a cell of a grid communicates with nobody


@dataclass(slots=True, kw_only=True)
class _Totals:
    roof: Roof
    efficiency: Efficiency
    launch: Launch
    gap_s: float
    device_s: float = 0.0
    serial_s: float = 0.0
    wire_s: float = 0.0
    host_s: float = 0.0
    n_launches: float = 0.0
    ideal_compute_s: float = 0.0
    ideal_memory_s: float = 0.0
    ideal_wire_s: float = 0.0


def _run(components: dict[str, ComponentTime], total: _Totals, kernels: Iterable[tuple[Kernel, float]]) -> None:
    for kernel, times in kernels:
        part = components.get(kernel.component)
        if part is None:
            part = components[kernel.component] = ComponentTime(name=kernel.component, group=kernel.group)
        (_add_collective if kernel.kind is Kind.COLLECTIVE else _add)(part, total, kernel, times)


def _add(part: ComponentTime, total: _Totals, kernel: Kernel, times: float) -> None:
    chip, launches = total.roof, _launch(part, total, kernel, times)
    moved, gaps = chip.hbm_bytes(kernel), launches * total.gap_s
    ideal_memory = times * moved / chip.bandwidth
    ideal_compute, compute, tail = 0.0, 0.0, 1.0
    if kernel.kind is not Kind.STREAM:
        ideal_compute, tail = times * chip.ideal_compute_s(kernel), chip.tail(kernel)
        compute = ideal_compute / chip.reached(kernel) * tail
    memory = ideal_memory / chip.memory
    part.executed_flops += times * kernel.flops
    part.bytes_moved += times * moved
    part.latency_s += gaps
    if is_grid(compute) or is_grid(memory):
        busy = larger(compute, memory)
        part.compute_s += where(compute >= memory, busy, 0.0)
        part.tail_s += where(compute >= memory, busy, 0.0) * (1 - 1 / tail)
        part.memory_s += where(compute >= memory, 0.0, busy)
    elif compute >= memory:
        busy = compute
        part.compute_s += busy
        part.tail_s += busy * (1 - 1 / tail)
    else:
        busy = memory
        part.memory_s += busy
    total.device_s += busy + gaps
    total.serial_s += compute + memory + gaps
    total.ideal_compute_s += ideal_compute
    total.ideal_memory_s += ideal_memory


def _add_collective(part: ComponentTime, total: _Totals, kernel: Kernel, times: float) -> None:
    _launch(part, total, kernel, where(kernel.wire_s > 0, times, 0.0))
    wire = times * kernel.wire_s
    part.communication_s += wire
    total.wire_s += wire
    total.ideal_wire_s += times * (kernel.wire_s - kernel.fixed_s) * total.efficiency.link


def _launch(part: ComponentTime, total: _Totals, kernel: Kernel, times: float) -> float:
    launches = times * kernel.n_launches
    part.n_launches += launches
    total.n_launches += launches
    if total.launch is Launch.EAGER:
        total.host_s += launches * total.efficiency.launch_s
    elif total.launch is Launch.BLOCKING:
        waited = launches * total.efficiency.blocking_s
        part.latency_s += waited
        total.device_s += waited
        total.serial_s += waited
    return launches


def _hide_communication(components: dict[str, ComponentTime], total: _Totals, hidden: float) -> None:
    if not is_grid(hidden) and hidden == 0:
        return
    for part in components.values():
        if part.group is Group.COMMUNICATION:
            part.communication_s -= part.communication_s / larger(total.wire_s, _NO_TIME_S) * hidden


def _book_host_time(components: dict[str, ComponentTime], total: _Totals, excess_s: float) -> None:
    """Where the host launches slower than the device works, each component waits in proportion to its launches."""
    if not is_grid(excess_s) and excess_s == 0:
        return
    for part in components.values():
        part.latency_s += excess_s * part.n_launches / total.n_launches


def _gap_s(scenario: Scenario) -> float:
    return scenario.efficiency.graph_gap_s if scenario.launch is Launch.GRAPH else scenario.efficiency.gap_s


def _imbalance(components: dict[str, ComponentTime], in_layers: tuple[str, ...], scenario: Scenario) -> float:
    """Book what a pipeline loses to its slowest stage as a component of its own; returns it [s]."""
    if not is_grid(scenario.plan.pp) and scenario.plan.pp == 1:
        return 0.0
    layers_s = sum(components[name].time_s for name in in_layers)
    head_s = sum(part.time_s for part in components.values() if part.group is Group.HEAD)
    lost_s = imbalance_s(scenario, layers_s=layers_s, head_s=head_s)
    components[IMBALANCE] = ComponentTime(name=IMBALANCE, group=Group.COMMUNICATION, latency_s=lost_s)
    return lost_s


def _bubble(components: dict[str, ComponentTime], busy_s: float, scenario: Scenario) -> float:
    """Book the pipeline's idle time as a component of its own; returns its share of the step."""
    if not is_grid(scenario.plan.pp) and scenario.plan.pp == 1:
        return 0.0
    idle = scenario_bubble(scenario)
    components[BUBBLE] = ComponentTime(name=BUBBLE, group=Group.COMMUNICATION, latency_s=busy_s * idle / (1 - idle))
    return idle
