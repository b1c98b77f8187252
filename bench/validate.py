"""Predicted against measured, for every row of bench/validation/rows.csv that is not excluded.

.venv/bin/python bench/validate.py               # the tables
.venv/bin/python bench/validate.py --write       # and docs/validation.md, families.json, app/engine/error_bars.py
.venv/bin/python bench/validate.py --check       # fails when one of these is stale
.venv/bin/python bench/validate.py --manifest    # write rows.csv anew from the sources
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from validation.bars import families_json, with_bars  # noqa: E402 - the two paths above come first
from validation.errors import Outcome, aims, outcomes, plain_sweep, summary, sweep_order  # noqa: E402
from validation.fit import CALIBRATION_ONLY, constants  # noqa: E402
from validation.page import page, table  # noqa: E402
from validation.rows import Row, read_manifest, write_manifest  # noqa: E402
from validation.sources import manifest  # noqa: E402

PAGE = HERE.parent / "docs" / "validation.md"
FAMILIES = HERE / "validation" / "families.json"
BARS = HERE.parent / "app" / "engine" / "error_bars.py"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the manifest and do what the options say; the exit status."""
    options = _options(arguments)
    if options.manifest:
        write_manifest(manifest())
    rows = read_manifest()
    found = outcomes(rows)
    show(found)
    files = made(rows, found)
    if options.write:
        for path, text in files.items():
            path.write_text(text)
    stale = [path.name for path, text in files.items() if options.check and _stale(path, text)]
    if stale:
        print(f"stale: {', '.join(stale)}; run bench/validate.py --write")
    return 1 if stale else 0


def made(rows: Sequence[Row], found: Sequence[Outcome]) -> dict[Path, str]:
    """Every file that this command writes, with its text."""
    with constants(CALIBRATION_ONLY):
        blind = outcomes(rows)
    return {
        PAGE: page(rows, found, blind, plain_sweep(rows)),
        FAMILIES: families_json(found),
        BARS: with_bars(BARS.read_text(), found),
    }


def show(found: Sequence[Outcome]) -> None:
    """Print error by source and the order in the sweep."""
    print(f"{'source':46} {'role':9} {'n':>4} {'median':>7} {'p90':>7} {'bias':>7}   {'baseline':>8} {'p90':>8}")
    for source, role, n, median, p90, bias, base, base_p90 in table(found):
        print(f"{source:46} {role:9} {n:>4} {median:>7} {p90:>7} {bias:>7}   {base:>8} {base_p90:>8}")
    for name, group in aims(found).items():
        engine, baseline = summary([o.error for o in group]), summary([o.baseline_error for o in group])
        print(f"{name:56} {engine.n:>4} {engine.median:7.1%} {engine.p90:7.1%}", end=" ")
        print(f"{engine.bias:+7.1%}   {baseline.median:8.1%} {baseline.p90:8.1%}")
    order = sweep_order(found)
    print(f"order in the layout search: {order.right} of {order.n} pairs ({order.share:.0%})")


def _stale(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text() != text


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Predicted against measured.")
    for name, words in (
        ("write", "write the page, the families and the error bars"),
        ("check", "fail when one of these is stale"),
        ("manifest", "write rows.csv anew from the sources"),
    ):
        parser.add_argument(f"--{name}", action="store_true", help=words)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
