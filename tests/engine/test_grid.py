import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.grid import everywhere, is_grid, larger, smaller, where

numbers = st.floats(-1e9, 1e9)


def test_only_an_array_is_a_grid():
    assert is_grid(np.array([1.0]))
    assert not is_grid(1.0)
    assert not is_grid([1.0])


@pytest.mark.parametrize(
    ("truth", "expected"),
    [(True, True), (False, False), (np.array([True, True]), True), (np.array([True, False]), False)],
    ids=["true", "false", "true in every cell", "false in one cell"],
)
def test_a_condition_holds_everywhere_or_it_does_not_hold(truth, expected):
    assert everywhere(truth) is expected


@given(a=st.lists(numbers, min_size=1, max_size=5), b=numbers)
def test_a_grid_of_choices_equals_the_choices_one_by_one(a, b):
    cells = np.array(a)
    assert list(larger(cells, b)) == [larger(cell, b) for cell in a]
    assert list(smaller(b, cells)) == [smaller(b, cell) for cell in a]
    assert list(where(cells > b, cells, b)) == [where(cell > b, cell, b) for cell in a]


def test_integers_stay_exact():
    assert larger(2**80, 2**80 + 1) == 2**80 + 1
    assert smaller(2**80, 2**80 + 1) == 2**80
