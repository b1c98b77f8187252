"""The frame of a server-drawn plot: pixels from the top (text must not be scaled), percent of the width across."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.web.format import count, number

HEIGHT = 258
TOP, FLOOR = 22, 214
INNER_HEIGHT = FLOOR - TOP
LEFT, WIDTH = 9.0, 89.0
BOX = 1000
"""Curves are drawn in a box of this many units a side, which is stretched over the frame."""
N_TONES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A word in a plot."""

    x: str
    y: int
    text: str
    tone: str = ""
    binds: bool = False
    anchor: str = "middle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The empty plot: its edges, its ticks, and what the horizontal axis is called."""

    x_ticks: tuple[Label, ...]
    y_ticks: tuple[Label, ...]
    axis_title: Label
    height: int = HEIGHT
    left: str = f"{LEFT:.2f}%"
    right: str = f"{LEFT + WIDTH:.2f}%"
    width: str = f"{WIDTH:.2f}%"
    top: int = TOP
    floor: int = FLOOR
    inner_height: int = INNER_HEIGHT
    box: int = BOX


def tone_of(index: int) -> str:
    """The tone of the part at a place in the one order of all charts, so that a part keeps its colour."""
    return f"c-{min(index, N_TONES - 1) + 1}"


def title_of_x(text: str) -> Label:
    """The name of the horizontal axis, below its right end."""
    return Label(x=across(1), y=HEIGHT - 4, text=text, anchor="end")


def x_tick(at: float, text: str) -> Label:
    """A tick at a part [0..1] of the horizontal axis, held inside at the ends."""
    anchor = "start" if at < 0.02 else "end" if at > 0.98 else "middle"
    return Label(x=across(at), y=FLOOR + 17, text=text, anchor=anchor)


def y_tick(at: float, text: str) -> Label:
    """A tick at a part [0..1] of the vertical axis."""
    return Label(x=f"{LEFT - 1.5:.2f}%", y=down(at), text=text, anchor="end")


def across(part: float) -> str:
    """Where a part [0..1] of the horizontal axis lies."""
    return f"{LEFT + WIDTH * part:.2f}%"


def down(part: float) -> int:
    """Where a part [0..1] of the vertical axis lies, counted from its floor."""
    return round(FLOOR - INNER_HEIGHT * part)


def path(points: Sequence[tuple[float, float]]) -> str:
    """A curve through parts (x, y) of the axes, as drawn in the box."""
    return "M" + "L".join(f"{BOX * x:.1f} {BOX * (1 - y):.1f}" for x, y in points)


def part_of(value: float, axis: tuple[float, float]) -> float:
    """Where a value lies between the ends of an axis [0..1]."""
    return (value - axis[0]) / (axis[1] - axis[0])


def log_part(value: float, axis: tuple[float, float]) -> float:
    """The same on a logarithmic axis."""
    return part_of(math.log(value), (math.log(axis[0]), math.log(axis[1])))


def decades(lower: float, upper: float) -> tuple[float, ...]:
    """The powers of ten from lower to upper; at most seven, then every second or third of them."""
    first, last = math.ceil(math.log10(lower) - 1e-9), math.floor(math.log10(upper) + 1e-9)
    stride = max(1, math.ceil((last - first + 1) / 7))
    return tuple(10.0**power for power in range(first, last + 1, stride))


def doublings(lower: float, upper: float, *, most: int = 7) -> tuple[float, ...]:
    """At most that many values from lower to upper, a power of two apart."""
    n_octaves = math.floor(math.log2(upper / lower) + 1e-9)
    stride = max(1, math.ceil(n_octaves / (most - 1)))
    return tuple(lower * 2.0**k for k in range(0, n_octaves + 1, stride))


def round_ticks(lower: float, upper: float) -> tuple[float, ...]:
    """Three to six round values that hold lower and upper between them."""
    span = max(upper - lower, 1e-9 * max(abs(upper), 1.0))
    power = 10.0 ** math.floor(math.log10(span / 3))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if span / (factor * power) <= 4.2)
    first, last = math.floor(lower / step + 1e-9), math.ceil(upper / step - 1e-9)
    return tuple(round(step * i, 12) for i in range(first, max(last, first + 1) + 1))


def plain(value: float) -> str:
    """A tick: 2, 2.5, 16 384; no zeros for show."""
    if value == round(value):
        return count(value)
    return number(value).rstrip("0")
