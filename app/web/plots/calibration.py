"""A calibration plot: how sure against how often right, the diagonal between, an interval for each dot."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.plots.frame import Frame, across, down, part_of, path, title_of_x, x_tick, y_tick

_X_AXIS = (0.5, 1.0)
_Y_AXIS = (0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Predictions of like confidence: how sure [0.5..1], how often right [0..1], the interval of that, how many."""

    sure: float
    right: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelDot:
    x: str
    y: int
    top: int
    bottom: int
    radius: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPlot:
    frame: Frame
    diagonal: str
    dots: tuple[LevelDot, ...]


def calibration_plot(levels: Sequence[Level]) -> CalibrationPlot:
    """The picture; larger dots stand for more predictions."""
    most = max((level.n for level in levels), default=1)
    return CalibrationPlot(
        frame=Frame(
            x_ticks=tuple(x_tick(part_of(x / 100, _X_AXIS), f"{x} %") for x in (50, 60, 70, 80, 90, 100)),
            y_ticks=tuple(y_tick(y / 100, f"{y} %") for y in (0, 25, 50, 75, 100)),
            axis_title=title_of_x("how sure you were"),
        ),
        diagonal=path([(0.0, 0.5), (1.0, 1.0)]),
        dots=tuple(_dot(level, most) for level in levels),
    )


# Private


def _dot(level: Level, most: int) -> LevelDot:
    return LevelDot(
        x=across(part_of(level.sure, _X_AXIS)),
        y=down(part_of(level.right, _Y_AXIS)),
        top=down(part_of(level.high, _Y_AXIS)),
        bottom=down(part_of(level.low, _Y_AXIS)),
        radius=4 + round(5 * level.n / most),
    )
