"""The scripts in a real Chromium, under the real policy: no violation, no error, nothing lost."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, Response
from playwright.sync_api import Route, expect

from app.web.parts import Choice, NumbersTable, Select, Slider
from app.web.plots.bars import Part
from app.web.plots.plotly import time_share_figure
from app.web.render import render

pytestmark = pytest.mark.browser

PAGE = """{% extends "layout.html" %}{% block content %}
<form method="get" action="{{ url('/instrument') }}" hx-get="{{ url('/instrument') }}" hx-trigger="input"
 hx-sync="this:queue last" hx-target="#out">{{ m.slider(view.seq) }}{{ m.select_slider(view.tp) }}
<button>Compute</button></form>
<div id="out">{% block out %}<p id="shown">{{ view.shown }}</p>{{ m.chart_data("share", view.figure, view.shown) }}
{% endblock %}</div>{{ m.numbers(view.table) }}{{ m.chart("share", "Chart", "Shares") }}{% endblock %}"""
DRAFT_PAGE = """{% extends "layout.html" %}{% block content %}
{{ m.answer_field("answer", "Your answer", view.text, "id1", view.revision, url("/api/draft")) }}{% endblock %}"""
DONE_PAGE = """{% extends "layout.html" %}{% block content %}{{ m.draft_done("id1") }}{% endblock %}"""


class Store:
    """What the server has of the draft."""

    def __init__(self) -> None:
        self.text, self.revision, self.posts = "", 0, []

    def put(self, text: str) -> None:
        self.text, self.revision = text, self.revision + 1


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def address(make_app, templates, store, served) -> Iterator[str]:
    for name, text in (("instrument", PAGE), ("draft", DRAFT_PAGE), ("done", DONE_PAGE)):
        (templates / f"{name}.html").write_text(text)
    app = make_app()
    _add_pages(app, store)
    with served(app) as address:
        yield address


def _add_pages(app: FastAPI, store: Store) -> None:
    @app.get("/instrument")
    def instrument(request: Request, seq_len: int = 2048, tp: str = "2") -> Response:
        choices = tuple(Choice(value=str(n), label=f"{n} devices") for n in (1, 2, 4, 8))
        # Bold text makes Plotly write style attributes, which the policy forbids and charts.js turns into styles.
        parts = [Part(label="<b>MLP</b>", shares=(0.6, 0.2), binds=True), Part(label="core", shares=(0.4, 0.8))]
        view = {
            "seq": Slider(name="seq_len", label="Sequence", value=str(seq_len), lower="512", upper="8192", log=True),
            "tp": Select(name="tp", label="TP", value=tp, choices=choices),
            "table": NumbersTable(caption="Shares", head=("Component", "Time"), rows=(("MLP", "60 %"),)),
            "shown": f"{seq_len} tokens on {tp}",
            "figure": time_share_figure(parts, variable="tokens", values=(512, 8192), at=seq_len),
        }
        return render(request, "instrument.html", view=view, block="out")

    @app.get("/draft")
    def draft(request: Request) -> Response:
        return render(request, "draft.html", view=store)

    @app.get("/done")
    def done(request: Request) -> Response:
        return render(request, "done.html", view=None)

    @app.post("/api/draft")
    def save(text: str = Form(""), revision: int = Form()) -> Response:
        store.posts.append(text)
        if len(text) > 100:
            return JSONResponse({"error": "The draft is too long."}, status_code=413)
        if revision != store.revision:
            return JSONResponse({"error": "Changed.", "text": store.text, "revision": store.revision}, status_code=409)
        store.put(text)
        return JSONResponse({"revision": store.revision})


def test_a_slider_moves_its_number_and_the_page_ends_on_the_last_value(page, address):
    page.goto(f"{address}/instrument")
    slider = page.get_by_role("slider", name="Sequence")
    for _ in range(40):
        slider.press("ArrowRight")
    expect(page.locator("#f-seq_len")).to_have_value("8192")
    expect(page.locator("#shown")).to_have_text("8192 tokens on 2")


def test_a_number_moves_its_slider_and_a_select_does_too(page, address):
    page.goto(f"{address}/instrument")
    page.locator("#f-seq_len").fill("4096")
    expect(page.get_by_role("slider", name="Sequence")).to_have_attribute("aria-valuetext", "4096")
    page.get_by_role("slider", name="TP").press("End")
    expect(page.locator("#f-tp")).to_have_value("8")
    expect(page.locator("#shown")).to_have_text("4096 tokens on 8")


def test_without_javascript_the_form_does_the_same(browser, address):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}/instrument")
    page.locator("#f-seq_len").fill("4096")
    page.get_by_role("button", name="Compute").click()
    expect(page.locator("#shown")).to_have_text("4096 tokens on 2")
    page.context.close()


def test_plotly_comes_only_when_a_chart_is_opened_and_breaks_no_policy(page, address):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/instrument")
    expect(page.get_by_role("slider", name="Sequence")).to_be_visible()
    assert not [url for url in asked if "plotly" in url]
    page.get_by_text("Chart", exact=True).click()
    expect(page.locator(".plot .main-svg").first).to_be_visible(timeout=20_000)
    page.locator("#f-seq_len").fill("1024")
    expect(page.locator("figure[aria-label='1024 tokens on 2']")).to_be_visible()
    assert all(url.startswith((address, "data:", "blob:")) for url in asked)
    buttons = page.locator(".modebar-btn").evaluate_all("buttons => buttons.map(button => button.dataset.title)")
    assert "Download plot as a PNG" in buttons
    assert not [title for title in buttons if "Share" in title or "Cloud" in title]


def test_the_numbers_are_printed_though_they_were_not_opened(page, address):
    page.goto(f"{address}/instrument")
    assert not page.locator(".numbers td").evaluate("cell => cell.checkVisibility()")
    page.emulate_media(media="print")
    assert page.locator(".numbers td").evaluate("cell => cell.checkVisibility()")
    assert not page.get_by_role("slider").first.is_visible()


def test_a_draft_is_saved_and_survives_a_reload(page, address, store):
    page.goto(f"{address}/draft")
    page.get_by_label("Your answer").press_sequentially("the MLP binds", delay=20)
    expect(page.get_by_role("status")).to_have_text("Saved")
    assert (store.text, len(store.posts)) == ("the MLP binds", 1)
    page.reload()
    expect(page.get_by_label("Your answer")).to_have_value("the MLP binds")


def test_what_the_server_does_not_have_stays_in_the_browser(page, address, store):
    page.goto(f"{address}/draft")
    page.route("**/api/draft", lambda route: route.abort())
    page.get_by_label("Your answer").fill("written in a tunnel")
    expect(page.get_by_role("status")).to_contain_text("kept in this browser")
    page.goto(f"{address}/page")
    page.unroute("**/api/draft")
    page.goto(f"{address}/draft")
    expect(page.get_by_label("Your answer")).to_have_value("written in a tunnel")
    expect(page.get_by_role("status")).to_have_text("Saved")
    assert store.text == "written in a tunnel"


@pytest.mark.parametrize("reload", [False, True], ids=["on the same page", "after a reload"])
def test_a_lost_acknowledgement_is_not_a_conflict(page, address, store, reload):
    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.goto(f"{address}/draft")
    page.route("**/api/draft", lose_the_answer)
    page.get_by_label("Your answer").fill("one")
    expect(page.get_by_role("status")).to_contain_text("kept in this browser")
    page.get_by_label("Your answer").press_sequentially(" two")
    page.unroute("**/api/draft")
    if reload:
        page.reload()
    expect(page.get_by_role("status")).to_have_text("Saved", timeout=10_000)
    assert store.text == "one two"
    assert page.locator(".conflict").count() == 0


def test_a_draft_changed_elsewhere_is_shown_beside_mine(page, address, store):
    page.goto(f"{address}/draft")
    store.put("from the other tab")
    page.get_by_label("Your answer").fill("mine")
    other = page.get_by_label("The other version")
    expect(other).to_have_value("from the other tab")
    expect(page.get_by_label("Your answer")).to_have_value("mine")
    page.get_by_role("button", name="Keep both").click()
    expect(page.get_by_role("status")).to_have_text("Saved")
    assert store.text == "mine\n\nfrom the other tab"


def test_a_refused_draft_is_not_sent_again_until_it_changes(page, address, store):
    page.goto(f"{address}/draft")
    page.get_by_label("Your answer").fill("x" * 101)
    expect(page.get_by_role("status")).to_contain_text("The draft is too long.")
    page.wait_for_timeout(1500)
    assert len(store.posts) == 1
    page.get_by_label("Your answer").fill("short")
    expect(page.get_by_role("status")).to_have_text("Saved")


def test_the_browser_forgets_a_draft_that_was_handed_in(page, address):
    page.goto(f"{address}/draft")
    page.route("**/api/draft", lambda route: route.abort())
    page.get_by_label("Your answer").fill("handed in")
    expect(page.get_by_role("status")).to_contain_text("kept in this browser")
    page.goto(f"{address}/done")
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("width", [320, 390, 1280, 1920])
def test_nothing_overflows(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("/instrument", "/draft", "/nothing"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
