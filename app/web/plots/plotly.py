"""Figures for Plotly as typed plain dicts; colours are names of the style sheet's variables, read in the browser."""

from collections.abc import Sequence
from typing import Literal, TypedDict

from app.web.format import count
from app.web.plots.bars import Part
from app.web.plots.frame import N_TONES, doublings
from app.web.plots.line import Line
from app.web.plots.map import MapAxis, Region


class LineStyle(TypedDict, total=False):
    color: str
    width: float
    dash: str


class FillPattern(TypedDict, total=False):
    shape: str
    size: int
    solidity: float
    fillmode: str


class Marker(TypedDict, total=False):
    color: str
    size: int
    symbol: str
    line: LineStyle


class Trace(TypedDict, total=False):
    type: Literal["scatter", "heatmap"]
    mode: str
    name: str
    x: list[float]
    y: list[float]
    z: list[list[int]]
    zmin: float
    zmax: float
    customdata: list[list[str]]
    colorscale: list[tuple[float, str]]
    showscale: bool
    showlegend: bool
    marker: Marker
    line: LineStyle
    stackgroup: str
    fillcolor: str
    fillpattern: FillPattern
    hovertemplate: str


class AxisTitle(TypedDict):
    text: str


class Axis(TypedDict, total=False):
    title: AxisTitle
    type: str
    range: list[float]
    tickvals: list[float]
    ticktext: list[str]
    tickformat: str
    ticksuffix: str
    dtick: float | str
    rangemode: str


class Shape(TypedDict):
    type: Literal["line"]
    x0: float
    x1: float
    y0: float
    y1: float
    yref: str
    line: LineStyle


class Layout(TypedDict, total=False):
    xaxis: Axis
    yaxis: Axis
    shapes: list[Shape]
    uirevision: str
    hovermode: str


class Figure(TypedDict):
    data: list[Trace]
    layout: Layout


def amdahl_figure(lines: Sequence[Line], *, neutral: bool = False) -> Figure:
    """Whole-step speed-up against the speed-up of one component.

    The curves themselves are ceilings, so there is no neutral form: asking for one is an error.
    """
    if neutral:
        raise ValueError("neutral: an Amdahl curve shows ceilings and cannot be shown before the reveal")
    return Figure(
        data=[_curve(line, index) for index, line in enumerate(lines)],
        layout=Layout(
            xaxis=Axis(title=AxisTitle(text="component speed-up"), type="log", dtick="D2", ticksuffix="×"),
            yaxis=Axis(title=AxisTitle(text="whole step"), ticksuffix="×"),
            uirevision="amdahl",
            hovermode="x unified",
        ),
    )


def time_share_figure(
    parts: Sequence[Part], *, variable: str, values: Sequence[float], at: float, neutral: bool = False
) -> Figure:
    """Share of the time by component over one variable; `Part.shares` holds one share for each value."""
    for part in parts:
        if len(part.shares) != len(values):
            raise ValueError(f"parts: {part.label} has {len(part.shares)} shares for {len(values)} values")
    return Figure(
        data=[_area(part, index, values, neutral=neutral) for index, part in enumerate(parts)],
        layout=Layout(
            xaxis=_doublings_axis(variable, values),
            yaxis=Axis(title=AxisTitle(text="share of time"), tickformat=".0%", range=[0.0, 1.0]),
            shapes=[_here(at)],
            uirevision=variable,
            hovermode="x unified",
        ),
    )


def map_figure(
    x: MapAxis,
    y: MapAxis,
    regions: Sequence[Sequence[Region]],
    words: Sequence[Sequence[str]],
    *,
    here: tuple[float, float],
) -> Figure:
    """What binds over two variables; `words` says what is shown of a cell. There is no neutral form."""
    places = sorted({region.place for row in regions for region in row})
    return Figure(
        data=[
            Trace(
                type="heatmap",
                x=list(x.values),
                y=list(y.values),
                z=[[places.index(region.place) for region in row] for row in regions],
                zmin=-0.5,
                zmax=len(places) - 0.5,
                customdata=[list(row) for row in words],
                colorscale=_steps(places),
                showscale=False,
                hovertemplate="%{customdata}<extra></extra>",
            ),
            Trace(
                type="scatter",
                mode="markers",
                name="here",
                x=[here[0]],
                y=[here[1]],
                marker=Marker(color="var(--bind)", size=14, line=LineStyle(color="var(--panel)", width=3.0)),
                showlegend=False,
                hovertemplate="here<extra></extra>",
            ),
        ],
        layout=Layout(
            xaxis=_doublings_axis(x.title, x.values),
            yaxis=_doublings_axis(y.title, y.values),
            uirevision=f"{x.title} {y.title}",
            hovermode="closest",
        ),
    )


# Private


def _steps(places: Sequence[int]) -> list[tuple[float, str]]:
    """A scale with a flat step for each region."""
    n = len(places)
    return [
        (edge / n, _colour("cool", place, binds=False))
        for index, place in enumerate(places)
        for edge in (index, index + 1)
    ]


def _curve(line: Line, index: int) -> Trace:
    return Trace(
        type="scatter",
        mode="lines",
        name=line.end,
        x=[x for x, _ in line.points],
        y=[y for _, y in line.points],
        line=LineStyle(color=_colour("line", index, binds=line.binds), width=3.0 if line.binds else 2.0),
        hovertemplate="%{y:.3g}×",
    )


def _area(part: Part, index: int, values: Sequence[float], *, neutral: bool) -> Trace:
    binds = part.binds and not neutral
    area = Trace(
        type="scatter",
        mode="lines",
        name=part.label,
        x=list(values),
        y=list(part.shares),
        stackgroup="time",
        line=LineStyle(color="var(--panel)", width=1.0),
        fillcolor=_colour("cool", index, binds=binds),
        hovertemplate="%{y:.1%}",
    )
    if binds:
        area["fillpattern"] = FillPattern(shape="/", size=10, solidity=0.15, fillmode="overlay")
    return area


def _doublings_axis(variable: str, values: Sequence[float]) -> Axis:
    ticks = list(doublings(min(values), max(values)))
    return Axis(title=AxisTitle(text=variable), type="log", tickvals=ticks, ticktext=[count(tick) for tick in ticks])


def _here(at: float) -> Shape:
    """A vertical line where the scenario stands."""
    return Shape(
        type="line",
        x0=at,
        x1=at,
        y0=0.0,
        y1=1.0,
        yref="paper",
        line=LineStyle(color="var(--ink)", width=1.5, dash="dot"),
    )


def _colour(ladder: Literal["line", "cool"], index: int, *, binds: bool) -> str:
    return "var(--bind)" if binds else f"var(--{ladder}-{min(index, N_TONES - 1) + 1})"
