from datetime import UTC, datetime
from math import log

import pytest

from app.practice.outcome import Truth, is_right, number_error, outcome_from_mapping, outcome_of, outcome_to_mapping
from app.practice.prediction import Prediction

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
SCORE = {"overall": 71, "axes": {"bottleneck": 4, "numbers": 2}}
MLP = Truth(component="mlp", resource="compute", number=1.03, unit="x")


def prediction(component="mlp", **fields):
    return Prediction(component=component, confidence=80, at=AT, **fields)


@pytest.mark.parametrize(
    ("predicted", "truth", "right"),
    [
        (prediction("mlp"), MLP, True),
        (prediction("head"), MLP, False),
        (prediction("mlp", resource="memory"), MLP, True),
        (prediction("mlp"), Truth(component="experts", resource=None, number=1, unit="s"), True),
        (
            prediction("mlp", resource="memory"),
            Truth(component=None, resource="memory", number=1, unit="s"),
            True,
        ),
        (
            prediction("mlp", resource="compute"),
            Truth(component=None, resource="memory", number=1, unit="s"),
            False,
        ),
        (prediction("mlp"), Truth(component=None, resource="memory", number=1, unit="s"), None),
        (prediction("mlp"), Truth(component=None, resource=None, number=1, unit="s"), None),
    ],
    ids=[
        "the component",
        "another",
        "the resource does not count where a component is the answer",
        "experts are the MLP of the list",
        "the resource where no component is the answer",
        "another resource",
        "no resource said",
        "nothing to be right about",
    ],
)
def test_a_prediction_is_right_when_it_names_what_binds(predicted, truth, right):
    assert is_right(predicted, truth) is right


@pytest.mark.parametrize(
    ("number", "truth", "unit", "error"),
    [
        (1.03, 1.03, "x", 0.0),
        (1.06, 1.03, "x", log(2)),
        (2.0, 1.0, "s", log(2)),
        (0.5, 1.0, "s", log(2)),
        (1.0, 1.03, "x", None),
        (None, 1.03, "x", None),
        (2.0, float("inf"), "s", None),
        (-1.0, 1.0, "s", None),
    ],
)
def test_a_number_is_off_by_its_ratio_and_a_speedup_by_what_it_gains(number, truth, unit, error):
    found = number_error(number, Truth(component=None, resource=None, number=truth, unit=unit))
    assert found == (None if error is None else pytest.approx(error, abs=1e-9))


def test_points_are_what_is_left_after_hints_and_never_below_nothing():
    outcome = outcome_of(SCORE, prediction=prediction(), truth=MLP, hint_price=5)
    assert (outcome.points, outcome.overall) == (66, 71)
    assert outcome_of({**SCORE, "overall": 3}, prediction=None, truth=MLP, hint_price=9).points == 0


def test_an_outcome_is_stored_and_read_back():
    outcome = outcome_of(SCORE, prediction=prediction(number=1.1), truth=MLP, hint_price=5)
    assert outcome_from_mapping(outcome_to_mapping(outcome)) == outcome
