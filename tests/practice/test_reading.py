import pytest

from app.practice.reading import Unreadable, read_number


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("140 GB", "B", 140e9),
        ("320 kB", "B", 320e3),
        ("about 1.4e11", "B", 1.4e11),
        ("128 KiB", "B", 131072),
        ("2.5 ms", "s", 0.0025),
        ("0.005", "s", 0.005),
        ("3 %", "%", 0.03),
        ("3", "%", 0.03),
        ("1/3", "%", 1 / 3),
        ("49k", "token", 49_000),
        ("49k tokens", "token", 49_000),
        ("3e23 FLOPs", "FLOP", 3e23),
        ("295", "FLOP/B", 295),
        ("12", "sequence", 12),
        ("1.03x", "x", 1.03),
        ("1.03", "x", 1.03),
        ("163 experts", "experts", 163),
    ],
)
def test_a_number_is_read_as_people_write_it(text, unit, value):
    assert read_number(text, unit) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "unit", "reason"),
    [
        ("", "B", "One number, please"),
        ("no idea", "B", "One number, please"),
        ("5 GB or 3 ms", "B", "One number, please"),
        ("5 s", "B", "That is in s; this is asked for in B."),
        ("0", "B", "above zero"),
    ],
)
def test_what_is_no_number_is_refused_with_a_reason(text, unit, reason):
    with pytest.raises(Unreadable, match=reason):
        read_number(text, unit)
