"""A row of the manifest: one measured quantity, the scenario that it belongs to, and what the row is for."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MEASURED = HERE / "measured"
MANIFEST = HERE / "rows.csv"
COLUMNS = ("file", "row", "quantity", "scenario", "beside", "measured", "role", "why")

Record = dict[str, str]


class Role(StrEnum):
    """What a row is for."""

    CALIBRATE = "calibrate"  # the constants were chosen on it
    REPORT = "report"  # predicted and printed, never fitted
    EXCLUDE = "exclude"  # not predicted; `why` is a fact about the row


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measured quantity. `row` is the line of the file, from 1, with the column where a line holds several."""

    file: str
    row: str
    quantity: str = ""
    scenario: dict[str, Any] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)  # what the quantity needs beyond a scenario
    measured: float = 0.0
    role: Role = Role.REPORT
    why: str = ""

    @property
    def line(self) -> int:
        """Line of the data file, from 1."""
        return int(self.row.partition(":")[0])


def records(file: str) -> list[Record]:
    """The lines of a measured file."""
    with (MEASURED / file).open(newline="") as opened:
        return list(csv.DictReader(opened))


def read_manifest(path: Path = MANIFEST) -> list[Row]:
    """The manifest as it lies in the repository."""
    with path.open(newline="") as opened:
        return [_row(record) for record in csv.DictReader(opened)]


def write_manifest(rows: Iterable[Row], path: Path = MANIFEST) -> None:
    """Write the manifest; the same rows give the same bytes."""
    with path.open("w", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_cells(rows))


def _cells(rows: Iterable[Row]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        measured = f"{row.measured:.6g}" if row.quantity else ""
        yield row.file, row.row, row.quantity, _json(row.scenario), _json(row.beside), measured, str(row.role), row.why


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":")) if value else ""


def _row(record: Record) -> Row:
    return Row(
        file=record["file"],
        row=record["row"],
        quantity=record["quantity"],
        scenario=json.loads(record["scenario"] or "{}"),
        beside=json.loads(record["beside"] or "{}"),
        measured=float(record["measured"] or 0),
        role=Role(record["role"]),
        why=record["why"],
    )
