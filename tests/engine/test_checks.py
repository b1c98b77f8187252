from types import SimpleNamespace

import numpy as np
import pytest

from app.engine.checks import require_not_negative, require_positive, require_share


@pytest.mark.parametrize("value", [1, 0.5, 10**18, np.array([1, 2.5])], ids=["one", "fraction", "huge", "grid"])
def test_a_positive_number_passes(value):
    require_positive(SimpleNamespace(width=value), "width")


@pytest.mark.parametrize(
    "value",
    [0, -1, float("nan"), float("inf"), 10**400, np.array([1.0, 0.0]), np.array([1.0, np.nan]), True, "8"],
    ids=[
        "zero",
        "negative",
        "nan",
        "infinite",
        "beyond all floats",
        "zero in a grid",
        "nan in a grid",
        "a truth value",
        "text",
    ],
)
def test_what_is_not_positive_is_refused_by_its_field(value):
    with pytest.raises(ValueError, match=r"^width: "):
        require_positive(SimpleNamespace(width=value), "width")


def test_the_refusal_tells_the_value():
    with pytest.raises(ValueError, match=r"^width: -3 must be above zero"):
        require_positive(SimpleNamespace(width=-3), "width")


def test_zero_passes_where_zero_is_allowed():
    require_not_negative(SimpleNamespace(length=0), "length")
    with pytest.raises(ValueError, match=r"^length: -1 must be zero or more"):
        require_not_negative(SimpleNamespace(length=-1), "length")


@pytest.mark.parametrize("value", [0, 0.4, 1, np.linspace(0, 1, 3)], ids=["none", "some", "all", "grid"])
def test_a_share_lies_between_zero_and_one(value):
    require_share(SimpleNamespace(overlap=value), "overlap")


@pytest.mark.parametrize("value", [-0.1, 1.1, np.array([0.5, 1.5])], ids=["below", "above", "above in a grid"])
def test_what_is_no_share_is_refused_by_its_field(value):
    with pytest.raises(ValueError, match=r"^overlap: "):
        require_share(SimpleNamespace(overlap=value), "overlap")


def test_every_named_field_is_looked_at():
    with pytest.raises(ValueError, match=r"^b: "):
        require_positive(SimpleNamespace(a=1, b=0), "a", "b")
