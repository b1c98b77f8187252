"""A said quantity is held against a fact only where the two measure the same thing."""

import pytest

from app.engine.facts import Fact
from app.grading.comparable import comparable
from app.grading.quantity import quantities
from app.grading.text import Text


def fact(value, unit):
    return Fact(name="main.x", value=value, unit=unit, basis="time", convention="exact")


def read(words):
    return quantities(Text.of(words))[0]


@pytest.mark.parametrize(
    ("words", "unit", "value", "compares"),
    [
        ("42.9 GB", "B", 42.9e9, True),
        ("42.9 ms", "B", 42.9e9, False),
        ("5.3 ms", "s", 0.0053, True),
        ("11 days", "s", 950400.0, True),
        ("17.9 %", "1", 0.179, True),
        ("0.179", "1", 0.179, True),
        ("two thirds", "1", 0.66, True),
        ("45", "1", 0.45, False),
        ("1.64", "x", 1.64, True),
        ("1.64x", "x", 1.64, True),
        ("2", "x", 2.0, False),
        ("11 requests", "1", 11.6, True),
        ("batch 295", "FLOP/B", 295.0, True),
        ("163 experts", "1", 163.3, True),
        ("6.3e24", "FLOP", 6.3e24, True),
        ("6.3", "FLOP", 6.3e24, False),
        ("26.8 TB/s", "B/s", 26.8e12, True),
        ("190 tokens/s", "token/s", 190.0, True),
        ("70B parameters", "B", 70e9, False),
        ("263M parameters", "1", 262.7e6, True),
        ("80 layers", "sequence", 79.0, False),
    ],
)
def test_units_decide_what_can_be_compared(words, unit, value, compares):
    assert (comparable(read(words), fact(value, unit)) is not None) is compares


def test_a_bare_number_is_a_percentage_only_where_the_rubric_says_so():
    found = comparable(read("45"), fact(0.45, "1"), bare_percent=True)
    assert found is not None
    assert found.value == pytest.approx(0.45)


def test_a_word_is_compared_with_nothing():
    assert comparable(read("45 %"), fact("mlp", "")) is None
