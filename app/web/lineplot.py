"""Geometry of a server-drawn line plot: lines over a logarithmic axis, direct labels at their ends."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.web.format import count, number

HEIGHT = 258
_TOP, _FLOOR = 22, 214
_LEFT, _WIDTH = 9.0, 89.0
"""Of the picture: pixels from the top (text must not be scaled), percent of the width across."""
_BOX = 1000
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
class Label:
    x: str
    y: int
    text: str
    tone: str
    binds: bool = False
    anchor: str = "middle"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePlot:
    height: int
    left: str
    top: int
    width: str
    inner_height: int
    floor: int
    right: str
    box: int
    strokes: tuple[Stroke, ...]
    ends: tuple[Label, ...]
    x_ticks: tuple[Label, ...]
    y_ticks: tuple[Label, ...]
    axis_title: Label


def line_plot(lines: Sequence[Line], *, x_title: str, x_unit: str = "×", y_unit: str = "×") -> LinePlot:
    """The picture of the lines: x logarithmic, y linear between round numbers that hold all values."""
    xs = [x for line in lines for x, _ in line.points]
    ys = [y for line in lines for _, y in line.points]
    if not xs or min(xs) <= 0 or min(xs) == max(xs):
        raise ValueError(f"lines: need two or more positive x, got {sorted(set(xs))[:3]}")
    x_axis = (math.log(min(xs)), math.log(max(xs)))
    ticks = round_ticks(min(ys), max(ys))
    y_axis = (ticks[0], ticks[-1])
    return LinePlot(
        height=HEIGHT,
        left=_across(0),
        top=_TOP,
        width=f"{_WIDTH:.2f}%",
        inner_height=_FLOOR - _TOP,
        floor=_FLOOR,
        right=_across(1),
        box=_BOX,
        strokes=tuple(_stroke(line, index, x_axis, y_axis) for index, line in enumerate(lines)),
        ends=_ends(lines, y_axis),
        x_ticks=tuple(_x_tick(x, x_axis, x_unit) for x in doublings(min(xs), max(xs))),
        y_ticks=tuple(_y_tick(y, y_axis, y_unit) for y in ticks),
        axis_title=Label(x=_across(1), y=HEIGHT - 4, text=x_title, tone="", anchor="end"),
    )


def round_ticks(lower: float, upper: float) -> tuple[float, ...]:
    """Three to six round values that hold lower and upper between them."""
    span = max(upper - lower, 1e-9 * max(abs(upper), 1.0))
    power = 10.0 ** math.floor(math.log10(span / 3))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if span / (factor * power) <= 4.2)
    first, last = math.floor(lower / step + 1e-9), math.ceil(upper / step - 1e-9)
    return tuple(round(step * i, 12) for i in range(first, max(last, first + 1) + 1))


def doublings(lower: float, upper: float) -> tuple[float, ...]:
    """At most seven values from lower to upper, a power of two apart."""
    n_octaves = math.floor(math.log2(upper / lower) + 1e-9)
    stride = max(1, math.ceil(n_octaves / 6))
    return tuple(lower * 2.0**k for k in range(0, n_octaves + 1, stride))


# Private


def _stroke(line: Line, index: int, x_axis: tuple[float, float], y_axis: tuple[float, float]) -> Stroke:
    steps = [f"{_BOX * _part(math.log(x), x_axis):.1f} {_BOX * (1 - _part(y, y_axis)):.1f}" for x, y in line.points]
    return Stroke(path="M" + "L".join(steps), tone=_tone(index), binds=line.binds)


def _ends(lines: Sequence[Line], y_axis: tuple[float, float]) -> tuple[Label, ...]:
    """Labels over the ends of their lines, pushed up where they would touch the one below."""
    lowest_first = sorted(enumerate(lines), key=lambda item: item[1].points[-1][1])
    labels: list[Label] = []
    below = _FLOOR + _LABEL_GAP
    for index, line in lowest_first:
        y = min(_down(line.points[-1][1], y_axis) - 8, below - _LABEL_GAP)
        labels.append(Label(x=_across(1), y=y, text=line.end, tone=_tone(index), binds=line.binds, anchor="end"))
        below = y
    return tuple(labels)


def _x_tick(x: float, x_axis: tuple[float, float], unit: str) -> Label:
    at = _part(math.log(x), x_axis)
    anchor = "start" if at < 0.02 else "end" if at > 0.98 else "middle"
    return Label(x=_across(at), y=_FLOOR + 17, text=_plain(x) + unit, tone="", anchor=anchor)


def _y_tick(y: float, y_axis: tuple[float, float], unit: str) -> Label:
    return Label(x=f"{_LEFT - 1.5:.2f}%", y=_down(y, y_axis), text=_plain(y) + unit, tone="", anchor="end")


def _plain(value: float) -> str:
    """A tick: 2, 2.5, 16 384; no zeros for show."""
    if value == round(value):
        return count(value)
    return number(value).rstrip("0")


def _part(value: float, axis: tuple[float, float]) -> float:
    return (value - axis[0]) / (axis[1] - axis[0])


def _down(y: float, y_axis: tuple[float, float]) -> int:
    return round(_FLOOR - (_FLOOR - _TOP) * _part(y, y_axis))


def _across(part: float) -> str:
    return f"{_LEFT + _WIDTH * part:.2f}%"


def _tone(index: int) -> str:
    return f"c-{min(index, 4) + 1}"
