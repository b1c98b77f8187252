import pytest
from jinja2.exceptions import UndefinedError

from app.web.render import page_templates
from app.web.staticfiles import Assets

HTMX = {"hx-request": "true", "hx-request-type": "partial", "hx-target": "div#out"}


def test_a_browser_gets_the_whole_page(client):
    response = client.get("/page")
    assert "<!doctype html>" in response.text and "whole" in response.text
    assert "hx-replace-url" not in response.headers


def test_htmx_gets_one_block_and_the_address(client):
    response = client.get("/page?seq_len=4096", headers=HTMX)
    assert response.text == '<p id="seq">4096</p><a href="/page">again</a>'
    assert response.headers["hx-replace-url"] == "/page?seq_len=4096"


def test_htmx_may_get_two_blocks(client):
    assert client.get("/page/two", headers=HTMX).text.endswith("<p>tail</p>")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"hx-history-restore-request": "true"}, id="history is restored"),
        pytest.param({"hx-request-type": "full", "hx-target": "body"}, id="a boosted link"),
    ],
)
def test_htmx_gets_the_whole_page_where_it_replaces_the_page(client, headers):
    assert "<!doctype html>" in client.get("/page", headers=HTMX | headers).text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["whole", "block"])
def test_both_forms_are_kept_apart_in_caches(client, headers):
    response = client.get("/page", headers=headers)
    assert response.headers["vary"] == "HX-Request, HX-Target"
    assert response.headers["cache-control"] == "private, no-cache"


def test_after_a_form_the_browser_is_sent_on(client):
    response = client.post("/go", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, "/page")


def test_after_a_form_htmx_is_sent_on(client):
    response = client.post("/go", headers=HTMX)
    assert (response.status_code, response.headers["hx-redirect"], response.text) == (204, "/page", "")


def test_the_header_marks_where_one_is(client):
    page = client.get("/page").text
    assert '<a href="/page" aria-current="page">Practice</a>' in page
    assert '<a href="/">Home</a>' in page


def test_the_layout_names_the_version_and_offers_the_skip_link(client):
    page = client.get("/page").text
    assert "Chokepoint 9.8.7" in page and "no outbound calls" in page
    assert page.index('href="#content"') < page.index("<header")


def test_a_view_without_a_field_is_an_error_and_not_a_blank(templates, tmp_path):
    (tmp_path / "static").mkdir()
    environment = page_templates(templates, assets=Assets(tmp_path / "static"), nav=(), version="1")
    with pytest.raises(UndefinedError):
        environment.from_string("{{ view.missing }}").render(view=object())


def test_text_is_escaped(templates, tmp_path):
    (tmp_path / "static").mkdir()
    environment = page_templates(templates, assets=Assets(tmp_path / "static"), nav=(), version="1")
    assert environment.from_string("{{ view }}").render(view="<b>") == "&lt;b&gt;"
