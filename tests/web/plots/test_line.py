import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.plots.frame import doublings, round_ticks
from app.web.plots.line import Line, line_plot


def speedup(share):
    return tuple((2.0**k, 1 / (1 - share + share / 2.0**k)) for k in range(6))


MLP = Line(end="MLP, stops at 2.83×", points=speedup(0.646), binds=True)
CORE = Line(end="core, stops at 1.03×", points=speedup(0.027))
HEAD = Line(end="head, stops at 1.00×", points=speedup(0.003))


def test_a_line_runs_from_the_left_floor_to_the_right():
    plot = line_plot([MLP], x_title="component speed-up")
    assert plot.strokes[0].path.startswith("M0.0 1000.0L200.0 ")
    assert plot.strokes[0].path.split("L")[-1].startswith("1000.0 ")
    assert plot.strokes[0].path.count("L") == 5


def test_ticks_are_round_and_hold_the_values():
    plot = line_plot([MLP], x_title="component speed-up")
    assert [tick.text for tick in plot.frame.x_ticks] == ["1×", "2×", "4×", "8×", "16×", "32×"]
    assert [tick.text for tick in plot.frame.y_ticks] == ["1×", "1.5×", "2×", "2.5×", "3×"]
    assert (plot.frame.x_ticks[0].anchor, plot.frame.x_ticks[1].anchor, plot.frame.x_ticks[-1].anchor) == (
        "start",
        "middle",
        "end",
    )


def test_labels_at_the_ends_do_not_touch():
    ends = sorted(label.y for label in line_plot([MLP, CORE, HEAD], x_title="x").ends)
    assert all(below - above >= 18 for above, below in itertools.pairwise(ends))


def test_only_the_binding_line_is_marked():
    assert [stroke.binds for stroke in line_plot([MLP, CORE], x_title="x").strokes] == [True, False]


@pytest.mark.parametrize("points", [(), ((1.0, 1.0),), ((0.0, 1.0), (2.0, 2.0))], ids=["none", "one", "zero"])
def test_a_line_needs_room_on_a_logarithmic_axis(points):
    with pytest.raises(ValueError, match="two or more positive x"):
        line_plot([Line(end="", points=points)], x_title="x")


def test_a_flat_line_is_drawn_too():
    assert line_plot([Line(end="", points=((1.0, 1.0), (2.0, 1.0)))], x_title="x").strokes


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_there_are_few_ticks_and_nothing_lies_outside_them(lower, span):
    ticks = round_ticks(lower, lower + span)
    assert 2 <= len(ticks) <= 7
    slack = 1e-6 * (abs(lower) + span)
    assert ticks[0] <= lower + slack and ticks[-1] >= lower + span - slack


@given(st.floats(1, 1e6), st.floats(1.01, 1e9))
def test_doublings_are_at_most_seven(lower, ratio):
    values = doublings(lower, lower * ratio)
    assert 1 <= len(values) <= 7
    assert values[-1] <= lower * ratio * (1 + 1e-6)
