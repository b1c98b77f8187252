"""How far estimates were from published measurements, by family: rows that were not calibrated on.

Written by bench/validate.py --write; docs/validation.md has the rows behind each line.
"""

from typing import NamedTuple

from app.engine.scenario import Scenario


class ErrorBar(NamedTuple):
    """Errors of a family without their signs: rows, median, 90th percentile [1]."""

    n: int
    median: float
    p90: float


# Family: the kind of work (serving: decode with others' prefills between), dense or moe, the chip's slug.
ERROR_BARS: dict[tuple[str, str, str], ErrorBar] = {
    ("decode", "dense", "a100-80gb-sxm"): ErrorBar(n=257, median=0.057, p90=0.189),
    ("prefill", "dense", "a100-80gb-sxm"): ErrorBar(n=4, median=0.053, p90=0.100),
    ("prefill", "dense", "b200-sxm"): ErrorBar(n=4, median=0.042, p90=0.045),
    ("prefill", "dense", "h100-sxm"): ErrorBar(n=4, median=0.116, p90=0.261),
    ("prefill", "dense", "l40s"): ErrorBar(n=4, median=0.070, p90=0.080),
    ("serving", "dense", "a100-80gb-sxm"): ErrorBar(n=40, median=0.066, p90=0.159),
    ("serving", "dense", "h100-sxm"): ErrorBar(n=424, median=0.076, p90=0.218),
    ("serving", "dense", "h200-sxm"): ErrorBar(n=57, median=0.185, p90=1.287),
    ("serving", "dense", "l40s"): ErrorBar(n=8, median=0.058, p90=0.165),
    ("serving", "moe", "h100-sxm"): ErrorBar(n=64, median=0.113, p90=0.346),
    ("serving", "moe", "h200-sxm"): ErrorBar(n=149, median=0.140, p90=0.275),
    ("training", "dense", "a100-40gb-sxm"): ErrorBar(n=72, median=0.017, p90=0.071),
    ("training", "dense", "a100-80gb-sxm"): ErrorBar(n=66, median=0.033, p90=0.130),
    ("training", "dense", "b200-sxm"): ErrorBar(n=8, median=0.066, p90=0.120),
    ("training", "dense", "h100-sxm"): ErrorBar(n=52, median=0.070, p90=0.177),
    ("training", "dense", "tpu-v5p"): ErrorBar(n=4, median=0.056, p90=0.111),
}


def error_bar(scenario: Scenario) -> ErrorBar | None:
    """The validated error of a scenario's family; None where no published row is of its kind."""
    mixture = "dense" if scenario.model.experts is None else "moe"
    return ERROR_BARS.get((str(scenario.phase), mixture, scenario.hardware.slug))
