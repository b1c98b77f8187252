"""One step as it runs: which kernels, how often, what each waits for, and how long the whole takes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from app.engine.attention import core_kernels, projection_kernels
from app.engine.efficiency import IDEAL
from app.engine.elementwise import elementwise_kernels
from app.engine.ends import end_kernels
from app.engine.experts import expert_kernels
from app.engine.grid import is_grid, larger, smaller, where
from app.engine.groups import Group, Resource
from app.engine.kernels import Kernel, Kind
from app.engine.mlp import mlp_kernels
from app.engine.parallelism import layer_collectives, scenario_bubble, step_collectives
from app.engine.roofline import compute_s, memory_s
from app.engine.scenario import Launch, Scenario
from app.engine.training import backward_kernel, is_recomputed, optimizer_kernels
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
END_PARTS: tuple[Callable[[Scenario], tuple[Kernel, ...]], ...] = (end_kernels,)
STEP_PARTS: tuple[Callable[[Scenario], tuple[Kernel, ...]], ...] = (optimizer_kernels, step_collectives)

_RESOURCES = (Resource.COMPUTE, Resource.MEMORY, Resource.COMMUNICATION, Resource.LATENCY)


@dataclass(slots=True, kw_only=True)
class ComponentTime:
    """What one component does in a step on one device, and what it waits for."""

    name: str
    group: Group
    executed_flops: float = 0.0
    bytes_moved: float = 0.0
    n_launches: float = 0.0
    waits_s: dict[Resource, float] = field(default_factory=lambda: dict.fromkeys(_RESOURCES, 0.0))

    @property
    def time_s(self) -> float:
        """Time that the component adds to the step [s]."""
        return sum(self.waits_s.values())


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
    total = _Totals()
    components: dict[str, ComponentTime] = {}
    for kernel, times in kernels(scenario):
        part = components.setdefault(kernel.component, ComponentTime(name=kernel.component, group=kernel.group))
        _add(part, total, scenario, kernel, times)
    hidden = smaller(scenario.overlap * total.wire_s, total.device_s)
    _hide_communication(components, total, hidden)
    _book_host_time(components, total, larger(total.host_s - total.device_s - total.wire_s + hidden, 0.0))
    idle = _bubble(components, scenario)
    return Step(
        components=tuple(components.values()),
        lower_s=larger(larger(total.ideal_compute_s, total.ideal_memory_s), total.ideal_wire_s) / (1 - idle),
        estimate_s=sum(part.time_s for part in components.values()),
        upper_s=(total.serial_s + total.wire_s + total.host_s) / (1 - idle),
        bubble_share=idle,
    )


def kernels(scenario: Scenario) -> Iterator[tuple[Kernel, float]]:
    """Every kernel of a step on one device, with how often it runs."""
    rounds = scenario.n_micro_batches / scenario.plan.pp
    for layer in scenario.model.layer_kinds:
        forward = [kernel for part in LAYER_PARTS for kernel in part(scenario, layer)]
        yield from _passes(scenario, forward, layer.n_layers * rounds, in_layer=True)
    ends = [kernel for part in END_PARTS for kernel in part(scenario)]
    yield from _passes(scenario, ends, rounds, in_layer=False)
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


@dataclass(slots=True)
class _Totals:
    device_s: float = 0.0
    serial_s: float = 0.0
    wire_s: float = 0.0
    host_s: float = 0.0
    n_launches: float = 0.0
    ideal_compute_s: float = 0.0
    ideal_memory_s: float = 0.0
    ideal_wire_s: float = 0.0


def _add(part: ComponentTime, total: _Totals, scenario: Scenario, kernel: Kernel, times: float) -> None:
    efficiency = scenario.efficiency
    launches = times * kernel.n_launches
    part.n_launches += launches
    total.n_launches += launches
    total.host_s += launches * (efficiency.launch_s if scenario.launch is Launch.EAGER else 0.0)
    if kernel.kind is Kind.COLLECTIVE:
        part.waits_s[Resource.COMMUNICATION] += times * kernel.wire_s
        total.wire_s += times * kernel.wire_s
        total.ideal_wire_s += (times * kernel.wire_s - launches * efficiency.collective_s) * efficiency.link
        return
    compute, memory = compute_s(kernel, scenario, efficiency), memory_s(kernel, scenario, efficiency)
    gaps = launches * (efficiency.gap_s if scenario.launch is Launch.EAGER else efficiency.graph_gap_s)
    part.executed_flops += times * kernel.flops
    part.bytes_moved += times * kernel.bytes_moved
    part.waits_s[Resource.COMPUTE] += times * where(compute >= memory, compute, 0.0)
    part.waits_s[Resource.MEMORY] += times * where(compute >= memory, 0.0, memory)
    part.waits_s[Resource.LATENCY] += gaps
    total.device_s += times * larger(compute, memory) + gaps
    total.serial_s += times * (compute + memory) + gaps
    total.ideal_compute_s += times * compute_s(kernel, scenario, IDEAL)
    total.ideal_memory_s += times * memory_s(kernel, scenario, IDEAL)


def _hide_communication(components: dict[str, ComponentTime], total: _Totals, hidden: float) -> None:
    for part in components.values():
        if part.group is Group.COMMUNICATION:
            share = part.waits_s[Resource.COMMUNICATION] / total.wire_s
            part.waits_s[Resource.COMMUNICATION] -= share * hidden


def _book_host_time(components: dict[str, ComponentTime], total: _Totals, excess_s: float) -> None:
    """Where the host launches slower than the device works, each component waits in proportion to its launches."""
    for part in components.values():
        part.waits_s[Resource.LATENCY] += excess_s * part.n_launches / total.n_launches


def _bubble(components: dict[str, ComponentTime], scenario: Scenario) -> float:
    """Book the pipeline's idle time as a component of its own; returns its share of the step."""
    plan = scenario.plan
    if not is_grid(plan.pp) and plan.pp == 1:
        return 0.0
    idle = scenario_bubble(scenario)
    busy = sum(part.time_s for part in components.values())
    bubble = ComponentTime(name="pipeline_bubble", group=Group.COMMUNICATION)
    bubble.waits_s[Resource.LATENCY] = busy * idle / (1 - idle)
    components[bubble.name] = bubble
    return idle
