from dataclasses import fields, replace

import pytest

from app.engine.catalog import HARDWARE, accelerator
from app.engine.efficiency import IDEAL, calibrated_efficiency

FRACTIONS = ("gemm", "attention_forward", "attention_backward", "attention_tuned", "memory", "link")
PER_CHIP = ("gemm", "attention_forward", "attention_backward")
FIXED = ("gap_s", "graph_gap_s", "launch_s", "blocking_s", "round_s", "graph_round_s")
UNMEASURED = replace(accelerator("h100-sxm"), slug="")


def test_ideal_reaches_every_peak_and_waits_for_nothing():
    assert {getattr(IDEAL, name) for name in FRACTIONS} == {1.0}
    assert {getattr(IDEAL, name) for name in (*FIXED, "wave_tail")} == {0.0}


@pytest.mark.parametrize("chip", [*HARDWARE.values(), UNMEASURED], ids=lambda chip: chip.slug or "unmeasured")
def test_calibrated_efficiencies_stay_below_the_peaks(chip):
    calibrated = calibrated_efficiency(chip)
    assert all(0 < getattr(calibrated, name) < 1 for name in FRACTIONS)
    assert all(getattr(calibrated, name) > 0 for name in FIXED)


def test_every_efficiency_is_a_fraction_or_a_fixed_time():
    assert {field.name for field in fields(IDEAL)} == {"name", "wave_tail", *FRACTIONS, *FIXED}


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
    chip, other = calibrated_efficiency(HARDWARE[slug]), calibrated_efficiency(UNMEASURED)
    assert [getattr(chip, name) for name in common] == [getattr(other, name) for name in common]


def test_real_steps_sustain_less_than_the_best_shape():
    h100, mi300x, a100 = (calibrated_efficiency(HARDWARE[slug]) for slug in ("h100-sxm", "mi300x", "a100-80gb-sxm"))
    assert h100.gemm < 0.803
    assert mi300x.gemm < 0.511 < a100.gemm


def test_a_chip_made_like_another_keeps_the_rates_that_were_measured_on_it():
    like = replace(HARDWARE["mi300x"], slug="", like="mi300x", network_bandwidth=1e9)
    assert calibrated_efficiency(like) == calibrated_efficiency(HARDWARE["mi300x"])
    assert calibrated_efficiency(replace(like, like="")).gemm > calibrated_efficiency(like).gemm


def test_attention_kernels_that_were_not_written_for_a_chip_gain_with_the_square_root_of_its_peak():
    a100, h100 = HARDWARE["a100-80gb-sxm"], HARDWARE["h100-sxm"]
    rates = [calibrated_efficiency(chip).attention_forward * chip.peak("bf16") for chip in (a100, h100)]
    assert rates[1] / rates[0] == pytest.approx((989 / 312) ** 0.5)
    slow = replace(a100, slug="", peak_flops={"fp16": 1e12})
    assert calibrated_efficiency(slow).attention_forward == calibrated_efficiency(slow).attention_tuned
