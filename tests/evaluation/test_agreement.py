"""Kappa, rank correlation and error as their definitions say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evaluation.agreement import band, bias, mean_error, quadratic_kappa, rank_correlation, ranks

LEVELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=40)


def columns(pairs):
    return (np.array(column, dtype=float) for column in zip(*pairs, strict=True))


def kappa_by_the_table(first, second):
    """Cohen 1968: observed against expected counts, each cell weighted by the square of its distance."""
    observed = np.zeros((5, 5))
    for a, b in zip(first.astype(int), second.astype(int), strict=True):
        observed[a, b] += 1
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / observed.sum()
    weights = (np.arange(5)[:, None] - np.arange(5)) ** 2
    return 1 - (weights * observed).sum() / (weights * expected).sum()


@given(LEVELS)
def test_kappa_is_that_of_the_table_of_counts(pairs):
    first, second = columns(pairs)
    if len(set(first) | set(second)) > 1:
        assert quadratic_kappa(first, second) == pytest.approx(kappa_by_the_table(first, second))
    else:
        assert np.isnan(quadratic_kappa(first, second))


@given(LEVELS)
def test_agreement_does_not_depend_on_who_comes_first(pairs):
    first, second = columns(pairs)
    for measure in (quadratic_kappa, rank_correlation, mean_error):
        assert measure(first, second) == pytest.approx(measure(second, first), nan_ok=True)


@pytest.mark.parametrize(
    ("first", "second", "kappa"),
    [([0, 4], [0, 4], 1), ([0, 4], [4, 0], -1), ([0, 0, 4, 4], [0, 4, 0, 4], 0), ([2, 2], [0, 4], 0)],
    ids=["the same", "the opposite", "unrelated", "always the middle"],
)
def test_kappa_at_its_limits(first, second, kappa):
    assert quadratic_kappa(np.array(first, float), np.array(second, float)) == pytest.approx(kappa)


@pytest.mark.parametrize(
    ("overall", "expected"), [(0, 0), (19.9, 0), (20, 1), (59.5, 2), (60, 3), (79.9, 3), (80, 4), (100, 4)]
)
def test_bands_are_of_twenty_points(overall, expected):
    assert band(np.array([overall], dtype=float)) == [expected]


def test_ties_share_the_mean_of_their_places():
    assert ranks(np.array([7.0, 3.0, 7.0, 9.0])).tolist() == [2.5, 1, 2.5, 4]


def test_rank_correlation_follows_order_and_not_size():
    assert rank_correlation(np.array([1.0, 2, 3]), np.array([0.0, 1, 100])) == pytest.approx(1)
    assert rank_correlation(np.array([1.0, 2, 3, 4]), np.array([1.0, 3, 2, 4])) == pytest.approx(0.8)
    assert np.isnan(rank_correlation(np.array([1.0, 1]), np.array([0.0, 1])))


def test_error_has_no_sign_and_bias_has():
    first, second = np.array([10.0, 30]), np.array([20.0, 25])
    assert (mean_error(first, second), bias(first, second)) == (7.5, -2.5)


def test_of_nothing_nothing_is_said():
    nothing = np.array([])
    for measure in (quadratic_kappa, rank_correlation, mean_error, bias):
        assert np.isnan(measure(nothing, nothing))
