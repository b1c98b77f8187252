import logging

import pytest
from fastapi.testclient import TestClient

HTMX = {"hx-request": "true", "hx-request-type": "partial", "hx-target": "div#out"}


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        pytest.param("GET", "/nothing", 404, "There is no page at this address", id="unknown"),
        pytest.param("GET", "/change", 405, "does not take that kind of request", id="wrong method"),
        pytest.param("GET", "/locked", 409, "The prediction is locked.", id="not now"),
        pytest.param("GET", "/page?seq_len=x", 422, "seq_len: Input should be a valid integer", id="not a number"),
        pytest.param("GET", "/boom", 500, "Something broke here", id="our fault"),
    ],
)
def test_a_failure_is_a_page_with_one_sentence(client, method, path, status, words):
    response = client.request(method, path)
    assert response.status_code == status
    assert words in response.text
    assert "<!doctype html>" in response.text and "Traceback" not in response.text


def test_a_failure_says_nothing_of_its_inside(client):
    assert "secret detail" not in client.get("/boom").text


def test_the_wrong_method_names_the_right_one(client):
    assert client.get("/change").headers["allow"] == "POST"


def test_under_api_a_failure_is_one_line_of_json(client):
    response = client.get("/api/nothing")
    assert (response.status_code, list(response.json())) == (404, ["error"])
    assert "\n" not in response.text
    assert client.get("/api/boom").status_code == 500


def test_htmx_gets_the_block_alone(client):
    response = client.get("/locked", headers=HTMX)
    assert "The prediction is locked." in response.text
    assert "<html" not in response.text


def test_a_value_is_not_echoed(client):
    assert "<script>" not in client.get("/page", params={"seq_len": "<script>alert(1)"}).text
    assert "alert(1)" not in client.get("/page", params={"seq_len": "<script>alert(1)"}).text


def test_the_log_keeps_the_cause(make_app, caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(RuntimeError, match="secret detail"):
        TestClient(make_app()).get("/boom")
