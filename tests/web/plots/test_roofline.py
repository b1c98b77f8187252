import pytest

from app.web.plots.roofline import Point, Roof, roofline_plot

A100 = Roof(peak=312e12, bandwidth=2.04e12)
MLP = Point(label="MLP", intensity=1690.0, rate=217e12, binds=True)
PROJECTIONS = Point(label="projections", intensity=1640.0, rate=216e12)
CORE = Point(label="core", intensity=8.0, rate=1e13)


def share(text):
    return float(text.removesuffix("%"))


def test_the_ridge_is_where_peak_and_bandwidth_meet():
    assert A100.ridge == pytest.approx(152.9, abs=0.1)
    assert roofline_plot([MLP], A100).ridge_text == "ridge at 153"


def test_what_is_right_of_the_ridge_is_drawn_right_of_it():
    plot = roofline_plot([MLP, CORE], A100)
    assert share(plot.dots[0].x) > share(plot.ridge_x) > share(plot.dots[1].x)


def test_no_dot_is_above_the_flat_roof():
    plot = roofline_plot([MLP, PROJECTIONS, CORE], A100)
    assert all(dot.y > plot.ridge_y for dot in plot.dots)


def test_dots_that_nearly_coincide_are_named_together():
    plot = roofline_plot([MLP, PROJECTIONS, CORE], A100)
    assert [label.text for label in plot.numbers] == ["1, 2", "3"]


def test_only_what_binds_has_the_accent():
    plot = roofline_plot([MLP, CORE], A100)
    assert [dot.binds for dot in plot.dots] == [item.binds for item in plot.key] == [True, False]
    assert plot.key[0].words == "1\u202f690 FLOP/B, 217\u00a0TFLOP/s"


def test_ticks_are_powers_of_ten():
    plot = roofline_plot([MLP, CORE], A100)
    assert [tick.text for tick in plot.frame.y_ticks] == ["10T", "100T"]
    assert {tick.text for tick in plot.frame.x_ticks} >= {"1", "10", "100", "1\u202f000"}


def test_a_component_that_hardly_moves_a_byte_stays_in_the_picture():
    plot = roofline_plot([Point(label="x", intensity=1e30, rate=1e14)], A100)
    assert share(plot.dots[0].x) <= 98.0
