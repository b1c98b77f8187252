"""An app with the real frame and a few throw-away pages."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI, Form, Request
from fastapi.responses import PlainTextResponse, Response
from fastapi.testclient import TestClient

from app.practice.attempt import NotNow
from app.web.frame import Frame, install_frame
from app.web.render import NavLink, render, see_other

ROOT = Path(__file__).parents[2]

PAGE = """{% extends "layout.html" %}
{% block title %}Here{% endblock %}
{% block content %}
<p>whole</p>
<div id="out">{% block out %}<p id="seq">{{ view }}</p><a href="{{ url('/page') }}">again</a>{% endblock %}</div>
{% block tail %}<p>tail</p>{% endblock %}
{% endblock %}
"""


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """The product's templates and one page of the tests'."""
    folder = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", folder)
    (folder / "page.html").write_text(PAGE)
    return folder


@pytest.fixture
def make_app(templates: Path) -> Callable[..., FastAPI]:
    def make(root_path: str = "", public_url: str = "") -> FastAPI:
        app = FastAPI(openapi_url=None)
        frame = Frame(
            templates=templates,
            static=ROOT / "static",
            version="9.8.7",
            nav=(NavLink(label="Practice", path="/page"), NavLink(label="Home", path="/")),
            root_path=root_path,
            public_url=public_url,
        )
        install_frame(app, frame)
        _add_pages(app)
        return app

    return make


@pytest.fixture
def client(make_app: Callable[..., FastAPI]) -> TestClient:
    return TestClient(make_app(), raise_server_exceptions=False)


def _add_pages(app: FastAPI) -> None:
    @app.get("/page")
    def page(request: Request, seq_len: int = 2048) -> Response:
        return render(request, "page.html", view=seq_len, block="out", replace_url=f"/page?seq_len={seq_len}")

    @app.get("/page/two")
    def two_blocks(request: Request) -> Response:
        return render(request, "page.html", view=1, block=("out", "tail"))

    @app.post("/change")
    def change(text: str = Form("")) -> Response:
        return PlainTextResponse(f"changed {len(text)}")

    @app.post("/go")
    def go(request: Request) -> Response:
        return see_other(request, "/page")

    @app.get("/locked")
    def locked() -> Response:
        raise NotNow("The prediction is locked.")

    @app.get("/boom")
    @app.get("/api/boom")
    def boom() -> Response:
        raise RuntimeError("secret detail")
