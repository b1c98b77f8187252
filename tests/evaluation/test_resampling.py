"""Intervals by drawing the answers again."""

import numpy as np
import pytest

from app.evaluation.resampling import DRAWS, draws, estimated


@pytest.fixture
def sample():
    return np.random.default_rng(1).normal(10, 2, size=200)


def test_the_interval_of_a_mean_is_about_two_standard_errors_wide(sample):
    places = np.arange(len(sample))
    found = estimated(lambda at: float(sample[at].mean()), places, draws(places, np.random.default_rng(2)))
    error = sample.std() / np.sqrt(len(sample))
    assert found.value == pytest.approx(sample.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.1)
    assert found.low < found.value < found.high


def test_the_same_seed_gives_the_same_draws():
    places = np.array([3, 5, 8])
    first, second = (draws(places, np.random.default_rng(7)) for _ in range(2))
    assert (first == second).all()
    assert first.shape == (DRAWS, 3)
    assert set(first.flat) == {3, 5, 8}


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_answers_have_no_interval(n):
    places = np.arange(n)
    found = estimated(lambda at: float(at.sum()), places, draws(places, np.random.default_rng(1)))
    assert np.isnan(found.low) and np.isnan(found.high)
    assert np.isnan(found.value) if n == 0 else found.value == 0


def test_draws_on_which_the_measure_is_not_defined_are_left_out():
    places = np.arange(2)
    found = estimated(
        lambda at: float("nan") if at[0] == at[1] else 1.0, places, draws(places, np.random.default_rng(1))
    )
    assert (found.value, found.low, found.high) == (1, 1, 1)
