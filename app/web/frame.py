"""The frame around all pages, put on an app in one call: guards, static files, templates, error pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI

from app.web.csrf import CrossOrigin
from app.web.errors import install_error_pages
from app.web.head import HeadRequests
from app.web.render import NavLink, page_templates
from app.web.rootpath import RootPath
from app.web.security import BodyLimit, SecurityHeaders
from app.web.staticfiles import Assets


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the frame needs to know."""

    templates: Path
    static: Path
    version: str
    nav: Sequence[NavLink] = ()
    root_path: str = ""
    public_url: str = ""
    uploads: Mapping[str, int] = field(default_factory=dict)


def install_frame(app: FastAPI, frame: Frame) -> None:
    """Guards run in the order headers, sub-path, cross-origin, body limit; the last one added is the outermost."""
    assets = Assets(frame.static)
    app.state.templates = page_templates(frame.templates, assets=assets, nav=frame.nav, version=frame.version)
    app.state.public_url = frame.public_url
    app.mount("/static", assets, name="static")
    app.add_middleware(HeadRequests)
    app.add_middleware(BodyLimit, uploads=frame.uploads)
    app.add_middleware(CrossOrigin, public_url=frame.public_url)
    app.add_middleware(RootPath, root_path=frame.root_path)
    app.add_middleware(SecurityHeaders)
    install_error_pages(app)
