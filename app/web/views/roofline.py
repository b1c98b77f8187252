"""The roofline of a scenario: where each component stands under the roof of its chip."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.analysis import Analysis
from app.engine.groups import GROUP_LABELS, Group
from app.engine.roofline import arithmetic_intensity
from app.web.format import flop_rate, number, percent, size_rate
from app.web.parts import NumbersTable
from app.web.plots.roofline import Point, Roof, RooflinePlot, roofline_plot
from app.web.views.prose import capitalised


@dataclass(frozen=True, slots=True, kw_only=True)
class RooflineView:
    """The plot, what it says, and the same in figures."""

    plot: RooflinePlot
    sentence: str
    table: NumbersTable


def roofline_view(analysis: Analysis, groups: Sequence[Group]) -> RooflineView:
    """Components that both multiply and move bytes, in the one order of all charts."""
    scenario = analysis.scenario
    roof = Roof(peak=scenario.hardware.peak(scenario.formats.math), bandwidth=scenario.hardware.hbm_bandwidth)
    points = [point for group in groups if (point := _point(analysis, group)) is not None]
    binding = [index for index, point in enumerate(points) if point.binds]
    return RooflineView(
        plot=roofline_plot(points, roof),
        sentence=_sentence(points, roof, name=scenario.hardware.name, math=str(scenario.formats.math).upper()),
        table=NumbersTable(
            caption="Roofline, by component",
            head=("Component", "FLOP for each byte", "reaches", "of the roof above it", "under the"),
            rows=tuple(_row(point, roof) for point in points),
            binding=binding[0] if binding else None,
        ),
    )


# Private


def _point(analysis: Analysis, group: Group) -> Point | None:
    members = [part for part in analysis.components if part.group is group]
    flops, moved = sum(part.executed_flops for part in members), sum(part.bytes_moved for part in members)
    time_s = sum(part.time_s for part in members)
    if not (flops and moved and time_s):
        return None
    return Point(
        label=GROUP_LABELS[group],
        intensity=arithmetic_intensity(flops=flops, bytes_moved=moved),
        rate=flops / time_s,
        binds=group is analysis.bottleneck.component,
    )


def _row(point: Point, roof: Roof) -> tuple[str, ...]:
    above = min(roof.peak, roof.bandwidth * point.intensity)
    side = "flat roof: compute" if point.intensity >= roof.ridge else "slope: memory bandwidth"
    share = percent(point.rate / above)
    return (point.label, f"{number(point.intensity)} FLOP/B", flop_rate(point.rate), share, side)


def _sentence(points: Sequence[Point], roof: Roof, *, name: str, math: str) -> str:
    chip = f"{name}: {flop_rate(roof.peak)} dense {math} and {size_rate(roof.bandwidth)} meet at"
    right = [point.label for point in points if point.intensity >= roof.ridge]
    left = [point.label for point in points if point.intensity < roof.ridge]
    sides = [f"right of it, under the flat roof: {_listed(right)}"] if right else []
    sides += [f"left of it, under the slope of memory bandwidth: {_listed(left)}"] if left else []
    return f"{chip} {number(roof.ridge)} FLOP for each byte. {capitalised('; '.join(sides))}."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
