import json

import pytest

from app.engine.queries.survey import answer_claim, answer_map, answer_sensitivity

SCENARIO = {
    "model": "gpt3-175b",
    "hardware": "a100-80gb-sxm",
    "phase": "training",
    "seq_len": 2048,
    "n_micro_batches": 64,
}


def asked_map(**changes):
    axes = {
        "x": {"variable": "seq_len", "low": 512, "high": 131072, "points": 3},
        "y": {"variable": "micro_batch", "values": [1, 2]},
    }
    return {"scenario": SCENARIO, **axes, **changes}


def test_a_map_is_answered_by_rows_of_y():
    answer = answer_map(asked_map())
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert answer["x"]["values"] == pytest.approx([512, 8192, 131072])
    for name in ("group", "resource", "time_s", "fits"):
        assert [len(row) for row in answer[name]] == [3, 3]
    assert answer["groups"][answer["group"][0][0]] == "mlp"
    assert answer["groups"][answer["group"][0][2]] == "attention_core"


def test_an_axis_may_be_linear():
    x = {"variable": "seq_len", "low": 1000, "high": 3000, "points": 3, "scale": "linear"}
    assert answer_map(asked_map(x=x))["x"]["values"] == [1000, 2000, 3000]


def test_borders_come_along():
    y = {"variable": "seq_len", "low": 512, "high": 524288, "points": 30}
    answer = answer_map(asked_map(x={"variable": "micro_batch", "values": [1]}, y=y))
    (point,) = answer["borders"]
    assert (point["below"], point["above"]) == ("mlp", "attention_core")


def test_sensitivity_is_answered_by_trial():
    answer = answer_sensitivity({"scenario": SCENARIO})
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert answer["stability"] == "robust"
    assert all(trial["survives"] for trial in answer["trials"])


@pytest.mark.parametrize("share", [0.65, [0.6, 0.7]], ids=["one share", "a range"])
def test_a_claim_is_answered_with_every_reading(share):
    answer = answer_claim({"scenario": SCENARIO, "groups": ["mlp"], "share": share})
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert answer["holds"] is True
    assert answer["nearest"] == answer["readings"][0]


@pytest.mark.parametrize(
    ("ask", "asked", "error"),
    [
        pytest.param(answer_map, asked_map(x={"variable": "seq_len", "low": 2, "high": 1}), "x: needs", id="falling"),
        pytest.param(
            answer_map, asked_map(y={"variable": "dp", "low": 1, "high": 9, "scale": "cubic"}), "y: needs", id="scale"
        ),
        pytest.param(answer_map, asked_map(y={"variable": "dp", "values": 3}), "y.values", id="no list"),
        pytest.param(answer_map, asked_map(y={"low": 1, "high": 2}), "variable: missing", id="no variable"),
        pytest.param(answer_sensitivity, {"scenario": SCENARIO, "x": 1}, "x: not a field", id="unknown field"),
        pytest.param(
            answer_claim, {"scenario": SCENARIO, "groups": "mlp", "share": 1}, "groups", id="no list of groups"
        ),
        pytest.param(answer_claim, {"scenario": SCENARIO, "groups": ["ffn"], "share": 1}, "'ffn'", id="unknown group"),
        pytest.param(answer_claim, {"scenario": SCENARIO, "groups": ["mlp"], "share": [1]}, "share", id="half a range"),
        pytest.param(answer_claim, {"scenario": SCENARIO, "groups": ["mlp"], "share": 80}, "low, high", id="percent"),
    ],
)
def test_what_does_not_fit_is_named_in_one_line(ask, asked, error):
    with pytest.raises(ValueError, match=error) as refusal:
        ask(asked)
    assert "\n" not in str(refusal.value)
