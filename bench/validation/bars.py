"""Error bars by family: as JSON, and as the Python table that the engine holds."""

import json
import re
from collections.abc import Sequence

from validation.errors import Outcome, Summary, families

_LEAST = 4  # a family of fewer rows has no percentile worth printing

_TABLE = re.compile(
    r"(?<=^ERROR_BARS: dict\[tuple\[str, str, str\], ErrorBar\] = \{\n).*?(?=^\}$)", re.MULTILINE | re.DOTALL
)


def families_json(found: Sequence[Outcome]) -> str:
    """Every family with its rows and errors."""
    listed = {name: _described(size) for name, size in families(found).items()}
    return json.dumps(listed, indent=1) + "\n"


def with_bars(module: str, found: Sequence[Outcome]) -> str:
    """The text of the engine's module with its table anew: families of work with enough rows."""
    lines = [
        f"    {_key(name)}: ErrorBar(n={size.n}, median={size.median:.3f}, p90={size.p90:.3f}),\n"
        for name, size in families(found).items()
        if size.n >= _LEAST and len(name.split()) == 3
    ]
    return _TABLE.sub("".join(lines), module)


def _described(size: Summary) -> dict[str, float]:
    return {"n": size.n, "median": round(size.median, 4), "p90": round(size.p90, 4), "bias": round(size.bias, 4)}


def _key(name: str) -> str:
    kind, experts, chip = name.split()
    return f'("{kind}", "{experts}", "{chip}")'
