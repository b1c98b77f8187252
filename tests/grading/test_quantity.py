"""Numbers as engineers write them, in base units, and what only looks like one."""

import pytest

from app.grading.quantity import Comparator, Unit, quantities
from app.grading.text import Text


def read(answer: str) -> list[tuple[float, Unit]]:
    return [(pytest.approx(q.value, rel=1e-3), q.unit) for q in quantities(Text.of(answer))]


CASES = [
    ("2.7%", 0.027, Unit.PERCENT),
    ("65 %", 0.65, Unit.PERCENT),
    ("three percent", 0.03, Unit.PERCENT),
    ("2,7 %", 0.027, Unit.PERCENT),
    ("7/39", 7 / 39, Unit.FRACTION),
    ("two thirds of the FLOPs", 2 / 3, Unit.FRACTION),
    ("about a third of it", 1 / 3, Unit.FRACTION),
    ("half of the time", 0.5, Unit.FRACTION),
    ("one thirty-third", 1 / 33, Unit.FRACTION),
    ("a quarter of the step", 0.25, Unit.FRACTION),
    ("1.03x", 1.03, Unit.TIMES),
    ("1.64 times", 1.64, Unit.TIMES),
    ("2 x faster", 2, Unit.TIMES),
    ("1.6x (not more)", 1.6, Unit.TIMES),
    ("twice", 2, Unit.TIMES),
    ("140 gigs", 140e9, Unit.BYTE),
    ("42.9 GB", 42.9e9, Unit.BYTE),
    ("40 GiB", 40 * 2**30, Unit.BYTE),
    ("328 kB", 328e3, Unit.BYTE),
    ("327,680 B", 327680, Unit.BYTE),
    ("3,35 TB/s", 3.35e12, Unit.BYTE_RATE),
    ("50 Gb/s", 6.25e9, Unit.BYTE_RATE),
    ("50 GB/s", 50e9, Unit.BYTE_RATE),
    ("989 TFLOP/s", 989e12, Unit.FLOP_RATE),
    ("295 FLOP/B", 295, Unit.INTENSITY),
    ("5e-3 s", 5e-3, Unit.SECOND),
    ("8.7ms", 8.7e-3, Unit.SECOND),
    ("10 µs", 1e-5, Unit.SECOND),
    ("12 days", 12 * 86400, Unit.SECOND),
    ("2e13", 2e13, Unit.NUMBER),
    ("10^24", 1e24, Unit.NUMBER),
    ("6.3·10²⁴", 6.3e24, Unit.NUMBER),
    ("49k", 49e3, Unit.NUMBER),
    ("8,192 tokens", 8192, Unit.TOKEN),
    ("128k tokens", 128e3, Unit.TOKEN),
    ("64 sequences", 64, Unit.SEQUENCE),
    ("175B", 175e9, Unit.PARAMETER),
]


@pytest.mark.parametrize(("answer", "value", "unit"), [pytest.param(*case, id=case[0]) for case in CASES])
def test_a_quantity_is_read_in_base_units(answer, value, unit):
    assert read(answer) == [(value, unit)]


@pytest.mark.parametrize(
    "answer", ["H100", "A100", "FP8", "Llama-3.1-70B", "16d^2", "4sd", "spend the quarter on it", "GPT-3"]
)
def test_names_and_formulas_are_no_quantities(answer):
    assert read(answer) == []


@pytest.mark.parametrize(
    ("answer", "lo", "hi"),
    [
        pytest.param("11-13 days", 11 * 86400, 13 * 86400, id="hyphen"),
        pytest.param("between 2 and 3 x", 2, 3, id="between"),
        pytest.param("50–60%", 0.5, 0.6, id="dash and per cent"),
        pytest.param("1.2 to 1.7x", 1.2, 1.7, id="to"),
    ],
)
def test_a_range_has_two_ends(answer, lo, hi):
    (quantity,) = quantities(Text.of(answer))
    assert (quantity.lo, quantity.hi) == (pytest.approx(lo), pytest.approx(hi))


@pytest.mark.parametrize(
    ("answer", "comparator"),
    [
        ("at most 1.03x", Comparator.AT_MOST),
        ("under 3%", Comparator.AT_MOST),
        ("more than 49k", Comparator.AT_LEAST),
        (">= 295 FLOP/B", Comparator.AT_LEAST),
        ("MLP -> 1.5x", Comparator.EQUAL),
    ],
)
def test_a_bound_is_kept_beside_the_value(answer, comparator):
    assert quantities(Text.of(answer))[-1].comparator is comparator


@pytest.mark.parametrize(("answer", "speedup"), [("3% faster", 1.03), ("1.03x", 1.03), ("a gain of 3%", 1.03)])
def test_a_gain_in_per_cent_is_a_speed_up(answer, speedup):
    assert quantities(Text.of(answer))[0].speedup == pytest.approx(speedup)


def test_numbers_of_a_product_are_numbers_not_factors():
    assert {unit for _, unit in read("2 x 80 x 8")} == {Unit.NUMBER}
