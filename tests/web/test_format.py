import math

import pytest

from app.web import format as f

S, T = f.SPACE, f.THIN


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        pytest.param(0, "1", "0", id="nothing"),
        pytest.param(2.04, "1", "2.04", id="three digits"),
        pytest.param(64.55, "1", "64.5", id="half to even, as floats are"),
        pytest.param(12288, "1", f"12{T}300", id="three digits of a large number"),
        pytest.param(999.6, "1", f"1{T}000", id="rounds into the next power"),
        pytest.param(-3.5, "1", "−3.50", id="a real minus"),
        pytest.param(0.00271, "1", "0.00271", id="small but readable"),
        pytest.param(1.01e8, "1", f"1.01{S}×{S}10⁸", id="a power of ten"),
        pytest.param(3e-5, "1", f"3.00{S}×{S}10⁻⁵", id="a negative power of ten"),
        pytest.param(3.12e14, "FLOP/s", f"312{S}TFLOP/s", id="tera"),
        pytest.param(1.979e15, "FLOP/s", f"1.98{S}PFLOP/s", id="peta"),
        pytest.param(3.73e9, "FLOP", f"3.73{S}GFLOP", id="giga"),
        pytest.param(3.14e23, "FLOP", f"3.14{S}×{S}10²³{S}FLOP", id="beyond exa"),
        pytest.param(80e9, "B", f"80.0{S}GB", id="decimal bytes"),
        pytest.param(999.7e6, "B", f"1.00{S}GB", id="rounds into the next prefix"),
        pytest.param(163840, "B/token", f"164{S}kB/token", id="bytes a token"),
        pytest.param(2.039e12, "B/s", f"2.04{S}TB/s", id="bandwidth"),
        pytest.param(0, "B", f"0{S}B", id="no bytes"),
        pytest.param(12.3e-3, "s", f"12.3{S}ms", id="milliseconds"),
        pytest.param(4.5e-6, "s", f"4.50{S}µs", id="microseconds"),
        pytest.param(2e-10, "s", f"0.200{S}ns", id="less than a nanosecond"),
        pytest.param(90, "s", f"90.0{S}s", id="seconds up to two minutes"),
        pytest.param(7200, "s", f"2.00{S}h", id="hours"),
        pytest.param(34 * 86400, "s", f"34.0{S}d", id="days"),
        pytest.param(0.646, "%", f"64.6{S}%", id="a share"),
        pytest.param(0.0272, "%", f"2.7{S}%", id="a small share"),
        pytest.param(0.0031, "%", f"0.31{S}%", id="below one percent"),
        pytest.param(0.00001, "%", f"<{S}0.01{S}%", id="next to nothing"),
        pytest.param(0, "%", f"0{S}%", id="no share"),
        pytest.param(1, "%", f"100{S}%", id="all"),
        pytest.param(2.8285, "x", "2.83×", id="a factor"),
        pytest.param(1.028, "x", "1.028×", id="a small gain"),
        pytest.param(1.0032, "x", "1.0032×", id="a tiny gain still shows"),
        pytest.param(1.0, "x", "1.00×", id="no gain"),
        pytest.param(49152, "token", f"49{T}152{S}tokens", id="whole tokens in full"),
        pytest.param(49127.3, "token", f"49{T}100{S}tokens", id="a crossing between tokens"),
        pytest.param(1, "token", f"1{S}token", id="one token"),
        pytest.param(61.25, "token/s", f"61.2{S}tokens/s", id="a rate of tokens"),
        pytest.param(153, "FLOP/B", f"153{S}FLOP/B", id="intensity has no prefix"),
        pytest.param(math.inf, "B", "∞", id="without end"),
        pytest.param(math.nan, "B", "–", id="not known"),
    ],
)
def test_a_quantity_reads_as_people_write_it(value, unit, text):
    assert f.quantity(value, unit) == text


@pytest.mark.parametrize(
    ("lower", "upper", "unit", "text"),
    [
        pytest.param(0.0121, 0.0153, "s", f"12.1–15.3{S}ms", id="one unit"),
        pytest.param(0.9, 1.2, "s", f"0.900–1.20{S}s", id="the unit of the upper end"),
        pytest.param(0.014, 0.033, "%", f"1.4–3.3{S}%", id="shares"),
        pytest.param(1.0281, 1.0279, "x", "1.028×", id="both ends read the same"),
        pytest.param(-1, 2, "1", "−1.00 to 2.00", id="a dash would read as a minus"),
        pytest.param(1e9, math.inf, "B", f"1.00{S}GB to ∞", id="open above"),
    ],
)
def test_a_range_has_one_unit(lower, upper, unit, text):
    assert f.between(lower, upper, unit) == text


@pytest.mark.parametrize(
    ("value", "text"), [(174.6e9, "175B"), (8.03e9, "8.03B"), (999.9e6, "1.00B"), (1.5e12, "1.50T")]
)
def test_parameters_read_as_in_the_field(value, text):
    assert f.parameters(value) == text


def test_the_named_forms_are_the_units():
    assert f.count(12288) == f"12{T}288"
    assert (f.size(1e9), f.size_rate(1e9)) == (f"1.00{S}GB", f"1.00{S}GB/s")
    assert (f.flop(1e9), f.flop_rate(1e9)) == (f"1.00{S}GFLOP", f"1.00{S}GFLOP/s")
    assert (f.percent(0.5), f.times(4), f.tokens(8), f.duration(1), f.number(1)) == (
        f"50.0{S}%",
        "4.00×",
        f"8{S}tokens",
        f"1.00{S}s",
        "1.00",
    )
