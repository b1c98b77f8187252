from dataclasses import fields, replace

import pytest

from app.engine.catalog import HARDWARE
from app.engine.efficiency import IDEAL, calibrated_efficiency

FRACTIONS = ("gemm", "attention_forward", "attention_backward", "memory", "link")
PER_CHIP = ("gemm", "attention_forward", "attention_backward")
FIXED = ("gap_s", "graph_gap_s", "launch_s", "round_s", "graph_round_s")


def test_ideal_reaches_every_peak_and_waits_for_nothing():
    assert {getattr(IDEAL, name) for name in FRACTIONS} == {1.0}
    assert {getattr(IDEAL, name) for name in FIXED} == {0.0}


@pytest.mark.parametrize("slug", [*HARDWARE, "a chip that nobody measured"])
def test_calibrated_efficiencies_stay_below_the_peaks(slug):
    calibrated = calibrated_efficiency(slug)
    assert all(0 < getattr(calibrated, name) < 1 for name in FRACTIONS)
    assert all(getattr(calibrated, name) > 0 for name in FIXED)


def test_every_efficiency_is_a_fraction_or_a_fixed_time():
    assert {field.name for field in fields(IDEAL)} == {"name", *FRACTIONS, *FIXED}


@pytest.mark.parametrize("name", FRACTIONS)
@pytest.mark.parametrize("value", [-0.1, 1.01], ids=["negative", "above one"])
def test_a_fraction_that_no_kernel_can_reach_is_refused(name, value):
    with pytest.raises(ValueError, match=f"^{name}: "):
        replace(IDEAL, **{name: value})


def test_a_fraction_of_zero_would_take_forever_and_is_refused():
    for name in FRACTIONS:
        with pytest.raises(ValueError, match=f"^{name}: "):
            replace(IDEAL, **{name: 0.0})


@pytest.mark.parametrize("name", FIXED)
def test_a_negative_fixed_time_is_refused(name):
    with pytest.raises(ValueError, match=f"^{name}: "):
        replace(IDEAL, **{name: -1e-6})


@pytest.mark.parametrize("slug", HARDWARE)
def test_chips_differ_only_in_what_was_measured_on_them(slug):
    common = [field.name for field in fields(IDEAL) if field.name not in (*PER_CHIP, "name")]
    chip, other = calibrated_efficiency(slug), calibrated_efficiency("a chip that nobody measured")
    assert [getattr(chip, name) for name in common] == [getattr(other, name) for name in common]


def test_real_steps_sustain_less_than_the_best_shape():
    assert calibrated_efficiency("h100-sxm").gemm < 0.803
    assert calibrated_efficiency("mi300x").gemm < 0.511 < calibrated_efficiency("a100-80gb-sxm").gemm
