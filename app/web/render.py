"""Pages and their blocks: whole to a browser, one block to htmx. The only module that knows htmx's headers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2_fragments import render_blocks
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.web.rootpath import url_for_path
from app.web.staticfiles import Assets


@dataclass(frozen=True, slots=True, kw_only=True)
class NavLink:
    """One link of the header."""

    label: str
    path: str


def page_templates(directory: Path, *, assets: Assets, nav: Sequence[NavLink], version: str) -> Environment:
    """The templates with what every page may use: url, static_url, nav, version and the macros as `m` and `plots`."""
    environment = Environment(
        loader=FileSystemLoader(directory),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    @pass_context
    def static_url(context: Context, name: str) -> str:
        return url_for_path(context["request"], assets.path_of(name))

    environment.globals.update(url=_url, static_url=static_url, is_here=_is_here, nav=tuple(nav), version=version)
    # A global and not an import in each page: an import at the top of a page does not run when one block is rendered.
    environment.globals["m"] = environment.get_template("macros.html").module
    environment.globals["plots"] = environment.get_template("plots.html").module
    return environment


def render(
    request: Request,
    page: str,
    *,
    view: object,
    block: str | tuple[str, ...] | None = None,
    status: int = 200,
    replace_url: str | None = None,
) -> HTMLResponse:
    """The page; or, for an htmx request that swaps a part of it, only the named block or blocks."""
    environment: Environment = request.app.state.templates
    values = {"request": request, "view": view}
    if block is not None and wants_block(request):
        names = (block,) if isinstance(block, str) else block
        text = render_blocks(environment, page, names, values)
    else:
        text = environment.get_template(page).render(values)
    headers = {"Vary": "HX-Request, HX-Target", "Cache-Control": "private, no-cache"}
    if replace_url is not None and is_htmx(request):
        headers["HX-Replace-Url"] = url_for_path(request, replace_url)
    return HTMLResponse(text, status_code=status, headers=headers)


def see_other(request: Request, path: str) -> Response:
    """Sends the browser on to another of our pages after a form, with htmx or without."""
    target = url_for_path(request, path)
    if is_htmx(request):
        # htmx would follow a 303 by itself and put the whole next page into this one.
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, status_code=303)


def is_htmx(request: Request) -> bool:
    """Whether htmx asks, for a part or for a whole page."""
    return request.headers.get("hx-request") == "true"


def wants_block(request: Request) -> bool:
    """Whether a part of the page is wanted; a restore of history and a boosted link want the whole."""
    headers = request.headers
    whole = headers.get("hx-request-type") == "full" or "hx-history-restore-request" in headers
    return is_htmx(request) and not whole


def swap_target(request: Request) -> str | None:
    """The id of the element that htmx will fill, for a page with more than one block."""
    return request.headers.get("hx-target", "").partition("#")[2] or None


def part_wanted(request: Request, first: str, *others: str) -> str | None:
    """Which of a page's blocks htmx will swap, each into the element of its own name; None for the whole page."""
    if not wants_block(request):
        return None
    target = swap_target(request)
    return target if target in others else first


@pass_context
def _url(context: Context, path: str) -> str:
    return url_for_path(context["request"], path)


@pass_context
def _is_here(context: Context, path: str) -> bool:
    """Whether the request is for this path or a page below it (the current link of the header)."""
    here: str = context["request"].url.path
    there = url_for_path(context["request"], path)
    return here == there or (path != "/" and here.startswith(there.rstrip("/") + "/"))
