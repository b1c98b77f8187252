"""Hints come one at a time, and what they cost adds up."""

import pytest

from app.bank.hints import Hint, next_price, released, total_price

HINTS = tuple(Hint(text=(f"hint {price}",), price=price) for price in (2, 4, 8))


@pytest.mark.parametrize(("n", "price", "total"), [(0, 2, 0), (1, 4, 2), (2, 8, 6), (3, None, 14), (9, None, 14)])
def test_each_hint_has_its_price_and_the_prices_add_up(n, price, total):
    assert next_price(HINTS, n) == price
    assert total_price(HINTS, n) == total


def test_only_what_was_asked_for_is_released():
    assert released(HINTS, 1) == HINTS[:1]
    assert released(HINTS, 0) == ()
    assert released((), 3) == ()
    assert next_price((), 0) is None


def test_prices_that_do_not_rise_are_refused(edit, complaints):
    edit("key.yaml", "price: 4", "price: 2")
    assert complaints() == [
        "training/where-175b/key.yaml: hints: prices [2, 2, 8] do not rise; a later hint says more and costs more"
    ]
