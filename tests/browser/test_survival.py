"""Nothing typed is lost: the server is killed, the tab is doubled, the answer is locked elsewhere."""

import re
import signal

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def started(page, address, question):
    """A new attempt whose prediction is locked; its address."""
    page.goto(address + question)
    page.get_by_role("button", name="Start: predict first").click()
    page.get_by_text("MLP, experts included").click()
    page.get_by_text("Compute: the arithmetic units are busy").click()
    page.get_by_label("If the attention core cost nothing").fill("1.03")
    page.get_by_role("button", name="Lock the prediction").click()
    expect(page.get_by_label("Your answer")).to_be_visible()
    return page.url


@pytest.fixture
def question(small_bank):
    written = (small_bank / "training" / "where-175b" / "question.yaml").read_text()
    return "/q/" + re.search(r"public_id: (\w+)", written)[1]


def test_a_killed_server_has_every_draft_that_it_acknowledged(page, serve, question, small_bank, hand_in):
    first = serve(CHOKEPOINT_QUESTIONS=str(small_bank))
    address = started(page, first.url, question)
    field = page.get_by_label("Your answer")
    for words in ("It is the MLP, ", "at about 65 % of the FLOPs. ", "A free core gives 1.03x."):
        field.press_sequentially(words)
        expect(page.get_by_role("status")).to_have_text("Saved")
    first.stop(signal.SIGKILL)
    field.press_sequentially(" And more.")
    expect(page.get_by_role("status")).to_contain_text("kept in this browser")

    second = serve(CHOKEPOINT_QUESTIONS=str(small_bank))
    fresh = page.context.browser.new_context(storage_state={"cookies": page.context.cookies(), "origins": []})
    elsewhere = fresh.new_page()
    elsewhere.goto(address.replace(first.url, second.url))
    expect(elsewhere.get_by_label("Your answer")).to_have_value(
        "It is the MLP, at about 65 % of the FLOPs. A free core gives 1.03x."
    )
    hand_in(elsewhere)
    expect(elsewhere.locator(".score")).to_be_visible()
    fresh.close()


def test_a_server_that_comes_back_gets_what_was_typed_meanwhile(page, site, question):
    address = started(page, site.url, question)
    field = page.get_by_label("Your answer")
    field.fill("Before.")
    expect(page.get_by_role("status")).to_have_text("Saved")
    page.route("**/draft", lambda route: route.abort())
    field.press_sequentially(" Meanwhile.")
    expect(page.get_by_role("status")).to_contain_text("kept in this browser")
    page.unroute("**/draft")
    page.reload()
    expect(field).to_have_value("Before. Meanwhile.")
    expect(page.get_by_role("status")).to_have_text("Saved")
    assert site.attempt(address).draft == "Before. Meanwhile."


def test_two_tabs_on_one_attempt_do_each_other_no_harm(page, site, question):
    address = started(page, site.url, question)
    second = page.context.new_page()
    second.goto(address)
    page.get_by_label("Your answer").fill("From the first.")
    expect(page.get_by_role("status")).to_have_text("Saved")
    second.get_by_label("Your answer").fill("From the second.")
    expect(second.get_by_label("The other version")).to_have_value("From the first.")
    assert site.attempt(address).draft == "From the first."
    second.get_by_role("button", name="Keep both").click()
    expect(second.get_by_role("status")).to_have_text("Saved")
    assert site.attempt(address).draft == "From the second.\n\nFrom the first."


def test_a_tab_left_open_is_told_that_the_answer_is_locked_and_keeps_its_text(page, site, question, hand_in):
    address = started(page, site.url, question)
    second = page.context.new_page()
    second.goto(address)
    page.get_by_label("Your answer").fill("The MLP binds.")
    hand_in(page)
    expect(page.locator(".score")).to_be_visible()
    second.get_by_label("Your answer").fill("Too late.")
    expect(second.get_by_role("status")).to_contain_text("The answer is locked")
    expect(second.get_by_label("Your answer")).to_have_value("Too late.")
    second.get_by_role("button", name="Hand it in").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("This step is already closed")
    assert site.attempt(address).answer == "The MLP binds."


def test_of_two_tabs_that_revise_at_once_the_one_that_comes_second_is_told_what_counts(page, site, question):
    address = started(page, site.url, question)
    page.get_by_label("Your answer").fill("The MLP binds.")
    page.get_by_role("button", name="Hand it in", exact=True).click()
    second = page.context.new_page()
    second.goto(address)
    expect(second.get_by_role("heading", name="One question back")).to_be_visible()
    page.get_by_label("Your answer").fill("The MLP binds, at 65 %.")
    page.get_by_role("button", name="Hand it in for good").click()
    expect(page.locator(".score")).to_be_visible()
    second.get_by_role("button", name="Hand it in for good").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("This step is already closed")
    kept = site.attempt(address)
    assert (kept.first_answer, kept.answer) == ("The MLP binds.", "The MLP binds, at 65 %.")


def test_a_double_click_hands_in_once(page, site, question):
    address = started(page, site.url, question)
    page.get_by_label("Your answer").fill("The MLP binds.\nReally.")
    page.get_by_role("button", name="Hand it in", exact=True).dblclick()
    expect(page.get_by_role("heading", name="One question back")).to_be_visible()
    assert site.attempt(address).answer is None, "the second click is no revision"
    page.get_by_role("button", name="Hand it in for good").dblclick()
    expect(page.locator(".score")).to_be_visible()
    assert site.attempt(address).answer == "The MLP binds.\nReally."


def test_back_and_forward_lead_to_where_one_stands(page, site, question, hand_in):
    address = started(page, site.url, question)
    page.get_by_label("Your answer").fill("The MLP binds.")
    hand_in(page)
    expect(page.locator(".score")).to_be_visible()
    page.go_back()
    page.go_forward()
    expect(page.locator(".score")).to_be_visible()
    page.goto(address)
    expect(page.locator(".score")).to_be_visible()


def test_going_back_leaves_the_sliders_and_going_forward_finds_them_where_they_were(page, site, visitor):
    candidate = visitor(site.app)
    explore = candidate.graded() + "/explore"
    cookie = {"name": "chokepoint_person", "value": candidate.http.cookies["chokepoint_person"], "url": site.url}
    page.context.add_cookies([cookie])
    page.goto(f"{site.url}/practice")
    page.goto(site.url + explore)
    page.get_by_role("slider", name="Sequence length").press("End")
    expect(page).to_have_url(re.compile("seq_len=131072"))
    page.go_back()
    expect(page).to_have_url(f"{site.url}/practice")
    page.go_forward()
    expect(page).to_have_url(re.compile("seq_len=131072"))
    expect(page.locator("#f-seq_len")).to_have_value("131072")
