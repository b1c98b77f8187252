"""Formulas are found and evaluated as engineers mean them."""

import pytest

from app.grading.expression import formulas, value_of
from app.grading.text import Span, Text

NUMBERS = {"seq_len": 2048, "d_model": 12288, "d_ff": 49152, "n_layers": 96, "batch": 1}


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("16d^2", 16 * 12288**2),
        ("4sd", 4 * 2048 * 12288),
        ("s/6d", 2048 / (6 * 12288)),
        ("s/(6d+s)", 2048 / (6 * 12288 + 2048)),
        ("4*d_model", 49152),
        ("1/(1-0.35)", 1 / 0.65),
        ("s^2*d", 2048**2 * 12288),
        ("s/0", None),
        ("(s", None),
        ("s/z", None),
    ],
)
def test_a_formula_has_a_value_in_a_scenario(formula, value):
    found = value_of(formula, NUMBERS)
    assert found == (pytest.approx(value) if value is not None else None)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("FFN 16d², QKVO 8d²", ["16d^2", "8d^2"]),
        ("s ≫ 4d", ["4d"]),
        ("1/(1-0.35) = 1.54x", ["1/(1-0.35)"]),
        ("it's a plan", []),
        ("175B parameters", []),
        ("L2 cache", []),
        ("4*128 = 512 flops", []),
        ("(" * 500, []),
    ],
)
def test_formulas_are_told_from_prose(answer, found):
    plain = Text.of(answer).plain
    assert [formula.text for formula in formulas(plain, Span(0, len(plain)))] == found
