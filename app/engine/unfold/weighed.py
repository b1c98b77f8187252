"""What follows from times and counts: what binds, bounds of the step, utilisation, levers and flips, unfolded."""

from dataclasses import replace

from app.engine.analysis import Analysis
from app.engine.components.experts import distinct_experts
from app.engine.components.kernels import Kind
from app.engine.derivation import Inputs, Line, derivation
from app.engine.flips import Basis, group_sizes, nearest_flip
from app.engine.groups import GROUP_LABELS, Group, Resource
from app.engine.levers import lever_result
from app.engine.roofline import roof
from app.engine.scenario import Scenario
from app.engine.step import BUBBLE, IMBALANCE, kernels
from app.engine.unfold import counted, timed
from app.engine.unfold.lines import Lines, largest_of, line, number, once, total_of

_BINDING = (Resource.COMPUTE, Resource.MEMORY, Resource.COMMUNICATION, Resource.LATENCY)


def resource_lines(analysis: Analysis, resource: Resource) -> Lines:
    """What the estimated step waits for one resource."""
    return _waits(analysis, resource, tuple(analysis.groups), f"time_s.{resource}")


def bound_lines(analysis: Analysis, group: Group, symbol: str) -> Lines:
    """What the slowest component of a group waits for most."""
    slowest = max((part for part in analysis.components if part.group is group), key=lambda part: part.time_s)
    lines: list[Line] = []
    for resource in _BINDING:
        lines += _waits(analysis, resource, (group,), f"{resource}.{slowest.name}", only=slowest.name)
    sums = [one for one in lines if one.symbol in {f"{resource}.{slowest.name}" for resource in _BINDING}]
    words = f"its slowest component is {slowest.name}"
    return (*once(lines), largest_of(symbol, sums, [str(resource) for resource in _BINDING], words))


def bottleneck_lines(analysis: Analysis, name: str) -> Lines:
    """What binds the step: the largest group by time or by FLOPs, or the largest resource."""
    if name == "bottleneck.resource":
        lines = [one for resource in _BINDING for one in resource_lines(analysis, resource)]
        sums = [one for one in once(lines) if one.symbol in {f"time_s.{resource}" for resource in _BINDING}]
        return (*once(lines), largest_of(name, sums, [str(resource) for resource in _BINDING], "of the estimated step"))
    by_flops = name.endswith("by_flops")
    groups = [group for group in analysis.groups if not by_flops or analysis.flops_share(group)]
    lines = []
    for group in groups:
        lines += (
            counted.named_lines(analysis, str(group))
            if by_flops
            else timed.group_lines(analysis, (group,), f"time_s.{group}")
        )
    prefix = "flops" if by_flops else "time_s"
    found = {one.symbol: one for one in lines}
    sums = [found[f"{prefix}.{group}"] for group in groups]
    return (*once(lines), largest_of(name, sums, [str(group) for group in groups], "over component groups"))


def lower_lines(analysis: Analysis) -> Lines:
    """The speed of light: ideal efficiencies, everything overlapped."""
    scenario = analysis.scenario
    lines = list(_ideal(scenario))
    formula = "max(ideal.compute, ideal.memory, ideal.links) / (1 − bubble_share)"
    idle = (("bubble_share", analysis.bubble_share),)
    return (*lines, line("time_s.lower", formula, idle, analysis.time_s.lower, "s", "all of it overlapped"))


def upper_lines(analysis: Analysis) -> Lines:
    """Nothing overlapped, within a kernel or across."""
    scenario, eff = analysis.scenario, analysis.scenario.efficiency
    chip = roof(scenario)
    serial = wire = host = 0.0
    found = timed.run_lines(scenario)
    for kernel, times in kernels(scenario):
        if kernel.kind is Kind.COLLECTIVE:
            wire += times * kernel.wire_s
            continue
        computing = chip.ideal_compute_s(kernel) / chip.reached(kernel) * chip.tail(kernel)
        serial += times * (computing + chip.hbm_bytes(kernel) / (chip.bandwidth * chip.memory))
    waits = sum(number(one) for resource, _, one in found.waits if resource is Resource.LATENCY)
    if str(scenario.launch) == "eager":
        host = sum(found.launches.values()) * eff.launch_s
    own = {part.name: part.time_s for part in analysis.components}
    busy = sum(seconds for name, seconds in own.items() if name not in (BUBBLE, IMBALANCE))
    parts: Inputs = (("serial_s", serial), ("gaps_s", waits), ("wire_s", wire), ("host_s", host))
    stages: Inputs = (("bubble_share", analysis.bubble_share), ("uneven_s", own.get(IMBALANCE, 0.0)), ("busy_s", busy))
    formula = "(serial_s + gaps_s + wire_s + host_s) / (1 − bubble_share) · (1 + uneven_s / busy_s)"
    words = "arithmetic and traffic of every kernel one after the other, links and launches besides"
    return (line("time_s.upper", formula, (*parts, *stages), analysis.time_s.upper, "s", words),)


def executed_lines(analysis: Analysis, what: str) -> Lines:
    """FLOPs that one device executes in a step, or bytes through its HBM, by component."""
    chip = roof(analysis.scenario)
    parts: dict[str, list[tuple[float, float]]] = {}
    for kernel, times in kernels(analysis.scenario):
        size = kernel.flops if what == "flops.executed" else chip.hbm_bytes(kernel)
        if kernel.kind is not Kind.COLLECTIVE:
            parts.setdefault(kernel.component, []).append((times, size))
    unit, lines = ("FLOP" if what == "flops.executed" else "B"), []
    for name, runs in parts.items():
        inputs = tuple(
            pair for i, (times, size) in enumerate(runs) for pair in ((f"times_{i}", times), (f"each_{i}", size))
        )
        formula = " + ".join(f"times_{i} · each_{i}" for i in range(len(runs)))
        words = "forward, backward and what is made again, each so many times"
        lines.append(line(f"{what}.{name}", formula, inputs, sum(t * size for t, size in runs), unit, words))
    return (*lines, total_of(what, lines, unit))


def lever_lines(analysis: Analysis, lever_id: str) -> Lines:
    """The gain of a lever: the changed scenario analysed again, for the same work."""
    result = lever_result(analysis, lever_id)
    before, after, lever = result.before, result.after, result.lever
    tokens = [
        found.scenario.forward.n_tokens * found.scenario.n_micro_batches * found.scenario.plan.dp
        for found in (before, after)
    ]
    first = replace(timed.estimate_lines(before)[-1], symbol="before_s", source="estimate of the scenario as it is")
    last = replace(timed.estimate_lines(after)[-1], symbol="after_s", source=f"estimate with {lever.name}")
    lines = [
        line(
            one.symbol,
            one.symbol.replace("_s", "_estimate"),
            ((one.symbol.replace("_s", "_estimate"), number(one)),),
            number(one),
            "s",
            one.source,
        )
        for one in (first, last)
    ]
    inputs: Inputs = (("tokens_before", tokens[0]), ("tokens_after", tokens[1]), ("kept", lever.kept))
    formula = "before_s / (after_s + extra_steps · before_s) · kept · tokens_after / tokens_before"
    extra = ("extra_steps", lever.extra_steps)
    words = "the same tokens, so much sooner; of drafted tokens a share is kept"
    return (*lines, line(f"lever.{lever_id}.speedup", formula, (*inputs, extra), result.speedup, "x", words))


def flip_lines(analysis: Analysis, name: str, variable: str, pair: tuple[Group, Group], basis: Basis) -> Lines:
    """Where two groups are equal: by bisection, with both sides; in closed form before it where there is one."""
    a, b = pair
    found = nearest_flip(analysis.scenario, variable, a, b, basis=basis)
    if found is None:
        words = f"{GROUP_LABELS[a]} and {GROUP_LABELS[b]} never change places between 1 and 2**24"
        return (Line(symbol=name, formula="bisection", inputs=(), value="never", unit="", source=words),)
    sizes = group_sizes(analysis.scenario.vary(variable, found.at), basis)
    inputs = tuple((f"{group}_there", float(sizes[group])) for group in pair)
    unit = "token" if variable.endswith("_len") else "1"
    closed = tuple(one for one in derivation(analysis) if " where " in one.symbol and basis is Basis.FLOPS)
    words = f"by {basis}: {GROUP_LABELS[found.below]} is the larger before, {GROUP_LABELS[found.above]} after"
    formula = f"the {variable} at which {a}_there = {b}_there"
    return (*closed, Line(symbol=name, formula=formula, inputs=inputs, value=found.at, unit=unit, source=words))


def distinct_lines(analysis: Analysis) -> Lines:
    """Distinct experts of a layer that a forward pass meets."""
    experts = analysis.scenario.model.experts
    if experts is None:
        return (line("experts_touched", "0", (), 0.0, "1", "a dense model"),)
    tokens = analysis.scenario.forward.n_tokens
    inputs: Inputs = (("n_experts", experts.n_experts), ("n_active", experts.n_active_experts), ("n_tokens", tokens))
    value = distinct_experts(n_experts=experts.n_experts, n_active=experts.n_active_experts, n_tokens=tokens)
    formula = "n_experts · (1 − (1 − n_active / n_experts) ** n_tokens)"
    return (line("experts_touched", formula, inputs, value, "1", "in expectation under uniform routing"),)


def _ideal(scenario: Scenario) -> Lines:
    chip, moved, links = roof(scenario), 0.0, 0.0
    gemm = attention = 0.0
    for kernel, times in kernels(scenario):
        if kernel.kind is Kind.COLLECTIVE:
            links += times * (kernel.wire_s - kernel.fixed_s) * scenario.efficiency.link
            continue
        moved += times * chip.hbm_bytes(kernel)
        if kernel.kind is Kind.GEMM:
            gemm += times * kernel.flops
        else:
            attention += times * kernel.flops
    work: Inputs = (("gemm_flops", gemm), ("gemm_peak", chip.gemm_peak))
    core: Inputs = (("core_flops", attention), ("core_peak", chip.attention_peak))
    formula = "gemm_flops / gemm_peak + core_flops / core_peak"
    ideal = gemm / chip.gemm_peak + attention / chip.attention_peak
    traffic: Inputs = (("bytes", moved), ("bandwidth", chip.bandwidth))
    return (
        line("ideal.compute", formula, (*work, *core), ideal, "s", "at the dense peaks"),
        line("ideal.memory", "bytes / bandwidth", traffic, moved / chip.bandwidth, "s", "at the full rate"),
        line("ideal.links", "links_s", (("links_s", links),), links, "s", "bytes over the full rate of the links"),
    )


def _waits(
    analysis: Analysis, resource: Resource, groups: tuple[Group, ...], symbol: str, only: str | None = None
) -> Lines:
    scenario = analysis.scenario
    found = timed.run_lines(scenario)
    shared = list(timed.shared_lines(scenario, found))
    parts = [one for kind, name, one in found.waits if kind is resource and found.groups[name] in groups]
    if only is not None:
        parts = [one for kind, name, one in found.waits if kind is resource and name == only]
    hidden = next((one for one in shared if one.symbol == "hidden"), None)
    host = next((one for one in shared if one.symbol == "host"), None)
    formula, value = " + ".join(one.symbol for one in parts) or "0", sum(number(one) for one in parts)
    inputs: Inputs = ()
    if resource is Resource.COMMUNICATION and hidden is not None:
        formula, value = f"({formula}) · (1 − hidden / wire_s)", value * (1 - number(hidden) / found.wire_s)
        inputs = (("wire_s", found.wire_s),)
    extra: list[Line] = []
    if resource is Resource.LATENCY:
        names = [only] if only is not None else [name for name, group in found.groups.items() if group in groups]
        if host is not None:
            own, everything = sum(found.launches.get(name, 0.0) for name in names), sum(found.launches.values())
            formula += " + host · own_launches / all_launches"
            value += number(host) * own / everything
            inputs = (("own_launches", own), ("all_launches", everything))
        if scenario.plan.pp > 1:
            idle = [name for name in (BUBBLE, IMBALANCE) if only in (None, name) and Group.COMMUNICATION in groups]
            extra = list(timed.component_lines(analysis, BUBBLE)) if idle else []
            ends = [one for one in extra if one.symbol in {f"time.{name}" for name in idle}]
            formula += "".join(f" + {one.symbol}" for one in ends)
            value += sum(number(one) for one in ends)
    return once((*shared, *parts, *extra, line(symbol, formula, inputs, value, "s", "its kernels")))
