"""Figures to take along: a table in base units, and a report to paste into a document."""

import csv
import io
from collections.abc import Iterator, Sequence

from app.engine import ENGINE_VERSION
from app.engine.analysis import analyze
from app.engine.mapping import scenario_to_mapping
from app.engine.scenario import Scenario
from app.web.parts import NumbersTable
from app.web.views.prose import plain
from app.web.views.workbench import WorkbenchView

_COLUMNS = ("situation", "component", "group", "flops", "bytes_moved", "time_s", "flops_share", "time_share", "bound")


def csv_table(scenarios: Sequence[Scenario]) -> str:
    """A row a component, in base units: FLOP on all devices, bytes and seconds on one; then the scenario itself."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for name, scenario in zip("AB", scenarios, strict=False):
        for part in analyze(scenario).components:
            numbers = (part.flops, part.bytes_moved, part.time_s, part.flops_share, part.time_share)
            rows.writerow((name, part.name, part.group, *numbers, part.bound))
    rows.writerow(())
    rows.writerow(("engine", ENGINE_VERSION))
    for name, scenario in zip("AB", scenarios, strict=False):
        for field, value in scenario_to_mapping(scenario).items():
            rows.writerow((name, field, value))
    return out.getvalue()


def markdown_report(view: WorkbenchView, *, link: str) -> str:
    """The state of the workbench as Markdown, its address at the end."""
    return "\n".join(_report_lines(view, link)) + "\n"


# Private


def _report_lines(view: WorkbenchView, link: str) -> Iterator[str]:
    for side in view.sides:
        name = f"{side.name}: " if view.comparison else ""
        yield from (f"## {_escaped(name + side.title)}", "")
        yield from (f"{plain(side.readings.binding)} {plain(side.readings.flip)}".strip(), "", side.readings.memory, "")
        yield from _table_lines(side.readings.table)
    if view.comparison:
        yield from ("## From A to B", "", plain(view.comparison.sentence), "")
        yield from _table_lines(view.comparison.table)
    yield f"Counted: {view.sides[0].readings.convention}. Engine {view.engine}."
    yield from ("", f"<{link}>")


def _table_lines(table: NumbersTable) -> Iterator[str]:
    yield from (_row(table.head), "|" + " --- |" * len(table.head))
    yield from (_row(row) for row in table.rows)
    yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_escaped(cell) for cell in cells)} |"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
