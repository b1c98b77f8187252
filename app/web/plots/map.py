"""A map of what binds over two variables: a region a component, this situation marked, the edge of memory drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt

from app.web.plots.frame import (
    BOX,
    WIDTH,
    Frame,
    Label,
    across,
    doublings,
    down,
    log_part,
    plain,
    title_of_x,
    tone_of,
    x_tick,
    y_tick,
)

_LATE = 0.6  # from here on the label of the situation stands left of it
_CHARACTER = 1.35  # of the width a character of a label takes in a narrow column [%]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapAxis:
    """A variable and the values at which the map was computed, a constant factor apart."""

    title: str
    values: tuple[float, ...]

    @property
    def ends(self) -> tuple[float, float]:
        """Where the outer cells end: half a step beyond the outer values."""
        half = sqrt(self.values[1] / self.values[0])
        return self.values[0] / half, self.values[-1] * half


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """What binds in cells: how it is called, and its place in the order of all charts, which gives its tone."""

    label: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Neighbouring cells of a row with one region, in units of the box."""

    x: str
    y: str
    width: str
    height: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionKey:
    label: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPlot:
    frame: Frame
    y_title: str
    cells: tuple[Cells, ...]
    names: tuple[Label, ...]
    edge: str
    """Beyond this line memory does not suffice; empty where it suffices everywhere, or nowhere."""
    here_x: str
    here_y: int
    here_anchor: str
    here_dx: int
    here_text: str
    key: tuple[RegionKey, ...]


def map_plot(
    x: MapAxis,
    y: MapAxis,
    regions: Sequence[Sequence[Region]],
    fits: Sequence[Sequence[bool]],
    *,
    here: tuple[float, float],
    own: Region,
) -> MapPlot:
    """The picture; `regions` and `fits` have a row for each value of `y`, `own` is what binds at `here`."""
    at_x, at_y = log_part(here[0], x.ends), log_part(here[1], y.ends)
    met = {region.place: region for row in regions for region in row}
    return MapPlot(
        frame=Frame(
            x_ticks=tuple(x_tick(log_part(value, x.ends), plain(value)) for value in doublings(*_outer(x), most=4)),
            y_ticks=tuple(y_tick(log_part(value, y.ends), plain(value)) for value in doublings(*_outer(y), most=5)),
            axis_title=title_of_x(x.title),
        ),
        y_title=y.title,
        cells=tuple(_cells(regions)),
        names=tuple(_names(regions)),
        edge=_edge(fits),
        here_x=across(at_x),
        here_y=down(at_y),
        here_anchor="end" if at_x > _LATE else "start",
        here_dx=-13 if at_x > _LATE else 13,
        here_text=f"here: {own.label}",
        key=tuple(RegionKey(label=region.label, tone=tone_of(place)) for place, region in sorted(met.items())),
    )


# Private


def _outer(axis: MapAxis) -> tuple[float, float]:
    return axis.values[0], axis.values[-1]


def _runs(row: Sequence[Region]) -> Iterator[tuple[Region, int, int]]:
    """Region, first cell and number of cells of each stretch of a row."""
    at = 0
    for region, cells in groupby(row):
        n = len(list(cells))
        yield region, at, n
        at += n


def _cells(regions: Sequence[Sequence[Region]]) -> Iterator[Cells]:
    """Stretches of rows, those that are alike in neighbouring rows joined; the first row is at the bottom."""
    height = BOX / len(regions)
    at = 0
    for row, same in groupby(regions):
        n = len(list(same))
        width = BOX / len(row)
        for region, first, n_cells in _runs(row):
            yield Cells(
                x=f"{first * width:.1f}",
                y=f"{BOX - (at + n) * height:.1f}",
                width=f"{n_cells * width:.1f}",
                height=f"{n * height:.1f}",
                tone=tone_of(region.place),
            )
        at += n


def _names(regions: Sequence[Sequence[Region]]) -> Iterator[Label]:
    """Each region's name in the middle of its widest stretch, where it fits there."""
    stretches: dict[int, list[tuple[int, int, int, Region]]] = {}
    for row, across_row in enumerate(regions):
        for region, first, n in _runs(across_row):
            stretches.setdefault(region.place, []).append((n, row, first, region))
    for place, found in stretches.items():
        most = max(n for n, *_ in found)
        widest = [stretch for stretch in found if stretch[0] == most]
        n, row, first, region = widest[len(widest) // 2]
        if _CHARACTER * len(region.label) + 2 <= WIDTH * n / len(regions[0]):
            x, y = (first + n / 2) / len(regions[0]), (row + 0.5) / len(regions)
            yield Label(x=across(x), y=down(y) + 4, text=region.label, tone=tone_of(place))


def _edge(fits: Sequence[Sequence[bool]]) -> str:
    """The line above which memory does not suffice, column by column."""
    n_rows, n_columns = len(fits), len(fits[0])
    tops = [sum(fits[row][column] for row in range(n_rows)) for column in range(n_columns)]
    if all(top == n_rows for top in tops) or not any(tops):
        return ""
    height, width = BOX / n_rows, BOX / n_columns
    steps = [
        f"{(column + side) * width:.1f} {BOX - top * height:.1f}" for column, top in enumerate(tops) for side in (0, 1)
    ]
    return "M" + "L".join(steps)
