"""Times, unfolded: every kernel through the roofline, what the host and the links add, what a pipeline loses."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.engine.analysis import Analysis
from app.engine.components.kernels import Kernel, Kind
from app.engine.derivation import Inputs, Line
from app.engine.groups import Group, Resource
from app.engine.roofline import Roof, roof
from app.engine.scenario import Launch, Scenario
from app.engine.stages import fullest_share, scenario_bubble
from app.engine.step import BUBBLE, IMBALANCE, end_passes, layer_passes, once_a_step
from app.engine.unfold.lines import Lines, line, number, once, total_of

_ROOFLINE = "the slower of arithmetic and traffic (Williams et al. 2009), and the gap before the next kernel"
_STREAM = "bytes only, and the gap before the next kernel"
_WIRE = "bytes on the links, and rounds, hops and the filling of the ring"


@dataclass(slots=True)
class Run:
    """The kernels of a step as lines, by component, and what they come to."""

    by_component: dict[str, list[Line]] = field(default_factory=dict)
    waits: list[tuple[Resource, str, Line]] = field(default_factory=list)  # what each kernel waits for, its component
    groups: dict[str, Group] = field(default_factory=dict)
    launches: dict[str, float] = field(default_factory=dict)
    in_layers: list[str] = field(default_factory=list)
    wire_s: float = 0.0
    device_s: float = 0.0


def run_lines(scenario: Scenario) -> Run:
    """Every kernel of a step on one device; of a pipeline, on an average stage."""
    found, chip = Run(), roof(scenario)
    for passes in (layer_passes, end_passes, once_a_step):
        for kernel, times in passes(scenario):
            _add(found, chip, scenario, kernel, times)
        found.in_layers = found.in_layers or list(found.by_component)
    return found


def component_lines(analysis: Analysis, name: str) -> Lines:
    """What one component adds to the estimated step."""
    scenario = analysis.scenario
    found = run_lines(scenario)
    if name in (BUBBLE, IMBALANCE):
        return tuple(_pipeline(scenario, found))
    return (*shared_lines(scenario, found), *found.by_component[name], _component(scenario, found, name))


def group_lines(analysis: Analysis, groups: tuple[Group, ...], symbol: str) -> Lines:
    """What some groups add to the estimated step, together."""
    scenario = analysis.scenario
    found = run_lines(scenario)
    lines = list(shared_lines(scenario, found))
    parts = []
    for name in (name for name, group in found.groups.items() if group in groups):
        parts.append(_component(scenario, found, name))
        lines += [*found.by_component[name], parts[-1]]
    if Group.COMMUNICATION in groups and scenario.plan.pp > 1:
        lines += list(_pipeline(scenario, found))
        parts += [one for one in lines if one.symbol in (f"time.{BUBBLE}", f"time.{IMBALANCE}")]
    return (*once(lines), total_of(symbol, parts, "s"))


def estimate_lines(analysis: Analysis) -> Lines:
    """The estimated step: the times of all components."""
    scenario = analysis.scenario
    found = run_lines(scenario)
    lines = [*shared_lines(scenario, found), *_components(scenario, found)]
    if scenario.plan.pp > 1:
        lines += list(_pipeline(scenario, found))
    parts = [one for one in once(lines) if one.symbol.startswith("time.")]
    return (*once(lines), total_of("time_s.estimate", parts, "s", "sum over components"))


def _add(found: Run, chip: Roof, scenario: Scenario, kernel: Kernel, times: float) -> None:
    name, efficiency = kernel.component, scenario.efficiency
    lines = found.by_component.setdefault(name, [])
    found.groups[name] = kernel.group
    gap = efficiency.graph_gap_s if scenario.launch is Launch.GRAPH else efficiency.gap_s
    if scenario.launch is Launch.BLOCKING:
        gap += efficiency.blocking_s
    symbol, times_of = f"{name}.{len(lines) + 1}", ("times", times)
    if kernel.kind is Kind.COLLECTIVE:
        waits = efficiency.blocking_s if scenario.launch is Launch.BLOCKING and kernel.wire_s > 0 else 0.0
        inputs: Inputs = (times_of, ("links_s", kernel.wire_s - kernel.fixed_s), ("waiting_s", kernel.fixed_s + waits))
        value = times * (kernel.wire_s + waits)
        lines.append(line(symbol, "times · (links_s + waiting_s)", inputs, value, "s", _WIRE))
        found.launches[name] = found.launches.get(name, 0.0) + (times * kernel.n_launches if kernel.wire_s > 0 else 0.0)
        found.wire_s += times * kernel.wire_s
        found.device_s += times * waits
        wired: Inputs = (times_of, ("links_s", inputs[1][1]), ("waiting_s", kernel.fixed_s))
        _wait(found, Resource.COMMUNICATION, symbol, "times · (links_s + waiting_s)", wired, times * kernel.wire_s)
        _wait(
            found,
            Resource.LATENCY,
            symbol,
            "times · blocking_s",
            (times_of, ("blocking_s", waits)),
            times * waits,
        )
        return
    traffic: Inputs = (("bytes", chip.hbm_bytes(kernel)), ("bandwidth", chip.bandwidth), ("memory", chip.memory))
    moving = traffic[0][1] / (chip.bandwidth * chip.memory)
    waits_of: Inputs = (("launches", kernel.n_launches), ("gap_s", gap))
    gaps = times * kernel.n_launches * gap
    _wait(found, Resource.LATENCY, symbol, "times · launches · gap_s", (times_of, *waits_of), gaps)
    computing = 0.0
    found.launches[name] = found.launches.get(name, 0.0) + times * kernel.n_launches
    if kernel.kind is Kind.STREAM:
        value = times * (moving + kernel.n_launches * gap)
        formula = "times · (bytes / (bandwidth · memory) + launches · gap_s)"
        lines.append(line(symbol, formula, (times_of, *traffic, *waits_of), value, "s", _STREAM))
    else:
        peak = kernel.flops / chip.ideal_compute_s(kernel) if kernel.flops else 1.0
        work: Inputs = (("flops", kernel.flops), ("peak_flops", peak), ("reached", chip.reached(kernel)))
        tail = chip.tail(kernel)
        computing = kernel.flops / (peak * chip.reached(kernel)) * tail
        busy = max(computing, moving)
        value = times * (busy + kernel.n_launches * gap)
        formula = (
            "times · (max(flops / (peak_flops · reached) · tail, bytes / (bandwidth · memory)) + launches · gap_s)"
        )
        inputs = (times_of, *work, ("tail", tail), *traffic, *waits_of)
        lines.append(line(symbol, formula, inputs, value, "s", f"{_ROOFLINE}; {kernel.kind}"))
        if computing >= moving:
            arithmetic = "times · flops / (peak_flops · reached) · tail"
            asked = (times_of, *work, ("tail", tail))
            _wait(found, Resource.COMPUTE, symbol, arithmetic, asked, times * computing)
    if computing < moving:
        traffic_of = "times · bytes / (bandwidth · memory)"
        _wait(found, Resource.MEMORY, symbol, traffic_of, (times_of, *traffic), times * moving)
    found.device_s += value


def _wait(found: Run, resource: Resource, kernel: str, formula: str, inputs: Inputs, value: float) -> None:
    if value:
        waited = line(f"{resource}.{kernel}", formula, inputs, value, "s", "its kernels")
        found.waits.append((resource, kernel.partition(".")[0], waited))


def shared_lines(scenario: Scenario, found: Run) -> Iterator[Line]:
    """What is hidden behind arithmetic, and what the host keeps the device waiting for: only where there is any."""
    hidden = _hidden_s(scenario, found)
    wire, device = ("wire_s", found.wire_s), ("device_s", found.device_s)
    if hidden:
        overlap = ("overlap", scenario.overlap)
        words = "communication behind arithmetic, at most all of that"
        yield line("hidden", "min(overlap · wire_s, device_s)", (overlap, wire, device), hidden, "s", words)
    host, launches = _host_s(scenario, found), sum(found.launches.values())
    if host:
        each: Inputs = (("all_launches", launches), ("launch_s", scenario.efficiency.launch_s))
        formula = "all_launches · launch_s − device_s − wire_s" + (" + hidden" if hidden else "")
        yield line("host", formula, (*each, device, wire), host, "s", "the host launches slower than the device works")


def _hidden_s(scenario: Scenario, found: Run) -> float:
    if scenario.launch is Launch.BLOCKING:
        return 0.0
    return min(scenario.overlap * found.wire_s, found.device_s)


def _host_s(scenario: Scenario, found: Run) -> float:
    if scenario.launch is not Launch.EAGER:
        return 0.0
    launched = sum(found.launches.values()) * scenario.efficiency.launch_s
    return max(launched - found.device_s - found.wire_s + _hidden_s(scenario, found), 0.0)


def _component(scenario: Scenario, found: Run, name: str) -> Line:
    parts = found.by_component[name]
    formula, value = " + ".join(part.symbol for part in parts), sum(number(part) for part in parts)
    inputs: Inputs = ()
    hidden, host = _hidden_s(scenario, found), _host_s(scenario, found)
    if hidden and found.groups[name] is Group.COMMUNICATION:
        formula, value = f"({formula}) · (1 − hidden / wire_s)", value * (1 - hidden / found.wire_s)
        inputs = (("wire_s", found.wire_s),)
    if host:
        all_launches = sum(found.launches.values())
        formula += " + host · own_launches / all_launches"
        value += host * found.launches[name] / all_launches
        inputs = (*inputs, ("own_launches", found.launches[name]), ("all_launches", all_launches))
    return line(f"time.{name}", formula, inputs, value, "s", "its kernels")


def _components(scenario: Scenario, found: Run) -> Iterator[Line]:
    for name, parts in found.by_component.items():
        yield from parts
        yield _component(scenario, found, name)


def _pipeline(scenario: Scenario, found: Run) -> Iterator[Line]:
    """The slowest stage and the bubble."""
    lines = [one for one in _components(scenario, found) if one.symbol.startswith("time.")]
    own = {one.symbol.removeprefix("time."): one for one in lines}
    yield from (*shared_lines(scenario, found), *_components(scenario, found))
    plan, n_layers, m = scenario.plan, scenario.model.n_layers, scenario.n_micro_batches
    yield total_of("stage.layers", [own[name] for name in found.in_layers], "s", "layers of an average stage")
    head = [own[name] for name, group in found.groups.items() if group is Group.HEAD]
    yield total_of("stage.head", head, "s", "the head, over an average stage")
    layers_s, head_s = sum(number(own[name]) for name in found.in_layers), sum(number(one) for one in head)
    idle, mean = scenario_bubble(scenario), n_layers / plan.pp
    idle_of = ("bubble_share", idle)
    slowest = max(
        layers_s * fullest_share(scenario) * plan.pp, layers_s * (n_layers // plan.pp) / mean + head_s * plan.pp
    )
    inputs: Inputs = (("n_layers", n_layers), ("pp", plan.pp))
    formula = (
        "max(stage.layers · ceil(n_layers / pp) · pp / n_layers,"
        " stage.layers · floor(n_layers / pp) · pp / n_layers + stage.head · pp)"
    )
    yield line("stage.slowest", formula, inputs, slowest, "s", "the fullest stage, or the last one with the head")
    lost = (slowest - layers_s - head_s) * (m - 1) / m * (1 - idle)
    formula = "(stage.slowest − stage.layers − stage.head) · (m − 1) / m · (1 − bubble_share)"
    yield line(
        f"time.{IMBALANCE}", formula, (("m", m), idle_of), lost, "s", "all but the first micro-batch wait for it"
    )
    busy = total_of("busy", [*lines], "s", "all components")
    yield busy
    waits = (number(busy) + lost) * idle / (1 - idle)
    formula = f"(busy + time.{IMBALANCE}) · bubble_share / (1 − bubble_share)"
    yield line(f"time.{BUBBLE}", formula, (idle_of,), waits, "s", "Narayanan et al. 2021")
