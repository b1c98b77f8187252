"""The workbench: any model, chip, work and layout; two situations side by side; addresses and files to take along."""

from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from app.web.deps import Typed
from app.web.exports import csv_table, markdown_report
from app.web.render import part_wanted, render, see_other
from app.web.rootpath import absolute_url
from app.web.views.bottleneck_map import VARIABLES
from app.web.views.workbench import PATH, figure_view, workbench_view
from app.web.workbench.model import model_from_config
from app.web.workbench.setting import Workbench, workbench_from

router = APIRouter(prefix=PATH)


@router.get("")
def workbench(request: Request) -> Response:
    """The state is in the address, so that it can be shared and works without JavaScript."""
    block = part_wanted(request, "readings", "study")
    view = workbench_view(_bench(request), study=block != "readings")
    return render(request, "workbench.html", view=view, block=block, replace_url=view.permalink)


@router.post("/model")
def paste_model(request: Request, typed: Typed) -> Response:
    """A config.json becomes a part of the address; why one cannot be read is said beside the field."""
    query, text = dict(request.query_params), typed.get("config", "")
    try:
        query["model"] = model_from_config(text)
    except ValueError as error:
        view = replace(workbench_view(_bench(request)), pasted=text, paste_problem=f"{error}.")
        return render(request, "workbench.html", view=view, status=422)
    return see_other(request, f"{PATH}?{urlencode(query)}")


@router.get("/figure.svg")
def figure(request: Request) -> Response:
    """The figure as a file that stands alone."""
    page = render(request, "workbench.svg.html", view=figure_view(_bench(request), link=_link(request)))
    return Response(bytes(page.body), media_type="image/svg+xml", headers=_as_file("chokepoint.svg"))


@router.get("/table.csv")
def table(request: Request) -> Response:
    """The figures of the table, in base units."""
    bench = _bench(request)
    scenarios = [side.scenario for side in (bench.first, bench.second) if side is not None]
    return Response(csv_table(scenarios), media_type="text/csv", headers=_as_file("chokepoint.csv"))


@router.get("/report.md")
def report(request: Request) -> Response:
    """The whole state as text to paste into a document."""
    text = markdown_report(workbench_view(_bench(request), study=False), link=_link(request))
    return Response(text, media_type="text/markdown; charset=utf-8", headers=_as_file("chokepoint.md"))


def _bench(request: Request) -> Workbench:
    return workbench_from(request.query_params, variables=tuple(VARIABLES))


def _link(request: Request) -> str:
    return absolute_url(request, f"{PATH}?{_bench(request).query}")


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
