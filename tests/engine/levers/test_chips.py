import pytest

from app.engine.analysis import analyze
from app.engine.catalog import accelerator
from app.engine.efficiency import calibrated_efficiency
from app.engine.levers import NotApplicable, lever, ranked, weigh
from app.engine.levers.chips import GENERAL, SPECIALISED, hardware
from app.engine.mapping import scenario_from_mapping

LENGTH = {"training": "seq_len", "prefill": "prompt_len", "decode": "context_len"}


def scenario(phase="decode", model="llama3.1-70b", **changes):
    written = {"model": model, "hardware": "h100-sxm", "phase": phase}
    return scenario_from_mapping({**written, **({LENGTH[phase]: 8192} | changes)})


@pytest.mark.parametrize(
    ("lever_id", "situation", "read", "expected"),
    [
        pytest.param("hardware_h200_sxm", scenario(), lambda s: s.hardware.slug, "h200-sxm", id="H200"),
        pytest.param(
            "hardware_b200_sxm",
            scenario(),
            lambda s: s.efficiency,
            calibrated_efficiency(accelerator("b200-sxm")),
            id="its calibration",
        ),
        pytest.param(
            "hardware_b200_sxm",
            scenario(efficiency="ideal"),
            lambda s: s.efficiency.name,
            "ideal",
            id="one that is given",
        ),
    ],
)
def test_a_lever_changes_what_it_is_named_after(lever_id, situation, read, expected):
    assert read(lever(lever_id).apply(situation)) == expected


@pytest.mark.parametrize(
    ("lever_id", "situation", "reason"),
    [
        pytest.param("hardware_h100_sxm", scenario(), "runs on NVIDIA H100 SXM already", id="the same chip"),
    ],
)
def test_a_lever_that_does_not_apply_says_why(lever_id, situation, reason):
    refused = lever(lever_id).apply(situation)
    assert isinstance(refused, NotApplicable)
    assert reason in refused.reason


def test_decoding_gains_the_ratio_of_the_bandwidths():
    before = analyze(
        scenario(hardware="a100-80gb-sxm", n_devices=8, batch=4, context_len=2048, efficiency="ideal", overlap=1)
    )
    (found,) = ranked(before, [lever("hardware_h100_sxm")])
    assert found.speedup == pytest.approx(3.35 / 2.039, rel=1e-3)


def test_a_chip_without_the_format_in_use_is_a_reason():
    before = analyze(scenario(math_dtype="int8", weight_dtype="int8"))
    weighed = weigh(before, [hardware(slug) for slug in SPECIALISED])
    assert "no int8 peak" in {one.lever.id: one.reason for one in weighed.refused}["hardware_gaudi3"]


def test_specialised_accelerators_cost_a_software_stack():
    assert all("software stack" in hardware(slug).cost for slug in SPECIALISED)
    assert not any("software stack" in hardware(slug).cost for slug in GENERAL)
