import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.plots.bars import Part, share_bars

MLP = Part(label="MLP", shares=(0.646, 0.59), binds=True)
PROJECTIONS = Part(label="Q/K/V/O projections", short="projections", shares=(0.323, 0.30))
CORE = Part(label="attention core", shares=(0.027, 0.03))
NORMS = Part(label="norms", shares=(0.0, 0.065))
HEAD = Part(label="head", shares=(0.003, 0.009))
EMBEDDING = Part(label="embedding", shares=(0.001, 0.006))
ALL = [MLP, PROJECTIONS, CORE, NORMS, HEAD, EMBEDDING]


def percent_of(length):
    return float(length.removesuffix("%"))


def test_flops_stand_above_time_with_the_same_parts_in_the_same_order():
    bars = share_bars(ALL)
    assert [row.name for row in bars.rows] == ["FLOPs", "Time"]
    assert {len(row.segments) for row in bars.rows} == {len(bars.key)}
    assert bars.rows[0].segments[0].width == "64.60%"
    assert bars.rows[1].segments[1].x == "59.00%"


def test_a_segment_begins_where_the_one_before_ends():
    for row in share_bars(ALL).rows:
        for before, after in itertools.pairwise(row.segments):
            assert percent_of(after.x) == pytest.approx(percent_of(before.x) + percent_of(before.width), abs=0.011)


def test_labels_stand_where_they_fit():
    segments = share_bars(ALL).rows[0].segments
    assert segments[0].narrow_text.startswith("MLP 64.6")
    assert (segments[1].narrow_text[:4], segments[1].wide_text[:11]) == ("32.3", "projections")
    assert (segments[2].narrow_text, segments[2].wide_text) == ("", "")


def test_the_small_parts_are_one_and_come_last():
    assert [item.label for item in share_bars(ALL).key] == [
        "MLP",
        "Q/K/V/O projections",
        "attention core",
        "norms",
        "other",
    ]


def test_a_part_that_binds_is_never_joined_with_others():
    tiny = Part(label="router", shares=(0.001, 0.001), binds=True)
    assert "router" in [item.label for item in share_bars([*ALL, tiny]).key]


def test_one_small_part_keeps_its_name():
    assert share_bars([MLP, PROJECTIONS, HEAD]).key[-1].label == "head"


def test_a_part_keeps_its_tone_whatever_binds():
    calm = share_bars(ALL, neutral=True)
    assert [item.tone for item in calm.key] == [item.tone for item in share_bars(ALL).key]
    assert [item.tone for item in calm.key] == ["c-1", "c-2", "c-3", "c-4", "c-5"]


def test_the_neutral_form_is_the_same_whatever_binds():
    other = [Part(label=part.label, short=part.short, shares=part.shares, binds=part is CORE) for part in ALL]
    assert share_bars(ALL, neutral=True) == share_bars(other, neutral=True)


def test_the_key_gives_both_shares():
    assert share_bars(ALL).key[0].values.replace("\u00a0", " ") == "64.6 % of FLOPs, 59.0 % of time"


def test_a_part_needs_a_share_for_every_row():
    with pytest.raises(ValueError, match="MLP has 1 shares for 2 rows"):
        share_bars([Part(label="MLP", shares=(1.0,))])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_a_bar_never_leaves_its_picture(shares):
    parts = [Part(label=f"p{i}", shares=(share, share)) for i, share in enumerate(shares)]
    for row in share_bars(parts).rows:
        for segment in row.segments:
            assert percent_of(segment.width) >= 0
            assert percent_of(segment.x) + percent_of(segment.width) <= 100.02
