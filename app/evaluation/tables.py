"""Comparisons as tables in Markdown, which a terminal shows as well, and as plain mappings."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

from app.evaluation.agreement import BANDS
from app.evaluation.comparison import MIDDLE, Group, Part, Row
from app.evaluation.marks import AXES
from app.evaluation.resampling import DRAWS, LEVEL, Estimate
from app.grading.score import AXIS_LABELS

_MIDDLE = f"{MIDDLE[0]}-{MIDDLE[1]}"
LEGEND = f"""\
Kappa: quadratically weighted, on five bands of the overall mark ({", ".join(BANDS)}) against the mean of
the scorings; on an axis, on its levels 0 to 4 against each scoring, averaged. Error: mean absolute difference, in
points overall and in levels on an axis. Bias: above zero where the grader is kinder. Rank: Spearman's correlation.
{_MIDDLE}: the answers whose mean scoring lies there. Read: share of the sentences with content that gave a claim. In
brackets: the middle {LEVEL:.0%} of {DRAWS:,} bootstrap draws of the answers; they say nothing of questions that are not
there. A hyphen: not defined. Baselines are fitted on the answers to the other scenarios (of one scenario alone, on its
other answers), the grader to nothing; but its rules were written by somebody who had read the answers that are called
in sample.
"""


def group_lines(group: Group) -> Iterator[str]:
    """A group as three or four tables: markers, axes, quality, scenarios."""
    yield from _table(
        ("marker", "n", "kappa", "error", "rank", f"n {_MIDDLE}", f"rank {_MIDDLE}", f"error {_MIDDLE}"),
        (_overall(row) for row in group.rows),
    )
    yield ""
    yield from _table(
        ("by axis: kappa (error)", *(AXIS_LABELS[axis] for axis in AXES)),
        (
            (row.name, *(f"{_two(row.axis_kappa[axis])} ({_two(row.axis_error[axis])})" for axis in AXES))
            for row in group.rows
        ),
    )
    yield ""
    yield from _table(("the grader by quality", "n", "error", "bias", "rank", "read"), map(_quality, group.bands))
    if len(group.scenarios) > 1:
        yield ""
        yield from _table(
            ("the grader by scenario", "n", "kappa", "error", "bias", "rank", "read"), map(_scenario, group.scenarios)
        )


def group_to_mapping(group: Group) -> dict[str, Any]:
    """A group as JSON; what is not defined is null."""
    found: dict[str, Any] = _finite(asdict(group))
    return found


def _overall(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        str(row.n),
        _interval(row.kappa, _two),
        _interval(row.error, _one),
        _two(row.rank),
        str(row.n_middle),
        _interval(row.middle_rank, _two),
        _interval(row.middle_error, _one),
    )


def _quality(part: Part) -> tuple[str, ...]:
    return part.name, str(part.n), _one(part.error), _signed(part.bias), _two(part.rank), _two(part.read)


def _scenario(part: Part) -> tuple[str, ...]:
    return (
        part.name,
        str(part.n),
        _two(part.kappa),
        _one(part.error),
        _signed(part.bias),
        _two(part.rank),
        _two(part.read),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Columns of one width each, figures to the right."""
    cells = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(2, *(len(row[column]) for row in cells)) for column in range(len(head))]
    lines = [_line([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in cells]
    yield lines[0]
    yield _line(["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])])
    yield from lines[1:]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _interval(estimate: Estimate, written: Callable[[float], str]) -> str:
    if not isfinite(estimate.low):
        return written(estimate.value)
    return f"{written(estimate.value)} [{written(estimate.low)}, {written(estimate.high)}]"


def _two(value: float) -> str:
    return f"{value:.2f}" if isfinite(value) else "-"


def _one(value: float) -> str:
    return f"{value:.1f}" if isfinite(value) else "-"


def _signed(value: float) -> str:
    return f"{value:+.1f}" if isfinite(value) else "-"


def _finite(value: Any) -> Any:  # noqa: ANN401 - whatever asdict gives
    match value:
        case float():
            return value if isfinite(value) else None
        case Mapping():
            return {str(name): _finite(item) for name, item in value.items()}
        case list() | tuple():
            return [_finite(item) for item in value]
    return value
