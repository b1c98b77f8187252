"""The bottleneck map: what binds over two variables, as one vectorised evaluation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from app.engine.grid import is_grid
from app.engine.groups import Group, Resource
from app.engine.memory import memory
from app.engine.scenario import Scenario
from app.engine.step import ComponentTime, step

Cells = np.ndarray[Any, np.dtype[Any]]

_RESOURCES = (Resource.COMPUTE, Resource.MEMORY, Resource.COMMUNICATION, Resource.LATENCY)
_MOST_CELLS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BottleneckMap:
    """What binds at each (y, x): rows follow `ys`, columns `xs`.

    `group` and `resource` hold positions in `groups` and `resources`; `time_s` is the estimated step [s]; `fits` says
    whether memory suffices; `group_s` the time of each group, its first axis in the order of `groups` [s].
    """

    x: str
    y: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    groups: tuple[Group, ...]
    resources: tuple[Resource, ...]
    group: Cells
    resource: Cells
    time_s: Cells
    fits: Cells
    group_s: Cells

    def group_at(self, column: int, row: int) -> Group:
        """The group with the most time in one cell."""
        return self.groups[int(self.group[row, column])]

    def resource_at(self, column: int, row: int) -> Resource:
        """The resource that most time in one cell waits for."""
        return self.resources[int(self.resource[row, column])]


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderPoint:
    """Where the binding group changes along a column of a map: `below` binds for smaller `y`, `above` for larger."""

    x: float
    y: float
    below: Group
    above: Group


def bottleneck_map(scenario: Scenario, x: str, xs: Sequence[float], y: str, ys: Sequence[float]) -> BottleneckMap:
    """What binds for every pair of `xs` and `ys`, variables that `Scenario.vary` takes."""
    if x == y:
        raise ValueError(f"y: {y} is the other axis as well")
    columns, rows = _points(x, xs), _points(y, ys)
    if columns.size * rows.size > _MOST_CELLS:
        raise ValueError(f"xs: {columns.size} times {rows.size} cells are more than {_MOST_CELLS}")
    grid_x, grid_y = np.meshgrid(columns, rows)
    try:
        varied = scenario.vary(x, cast("float", grid_x)).vary(y, cast("float", grid_y))
        run, shortfall = step(varied), memory(varied).shortfall
    except ValueError as error:
        raise ValueError(" ".join(str(error).split())) from None  # an array in the message spans lines
    groups, group_s = _sums(run.components, grid_x.shape)
    resource_s = [
        _filled(sum(part.waits_s[resource] for part in run.components), grid_x.shape) for resource in _RESOURCES
    ]
    return BottleneckMap(
        x=x,
        y=y,
        xs=tuple(columns.tolist()),
        ys=tuple(rows.tolist()),
        groups=groups,
        resources=_RESOURCES,
        group=group_s.argmax(axis=0),
        resource=np.stack(resource_s).argmax(axis=0),
        time_s=_filled(run.estimate_s, grid_x.shape),
        fits=_filled(shortfall, grid_x.shape) <= 0,
        group_s=group_s,
    )


def borders(drawn: BottleneckMap) -> tuple[BorderPoint, ...]:
    """Points of the lines between regions, by column: where both groups take as long, interpolated along log y."""
    found = []
    for row, column in np.argwhere(drawn.group[1:] != drawn.group[:-1]).tolist():
        below, above = int(drawn.group[row, column]), int(drawn.group[row + 1, column])
        lead = drawn.group_s[below, row : row + 2, column] - drawn.group_s[above, row : row + 2, column]
        part = float(lead[0] / (lead[0] - lead[1])) if lead[0] != lead[1] else 0.5
        y = drawn.ys[row] * (drawn.ys[row + 1] / drawn.ys[row]) ** part
        point = BorderPoint(x=drawn.xs[column], y=y, below=drawn.groups[below], above=drawn.groups[above])
        found.append(point)
    return tuple(sorted(found, key=lambda point: (point.x, point.y)))


def _points(name: str, values: Iterable[float]) -> Cells:
    points = np.asarray(tuple(values), dtype=np.float64)
    if not points.size or not np.all(np.diff(points) > 0):
        raise ValueError(f"{name}: the points of an axis must rise, and there must be one at least")
    return points


def _sums(parts: Iterable[ComponentTime], shape: tuple[int, ...]) -> tuple[tuple[Group, ...], Cells]:
    sums: dict[Group, float] = {}
    for part in parts:
        sums[part.group] = sums.get(part.group, 0.0) + part.time_s
    return tuple(sums), np.stack([_filled(seconds, shape) for seconds in sums.values()])


def _filled(value: Any, shape: tuple[int, ...]) -> Cells:  # noqa: ANN401 - a number or an array
    return value if is_grid(value) else np.full(shape, value, dtype=np.float64)
