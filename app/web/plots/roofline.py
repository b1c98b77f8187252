"""A roofline plot: both axes logarithmic, the roof of the chip, a numbered dot for each component."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.web.format import flop_rate, number
from app.web.plots.frame import (
    WIDTH,
    Frame,
    Label,
    across,
    decades,
    down,
    log_part,
    path,
    plain,
    title_of_x,
    tone_of,
    x_tick,
    y_tick,
)

_ROOM = 2.0  # how many times the axes reach beyond what is drawn
_LEFT_OF_RIDGE, _RIGHT_OF_RIDGE, _BELOW_PEAK = 300.0, 30.0, 300.0  # what is always in view
_MOST = 1e4  # a component that hardly moves a byte stands at the edge
_NEAR_X, _NEAR_Y = 3.0, 14  # dots this close share their number's place [%, px]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A component: FLOPs for each byte [FLOP/B], and the rate that it reaches [FLOP/s]."""

    label: str
    intensity: float
    rate: float
    binds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Roof:
    """The chip: its peak [FLOP/s] and its memory bandwidth [B/s]."""

    peak: float
    bandwidth: float

    @property
    def ridge(self) -> float:
        """Where the two meet [FLOP/B]."""
        return self.peak / self.bandwidth


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    x: str
    y: int
    tone: str
    binds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DotKey:
    number: int
    label: str
    tone: str
    binds: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RooflinePlot:
    frame: Frame
    roof: str
    ridge_x: str
    ridge_y: int
    ridge_text: str
    dots: tuple[Dot, ...]
    numbers: tuple[Label, ...]
    key: tuple[DotKey, ...]


def roofline_plot(points: Sequence[Point], roof: Roof) -> RooflinePlot:
    """The picture; dots are numbered in the order given, which is that of the share bars and their tones."""
    reached = [min(point.intensity, roof.ridge * _MOST) for point in points]
    x_axis = (
        min([roof.ridge / _LEFT_OF_RIDGE, *(x / _ROOM for x in reached)]),
        max([roof.ridge * _RIGHT_OF_RIDGE, *(x * _ROOM for x in reached)]),
    )
    y_axis = (min([roof.peak / _BELOW_PEAK, *(point.rate / _ROOM for point in points)]), roof.peak * _ROOM)
    foot = max(x_axis[0], y_axis[0] / roof.bandwidth)
    places = [(log_part(x, x_axis), log_part(point.rate, y_axis)) for x, point in zip(reached, points, strict=True)]
    corners = [(foot, roof.bandwidth * foot), (roof.ridge, roof.peak), (x_axis[1], roof.peak)]
    return RooflinePlot(
        frame=Frame(
            x_ticks=tuple(x_tick(log_part(x, x_axis), plain(x)) for x in decades(*x_axis)),
            y_ticks=tuple(y_tick(log_part(y, y_axis), _rate(y)) for y in decades(*y_axis)),
            axis_title=title_of_x("FLOP for each byte"),
        ),
        roof=path([(log_part(x, x_axis), log_part(y, y_axis)) for x, y in corners]),
        ridge_x=across(log_part(roof.ridge, x_axis)),
        ridge_y=down(log_part(roof.peak, y_axis)),
        ridge_text=f"ridge at {number(roof.ridge)}",
        dots=tuple(
            Dot(x=across(x), y=down(y), tone=tone_of(index), binds=points[index].binds)
            for index, (x, y) in enumerate(places)
        ),
        numbers=tuple(_numbers(places)),
        key=tuple(
            DotKey(
                number=index + 1,
                label=point.label,
                tone=tone_of(index),
                binds=point.binds,
                words=f"{number(point.intensity)} FLOP/B, {flop_rate(point.rate)}",
            )
            for index, point in enumerate(points)
        ),
    )


# Private


def _numbers(places: Sequence[tuple[float, float]]) -> Iterator[Label]:
    """A number below each dot; dots that nearly coincide are named together."""
    groups: list[list[int]] = []
    for index, (x, y) in enumerate(places):
        for group in groups:
            near_x, near_y = places[group[0]]
            if abs(x - near_x) * WIDTH < _NEAR_X and abs(down(y) - down(near_y)) < _NEAR_Y:
                group.append(index)
                break
        else:
            groups.append([index])
    for group in groups:
        x, y = places[group[0]]
        yield Label(x=across(x), y=down(y) + 20, text=", ".join(str(index + 1) for index in group))


def _rate(value: float) -> str:
    """A power of ten with its prefix: 1T, 100T, 1P."""
    power = round(math.log10(value))
    prefix = {0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"}
    return f"{10 ** (power % 3)}{prefix.get(power - power % 3, '')}"
