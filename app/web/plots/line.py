"""A line plot: lines over a logarithmic axis, direct labels at their ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.plots.frame import (
    FLOOR,
    Frame,
    Label,
    across,
    doublings,
    down,
    log_part,
    part_of,
    path,
    plain,
    round_ticks,
    title_of_x,
    tone_of,
    x_tick,
    y_tick,
)

_LABEL_GAP = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Points (x, y) in rising x; `end` is what stands at its right end, such as "MLP, stops at 2.83×"."""

    end: str
    points: tuple[tuple[float, float], ...]
    binds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    path: str
    tone: str
    binds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePlot:
    frame: Frame
    strokes: tuple[Stroke, ...]
    ends: tuple[Label, ...]
    here: tuple[str, int] | None = None


def line_plot(
    lines: Sequence[Line],
    *,
    x_title: str,
    x_unit: str = "×",
    y_unit: str = "×",
    here: tuple[float, float] | None = None,
) -> LinePlot:
    """The picture of the lines: x logarithmic, y linear between round numbers that hold all values; a dot at `here`."""
    xs = [x for line in lines for x, _ in line.points]
    ys = [y for line in lines for _, y in line.points]
    if not xs or min(xs) <= 0 or min(xs) == max(xs):
        raise ValueError(f"lines: need two or more positive x, got {sorted(set(xs))[:3]}")
    x_axis = (min(xs), max(xs))
    ticks = round_ticks(min(ys), max(ys))
    y_axis = (ticks[0], ticks[-1])
    return LinePlot(
        frame=Frame(
            x_ticks=tuple(x_tick(log_part(x, x_axis), plain(x) + x_unit) for x in doublings(*x_axis)),
            y_ticks=tuple(y_tick(part_of(y, y_axis), plain(y) + y_unit) for y in ticks),
            axis_title=title_of_x(x_title),
        ),
        strokes=tuple(_stroke(line, index, x_axis, y_axis) for index, line in enumerate(lines)),
        ends=_ends(lines, y_axis),
        here=None if here is None else (across(log_part(here[0], x_axis)), down(part_of(here[1], y_axis))),
    )


# Private


def _stroke(line: Line, index: int, x_axis: tuple[float, float], y_axis: tuple[float, float]) -> Stroke:
    points = [(log_part(x, x_axis), part_of(y, y_axis)) for x, y in line.points]
    return Stroke(path=path(points), tone=tone_of(index), binds=line.binds)


def _ends(lines: Sequence[Line], y_axis: tuple[float, float]) -> tuple[Label, ...]:
    """Labels over the ends of their lines, pushed up where they would touch the one below."""
    lowest_first = sorted(enumerate(lines), key=lambda item: item[1].points[-1][1])
    labels: list[Label] = []
    below = FLOOR + _LABEL_GAP
    for index, line in lowest_first:
        y = min(down(part_of(line.points[-1][1], y_axis)) - 8, below - _LABEL_GAP)
        labels.append(Label(x=across(1), y=y, text=line.end, tone=tone_of(index), binds=line.binds, anchor="end"))
        below = y
    return tuple(labels)
