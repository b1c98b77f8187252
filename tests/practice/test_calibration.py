import pytest

from app.practice.calibration import calibration


def test_without_a_prediction_there_is_none(graded):
    assert calibration([]) is None
    assert calibration([graded(right=None), graded(sure=None)]) is None


def test_the_curve_says_how_often_each_confidence_was_right(graded):
    records = [graded(sure=sure, right=right) for sure, right in ((55, True), (58, False), (80, True), (95, True))]
    found = calibration(records)
    assert [(bucket.low, bucket.n, bucket.n_right) for bucket in found.buckets] == [(50, 2, 1), (80, 1, 1), (90, 1, 1)]
    assert found.buckets[0].confidence == 56.5
    assert (found.n, found.confidence, found.right) == (4, 72.0, 0.75)


@pytest.mark.parametrize(
    ("pairs", "score"),
    [
        ([(99, True)], 0.0001),
        ([(99, False)], 0.9801),
        ([(50, True), (50, False)], 0.25),
        ([(80, True), (60, False)], 0.2),
    ],
    ids=str,
)
def test_the_brier_score_is_the_mean_square_of_the_surprise(graded, pairs, score):
    assert calibration([graded(sure=sure, right=right) for sure, right in pairs]).brier == pytest.approx(score)


def test_few_predictions_leave_a_wide_interval(graded):
    few = calibration([graded(right=True)] * 3).buckets[0].interval
    many = calibration([graded(right=True)] * 300).buckets[0].interval
    assert few[0] < 0.5 < many[0] < many[1] <= 1
    assert few == pytest.approx((0.4385, 1.0), abs=1e-3), "Wilson 1927, 3 of 3"
