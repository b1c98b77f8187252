import json

import plotly.graph_objects as go
import pytest

from app.web.plots.bars import Part
from app.web.plots.line import Line
from app.web.plots.map import MapAxis, Region
from app.web.plots.plotly import amdahl_figure, map_figure, time_share_figure

LINES = [
    Line(end="MLP, stops at 2.83×", points=((1.0, 1.0), (2.0, 1.48)), binds=True),
    Line(end="core, stops at 1.03×", points=((1.0, 1.0), (2.0, 1.01))),
]
PARTS = [
    Part(label="MLP", shares=(0.6, 0.5, 0.2), binds=True),
    Part(label="attention core", shares=(0.4, 0.5, 0.8)),
]
VALUES = (2048.0, 16384.0, 131072.0)


def time_share(*, neutral=False, parts=PARTS):
    return time_share_figure(parts, variable="tokens", values=VALUES, at=2048, neutral=neutral)


def bottleneck_map():
    axes = MapAxis(title="context", values=(256.0, 1024.0)), MapAxis(title="batch", values=(1.0, 4.0))
    regions = [[Region(label="MLP", place=0), Region(label="attention core", place=2)]] * 2
    return map_figure(*axes, regions, [["a", "b"], ["c", "d"]], here=(256.0, 1.0))


@pytest.mark.parametrize(
    "figure",
    [amdahl_figure(LINES), time_share(), time_share(neutral=True), bottleneck_map()],
    ids=["amdahl", "time", "neutral", "map"],
)
def test_plotly_knows_every_word_of_the_figure(figure):
    known = go.Figure(figure).to_plotly_json()
    known["layout"].pop("template", None)  # Plotly for Python adds its own look
    assert json.loads(json.dumps(known["layout"])) == json.loads(json.dumps(figure["layout"]))
    assert [set(trace) for trace in known["data"]] == [set(trace) for trace in figure["data"]]


def test_an_unknown_word_would_be_found():
    figure = amdahl_figure(LINES)
    with pytest.raises(ValueError, match="hovermod"):
        go.Figure({**figure, "layout": {"hovermod": "x"}})


def test_only_what_binds_has_the_accent_and_a_pattern():
    mlp, core = time_share()["data"]
    assert (mlp["fillcolor"], core["fillcolor"]) == ("var(--bind)", "var(--cool-2)")
    assert ("fillpattern" in mlp, "fillpattern" in core) == (True, False)


def test_the_neutral_figure_is_the_same_whatever_binds():
    other = [Part(label=part.label, shares=part.shares, binds=not part.binds) for part in PARTS]
    assert time_share(neutral=True) == time_share(neutral=True, parts=other)
    assert "bind" not in json.dumps(time_share(neutral=True))


def test_there_is_no_amdahl_curve_before_the_reveal():
    with pytest.raises(ValueError, match="neutral"):
        amdahl_figure(LINES, neutral=True)


def test_a_part_needs_a_share_for_every_value():
    with pytest.raises(ValueError, match="MLP has 1 shares for 3 values"):
        time_share(parts=[Part(label="MLP", shares=(1.0,))])


def test_the_map_has_a_flat_step_for_each_region_and_the_accent_for_this_situation():
    cells, here = bottleneck_map()["data"]
    assert cells["colorscale"] == [
        (0.0, "var(--cool-1)"),
        (0.5, "var(--cool-1)"),
        (0.5, "var(--cool-3)"),
        (1.0, "var(--cool-3)"),
    ]
    assert cells["z"] == [[0, 1], [0, 1]]
    assert here["marker"]["color"] == "var(--bind)"
