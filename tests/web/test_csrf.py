import pytest
from fastapi.testclient import TestClient

SAME, OTHER = "http://testserver", "http://evil.example"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"sec-fetch-site": "same-origin"}, 200, id="our own page says the browser"),
        pytest.param({"sec-fetch-site": "none"}, 200, id="typed by the user"),
        pytest.param({"sec-fetch-site": "cross-site"}, 403, id="another site says the browser"),
        pytest.param({"sec-fetch-site": "same-site"}, 403, id="a sibling host is another site"),
        pytest.param({"sec-fetch-site": "cross-site", "origin": SAME}, 403, id="fetch metadata goes first"),
        pytest.param({"origin": SAME}, 200, id="older browser or plain http, our origin"),
        pytest.param({"origin": OTHER}, 403, id="older browser, other origin"),
        pytest.param({"origin": "https://testserver"}, 403, id="other scheme is another origin"),
        pytest.param({"origin": "null"}, 403, id="hidden origin"),
        pytest.param({}, 200, id="not a browser"),
    ],
)
def test_a_change_must_come_from_our_own_pages(client, headers, status):
    assert client.post("/change", data={"text": "abc"}, headers=headers).status_code == status


def test_reading_is_free_from_everywhere(client):
    assert client.get("/page", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_the_public_address_counts_as_ours(make_app):
    client = TestClient(make_app(public_url="https://choke.example/tools"))
    assert client.post("/change", headers={"origin": "https://choke.example"}).status_code == 200
    assert client.post("/change", headers={"origin": "https://other.example"}).status_code == 403


def test_the_refusal_is_a_page_with_our_headers(client):
    response = client.post("/change", headers={"sec-fetch-site": "cross-site"})
    assert "another site" in response.text
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
