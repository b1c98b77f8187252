"""Every page at every width, in light and dark: nothing overflows, nothing jumps, axe finds nothing."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text()
WIDTHS = (390, 768, 1280, 1920)
# How far the page reaches beyond its right edge, and which elements do, unless they scroll by themselves.
OVERFLOW = """() => {
  const edge = document.documentElement.clientWidth;
  const scrolls = element =>
    element && (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement));
  const beyond = [...document.querySelectorAll('main *, header *, footer *')].filter(
    element => element.getBoundingClientRect().right > edge + 1 && element.checkVisibility() && !scrolls(element));
  const page = document.documentElement.scrollWidth - edge;
  return { page, beyond: beyond.map(element => element.outerHTML.slice(0, 80)) };
}"""
SHIFTS = """() => {
  window.shifted = [];
  new PerformanceObserver(list => list.getEntries().forEach(entry => window.shifted.push(entry.value)))
    .observe({ type: 'layout-shift', buffered: true });
}"""


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    return request.param


@pytest.fixture
def open_as(browser, somebody, watched):
    """Opens pages as the person who has attempts at every step."""
    contexts = []

    def opened(**options):
        contexts.append(browser.new_context(**options))
        contexts[-1].add_cookies([somebody[1]])
        return watched(contexts[-1].new_page())

    yield opened
    for context in contexts:
        context.close()


def opened_up(page):
    """The page with everything unfolded that can be."""
    page.evaluate("document.querySelectorAll('details:not([data-chart])').forEach(details => { details.open = true; })")


def test_nothing_overflows(open_as, site, somebody, scheme):
    page = open_as(color_scheme=scheme)
    for name, path in somebody[0].items():
        page.goto(site.url + path)
        opened_up(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found = page.evaluate(OVERFLOW)
            assert found == {"page": 0, "beyond": []}, f"{name} at {width}"


def test_the_dark_scheme_is_dark_and_the_light_one_light(open_as, site, somebody, scheme):
    page = open_as(color_scheme=scheme)
    page.goto(site.url + somebody[0]["result"])
    lightness = """element => {
      const [r, g, b] = getComputedStyle(element).backgroundColor.match(/[\\d.]+/g).map(Number);
      return (r + g + b) / 765;
    }"""
    value = page.locator("html").evaluate(lightness) or page.locator("body").evaluate(lightness)
    assert (value < 0.3) if scheme == "dark" else (value > 0.8)


def test_axe_finds_no_violation(open_as, site, somebody, scheme):
    page = open_as(color_scheme=scheme, bypass_csp=True, viewport={"width": 1280, "height": 900})
    violations = []
    for name, path in somebody[0].items():
        page.goto(site.url + path)
        opened_up(page)
        page.evaluate(AXE)
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
        violations += [(name, rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]) for rule in found]
    assert violations == []


def test_axe_finds_what_was_put_there(open_as, site):
    page = open_as(bypass_csp=True)
    page.goto(site.url)
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<input type=text><img src=x>')")
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    assert {rule["id"] for rule in found} >= {"label", "image-alt"}


NEAR, FAR = ("ArrowRight", "ArrowLeft", "ArrowRight"), ("Home", "End")
LANDING = ("verdict", "#quick-verdict .verdict", "footer")
EXPLORE = ("explore", "#readings .verdict", "details[data-chart=amdahl]")
OPEN_BOOK = ("open book", "#readings .numbers", "footer")


@pytest.mark.parametrize(
    ("place", "keys", "width"),
    [
        pytest.param(LANDING, NEAR, 390, id="landing, phone"),
        pytest.param(LANDING, NEAR + FAR, 1280, id="landing"),
        pytest.param(LANDING, FAR, 390, id="landing, phone, far"),
        pytest.param(EXPLORE, NEAR, 390, id="explore, phone"),
        pytest.param(EXPLORE, NEAR, 1280, id="explore"),
        pytest.param(EXPLORE, FAR, 390, id="explore, phone, far"),
        pytest.param(EXPLORE, FAR, 1280, id="explore, far"),
        pytest.param(OPEN_BOOK, NEAR + FAR, 390, id="open book, phone"),
        pytest.param(OPEN_BOOK, NEAR + FAR, 1280, id="open book"),
    ],
)
def test_nothing_jumps_when_the_readings_are_swapped(open_as, site, somebody, place, keys, width):
    name, block, below = place
    page = open_as(viewport={"width": width, "height": 900})
    page.goto(site.url + somebody[0][name])
    page.evaluate("document.fonts.ready")
    handle = page.get_by_role("slider", name="Sequence length")
    handle.scroll_into_view_if_needed()
    tops = "selectors => selectors.map(at => document.querySelector(at).getBoundingClientRect().top + scrollY)"
    before = page.evaluate(tops, [block, below])
    page.evaluate(SHIFTS)
    page.wait_for_timeout(100)
    page.evaluate("window.shifted.length = 0")
    for key in keys:
        shown = page.locator(block).inner_text()
        handle.press(key)
        expect(page.locator(block)).not_to_have_text(shown)
        assert page.evaluate(tops, [block, below]) == pytest.approx(before, abs=1), key
    assert sum(page.evaluate("window.shifted")) < 0.01


@pytest.mark.parametrize("name", ["landing", "read", "answer", "result", "explore", "profile"])
def test_nothing_jumps_while_a_page_loads(open_as, site, somebody, name):
    page = open_as(viewport={"width": 1280, "height": 900})
    page.add_init_script(f"({SHIFTS})()")
    page.goto(site.url + somebody[0][name])
    page.wait_for_load_state("networkidle")
    assert sum(page.evaluate("window.shifted")) < 0.01


def test_with_reduced_motion_nothing_moves(open_as, site, somebody):
    page = open_as(reduced_motion="reduce")
    for name in ("landing", "explore"):
        page.goto(site.url + somebody[0][name])
        moving = page.evaluate(
            """() => [...document.querySelectorAll('*')].filter(element => {
              const style = getComputedStyle(element);
              return [style.transitionDuration, style.animationDuration].some(
                times => times.split(',').some(time => parseFloat(time) > 0.01));
            }).map(element => element.outerHTML.slice(0, 80))"""
        )
        assert moving == [], name
    page.get_by_role("slider", name="Sequence length").press("End")
    expect(page.locator("#readings .verdict")).to_be_visible()


def test_targets_are_large_enough_for_a_thumb(open_as, site, somebody):
    page = open_as(viewport={"width": 390, "height": 844}, has_touch=True)
    for name in ("landing", "predict", "answer", "explore"):
        page.goto(site.url + somebody[0][name])
        small = page.evaluate(
            """() => [...document.querySelectorAll('main button, main select, main textarea, main label.card')]
              .filter(element => element.checkVisibility() && element.getBoundingClientRect().height < 24)
              .map(element => element.outerHTML.slice(0, 80))"""
        )
        assert small == [], name


def test_the_only_requests_are_to_our_own_server(open_as, site, somebody):
    page = open_as()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in somebody[0].values():
        page.goto(site.url + path)
    page.goto(site.url + somebody[0]["explore"])
    page.get_by_text("Play with the Amdahl curve").click()
    expect(page.locator("details[data-chart=amdahl] .main-svg").first).to_be_visible(timeout=20_000)
    assert [url for url in asked if not url.startswith((site.url, "data:", "blob:"))] == []
