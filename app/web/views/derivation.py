"""Worked lines as a page unfolds them: what comes out, the formula, the same with its numbers, where it comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.analysis import Analysis
from app.engine.derivation import derivation
from app.engine.report import line_to_mapping
from app.web.format import count, percent, quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivationRow:
    """One worked line."""

    result: str
    formula: str
    worked: str
    source: str


def worked_lines(analysis: Analysis) -> tuple[DerivationRow, ...]:
    """The derivation behind an analysis."""
    return stored_lines(line_to_mapping(line) for line in derivation(analysis))


def stored_lines(lines: Iterable[Mapping[str, Any]]) -> tuple[DerivationRow, ...]:
    """A derivation as it was stored with a grade."""
    return tuple(_row(line) for line in lines)


# Private


def _row(line: Mapping[str, Any]) -> DerivationRow:
    put_in = line["formula"]
    for symbol, value in sorted(line["inputs"], key=lambda pair: -len(pair[0])):
        put_in = put_in.replace(symbol, quantity(value, "1") if value < 1 else count(value))
    result = percent(line["value"]) if line["unit"] == "1" else quantity(line["value"], line["unit"])
    return DerivationRow(
        result=f"{line['symbol']} = {result}",
        formula=f"= {line['formula']}",
        worked=f"= {put_in}" if line["inputs"] else "",
        source=line["source"],
    )
