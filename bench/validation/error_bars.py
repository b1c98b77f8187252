"""How far estimates were from published measurements, by family: rows that were not calibrated on.

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
    ("decode", "dense", "a100-80gb-sxm"): ErrorBar(n=257, median=0.112, p90=0.250),
    ("prefill", "dense", "a100-80gb-sxm"): ErrorBar(n=4, median=0.126, p90=0.257),
    ("prefill", "dense", "b200-sxm"): ErrorBar(n=4, median=0.153, p90=0.156),
    ("prefill", "dense", "h100-sxm"): ErrorBar(n=4, median=0.133, p90=0.261),
    ("prefill", "dense", "l40s"): ErrorBar(n=4, median=0.079, p90=0.090),
    ("serving", "dense", "a100-80gb-sxm"): ErrorBar(n=40, median=0.089, p90=0.176),
    ("serving", "dense", "h100-sxm"): ErrorBar(n=424, median=0.087, p90=0.243),
    ("serving", "dense", "h200-sxm"): ErrorBar(n=57, median=0.157, p90=1.456),
    ("serving", "dense", "l40s"): ErrorBar(n=8, median=0.043, p90=0.147),
    ("serving", "moe", "h100-sxm"): ErrorBar(n=64, median=0.100, p90=0.414),
    ("serving", "moe", "h200-sxm"): ErrorBar(n=149, median=0.254, p90=0.379),
    ("training", "dense", "a100-40gb-sxm"): ErrorBar(n=72, median=0.042, p90=0.119),
    ("training", "dense", "a100-80gb-sxm"): ErrorBar(n=132, median=0.120, p90=0.268),
    ("training", "dense", "b200-sxm"): ErrorBar(n=8, median=0.072, p90=0.081),
    ("training", "dense", "h100-sxm"): ErrorBar(n=52, median=0.138, p90=0.226),
    ("training", "dense", "tpu-v5p"): ErrorBar(n=4, median=0.019, p90=0.130),
}
