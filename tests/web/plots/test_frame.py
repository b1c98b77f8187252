import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.plots.frame import BOX, across, decades, doublings, down, log_part, part_of, path, tone_of


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [(1, 1000, (1.0, 10.0, 100.0, 1000.0)), (0.5, 20, (1.0, 10.0)), (1, 1e12, (1.0, 1e2, 1e4, 1e6, 1e8, 1e10, 1e12))],
)
def test_decades_are_powers_of_ten_and_few(lower, upper, expected):
    assert decades(lower, upper) == pytest.approx(expected)


def test_there_are_as_many_doublings_as_asked_for():
    assert doublings(256, 2**20, most=5) == (256, 2048, 16384, 131072, 1048576)
    assert len(doublings(256, 2**20, most=3)) == 3


@given(st.floats(1e-6, 1e12), st.floats(1.01, 1e9))
def test_both_scales_agree_at_the_ends(lower, factor):
    axis = (lower, lower * factor)
    for end, part in zip(axis, (0.0, 1.0), strict=True):
        assert part_of(end, axis) == pytest.approx(part)
        assert log_part(end, axis) == pytest.approx(part)


def test_a_path_fills_the_box_from_its_floor():
    assert path([(0.0, 0.0), (1.0, 1.0)]) == f"M0.0 {BOX}.0L{BOX}.0 0.0"


def test_the_frame_keeps_room_for_ticks_and_labels():
    assert across(0) == "9.00%" and across(1) == "98.00%"
    assert down(0) > down(1) > 0


def test_parts_beyond_the_last_tone_share_it():
    assert [tone_of(place) for place in (0, 4, 9)] == ["c-1", "c-5", "c-5"]
