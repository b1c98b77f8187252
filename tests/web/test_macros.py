import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.web.parts import AxisScore, Choice, Mark, Note, NumbersTable, Piece, Select, Slider
from app.web.plots.bars import Part, share_bars
from app.web.plots.calibration import Level, calibration_plot
from app.web.plots.line import Line, line_plot
from app.web.plots.map import MapAxis, Region, map_plot
from app.web.plots.plotly import time_share_figure
from app.web.plots.roofline import Point, Roof, roofline_plot
from app.web.plots.waterfall import Change, waterfall
from app.web.render import page_templates
from app.web.staticfiles import Assets
from app.web.views.derivation import DerivationRow
from app.web.views.levers import LeverRow
from app.web.views.prose import Words
from app.web.views.situation import MeasuredView
from app.web.views.workbench import FieldView, PartView

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PARTS = [
    Part(label="MLP", shares=(0.646, 0.59), binds=True),
    Part(label="projections", shares=(0.354, 0.41)),
]
CHOICES = (Choice(value="mlp", label="MLP", hint="two or three matrices"), Choice(value="head", label="Head"))
LINES = [Line(end="MLP, stops at 2.83×", points=((1.0, 1.0), (32.0, 2.67)), binds=True)]
TABLE = NumbersTable(caption="Shares", head=("Component", "FLOPs"), rows=(("MLP", "64.6 %"),), binding=0)
AXIS, REGION = MapAxis(title="batch", values=(1.0, 2.0)), Region(label="MLP", place=0)
FIELD = FieldView(number=Slider(name="pp", label="PP", value="", lower="1", upper="8"), placeholder="8", problem="No.")
VALUES = {
    "rows": [("Layers", "96")],
    "step": MeasuredView(
        caption="One step", kernels=(("gemm<float>", "layer 1", "2", "1 ms"),), whole=(("Step", "3 ms"),)
    ),
    "bars": share_bars(PARTS),
    "calm": share_bars(PARTS, neutral=True),
    "plot": line_plot(LINES, x_title="component speed-up"),
    "roof": roofline_plot(
        [Point(label="MLP", intensity=512.0, rate=2e14, binds=True)], Roof(peak=3e14, bandwidth=2e12)
    ),
    "map": map_plot(AXIS, AXIS, [[REGION, REGION]] * 2, [[True, True], [True, False]], here=(1.0, 2.0), own=REGION),
    "lines": [DerivationRow(result="core = 2", formula="= a·b", worked="= 1·2", source="a source")],
    "levers": [LeverRow(name="FP8", gain="1.2×", bound="1.4×", then="MLP", price="Cheap.", caution="fits")],
    "parts": [PartView(title="Work", fields=(FIELD,), open=True)],
    "calibration": calibration_plot([Level(sure=0.8, right=0.5, low=0.2, high=0.8, n=4)]),
    "waterfall": waterfall([Change(label="mlp", by=-1e-3), Change(label="core", by=2e-3)]),
    "table": TABLE,
    "axes": [AxisScore(label="Trap", level=1, low=True)],
    "pieces": [Piece(text="small", mark=Mark.NEAR, notes=(1,)), Piece(text=" & so on")],
    "notes": [Note(n=1, head="Right.", text="2.7 %")],
    "choices": CHOICES,
    "slider": Slider(
        name="seq_len", label="Sequence", value="2048", lower="512", upper="8192", unit="tokens", log=True
    ),
    "select": Select(name="tp", label="TP", value="head", choices=CHOICES),
    "words": [Words(text="It stops at "), Words(text="1.03×", strong=True)],
    "figure": time_share_figure(PARTS, variable="</script><b>", values=(1.0, 2.0), at=1.0),
}
EVERY_MACRO = """{{ m.logo() }}{{ m.facts(rows, "Given") }}{{ m.measured(step) }}{{ m.tags(["12 min"]) }}
{{ m.share_bars(bars) }}
{{ plots.line(plot, "A sentence") }}{{ m.numbers(table) }}
{{ plots.roofline(roof, "A sentence") }}{{ plots.map(map, "A sentence") }}
{{ m.worked(lines) }}{{ m.levers(levers, "Levers") }}
{{ m.chart("share", "Chart", "A sentence") }}{{ m.chart_data("share", figure, "A sentence") }}
{% call m.verdict("Basis: time") %}It stops at <b>1.03×</b>.{% endcall %}{{ m.convention("full attention") }}
{{ m.axes(axes) }}{{ m.score(71, "of 100") }}{{ m.answer(pieces) }}{{ m.notes(notes) }}
{{ m.slider(slider) }}{{ m.select_slider(select) }}{{ m.select("chip", "Chip", choices, "mlp") }}
{{ m.radio_cards("component", "Which?", choices, "mlp", "Pick one.") }}
{{ m.number_field("n", "How much?", "1.1", "×", "", "No.") }}
{{ m.answer_field("answer", "Your answer", "<text>", "id1", 3, "/draft") }}{{ m.draft_done("id1") }}
{{ m.say(words) }}{{ m.form_parts(parts) }}{{ plots.waterfall(waterfall) }}
{{ plots.calibration(calibration, "A sentence") }}"""
NEUTRAL = """{{ m.share_bars(bars, neutral=true) }}{{ m.share_bars(calm) }}
{{ plots.line(plot, "stops at 2.83", neutral=true) }}
{{ m.numbers(table, neutral=true) }}{{ m.axes(axes, neutral=true) }}
{% call m.verdict("Basis", neutral=true) %}It stops at <b>1.03×</b>.{% endcall %}"""


@pytest.fixture(scope="module")
def environment():
    return page_templates(ROOT / "templates", assets=Assets(ROOT / "static"), nav=(), version="1")


@pytest.fixture(scope="module")
def everything(environment):
    return environment.from_string(EVERY_MACRO).render(**VALUES)


class Balance(HTMLParser):
    """Counts that every element that opens closes, in order; void and self-closed ones aside."""

    VOID = frozenset({"input", "br", "hr", "meta", "link", "img"})

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.attributes = [], [], []

    def handle_starttag(self, tag, attrs):
        self.attributes += [name for name, _ in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.attributes += [name for name, _ in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_test_names_every_macro():
    for name, module in (("macros", "m"), ("plots", "plots")):
        source = (ROOT / "templates" / f"{name}.html").read_text()
        macros = {macro for macro in re.findall(r"{% macro (\w+)", source) if not macro.startswith("_")}
        assert macros == set(re.findall(rf"\b{module}\.(\w+)\(", EVERY_MACRO))


def test_every_element_that_opens_closes_and_no_id_is_there_twice(everything):
    parser = Balance()
    parser.feed(everything)
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))


def test_no_macro_writes_a_style_or_a_handler(everything):
    parser = Balance()
    parser.feed(everything)
    assert not [name for name in parser.attributes if name == "style" or name.startswith(("on", "hx-on"))]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_needs_what_the_policy_forbids(template):
    text = template.read_text()
    assert not re.search(r"\bstyle\s*=|\bon[a-z]+\s*=|hx-on|\bjs:|javascript:|<style", text)
    assert not re.search(r"hx-trigger=\"[^\"]*\[", text), "trigger filters need eval"
    assert not re.search(r"https?://|//\w+\.\w", text.replace("http://www.w3.org/2000/svg", ""))
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
        assert "src=" in attributes or ('type="application/json"' in attributes and "tojson" in body)


def test_the_neutral_form_says_nothing_about_what_binds(environment):
    text = environment.from_string(NEUTRAL).render(**VALUES)
    assert "MLP" in text
    for word in ("c-bind", "binds", "stops at", "1.03", "verdict", "low", "<path"):
        assert word not in text, word


def test_the_revealed_form_says_it_in_words_and_in_shape(everything):
    assert "MLP <b>binds</b>" in everything
    assert 'height="36" rx="3" class="c-bind"' in everything
    assert "MLP (binds)" in everything
    assert 'class="axis low"' in everything


def test_text_of_people_is_escaped(everything):
    assert "&lt;text&gt;</textarea>" in everything
    assert " &amp; so on" in everything


def test_a_figure_cannot_end_its_script(everything):
    data = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', everything, re.DOTALL)
    assert data and "\\u003c/script\\u003e" in data[1]


def test_an_answer_keeps_its_letters_and_line_breaks(environment):
    pieces = [Piece(text="  a\n"), Piece(text="b", mark=Mark.OFF, notes=(1, 2)), Piece(text="\n\nc ")]
    text = environment.from_string("{{ m.answer(pieces) }}").render(pieces=pieces)
    heard = re.sub(r'<span class="sr-only">[^<]*</span>|<sup>.*?</sup>|</?mark[^>]*>', "", text)
    assert heard.strip("\n") == '<div class="answer">  a\nb\n\nc </div>'


def test_a_slider_is_a_named_number_without_script(everything):
    assert "data-slider data-log" in everything
    assert '<input type="number" id="f-seq_len" name="seq_len" value="2048" min="512" max="8192"' in everything
    assert 'type="range"' not in everything
