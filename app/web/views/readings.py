"""What the engine says to a setting, as the page shows it: in full or, before the reveal, in neutral form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.engine.amdahl import ceiling, speedup
from app.engine.analysis import Analysis
from app.engine.error_bars import error_bar
from app.engine.flips import Basis, Flip, group_sizes, nearest_flip
from app.engine.groups import GROUP_LABELS, RESOURCE_LABELS, Group
from app.engine.scenario import Attention, Scenario
from app.engine.workload import LENGTH_NAMES, Phase
from app.web.format import between, count, duration, flop, percent, size, times
from app.web.forms import plain_number
from app.web.parts import NumbersTable
from app.web.plots.bars import Part, ShareBars, share_bars
from app.web.plots.line import Line, LinePlot, line_plot
from app.web.plots.plotly import Figure, amdahl_figure, time_share_figure
from app.web.views.prose import Sentence, Words, binds, capitalised, plain

_LENGTH_WORDS = {
    Phase.TRAINING: "sequence length",
    Phase.PREFILL: "prompt length",
    Phase.DECODE: "context length",
}
_ORDER = (
    Group.MLP,
    Group.EXPERTS,
    Group.PROJECTIONS,
    Group.ATTENTION_CORE,
    Group.HEAD,
    Group.ROUTER,
    Group.NORMS,
    Group.COMMUNICATION,
    Group.OPTIMIZER,
    Group.EMBEDDING,
)
_SHORT = {Group.PROJECTIONS: "projections", Group.ATTENTION_CORE: "core", Group.NORMS: "norms", Group.HEAD: "head"}
_FACTORS = tuple(2 ** (i / 4) for i in range(21))  # 1 to 32, as far as anyone promises a kernel to go


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What the engine says to a setting.

    The neutral form has FLOPs, bytes and times by component, and nothing that compares them: no share, no bar.
    """

    table: NumbersTable
    convention: str
    memory: str
    validated: str
    bars: ShareBars | None = None
    verdict: Sentence = ()
    basis: str = ""
    binding: Sentence = ()
    flip: Sentence = ()
    plot: LinePlot | None = None
    plot_sentence: str = ""
    amdahl: Figure | None = None
    over_length: Figure | None = None
    over_length_sentence: str = ""


def full_readings(analysis: Analysis, *, factor: float, group: Group | None) -> Readings:
    """Everything: shares, what binds, the verdict on making `group` `factor` times faster, ceilings, the flip."""
    groups = ordered_groups(analysis)
    binding = analysis.bottleneck.component
    bars = [_part(analysis, member, binds=member is binding) for member in groups]
    lines = _amdahl_lines(analysis, groups)
    verdict = _verdict(analysis, group or binding, factor)
    lengths, over_length = _over_length(analysis, groups)
    flip = _flip(analysis)
    return Readings(
        bars=share_bars(bars, smallest=0),
        table=_table(analysis, groups),
        convention=convention_text(analysis.scenario),
        memory=_memory(analysis),
        validated=validated_text(analysis.scenario),
        verdict=verdict,
        basis=_basis(analysis, group or binding),
        binding=_binding(analysis),
        flip=flip,
        plot=line_plot(lines, x_title="component speed-up"),
        plot_sentence=f"Whole-step speed-up against component speed-up. {'; '.join(line.end for line in lines)}.",
        amdahl=amdahl_figure(lines),
        over_length=time_share_figure(
            over_length,
            variable=_LENGTH_WORDS[analysis.scenario.phase],
            values=lengths,
            at=analysis.scenario.forward.n_keys,
        ),
        over_length_sentence=f"Share of time by component over the {_LENGTH_WORDS[analysis.scenario.phase]}. "
        + plain(flip),
    )


def neutral_readings(analysis: Analysis) -> Readings:
    """FLOPs, bytes and times alone."""
    return Readings(
        table=_neutral_table(analysis),
        convention=convention_text(analysis.scenario),
        memory=_memory(analysis),
        validated=validated_text(analysis.scenario),
    )


def ordered_groups(analysis: Analysis) -> tuple[Group, ...]:
    """The groups of an analysis in the one order of all charts."""
    return tuple(group for group in _ORDER if group in analysis.groups)


def convention_text(scenario: Scenario) -> str:
    """The convention in use and what else was assumed, for the small type under a chart."""
    executed = (
        "fused kernels skip masked blocks"
        if scenario.attention is not Attention.UNFUSED
        else "unfused kernels skip none"
    )
    return f"{scenario.conventions.label}; time: {scenario.efficiency.name} efficiencies, {executed}"


def validated_text(scenario: Scenario) -> str:
    """How far estimates of this family were from published measurements."""
    found = error_bar(scenario)
    if found is None:
        return "Times of this kind of work on this chip are not validated by a published measurement."
    return (
        f"Times of this family were off by {percent(found.median)} in the median, {percent(found.p90)} at the 90th "
        f"percentile, over {found.n} published measurements."
    )


def _part(analysis: Analysis, group: Group, *, binds: bool = False) -> Part:
    return Part(
        label=GROUP_LABELS[group],
        short=_SHORT.get(group, ""),
        shares=(analysis.flops_share(group), analysis.time_share(group)),
        binds=binds,
    )


def _neutral_table(analysis: Analysis) -> NumbersTable:
    rows = [
        (GROUP_LABELS[group], flop(flops), size(moved), duration(time_s))
        for group, flops, moved, time_s in _sums(analysis, ordered_groups(analysis))
    ]
    return NumbersTable(
        caption="One step, by component", head=("Component", "FLOPs", "HBM bytes", "time"), rows=tuple(rows)
    )


def _table(analysis: Analysis, groups: Sequence[Group]) -> NumbersTable:
    rows = []
    for group, flops, moved, _ in _sums(analysis, groups):
        slowest = max((part for part in analysis.components if part.group is group), key=lambda part: part.time_s)
        shares = (percent(analysis.flops_share(group)), percent(analysis.time_share(group)))
        ends = (RESOURCE_LABELS[slowest.bound], times(ceiling(analysis.time_share(group))))
        rows.append((GROUP_LABELS[group], flop(flops), size(moved), *shares, *ends))
    return NumbersTable(
        caption="One step, by component",
        head=("Component", "FLOPs", "HBM bytes", "of FLOPs", "of time", "waits for", "ceiling in time"),
        rows=tuple(rows),
        binding=list(groups).index(analysis.bottleneck.component),
    )


def _sums(analysis: Analysis, groups: Sequence[Group]) -> Iterator[tuple[Group, float, float, float]]:
    for group in groups:
        members = [part for part in analysis.components if part.group is group]
        yield (
            group,
            sum(part.flops for part in members),
            sum(part.bytes_moved for part in members),
            sum(part.time_s for part in members),
        )


def _binding(analysis: Analysis) -> Sentence:
    bottleneck, span = analysis.bottleneck, analysis.time_s
    share = percent(analysis.time_share(bottleneck.component))
    return (
        Words(text=capitalised(f"the {GROUP_LABELS[bottleneck.component]}"), strong=True),
        Words(text=f" {binds(bottleneck.component)}: {share} of the time. "),
        Words(text=f"The step waits most for {RESOURCE_LABELS[bottleneck.resource]}. "),
        Words(text=f"It takes {between(span.lower, span.upper, 's')}."),
    )


def _verdict(analysis: Analysis, group: Group, factor: float) -> Sentence:
    share = analysis.time_share(group)
    label = GROUP_LABELS[group]
    kernel = f"With {analysis.scenario.attention} attention a" if group is Group.ATTENTION_CORE else "A"
    return (
        Words(text=f"{kernel} {plain_number(factor)}× faster {label} makes the step "),
        Words(text=times(speedup(share, factor)), strong=True),
        Words(text=" faster; at no cost at all it would stop at "),
        Words(text=times(ceiling(share)), strong=True),
        Words(text="."),
    )


def _basis(analysis: Analysis, group: Group) -> str:
    by_flops = analysis.flops_share(group)
    of_flops = f" By FLOPs: {percent(by_flops)}, {times(ceiling(by_flops))} at most." if by_flops else ""
    return f"Basis: share of estimated time, {percent(analysis.time_share(group))}.{of_flops}"


def _flip(analysis: Analysis) -> Sentence:
    scenario = analysis.scenario
    by_flops = _length_flip(scenario, Basis.FLOPS)
    if by_flops is None:
        return ()
    by_time = _length_flip(scenario, Basis.TIME)
    words = [
        Words(text=f"By FLOPs the attention core catches the {GROUP_LABELS[_rival(scenario)]} at "),
        Words(text=count(by_flops.at), strong=True),
        Words(text=" tokens"),
    ]
    if by_time is not None:
        words += [Words(text=", by time at "), Words(text=count(by_time.at), strong=True)]
    return (*words, Words(text="."))


def _length_flip(scenario: Scenario, basis: Basis) -> Flip | None:
    return nearest_flip(scenario, LENGTH_NAMES[scenario.phase], Group.ATTENTION_CORE, _rival(scenario), basis=basis)


def _rival(scenario: Scenario) -> Group:
    """What a growing length lets the core catch."""
    return Group.MLP if scenario.model.experts is None else Group.EXPERTS


def _amdahl_lines(analysis: Analysis, groups: Sequence[Group]) -> list[Line]:
    always = (_rival(analysis.scenario), Group.PROJECTIONS, Group.ATTENTION_CORE)
    binding = analysis.bottleneck.component
    lines = []
    for group in groups:
        share = analysis.time_share(group)
        if group in always or group is binding or share >= 0.1:
            points = tuple((factor, speedup(share, factor)) for factor in _FACTORS)
            end = f"{_SHORT.get(group, GROUP_LABELS[group])}, stops at {times(ceiling(share))}"
            lines.append(Line(end=end, points=points, binds=group is binding))
    return lines


def _over_length(analysis: Analysis, groups: Sequence[Group]) -> tuple[list[float], list[Part]]:
    lengths = [float(2**i) for i in range(8, 21)]
    varied = analysis.scenario.vary(LENGTH_NAMES[analysis.scenario.phase], np.array(lengths))  # type: ignore[arg-type]
    sizes = group_sizes(varied, Basis.TIME)
    total = sum(sizes.values())
    binding = analysis.bottleneck.component
    return lengths, [
        Part(
            label=GROUP_LABELS[group],
            shares=tuple(np.broadcast_to(sizes[group] / total, len(lengths)).tolist()),
            binds=group is binding,
        )
        for group in groups
        if group in sizes
    ]


def _memory(analysis: Analysis) -> str:
    memory = analysis.memory
    held = f"One device holds {size(memory.bytes_per_device)} of {size(memory.capacity)}"
    if memory.shortfall <= 0:
        return f"{held}."
    return f"{held}: {size(memory.shortfall)} do not fit. Times and shares are computed all the same."
