import pytest

from app.engine.analysis import analyze
from app.engine.facts import UnknownFact, fact
from app.engine.given import GIVEN
from app.engine.mapping import scenario_from_mapping

_DECODE = {"model": "llama3.1-70b", "hardware": "h100-sxm", "n_devices": 8, "phase": "decode", "batch": 4}


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("n_kv_heads", 8, "1"),
        ("d_model", 8192, "1"),
        ("n_experts", 0, "1"),
        ("hbm_bytes", 80e9, "B"),
        ("hbm_bandwidth", 3.35e12, "B/s"),
        ("peak_flops", 989e12, "FLOP/s"),
        ("n_devices", 8, "device"),
        ("n_sequences", 4, "sequence"),
        ("length", 2048, "token"),
    ],
)
def test_what_a_scenario_states_is_a_fact(name, value, unit):
    found = fact(analyze(scenario_from_mapping({**_DECODE, "context_len": 2048})), f"given.{name}")
    assert found.value == pytest.approx(value, rel=0.001)
    assert found.unit == unit


def test_every_given_number_can_be_had_from_a_mixture_of_experts_too():
    analysis = analyze(
        scenario_from_mapping({"model": "deepseek-v3", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 512})
    )
    assert all(fact(analysis, f"given.{name}").value >= 0 for name in GIVEN)
    assert fact(analysis, "given.n_active_experts").value == 8


def test_what_is_not_given_is_refused_by_name():
    analysis = analyze(scenario_from_mapping({**_DECODE, "context_len": 2048}))
    with pytest.raises(UnknownFact, match=r"given.hbm: nothing of that name is given"):
        fact(analysis, "given.hbm")
