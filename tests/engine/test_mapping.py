import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.analysis import analyze
from app.engine.catalog import HARDWARE, accelerator
from app.engine.efficiency import IDEAL, calibrated_efficiency
from app.engine.mapping import fields_of, scenario_from_mapping, scenario_to_mapping
from app.engine.scenario import Plan, Scenario
from app.engine.workload import Decode, Phase, Prefill, Training

LENGTH = {"training": "seq_len", "prefill": "prompt_len", "decode": "context_len"}
PREFILL = {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 2048}
TRAINING = {"model": "gpt3-175b", "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": 2048}
DECODE = {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "decode", "context_len": 2048}
SHAPE = {"n_layers": 2, "d_model": 8, "n_heads": 4, "n_kv_heads": 2, "d_head": 3, "d_ff": 20, "vocab_size": 11}
CHIP = {
    "name": "a chip",
    "peak_flops": {"bf16": 100e12},
    "hbm_bytes": 16e9,
    "hbm_bandwidth": 1e12,
    "link_bandwidth": 50e9,
    "devices_per_node": 8,
}


def without(written, name):
    return {key: value for key, value in written.items() if key != name}


# Round trips


@settings(max_examples=200, deadline=None)
@given(scenario=st.from_type(Scenario))
def test_a_scenario_that_is_written_and_read_is_the_same(scenario):
    assert scenario_from_mapping(scenario_to_mapping(scenario)) == scenario


@settings(max_examples=100, deadline=None)
@given(scenario=st.from_type(Scenario))
def test_what_is_written_is_plain_json_and_reads_back_from_it(scenario):
    assert scenario_from_mapping(json.loads(json.dumps(scenario_to_mapping(scenario)))) == scenario


@settings(max_examples=60, deadline=None)
@given(scenario=st.from_type(Scenario))
def test_equal_scenarios_are_written_in_the_same_characters(scenario):
    again = scenario_from_mapping(scenario_to_mapping(scenario))
    assert json.dumps(scenario_to_mapping(again)) == json.dumps(scenario_to_mapping(scenario))


@settings(max_examples=60, deadline=None)
@given(scenario=st.from_type(Scenario))
def test_every_field_is_written_in_canonical_order(scenario):
    assert tuple(scenario_to_mapping(scenario)) == fields_of(scenario.phase)


def test_the_order_in_which_fields_are_given_does_not_matter():
    backwards = dict(reversed({**TRAINING, "n_devices": 8, "overlap": 0.5}.items()))
    assert json.dumps(scenario_to_mapping(scenario_from_mapping(backwards))) == json.dumps(
        scenario_to_mapping(scenario_from_mapping({**TRAINING, "n_devices": 8, "overlap": 0.5}))
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("d_ff", 40_000),
        ("seq_len", 4096),
        ("tp", 8),
        ("overlap", 0.25),
        ("hbm_bandwidth", 3e12),
        ("link_bandwidth", 1e11),
    ],
)
def test_a_varied_scenario_is_written_and_read_as_itself(name, value):
    varied = scenario_from_mapping(TRAINING).vary(name, value)
    again = scenario_from_mapping(json.loads(json.dumps(scenario_to_mapping(varied))))
    assert analyze(again).time_s == analyze(varied).time_s
    assert again == varied


def test_a_described_model_and_chip_are_written_by_their_fields():
    written = scenario_to_mapping(scenario_from_mapping({**PREFILL, "model": SHAPE, "hardware": CHIP}))
    assert written["model"].items() >= SHAPE.items()
    assert written["hardware"].items() >= CHIP.items()


# What a short description means


@pytest.mark.parametrize(
    ("written", "workload"),
    [
        (TRAINING, Training(seq_len=2048)),
        (PREFILL, Prefill(prompt_len=2048, batch=1)),
        (DECODE, Decode(context_len=2048, batch=1)),
    ],
    ids=["training", "prefill", "decode"],
)
def test_the_shortest_description_takes_every_default(written, workload):
    scenario = scenario_from_mapping(written)
    assert scenario.workload == workload
    assert scenario.plan == Plan()
    assert scenario.efficiency == calibrated_efficiency(accelerator(written["hardware"]))
    assert {str(part) for part in (scenario.formats.weights, scenario.formats.math)} == {"bf16"}
    assert (str(scenario.attention), str(scenario.launch), scenario.overlap) == (
        "fused",
        "graph" if scenario.phase is Phase.DECODE else "eager",
        0,
    )


@pytest.mark.parametrize(
    ("spelled", "canonical"),
    [
        pytest.param({**TRAINING, "phase": "train"}, TRAINING, id="train"),
        pytest.param({**without(PREFILL, "prompt_len"), "seq_len": 2048}, PREFILL, id="seq_len of a prefill"),
        pytest.param({**DECODE, "n_gpus": 8}, {**DECODE, "n_devices": 8}, id="n_gpus"),
        pytest.param({**TRAINING, "tp": 8}, {**TRAINING, "plan": {"tp": 8}}, id="a degree outside the plan"),
        pytest.param({**TRAINING, "seq_len": 2048.0}, TRAINING, id="a whole number with a point"),
    ],
)
def test_other_spellings_mean_the_same(spelled, canonical):
    assert scenario_from_mapping(spelled) == scenario_from_mapping(canonical)
    assert scenario_to_mapping(scenario_from_mapping(spelled)) == scenario_to_mapping(scenario_from_mapping(canonical))


@pytest.mark.parametrize(
    ("written", "plan"),
    [
        pytest.param({**TRAINING, "n_devices": 8}, Plan(dp=8), id="training takes replicas"),
        pytest.param({**PREFILL, "n_devices": 8}, Plan(tp=8), id="prefill takes tensor parallelism"),
        pytest.param({**DECODE, "n_devices": 8}, Plan(tp=8), id="decode takes tensor parallelism"),
        pytest.param({**TRAINING, "n_devices": 64, "tp": 8, "pp": 2}, Plan(tp=8, pp=2, dp=4), id="replicas fill up"),
        pytest.param({**TRAINING, "plan": {"tp": 8, "dp": 2}}, Plan(tp=8, dp=2), id="a plan sets the devices"),
        pytest.param({**TRAINING, "plan": {"tp": 8, "dp": 2}, "n_devices": 16}, Plan(tp=8, dp=2), id="both agree"),
    ],
)
def test_a_plan_follows_from_devices_and_degrees(written, plan):
    assert scenario_from_mapping(written).plan == plan


def test_efficiencies_are_calibrated_ideal_or_given_in_part():
    calibrated = calibrated_efficiency(accelerator("h100-sxm"))
    assert scenario_from_mapping(PREFILL).efficiency == calibrated
    assert scenario_from_mapping({**PREFILL, "efficiency": "ideal"}).efficiency == IDEAL
    given_in_part = scenario_from_mapping({**PREFILL, "efficiency": {"gemm": 0.5}}).efficiency
    assert (given_in_part.gemm, given_in_part.memory, given_in_part.name) == (0.5, calibrated.memory, "given")
    assert (calibrated.wave_tail, given_in_part.wave_tail) == (1, 0)  # a stated fraction is the whole loss


def test_a_chip_or_a_model_may_be_described_as_like_a_row_of_the_catalogue():
    written = {
        **TRAINING,
        "model": {"like": "llama3.1-8b", "n_layers": 16},
        "hardware": {"like": "a100-80gb-sxm", "network_bandwidth": 6.25e9},
    }
    scenario = scenario_from_mapping(written)
    assert (scenario.model.n_layers, scenario.model.d_model, scenario.model.slug) == (16, 4096, "")
    assert (scenario.hardware.network_bandwidth, scenario.hardware.hbm_bytes) == (6.25e9, 80e9)
    assert scenario.efficiency == calibrated_efficiency(accelerator("a100-80gb-sxm"))
    assert scenario_from_mapping(scenario_to_mapping(scenario)) == scenario


def test_weights_of_the_mlps_follow_the_others_unless_they_are_named():
    narrow = {**PREFILL, "weight_dtype": "fp8"}
    for written, expected in ((narrow, "fp8"), ({**narrow, "mlp_dtype": "fp4"}, "fp4")):
        assert str(scenario_from_mapping(written).formats.mlp) == expected


@pytest.mark.parametrize("slug", [slug for slug in HARDWARE if slug.startswith("v100")])
def test_a_v100_falls_back_to_fp16_and_refuses_bf16_when_asked(slug):
    scenario = scenario_from_mapping({**TRAINING, "hardware": slug})
    assert {str(getattr(scenario.formats, part)) for part in ("weights", "activations", "kv", "math")} == {"fp16"}
    with pytest.raises(ValueError, match=r"^math_dtype: NVIDIA V100.* has no bf16 peak; it has fp16$"):
        scenario_from_mapping({**TRAINING, "hardware": slug, "math_dtype": "bf16"})


# Bad input

BAD = {
    "no mapping": ([1, 2], "scenario", "list"),
    "no phase": (without(PREFILL, "phase"), "phase", "missing"),
    "no model": (without(PREFILL, "model"), "model", "missing"),
    "no hardware": (without(PREFILL, "hardware"), "hardware", "missing"),
    "no length": (without(PREFILL, "prompt_len"), "prompt_len", "missing"),
    "an unknown phase": ({**PREFILL, "phase": "serving"}, "phase", "'serving'"),
    "a phase that is no text": ({**PREFILL, "phase": 3}, "phase", "3"),
    "an unknown model": ({**PREFILL, "model": "gpt3-176b"}, "model", "'gpt3-176b'"),
    "an unknown chip": ({**PREFILL, "hardware": "h100-sxn"}, "hardware", "'h100-sxn'"),
    "a model that is a number": ({**PREFILL, "model": 8}, "model", "8"),
    "a chip that is a list": ({**PREFILL, "hardware": ["h100-sxm"]}, "hardware", "['h100-sxm']"),
    "an unknown field": ({**PREFILL, "prompt_length": 3}, "prompt_length", "did you mean prompt_len"),
    "a field with two lines": ({**PREFILL, "prompt\nlen": 3}, "prompt", "not a field"),
    "a field of another phase": ({**PREFILL, "context_len": 3}, "context_len", "prefill"),
    "both lengths": ({**PREFILL, "seq_len": 3}, "seq_len", "prefill"),
    "the prompt of a training step": ({**TRAINING, "prompt_len": 3}, "prompt_len", "training"),
    "a length in quotes": ({**PREFILL, "prompt_len": "2048"}, "prompt_len", "'2048'"),
    "a length in words": ({**PREFILL, "prompt_len": "long"}, "prompt_len", "'long'"),
    "a length of zero": ({**PREFILL, "prompt_len": 0}, "prompt_len", "0"),
    "a negative context": ({**DECODE, "context_len": -1}, "context_len", "-1"),
    "a length that is a truth": ({**PREFILL, "prompt_len": True}, "prompt_len", "True"),
    "a length that is not a number": ({**PREFILL, "prompt_len": float("nan")}, "prompt_len", "nan"),
    "an infinite length": ({**PREFILL, "prompt_len": float("inf")}, "prompt_len", "inf"),
    "a length beyond all floats": ({**PREFILL, "prompt_len": 10**400}, "prompt_len", "1"),
    "a batch of zero": ({**PREFILL, "batch": 0}, "batch", "0"),
    "a batch that is a list": ({**PREFILL, "batch": [1, 2]}, "batch", "[1, 2]"),
    "an unknown fusion": ({**PREFILL, "fusion": ["all"]}, "fusion", "'all'"),
    "a fusion that is no list": ({**PREFILL, "fusion": "mlp"}, "fusion", "'mlp'"),
    "a prefix as long as the prompt": ({**PREFILL, "prefix_len": 2048}, "prefix_len", "2048"),
    "a ZeRO stage that is not there": ({**TRAINING, "zero": 4}, "zero", "4"),
    "half a ZeRO stage": ({**TRAINING, "zero": 1.5}, "zero", "1.5"),
    "experts spread where there are none": ({**PREFILL, "tp": 2, "ep": 2}, "ep", "2"),
    "a truth in words": ({**TRAINING, "sequence_parallel": "yes"}, "sequence_parallel", "'yes'"),
    "an unknown schedule": ({**TRAINING, "schedule": "gpipe"}, "schedule", "'gpipe'"),
    "no devices": ({**PREFILL, "n_devices": 0}, "n_devices", "0"),
    "one and a half devices": ({**PREFILL, "n_devices": 1.5}, "n_devices", "1.5"),
    "devices that the plan does not use": (
        {**TRAINING, "plan": {"tp": 8, "dp": 1}, "n_devices": 12},
        "n_devices",
        "12",
    ),
    "devices under two names": ({**PREFILL, "n_devices": 4, "n_gpus": 2}, "n_", "2"),
    "a degree that differs from the plan's": ({**PREFILL, "plan": {"tp": 8}, "tp": 4}, "tp", "4"),
    "a plan that is a number": ({**PREFILL, "plan": 8}, "plan", "8"),
    "an unknown degree": ({**PREFILL, "plan": {"tpp": 8}}, "plan.tpp", "did you mean tp"),
    "a degree in words": ({**PREFILL, "plan": {"tp": "eight"}}, "tp", "'eight'"),
    "heads that do not divide": ({**PREFILL, "tp": 5}, "tp", "5 does not divide n_heads 32"),
    "more stages than layers": ({**TRAINING, "pp": 97}, "pp", "97 stages are more than n_layers 96"),
    "an unknown number format": ({**PREFILL, "kv_dtype": "fp7"}, "kv_dtype", "'fp7'"),
    "a format that the chip lacks": ({**TRAINING, "math_dtype": "fp8"}, "math_dtype", "fp8"),
    "activations that the chip cannot multiply": (
        {**TRAINING, "hardware": "v100-32gb-sxm", "activation_dtype": "bf16"},
        "activation_dtype",
        "bf16",
    ),
    "an unknown kernel": ({**PREFILL, "attention": "flash"}, "attention", "'flash'"),
    "an unknown launch": ({**PREFILL, "launch": "lazy"}, "launch", "'lazy'"),
    "an unknown recompute": ({**TRAINING, "recompute": "some"}, "recompute", "'some'"),
    "an overlap above one": ({**PREFILL, "overlap": 1.5}, "overlap", "1.5"),
    "conventions in a word": ({**PREFILL, "conventions": "causal"}, "conventions", "'causal'"),
    "an unknown convention": ({**PREFILL, "conventions": {"mask": "causal"}}, "conventions.mask", "attention"),
    "an unknown way of counting": ({**PREFILL, "conventions": {"attention": "half"}}, "attention", "'half'"),
    "an unknown set of efficiencies": ({**PREFILL, "efficiency": "fast"}, "efficiency", "'fast'"),
    "an unknown efficiency": ({**PREFILL, "efficiency": {"gem": 0.5}}, "efficiency.gem", "did you mean gemm"),
    "an efficiency above one": ({**PREFILL, "efficiency": {"gemm": 1.5}}, "gemm", "1.5"),
    "an efficiency of zero": ({**PREFILL, "efficiency": {"gemm": 0}}, "gemm", "0"),
    "a model without a width": ({**PREFILL, "model": without(SHAPE, "d_ff")}, "model", "'d_ff'"),
    "a model with an unknown width": ({**PREFILL, "model": {**SHAPE, "d_f": 1}}, "model.d_f", "did you mean d_ff"),
    "a model with text for a width": ({**PREFILL, "model": {**SHAPE, "d_ff": "20"}}, "model.d_ff", "'20'"),
    "a model with nothing for a width": ({**PREFILL, "model": {**SHAPE, "d_ff": None}}, "model.d_ff", "None"),
    "a model with half a layer": ({**PREFILL, "model": {**SHAPE, "n_layers": 2.5}}, "model.n_layers", "2.5"),
    "a model with text for a truth": ({**PREFILL, "model": {**SHAPE, "gated": "no"}}, "model.gated", "'no'"),
    "a model with text for a window": (
        {**PREFILL, "model": {**SHAPE, "window": "4", "n_window_layers": 1}},
        "model.window",
        "'4'",
    ),
    "a model whose KV heads do not divide": ({**PREFILL, "model": {**SHAPE, "n_kv_heads": 3}}, "model.n_kv_heads", "3"),
    "a model with unknown biases": ({**PREFILL, "model": {**SHAPE, "biases": "some"}}, "model.biases", "'some'"),
    "a model with a number of experts": ({**PREFILL, "model": {**SHAPE, "experts": 8}}, "model.experts", "8"),
    "a chip without a bandwidth": (
        {**PREFILL, "hardware": without(CHIP, "hbm_bandwidth")},
        "hardware",
        "'hbm_bandwidth'",
    ),
    "a chip with one peak for all": ({**PREFILL, "hardware": {**CHIP, "peak_flops": 1e12}}, "hardware.peak_flops", "1"),
    "a chip with an unknown format": (
        {**PREFILL, "hardware": {**CHIP, "peak_flops": {"fp7": 1e12}}},
        "hardware.peak_flops",
        "'fp7'",
    ),
    "a chip that does nothing": (
        {**PREFILL, "hardware": {**CHIP, "peak_flops": {"bf16": 0}}},
        "hardware.peak_flops",
        "0",
    ),
    "a chip with nothing for notes": ({**PREFILL, "hardware": {**CHIP, "notes": None}}, "hardware.notes", "None"),
    "a chip with a negative link": (
        {**PREFILL, "hardware": {**CHIP, "link_bandwidth": -1}},
        "hardware.link_bandwidth",
        "-1",
    ),
}


@pytest.mark.parametrize(("written", "field", "value"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_in_one_line_that_names_the_field_and_the_value(written, field, value):
    with pytest.raises(ValueError, match=r"^[^\n]+$") as refusal:
        scenario_from_mapping(written)
    message = str(refusal.value)
    assert message.startswith(field)
    assert ":" in message
    assert value in message


words = st.text(st.characters(max_codepoint=0x2FF, exclude_categories=["Cc"]), max_size=12)
junk = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(start=st.sampled_from([PREFILL, TRAINING, DECODE]), data=st.data())
def test_whatever_stands_in_a_field_it_is_read_or_refused_in_one_line(start, data):
    name = data.draw(st.sampled_from([*fields_of(Phase(start["phase"])), "tp", "n_gpus"]) | words)
    try:
        scenario_from_mapping({**start, name: data.draw(junk)})
    except ValueError as refusal:
        message = str(refusal)
        assert ":" in message
        assert len(message.splitlines()) == 1


@settings(max_examples=100, deadline=None)
@given(scenario=st.from_type(Scenario))
def test_whatever_can_be_read_can_be_analysed(scenario):
    assert analyze(scenario_from_mapping(scenario_to_mapping(scenario))).time_s == analyze(scenario).time_s
