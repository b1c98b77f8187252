from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from app.engine.catalog import HARDWARE, MODELS, accelerator, transformer
from app.engine.dtypes import DType
from app.engine.flips import value_of
from app.engine.scenario import Attention, Launch, Plan, default_formats, default_plan, scenario, variables
from app.engine.workload import Decode, Phase, Prefill, Training

TRAINING = scenario(transformer("gpt3-175b"), accelerator("a100-80gb-sxm"), Training(seq_len=2048))
PREFILL = scenario(transformer("llama3.1-8b"), accelerator("h100-sxm"), Prefill(prompt_len=2048))
DECODE = scenario(transformer("llama3.1-8b"), accelerator("h100-sxm"), Decode(context_len=2048))
ALL = pytest.mark.parametrize("situation", [TRAINING, PREFILL, DECODE], ids=["training", "prefill", "decode"])


def test_the_shortest_description_takes_every_default():
    assert TRAINING.phase is Phase.TRAINING
    assert TRAINING.attention is Attention.FUSED
    assert TRAINING.launch is Launch.EAGER
    assert TRAINING.overlap == 0
    assert TRAINING.efficiency.name == "calibrated"
    assert TRAINING.workload == Training(seq_len=2048, micro_batch=1, n_micro_batches=1)


def test_training_takes_replicas_and_serving_takes_tensor_parallelism():
    h100 = accelerator("h100-sxm")
    assert default_plan(Phase.TRAINING, 8, h100) == Plan(dp=8)
    assert default_plan(Phase.PREFILL, 8, h100) == default_plan(Phase.DECODE, 8, h100) == Plan(tp=8)
    assert default_plan(Phase.DECODE, 32, h100) == Plan(tp=8, dp=4)


@pytest.mark.parametrize("slug", HARDWARE)
def test_every_chip_has_a_default_format_that_it_multiplies(slug):
    chip = HARDWARE[slug]
    formats = default_formats(chip)
    assert chip.peak(formats.math) > 0
    assert formats.math is (DType.FP16 if slug.startswith("v100") else DType.BF16)


def test_devices_are_the_product_of_the_degrees():
    assert Plan(tp=8, pp=4, dp=3).n_devices == 96
    assert Plan(tp=8, cp=2, pp=4, dp=3, ep=8).n_devices == 192
    assert replace(TRAINING, plan=Plan(tp=8, pp=4, dp=3)).n_devices == 96


def test_a_scenario_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        TRAINING.overlap = 1.0


@pytest.mark.parametrize(
    ("situation", "name", "value"),
    [
        (TRAINING, "seq_len", 4096),
        (TRAINING, "micro_batch", 4),
        (PREFILL, "prompt_len", 10),
        (DECODE, "context_len", 10),
        (DECODE, "batch", 64),
        (DECODE, "tp", 8),
        (TRAINING, "d_ff", 40_000),
        (TRAINING, "hbm_bandwidth", 3e12),
        (TRAINING, "overlap", 0.5),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_varying_changes_one_number(situation, name, value):
    varied = situation.vary(name, value)
    assert value_of(varied, name) == value
    assert varied.vary(name, value_of(situation, name)) in (situation, replace(situation, **_nameless(name, situation)))


def _nameless(name, situation):
    """A width or a rate that is varied makes a shape that the catalogue does not have."""
    part = next((part for part in ("model", "hardware") if hasattr(getattr(situation, part), name)), None)
    return {part: replace(getattr(situation, part), slug="")} if part else {}


def test_a_varied_width_is_no_longer_a_row_of_the_catalogue():
    assert TRAINING.vary("d_model", 4096).model.slug == ""
    assert TRAINING.vary("seq_len", 4096).model.slug == "gpt3-175b"


def test_varying_the_devices_takes_the_default_plan_of_the_phase():
    assert TRAINING.vary("n_devices", 8).plan == Plan(dp=8)
    assert DECODE.vary("n_devices", 8).plan == Plan(tp=8)


@ALL
def test_every_variable_that_is_offered_can_be_varied(situation):
    for name in variables(situation):
        own = value_of(situation, name)
        assert value_of(situation.vary(name, own), name) == own


@ALL
def test_a_name_that_is_no_number_is_refused_with_those_that_are(situation):
    with pytest.raises(ValueError, match=r"^temperature: not a number of this scenario; it has .*batch") as refusal:
        situation.vary("temperature", 1.0)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("seq_len", 0, "seq_len: 0 must be above zero"),
        ("tp", 5, "tp: 5 does not divide n_heads 96"),
        ("pp", 97, "pp: 97 stages are more than n_layers 96"),
        ("n_kv_heads", 7, "n_kv_heads: 7 does not divide n_heads 96"),
        ("overlap", 1.5, "overlap: 1.5 is above 1"),
        ("d_ff", -1, "d_ff: -1 must be above zero"),
        ("hbm_bandwidth", 0, "hbm_bandwidth: 0 must be above zero"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_impossible_value_is_refused_by_field_and_value(name, value, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        TRAINING.vary(name, value)


def test_a_grid_with_one_impossible_cell_is_refused():
    with pytest.raises(ValueError, match=r"^seq_len: "):
        TRAINING.vary("seq_len", np.array([1.0, 0.0]))


def test_a_chip_without_the_math_format_is_refused():
    with pytest.raises(ValueError, match=r"^math_dtype: .*V100.* has no bf16 peak"):
        replace(
            TRAINING,
            hardware=accelerator("v100-32gb-sxm"),
            formats=default_formats(accelerator("a100-80gb-sxm")),
        )


@ALL
def test_no_model_of_the_catalogue_is_refused(situation):
    for model in MODELS.values():
        assert replace(situation, model=model).model is model


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"zero": 4}, "zero: 4"), ({"ep": 4, "tp": 2}, "ep: 4 is more than"), ({"interleave": 0}, "interleave: 0")],
    ids=["a ZeRO stage", "experts over more devices than there are", "no chunk"],
)
def test_an_impossible_plan_is_refused_by_field_and_value(changes, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        Plan(**changes)


def test_experts_cannot_be_spread_where_there_are_none():
    with pytest.raises(ValueError, match=r"^ep: 2, but GPT-3 175B has no experts"):
        replace(TRAINING, plan=Plan(tp=2, ep=2))
