from app.web.plots.calibration import Level, calibration_plot


def level(sure=0.8, right=0.5, n=4):
    return Level(sure=sure, right=right, low=0.2, high=0.9, n=n)


def test_more_often_right_stands_higher_and_surer_further_right():
    sure, unsure = calibration_plot([level(sure=0.95, right=1.0), level(sure=0.55, right=0.0)]).dots
    assert float(sure.x[:-1]) > float(unsure.x[:-1])
    assert sure.y < unsure.y
    assert unsure.y == calibration_plot([]).frame.floor


def test_the_diagonal_begins_at_a_coin():
    assert calibration_plot([]).diagonal == "M0.0 500.0L1000.0 0.0"


def test_more_predictions_make_a_larger_dot():
    many, few = calibration_plot([level(n=20), level(n=1)]).dots
    assert many.radius > few.radius >= 4


def test_the_interval_holds_the_dot():
    (dot,) = calibration_plot([level()]).dots
    assert dot.top < dot.y < dot.bottom


def test_the_ends_of_the_axis_are_a_coin_and_certainty():
    ticks = calibration_plot([]).frame.x_ticks
    assert [tick.text for tick in ticks] == ["50 %", "60 %", "70 %", "80 %", "90 %", "100 %"]
    assert [calibration_plot([level(sure=sure)]).dots[0].x for sure in (0.5, 1.0)] == ["9.00%", "98.00%"]
