import pytest

from app.engine.queries.asked import mapping_in, numbers_in, only, scenario_in

SCENARIO = {"model": "gpt3-175b", "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": 2048}


def test_parts_are_read():
    asked = {"scenario": SCENARIO, "settings": {"k": 4, "acceptance": 0.8}}
    assert only(asked, "scenario", "settings") is asked
    assert scenario_in(asked, "scenario").model.slug == "gpt3-175b"
    assert numbers_in(asked, "settings") == {"k": 4, "acceptance": 0.8}


@pytest.mark.parametrize(
    ("read", "error"),
    [
        pytest.param(lambda: only({"colour": 1}, "scenario"), "colour: not a field", id="unknown field"),
        pytest.param(lambda: mapping_in({}, "scenario"), "scenario: missing", id="missing"),
        pytest.param(lambda: mapping_in({"scenario": 3}, "scenario"), "found int", id="not a mapping"),
        pytest.param(lambda: numbers_in({"one": {"k": "4"}}, "one"), "k: '4' is not a number", id="text"),
    ],
)
def test_what_does_not_fit_is_named(read, error):
    with pytest.raises(ValueError, match=error):
        read()
