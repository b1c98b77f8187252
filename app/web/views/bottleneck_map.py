"""The bottleneck map: what binds over two variables, this situation marked, in a picture, a sentence and a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from app.engine.flips import value_of
from app.engine.groups import GROUP_LABELS, RESOURCE_LABELS, Group
from app.engine.scenario import Scenario
from app.engine.studies.maps import BottleneckMap, bottleneck_map
from app.engine.workload import LENGTH_NAMES, Phase
from app.web.format import count, duration, number
from app.web.parts import NumbersTable
from app.web.plots.map import MapAxis, MapPlot, Region, map_plot
from app.web.plots.plotly import Figure, map_figure
from app.web.views.prose import binding

VARIABLES = {
    "seq_len": ("sequence length", 256, 1048576),
    "prompt_len": ("prompt length", 128, 1048576),
    "context_len": ("context length", 128, 1048576),
    "micro_batch": ("micro-batch", 1, 256),
    "batch": ("batch", 1, 1024),
    "n_devices": ("devices", 1, 1024),
    "d_model": ("width of the model", 512, 32768),
}
"""What a map can be drawn over: words, and the range that is usual [1]."""
_COLUMNS, _ROWS = 40, 24
_TABLE_COLUMNS, _TABLE_ROWS = 6, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """The map as the page shows it."""

    plot: MapPlot
    sentence: str
    figure: Figure
    table: NumbersTable


def usual_axes(phase: Phase) -> tuple[str, str]:
    """The two variables of a phase's map: the length across, the batch up."""
    return LENGTH_NAMES[phase], "micro_batch" if phase is Phase.TRAINING else "batch"


def map_view(scenario: Scenario, groups: Sequence[Group], *, axes: tuple[str, str]) -> MapView:
    """The map of a scenario; `groups` are its own, in the one order of all charts."""
    here = (value_of(scenario, axes[0]), value_of(scenario, axes[1]))
    xs, ys = _values(axes[0], here[0], _COLUMNS), _values(axes[1], here[1], _ROWS)
    drawn = bottleneck_map(scenario, axes[0], xs, axes[1], ys)
    column, row = _nearest(xs, here[0]), _nearest(ys, here[1])
    places = {group: index for index, group in enumerate((*groups, *(g for g in drawn.groups if g not in groups)))}
    regions = [tuple(_region(drawn.group_at(x, y), places) for x in range(len(xs))) for y in range(len(ys))]
    x, y = (MapAxis(title=VARIABLES[name][0], values=values) for name, values in zip(axes, (xs, ys), strict=True))
    return MapView(
        plot=map_plot(x, y, regions, drawn.fits.tolist(), here=here, own=regions[row][column]),
        sentence=_sentence(drawn, (column, row), (x, y), here),
        figure=map_figure(x, y, regions, _cell_words(drawn), here=here),
        table=_table(drawn, (x, y)),
    )


# Private


def _values(name: str, own: float, n: int) -> tuple[float, ...]:
    """Values a constant factor apart over the usual range, widened to hold the situation's own."""
    _, low, high = VARIABLES[name]
    return tuple(np.geomspace(min(low, max(own, 1)), max(high, own), n).tolist())


def _nearest(values: Sequence[float], own: float) -> int:
    return int(np.abs(np.log(values) - np.log(max(own, 1))).argmin())


def _region(group: Group, places: dict[Group, int]) -> Region:
    return Region(label=GROUP_LABELS[group], place=places[group])


def _cell_words(drawn: BottleneckMap) -> list[list[str]]:
    return [
        [
            f"{GROUP_LABELS[drawn.group_at(x, y)]}, {RESOURCE_LABELS[drawn.resource_at(x, y)]}, "
            f"{duration(float(drawn.time_s[y, x]))}"
            for x in range(len(drawn.xs))
        ]
        for y in range(len(drawn.ys))
    ]


def _sentence(
    drawn: BottleneckMap, cell: tuple[int, int], axes: tuple[MapAxis, MapAxis], here: tuple[float, float]
) -> str:
    column, row = cell
    own = f"Here {binding(drawn.group_at(column, row))}"
    waits = f"waiting for {RESOURCE_LABELS[drawn.resource_at(column, row)]}"
    along = [drawn.group_at(x, row) for x in range(len(drawn.xs))]
    up = [drawn.group_at(column, y) for y in range(len(drawn.ys))]
    roads = (
        _road(along, drawn.xs, axes[0].title, f"at {axes[1].title} {count(here[1])}"),
        _road(up, drawn.ys, axes[1].title, f"at {axes[0].title} {count(here[0])}"),
    )
    return f"{own}, {waits}. {' '.join(roads)}"


def _road(groups: Sequence[Group], values: Sequence[float], variable: str, fixed: str) -> str:
    """Where what binds changes as one variable grows and the other stays."""
    turns = list(_turns(groups, values))
    if not turns:
        return f"No {variable} on the map changes that {fixed}."
    words = ", ".join(f"{GROUP_LABELS[group]} from about {_about(at)}" for group, at in turns)
    return f"As the {variable} grows {fixed}: {GROUP_LABELS[groups[0]]}, {words}."


def _turns(groups: Sequence[Group], values: Sequence[float]) -> Iterator[tuple[Group, float]]:
    at = 0
    for group, cells in groupby(groups):
        if at:
            yield group, (values[at - 1] * values[at]) ** 0.5
        at += len(list(cells))


def _about(value: float, digits: int = 2) -> str:
    """A few significant digits: the map is a grid."""
    rounded = float(f"{value:.{digits - 1}e}")
    return count(rounded) if rounded >= 10 else number(rounded).rstrip("0").rstrip(".")


def _table(drawn: BottleneckMap, axes: tuple[MapAxis, MapAxis]) -> NumbersTable:
    columns = np.linspace(0, len(drawn.xs) - 1, _TABLE_COLUMNS).round().astype(int).tolist()
    rows = np.linspace(0, len(drawn.ys) - 1, _TABLE_ROWS).round().astype(int).tolist()
    return NumbersTable(
        caption=f"What binds, by {axes[1].title} (down) and {axes[0].title} (across)",
        head=(axes[1].title, *(_about(drawn.xs[x], 3) for x in columns)),
        rows=tuple((_about(drawn.ys[y], 3), *(GROUP_LABELS[drawn.group_at(x, y)] for x in columns)) for y in rows),
    )
