"""Error bars by family: as JSON, and as the Python table that the engine may hold."""

import json
from collections.abc import Sequence

from validation.errors import Outcome, Summary, families

_LEAST = 4  # a family of fewer rows has no percentile worth printing

_HEAD = '''"""How far estimates were from published measurements, by family: rows that were not calibrated on.

Written by bench/validate.py --write; docs/validation.md has the rows behind each line.
"""

from typing import NamedTuple


class ErrorBar(NamedTuple):
    """Errors of a family without their signs: rows, median, 90th percentile [1]."""

    n: int
    median: float
    p90: float


# Family: the kind of work (serving: decode with others' prefills between), dense or moe, the chip's slug.
ERROR_BARS: dict[tuple[str, str, str], ErrorBar] = {
'''


def families_json(found: Sequence[Outcome]) -> str:
    """Every family with its rows and errors."""
    listed = {name: _described(size) for name, size in families(found).items()}
    return json.dumps(listed, indent=1) + "\n"


def bars_module(found: Sequence[Outcome]) -> str:
    """The table for the engine: families of work with enough rows."""
    lines = [
        f"    {_key(name)}: ErrorBar(n={size.n}, median={size.median:.3f}, p90={size.p90:.3f}),\n"
        for name, size in families(found).items()
        if size.n >= _LEAST and len(name.split()) == 3
    ]
    return _HEAD + "".join(lines) + "}\n"


def _described(size: Summary) -> dict[str, float]:
    return {"n": size.n, "median": round(size.median, 4), "p90": round(size.p90, 4), "bias": round(size.bias, 4)}


def _key(name: str) -> str:
    kind, experts, chip = name.split()
    return f'("{kind}", "{experts}", "{chip}")'
