import json

import pytest

from app.engine.levers import LEVERS
from app.engine.queries.advice import answer_compare, answer_levers, answer_solve

SCENARIO = {"model": "llama3.1-70b", "hardware": "h100-sxm", "phase": "decode", "n_devices": 8, "context_len": 8192}
SCENARIO |= {"batch": 64, "efficiency": "ideal"}


def test_levers_are_answered_ranked_with_reasons_for_the_rest():
    answer = answer_levers({"scenario": SCENARIO})
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    gains = [one["speedup"] for one in answer["levers"]]
    assert gains == sorted(gains, reverse=True)
    assert len(answer["levers"]) + len(answer["not_applicable"]) == len(LEVERS)
    assert answer["next_bottleneck"] == answer["levers"][0]["bottleneck"]
    assert set(answer["levers"][0]) == {
        *("id", "name", "speedup", "speedup_per_device", "amdahl", "acts_on", "relieves", "cost", "risk"),
        *("time_s", "n_devices", "fits", "bottleneck"),
    }


def test_a_lever_takes_settings():
    settings = {"speculative_decoding": {"k": 2, "acceptance": 0.8}}
    usual, own = (
        {one["id"]: one["speedup"] for one in answer_levers(asked)["levers"]}
        for asked in ({"scenario": SCENARIO}, {"scenario": SCENARIO, "settings": settings})
    )
    assert {name for name in usual if usual[name] != own[name]} == {"speculative_decoding"}


def test_a_comparison_sums_to_its_difference():
    answer = answer_compare({"before": SCENARIO, "after": {**SCENARIO, "kv_dtype": "fp8"}})
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert sum(one["difference_s"] for one in answer["differences"]) == pytest.approx(answer["difference_s"])
    assert answer["differences"][0]["component"] == "attention_core"
    assert answer["differences"][0]["causes"][0]["kind"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "unit"),
    [
        pytest.param({"find": "fewest_devices"}, "device", id="fewest devices"),
        pytest.param({"find": "largest_batch"}, "sequence", id="largest batch"),
        pytest.param({"find": "largest_batch", "latency_s": 0.015}, "sequence", id="largest batch under a latency"),
        pytest.param({"find": "longest_context"}, "token", id="longest context"),
        pytest.param(
            {"find": "cheapest_layout", "latency_s": 0.1, "price_per_device_hour": 2.5}, "$/token", id="cheapest layout"
        ),
    ],
)
def test_what_is_solved_comes_with_the_scenario_that_has_it(asked, unit):
    answer = answer_solve({"scenario": SCENARIO, **asked})
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert (answer["found"], answer["unit"], answer["find"]) == (True, unit, asked["find"])
    assert answer["scenario"]["model"] == "llama3.1-70b"


def test_what_cannot_be_solved_has_a_reason():
    answer = answer_solve({"scenario": SCENARIO, "find": "fewest_devices", "most_devices": 1})
    assert answer["found"] is False
    assert answer["reason"].endswith(".")


@pytest.mark.parametrize(
    ("ask", "asked", "error"),
    [
        pytest.param(answer_levers, {}, "scenario: missing", id="no scenario"),
        pytest.param(answer_levers, {"scenario": SCENARIO, "lever": "x"}, "lever: not a field", id="unknown field"),
        pytest.param(answer_levers, {"scenario": SCENARIO, "settings": {"w4a16": {}}}, "settings", id="no settings"),
        pytest.param(answer_compare, {"before": SCENARIO}, "after: missing", id="nothing to compare with"),
        pytest.param(answer_solve, {"scenario": SCENARIO, "find": "all"}, "find: 'all'", id="unknown wish"),
        pytest.param(answer_solve, {"scenario": SCENARIO, "find": "cheapest_layout"}, "missing", id="no price"),
    ],
)
def test_what_does_not_fit_is_named_in_one_line(ask, asked, error):
    with pytest.raises(ValueError, match=error) as refusal:
        ask(asked)
    assert "\n" not in str(refusal.value)
