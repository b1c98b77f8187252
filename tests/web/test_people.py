import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient

from app.web.people import PERSON_COOKIE, forget_person, new_person_secret, person_secret, remember_person
from app.web.rootpath import RootPath


@pytest.fixture
def app():
    app = FastAPI()

    @app.get("/who")
    def who(request: Request) -> str | None:
        return person_secret(request)

    @app.post("/in")
    def enter(request: Request, response: Response) -> None:
        remember_person(request, response, "0123456789abcdef0123456789abcdef")

    @app.post("/out")
    def leave(request: Request, response: Response) -> None:
        forget_person(request, response)

    return app


def test_a_secret_has_128_bits_and_is_new_each_time():
    first, second = new_person_secret(), new_person_secret()
    assert len(bytes.fromhex(first)) == 16
    assert first != second


def test_a_browser_is_remembered_and_forgotten(app):
    client = TestClient(app)
    assert client.get("/who").json() is None
    client.post("/in")
    assert client.get("/who").json() == "0123456789abcdef0123456789abcdef"
    client.post("/out")
    assert client.get("/who").json() is None


@pytest.mark.parametrize("value", ["", "short", "0" * 33, "Z" * 32, "0123456789abcdef0123456789abcde'"])
def test_a_cookie_of_another_shape_is_nobody(app, value):
    assert TestClient(app, cookies={PERSON_COOKIE: value}).get("/who").json() is None


@pytest.mark.parametrize(
    ("base_url", "public_url", "secure"),
    [
        pytest.param("http://home:8000", "", False, id="plain http at home"),
        pytest.param("https://choke.example", "", True, id="https"),
        pytest.param("http://choke.example", "https://choke.example/x", True, id="https ends at the proxy"),
        pytest.param("http://home:8000", "https://choke.example", False, id="plain http beside a public address"),
    ],
)
def test_the_cookie_is_secure_only_where_the_browser_would_keep_it(app, base_url, public_url, secure):
    app.state.public_url = public_url
    cookie = TestClient(app, base_url=base_url).post("/in").headers["set-cookie"]
    assert ("Secure" in cookie) is secure
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie


def test_the_cookie_stays_below_the_prefix():
    app = FastAPI()
    app.add_middleware(RootPath, root_path="/tools")

    @app.post("/in")
    def enter(request: Request, response: Response) -> None:
        remember_person(request, response, "0" * 32)

    assert "Path=/tools" in TestClient(app).post("/in").headers["set-cookie"]
