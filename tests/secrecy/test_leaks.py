"""Leaks that were planted are caught: the canary's crawl is no blind eye."""

import html
import re
import shutil
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

ROOT = Path(__file__).parents[2]
TOKEN = re.compile(r"canary[0-9a-f]{12}")

# Each prints another part of the key, so that one crawl shows of every one whether it was caught.
IN_A_TEMPLATE = {
    "the reveal under the answer": (
        "trap",
        "answer.html",
        '<div class="with-clock">',
        '<div class="with-clock">{{ key.trap }}',
    ),
    "the reveal in a hidden element": ("flip", "predict.html", "<h2>Predict</h2>", "<p hidden>{{ key.flip }}</p>"),
    "a hint before the start": ("numbers.0", "read.html", "How this goes", "{{ key.numbers[0] }}"),
    "the text of a hint beside its price": ("hints.0.text", "answer.html", "Take a hint", "{{ key.hints[0].text }}"),
    "a tooltip": ("numbers.1", "shared/situation.html", "<h1>", '<h1 title="{{ key.numbers[1] }}">'),
    "the title of the page": (
        "numbers.2",
        "predict.html",
        "{% block title %}",
        "{% block title %}{{ key.numbers[2] }}",
    ),
    "an alternative text": ("moves.0", "layout.html", 'aria-label="Main"', 'aria-label="{{ key.moves[0] }}"'),
    "a tag in the list": ("moves.1", "practice.html", "{{ m.tags(", "{{ key.moves[1] }}{{ m.tags("),
    "a comment": ("caps.0", "layout.html", "</footer>", "</footer><!-- {{ key.rubric.caps[0].words }} -->"),
    "the words of an error": ("moves.2", "error.html", "{{ view.sentence }}", "{{ view.sentence }} {{ key.moves[2] }}"),
    "a chart's data in the open book": (
        "moves.3",
        "shared/readings.html",
        "{% if instrument.neutral %}",
        '{% if instrument.neutral %}<script type="application/json">{{ (key.moves[3] | string) | tojson }}</script>',
    ),
    "the name of a control": (
        "scenarios.unfused",
        "shared/controls.html",
        "<noscript>",
        '<input type="hidden" value="{{ (key.analyses | list)[1] }}"><noscript>',
    ),
}
BESIDE_THE_PAGE = {
    "a header": "sources.0",
    "a cookie": "sources.1",
    "the address of a redirect": "sources.2",
    "a header for htmx alone": "people_say.0.verdict",
    "an error of one status alone": "people_say.1.verdict",
    "a static file": "people_say.0.claim",
}


def beside_the_page(token):
    """Puts tokens where no template is."""

    def plant(app):
        usual = app.exception_handlers[HTTPException]

        async def told(request, failure):
            response = await usual(request, failure)
            return PlainTextResponse(token("people_say.1.verdict"), 405) if failure.status_code == 405 else response

        app.add_exception_handler(HTTPException, told)

        @app.middleware("http")
        async def add(request, call_next):
            response = await call_next(request)
            response.headers["X-Source"] = token("sources.0")
            if request.method == "POST" and request.url.path.endswith("/draft"):
                response.set_cookie("hint", token("sources.1"))
            if response.status_code == 303 and request.url.path.endswith("/explore"):
                response.headers["location"] += f"#{token('sources.2')}"
            if request.headers.get("hx-request") and request.url.query:
                response.headers["HX-Trigger"] = token("people_say.0.verdict")
            return response

    return plant


@pytest.fixture(scope="module")
def caught(tmp_path_factory, open_bank, small_bank, marked_bank, edited_templates):
    """What a crawl catches of an app in which everything was planted at once: the marks of the tokens it saw."""
    home = tmp_path_factory.mktemp("planted")
    folder, tokens = marked_bank(small_bank, home / "questions")
    token = {mark: token for token, mark in tokens.items()}.__getitem__
    static = shutil.copytree(ROOT / "static", home / "static")
    (static / "chart.json").write_text(token(BESIDE_THE_PAGE["a static file"]))
    templates = edited_templates(home / "templates", *(leak[1:] for leak in IN_A_TEMPLATE.values()))
    crawl = open_bank(folder, plant=beside_the_page(token), static=static, templates=templates)
    crawl.before_the_lock()
    return {tokens[token] for seen in crawl.seen for token in TOKEN.findall(html.unescape(seen.text))}


@pytest.mark.parametrize("mark", [case[0] for case in IN_A_TEMPLATE.values()], ids=IN_A_TEMPLATE)
def test_a_leak_in_a_template_is_caught(caught, mark):
    assert mark in caught


@pytest.mark.parametrize("mark", BESIDE_THE_PAGE.values(), ids=BESIDE_THE_PAGE)
def test_a_leak_beside_the_page_is_caught(caught, mark):
    assert mark in caught


def test_only_what_was_planted_is_seen(caught):
    assert caught == {case[0] for case in IN_A_TEMPLATE.values()} | set(BESIDE_THE_PAGE.values())


def test_a_leak_at_an_address_that_no_page_names_is_caught_as_unvisited(open_bank, small_bank):
    def in_a_route(app):
        app.add_api_route("/api/attempts/{attempt_id}/chart", lambda attempt_id: attempt_id)

    crawl = open_bank(small_bank, plant=in_a_route)
    crawl.before_the_lock()
    assert crawl.unvisited() == {"GET ^/api/attempts/(?P<attempt_id>[^/]+)/chart$"}
