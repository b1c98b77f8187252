"""The profile page in Chromium: an upload with its progress, a kernel that is moved, export, keep and delete."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TRACE = Path(__file__).parents[1] / "profile" / "data" / "a100_train_three_steps.json.gz"


def test_an_upload_becomes_a_result_without_leaving_the_page(page, site):
    page.goto(f"{site.url}/profile")
    page.set_input_files("#f-file", TRACE)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="Where the time went")).to_be_visible()
    expect(page.locator(".verdict")).to_contain_text("no kernel is recorded")
    expect(page.locator("main")).to_be_focused()


def test_the_progress_of_an_upload_is_shown(page, site):
    page.goto(f"{site.url}/profile")
    seen = []
    page.expose_function("seen", lambda words: seen.append(words))
    page.evaluate(
        """() => new MutationObserver(() => window.seen(document.querySelector('[data-progress]')?.innerText))
             .observe(document.querySelector('[data-progress]'),
                      { childList: true, subtree: true, attributes: true })"""
    )
    page.set_input_files(
        "#f-file", {"name": "x.csv", "mimeType": "text/csv", "buffer": b"kernel,time_us\na,1\n" * 50_000}
    )
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("alert")).to_contain_text("line 3")
    assert any("sent" in words or "Sending" in words for words in seen if words)
    assert any("being read" in words for words in seen if words)


def test_a_broken_file_says_why_beside_the_form_and_the_next_one_works(page, site):
    page.goto(f"{site.url}/profile")
    page.set_input_files("#f-file", {"name": "x.json", "mimeType": "application/json", "buffer": b'{"traceEvents": ['})
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("alert")).to_contain_text("the JSON ends too early")
    page.set_input_files("#f-file", TRACE)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="Where the time went")).to_be_visible()


def test_a_kernel_is_moved_and_the_summary_kept_and_deleted(page, site):
    page.goto(f"{site.url}/profile")
    page.set_input_files("#f-file", TRACE)
    page.get_by_role("button", name="Read it").click()
    page.locator('select[name="group-0"]').select_option("mlp")
    page.get_by_role("button", name="Compute again").click()
    expect(page.locator('select[name="group-0"]')).to_have_value("mlp")
    expect(page.locator("main")).to_contain_text(re.compile(r"recorded, MLP takes most, \d"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as Markdown").click()
    assert Path(download.value.path()).read_text().startswith("# Where the time went")
    page.get_by_role("button", name="Keep this summary").click()
    expect(page).to_have_url(re.compile(r"/profile/[\w-]{22}$"))
    page.get_by_role("button", name="Delete this summary").click()
    expect(page).to_have_url(re.compile(r"/profile$"))


def test_it_works_without_javascript(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/profile")
    page.set_input_files("#f-file", TRACE)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="Where the time went")).to_be_visible()
    context.close()
