from collections.abc import Iterator

import pytest

from app.web.security import BODY_LIMIT, HEADERS


@pytest.mark.parametrize("path", ["/page", "/nothing", "/boom", "/static/app.css"])
def test_every_response_carries_the_headers(client, path):
    response = client.get(path)
    for name, value in HEADERS.items():
        assert response.headers[name] == value


def test_the_policy_allows_no_inline_code_and_no_other_host(client):
    policy = client.get("/page").headers["content-security-policy"]
    assert "unsafe" not in policy and "http" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")


def test_a_body_at_the_limit_passes(client):
    assert client.post("/change", data={"text": "a" * (BODY_LIMIT - 5)}).text == f"changed {BODY_LIMIT - 5}"


def test_a_body_above_the_limit_is_refused_with_a_clear_page(client):
    response = client.post("/change", data={"text": "a" * BODY_LIMIT})
    assert response.status_code == 413
    assert "at most 1024 KiB" in response.text


def test_a_body_without_a_declared_length_is_counted_as_it_arrives(client):
    def chunks() -> Iterator[bytes]:
        yield b"text="
        for _ in range(20):
            yield b"a" * 100_000

    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/change", content=chunks(), headers=headers).status_code == 413
