import pytest
from fastapi.testclient import TestClient

from app.web.rootpath import normal_root


@pytest.mark.parametrize("sent", ["/tools/choke/page", "/page"], ids=["proxy keeps the prefix", "proxy strips it"])
def test_a_page_is_found_and_links_with_the_prefix(make_app, sent):
    response = TestClient(make_app(root_path="/tools/choke")).get(sent)
    assert response.status_code == 200
    assert 'href="/tools/choke/page"' in response.text
    assert 'href="/tools/choke/static/' in response.text


@pytest.mark.parametrize("sent", ["/tools/choke", ""], ids=["proxy keeps the prefix", "proxy strips it"])
def test_a_static_file_is_found(make_app, sent):
    app = make_app(root_path="/tools/choke")
    page = TestClient(app).get("/page").text
    path = page.split('rel="stylesheet" href="/tools/choke')[1].split('"')[0]
    response = TestClient(app).get(sent + path)
    assert response.status_code == 200
    assert "immutable" in response.headers["cache-control"]


def test_without_a_prefix_nothing_is_added(client):
    assert 'href="/page"' in client.get("/page").text


def test_a_path_that_only_begins_alike_is_not_the_prefix(make_app):
    app = make_app(root_path="/pa")
    assert TestClient(app).get("/page").status_code == 200


def test_failures_and_redirects_carry_the_prefix(make_app):
    client = TestClient(make_app(root_path="/p"), raise_server_exceptions=False, follow_redirects=False)
    assert 'href="/p/"' in client.get("/boom").text
    assert client.post("/go").headers["location"] == "/p/page"
    assert 'href="/p/"' in client.get("/p/static/none.js").text
    assert client.get("/p/api/boom").json() == client.get("/api/boom").json()


@pytest.mark.parametrize(("given", "normal"), [("", ""), ("/", ""), ("a/b/", "/a/b"), ("/a", "/a")])
def test_a_prefix_has_one_form(given, normal):
    assert normal_root(given) == normal


def test_links_must_be_our_own_paths(templates, make_app):
    (templates / "page.html").write_text("{{ url('//evil.example/x') }}")
    with pytest.raises(ValueError, match="path: must start with one '/'"):
        TestClient(make_app()).get("/page")
