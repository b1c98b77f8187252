"""A newcomer goes from the landing page to the instrument; the database then holds what they did."""

import json
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ANSWER = (
    "The MLP dominates: about 65 % of the FLOPs. The attention core is only 2.7 % of the FLOPs, so a free core is "
    "1.03x at most. That flips at about 49k tokens. First I would fuse the activation into the MLP matmuls, and "
    "profile one step before and after."
)


def bars(page):
    """Where the bars of the page end."""
    return page.locator(".bar rect").evaluate_all("bars => bars.map(bar => bar.getAttribute('width'))")


def test_a_newcomer_finds_out_what_binds(page, site, hand_in):
    page.goto(site.url)
    page.get_by_text("MLP, experts included").click()
    page.get_by_role("button", name="Lock it in").click()
    verdict = page.locator("#quick-verdict .verdict")
    expect(verdict).to_contain_text("At 2 048 tokens the MLP leads")
    page.get_by_role("slider", name="Sequence length").press("End")
    expect(verdict).to_contain_text("At 65 536 tokens the attention core leads")
    expect(page).to_have_url(re.compile(r"guess=mlp.*seq_len=65536"))

    page.get_by_role("link", name="Now a real one").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Where do you spend the next quarter?")
    page.get_by_role("button", name="Start: predict first").click()

    page.get_by_text("MLP, experts included").click()
    page.get_by_text("Compute: the arithmetic units are busy").click()
    page.get_by_label("If the attention core cost nothing").fill("1.03")
    page.get_by_label("How sure are you").fill("80")
    page.get_by_role("button", name="Lock the prediction").click()

    field = page.get_by_label("Your answer")
    field.press_sequentially(ANSWER[:60])
    expect(page.get_by_role("status")).to_have_text("Saved")
    page.reload()
    expect(field).to_have_value(ANSWER[:60])
    field.fill(ANSWER)
    hand_in(page)

    expect(page.locator(".score")).to_have_text(re.compile(r"\d+"))
    assert page.locator("mark.good").count() >= 2
    expect(page.locator("main")).to_contain_text("64.6 %")
    expect(page.locator("main")).to_contain_text("49 152")
    address = page.url
    assert page.evaluate("localStorage.length") == 0, "what was handed in is kept by the server alone"

    page.get_by_role("button", name="Explore").click()
    before = bars(page)
    page.get_by_role("slider", name="Sequence length").press("End")
    expect(page).to_have_url(re.compile(r"/explore\?seq_len=131072"))
    assert bars(page) != before
    page.get_by_label("Attention", exact=True).select_option("unfused")
    expect(page).to_have_url(re.compile(r"seq_len=131072&attention=unfused"))
    expect(page.locator("#readings .verdict")).to_contain_text("With unfused attention")
    expect(page.locator("#map")).to_contain_text("Here the attention core binds")
    page.get_by_text("Share of time over the length").click()
    expect(page.locator("details[data-chart=over-length] .main-svg").first).to_be_visible(timeout=20_000)
    shown = page.locator("#readings").inner_text()
    page.reload()
    assert page.locator("#readings").inner_text() == shown, "the address holds the state"

    kept = site.attempt(address)
    assert (kept.predicted_component, kept.predicted_resource) == ("mlp", "compute")
    assert (kept.predicted_number, kept.confidence, kept.answer) == (1.03, 80, ANSWER)
    assert (kept.open_book, kept.explored_at is not None) == (False, True)
    assert json.loads(kept.score)["axes"]["bottleneck"] >= 3


def test_the_same_without_javascript(browser, site, hand_in):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url)
    page.get_by_text("MLP, experts included").click()
    page.get_by_role("button", name="Lock it in").click()
    page.get_by_label("Sequence length").fill("65536")
    page.get_by_role("button", name="Compute").click()
    expect(page.locator("#quick-verdict .verdict")).to_contain_text("At 65 536 tokens the attention core leads")
    page.get_by_role("link", name="Now a real one").click()
    page.get_by_role("button", name="Start: predict first").click()

    page.get_by_text("MLP, experts included").click()
    page.get_by_role("button", name="Lock the prediction").click()
    expect(page.get_by_text("Choose what the step waits for.")).to_be_visible()
    expect(page.get_by_label("MLP, experts included")).to_be_checked()
    page.get_by_text("Compute: the arithmetic units are busy").click()
    page.get_by_label("If the attention core cost nothing").fill("1.03")
    page.get_by_role("button", name="Lock the prediction").click()

    page.get_by_label("Your answer").fill("So far.")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_label("Your answer")).to_have_value("So far.")
    page.get_by_label("Your answer").fill("So far, so good.")
    page.get_by_role("button", name="Open the book").click()
    expect(page.get_by_label("Your answer")).to_have_value("So far, so good.")
    page.get_by_label("Sequence length").fill("8192")
    page.get_by_role("button", name="Compute").click()
    expect(page).to_have_url(re.compile("seq_len=8192"))
    page.get_by_label("Your answer").fill(ANSWER)
    hand_in(page)

    expect(page.locator(".scoreline")).to_contain_text("open book")
    page.get_by_text("Every criterion").click()
    page.get_by_role("button", name="Explore").click()
    page.get_by_label("Hardware").select_option("h100-sxm")
    page.get_by_role("button", name="Compute").click()
    expect(page).to_have_url(re.compile("hardware=h100-sxm"))
    page.locator("#readings").get_by_text("Show numbers").click()
    expect(page.get_by_role("cell", name="compute").first).to_be_visible()

    kept = site.attempt(page.url)
    assert (kept.answer, kept.first_answer, bool(kept.open_book)) == (ANSWER, ANSWER, True)
    context.close()


FOCUS = """() => {
  const at = document.activeElement;
  const ring = [at, ...at.labels ?? []].some(element => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  });
  const name = (at.labels?.[0] ?? at).innerText || at.getAttribute('aria-label') || '';
  return { name, ring, tag: at.tagName };
}"""


def press(page, key, until, *, at_most=80):
    """Presses a key until the element in focus is the one; every stop on the way shows its focus."""
    for _ in range(at_most):
        page.keyboard.press(key)
        focused = page.evaluate(FOCUS)
        assert focused["ring"] or focused["tag"] == "BODY", f"no focus is seen on {focused}"
        if until in focused["name"]:
            return
    raise AssertionError(f"{until!r} is not reached by {key}")


def test_the_same_by_keyboard_alone(page, site):
    page.goto(site.url)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    press(page, "Tab", "MLP, experts included")
    page.keyboard.press("Space")
    press(page, "Tab", "Lock it in")
    page.keyboard.press("Enter")
    expect(page.locator("#quick-verdict")).to_be_visible()
    press(page, "Tab", "Sequence length")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#quick-verdict .verdict")).to_contain_text("At 2 560 tokens")
    press(page, "Tab", "Now a real one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="How this goes")).to_be_visible()
    press(page, "Tab", "Start: predict first")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Predict")).to_be_visible()

    press(page, "Tab", "MLP, experts included")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Q, K, V and O projections")).to_be_checked()
    press(page, "Tab", "Compute: the arithmetic")
    page.keyboard.press("Space")
    press(page, "Tab", "If the attention core")
    page.keyboard.type("1.03")
    press(page, "Tab", "Open book")
    press(page, "Tab", "Lock the prediction")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Answer")).to_be_visible()

    press(page, "Tab", "Your answer")
    page.keyboard.type(ANSWER)
    press(page, "Tab", "Hand it in")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="One question back")).to_be_visible()
    press(page, "Tab", "Hand it in for good")
    page.keyboard.press("Enter")
    expect(page.locator(".score")).to_be_visible()
    press(page, "Tab", "Every criterion")
    page.keyboard.press("Enter")
    expect(page.locator("details.criteria table")).to_be_visible()
    press(page, "Tab", "Explore")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Instrument")).to_be_visible()
    press(page, "Tab", "Model")
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("model="))
    press(page, "Tab", "Show numbers")
    page.keyboard.press("Space")
    expect(page.get_by_role("table", name="One step, by component")).to_be_visible()
    kept = site.attempt(page.url)
    assert (kept.predicted_component, kept.answer) == ("projections", ANSWER)


def cookie_of(candidate, site):
    return {"name": "chokepoint_person", "value": candidate.http.cookies["chokepoint_person"], "url": site.url}


def test_the_problem_of_a_value_that_was_typed_is_shown_at_once(page, site):
    page.goto(f"{site.url}/?guess=mlp")
    page.locator("#f-seq_len").fill("12")
    expect(page.get_by_role("alert")).to_have_text("Sequence length: 12 is not between 512 and 65536.")


def test_the_book_can_be_opened_while_text_is_not_saved_yet(page, site, visitor):
    candidate = visitor(site.app)
    attempt = candidate.answering()
    page.context.add_cookies([cookie_of(candidate, site)])
    page.goto(site.url + attempt)
    field = page.get_by_label("Your answer")
    field.fill("One.")
    expect(page.get_by_role("status")).to_have_text("Saved")
    field.press_sequentially(" Two.")
    page.get_by_role("button", name="Open the book").click()
    expect(page.locator("#instrument")).to_be_visible()
    expect(field).to_have_value("One. Two.")
    assert site.attempt(page.url).draft == "One. Two."


def test_a_slider_of_the_open_book_leaves_the_text_alone(page, site, visitor):
    candidate = visitor(site.app)
    attempt = candidate.answering(open_book="1")
    page.context.add_cookies([cookie_of(candidate, site)])
    page.goto(site.url + attempt)
    page.get_by_label("Your answer").fill("While I write")
    before = page.locator("#readings").inner_text()
    page.get_by_role("slider", name="Sequence length").press("End")
    expect(page.locator("#readings")).not_to_have_text(before)
    expect(page.get_by_label("Your answer")).to_have_value("While I write")
    assert "bind" not in page.locator("#instrument").inner_text()
