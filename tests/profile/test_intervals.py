"""Unions, moments and gaps against counts on a grid of whole numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.profile.intervals import clipped, gaps, length, moments, union

intervals = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12), st.integers(0, 3)), max_size=25)


def columns(listed):
    start = np.array([float(one) for one, _, _ in listed])
    end = np.array([float(one + more) for one, more, _ in listed])
    return start, end, np.array([row for _, _, row in listed], np.int64)


def running_at(listed, cell):
    """Rows that run during a cell of length one."""
    return tuple(sorted({row for start, more, row in listed if start <= cell < start + more}))


@given(intervals)
@settings(max_examples=80, deadline=None)
def test_the_union_covers_each_cell_once(listed):
    start, end, _ = columns(listed)
    assert length(start, end) == sum(bool(running_at(listed, cell)) for cell in range(60))
    begins, ends = union(start, end)
    assert (begins[1:] > ends[:-1]).all()


@given(intervals)
@settings(max_examples=80, deadline=None)
def test_moments_hold_exactly_what_runs_at_the_same_time(listed):
    expected = {}
    for cell in range(60):
        rows = running_at(listed, cell)
        if rows:
            expected[rows] = expected.get(rows, 0) + 1
    found = moments(*columns(listed))
    assert {rows: time for rows, time in found.items() if time} == expected


@given(intervals)
@settings(max_examples=80, deadline=None)
def test_gaps_and_busy_time_fill_the_window(listed):
    start, end, _ = columns(listed)
    opens, closes = gaps(start, end, (5.0, 45.0))
    busy = length(*clipped(start, end, (5.0, 45.0)))
    assert (closes - opens).sum() + busy == pytest.approx(40)


def test_two_intervals_of_one_row_count_as_one_row():
    start, end = np.array([0.0, 1.0]), np.array([3.0, 2.0])
    assert moments(start, end, np.array([4, 4])) == {(4,): 3.0}
