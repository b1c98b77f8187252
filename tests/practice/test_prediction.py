from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.groups import Group, Resource
from app.engine.workload import Phase
from app.practice.prediction import Prediction, brier, component_options, option_for, resource_options

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
PREDICTION = Prediction(component="mlp", resource="compute", number=1.1, confidence=80, at=AT)


@pytest.mark.parametrize("confidence", [50, 99])
def test_a_confidence_may_be_anything_from_a_coin_to_nearly_sure(confidence):
    assert replace(PREDICTION, confidence=confidence).confidence == confidence


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"confidence": 49}, "confidence: 49 ", id="less than a coin"),
        pytest.param({"confidence": 100}, "confidence: 100 ", id="certain"),
        pytest.param({"number": float("nan")}, "number: nan ", id="not a number"),
        pytest.param({"number": float("inf")}, "number: inf ", id="infinite"),
        pytest.param({"at": datetime(2026, 11, 24)}, "at: 2026-11-24", id="without a time zone"),  # noqa: DTZ001
    ],
)
def test_an_impossible_prediction_is_refused_with_field_and_value(change, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        replace(PREDICTION, **change)


def test_a_prediction_says_the_same_whenever_it_was_made():
    assert PREDICTION.says_the_same_as(replace(PREDICTION, at=AT + timedelta(minutes=1)))


@pytest.mark.parametrize("change", [{"component": "head"}, {"resource": None}, {"number": 1.2}, {"confidence": 81}])
def test_a_prediction_with_another_content_says_something_else(change):
    assert not PREDICTION.says_the_same_as(replace(PREDICTION, **change))


@pytest.mark.parametrize(
    ("phase", "ids"),
    [
        (
            Phase.TRAINING,
            ["mlp", "projections", "attention_core", "head", "norms", "optimizer", "communication"],
        ),
        (Phase.PREFILL, ["mlp", "projections", "attention_core", "head", "norms", "communication"]),
        (Phase.DECODE, ["mlp", "projections", "attention_core", "head", "norms", "communication"]),
    ],
)
def test_the_component_options_are_one_fixed_list_per_phase(phase, ids):
    assert [option.id for option in component_options(phase)] == ids


def test_every_resource_of_the_engine_can_be_predicted():
    assert {option.id for option in resource_options()} == set(Resource)


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("group", Group)
def test_every_group_that_can_bind_has_an_option_that_stands_for_it(phase, group):
    if phase is not Phase.TRAINING and group is Group.OPTIMIZER:
        return  # there is no optimizer outside training
    assert option_for(group) in {option.id for option in component_options(phase)}


def test_experts_are_predicted_as_the_mlp():
    assert option_for(Group.EXPERTS) is Group.MLP


@pytest.mark.parametrize(
    ("confidence", "correct", "score"),
    [
        pytest.param(50, True, 0.25, id="a coin, right"),
        pytest.param(50, False, 0.25, id="a coin, wrong"),
        pytest.param(99, True, 0.0001, id="sure and right"),
        pytest.param(99, False, 0.9801, id="sure and wrong"),
        pytest.param(80, True, 0.04, id="80 percent, right"),
    ],
)
def test_the_brier_score_of_a_known_case(confidence, correct, score):
    assert brier(confidence, correct=correct) == pytest.approx(score)


@given(rate=st.integers(50, 99), said=st.integers(50, 99))
def test_nobody_gains_by_saying_another_confidence_than_their_own(rate, said):
    def expected(confidence):
        right = rate / 100
        return right * brier(confidence, correct=True) + (1 - right) * brier(confidence, correct=False)

    assert expected(rate) <= expected(said) + 1e-12
