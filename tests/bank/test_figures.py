"""What may stand in the braces of a key's prose, and what is said of what may not."""

import pytest

from app.bank.figures import BadFigure, Names, figure, number
from app.bank.prose import BadProse, prose, references
from app.engine.analysis import analyze
from app.engine.facts import Fact
from app.engine.mapping import scenario_from_mapping

SERVER = {
    "model": "llama3.1-70b",
    "hardware": "h100-sxm",
    "phase": "decode",
    "context_len": 131072,
    "n_devices": 8,
}


@pytest.fixture(scope="module")
def names():
    law = Fact(
        name="bubble_share(n_micro_batches=32, pp=8)", value=7 / 39, unit="1", basis="identity", convention="exact"
    )
    flip = Fact(name="flips.longer", value=49152.0, unit="token", basis="computed", convention="exact")
    return Names(
        analyses={"main": analyze(scenario_from_mapping(SERVER))},
        laws={"main": law},
        given={"pp": 8, "mfu": 0.4},
        flips={"longer": flip},
    )


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("main.kv_bytes_per_token", 327680, "B"),
        ("main.memory.fits", True, ""),
        ("main.bottleneck.resource", "memory", ""),
        ("main.share.flops.mlp+projections | %", None, "%"),
        ("main.share.flops.attention_core@causal", None, "1"),
        ("main.given.d_model", 8192, "1"),
        ("law.main", 7 / 39, "1"),
        ("law.main | %", 7 / 39, "%"),
        ("given.pp", 8, "1"),
        ("flips.longer", 49152, "token"),
        ("bubble_share(pp=8, n_micro_batches=32)", 7 / 39, "1"),
        ("bubble_share(pp=given.pp, n_micro_batches=4 * given.pp)", 7 / 39, "1"),
        ("transfer_s(payload=main.kv_bytes_read, bandwidth=5.0e10)", 327680 * 131072 / 5e10, "s"),
        ("main.kv_bytes_per_token * main.given.length | B", 327680 * 131072, "B"),
        ("floor((8 * main.given.hbm_bytes - main.weight_bytes) / main.kv_bytes_read) | request", 11, "request"),
        ("max(main.kv_bytes_per_token, 2) - 2 * main.kv_bytes_per_token | B", -327680, "B"),
        ("law.main / (1 - law.main) | %", 7 / 32, "%"),
    ],
)
def test_a_figure_is_a_fact_a_law_or_arithmetic_on_them(names, written, value, unit):
    found = figure(written, names)
    assert found.unit == unit
    if value is not None:
        assert found.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("main.kv_byte_per_token", "did you mean kv_bytes_per_token"),
        ("slow.mfu", "no scenario 'slow'; there are main"),
        ("law.other", "law.other: not known here"),
        ("given.tp", "given.tp: not known here"),
        ("flips.shorter", "flips.shorter: not known here"),
        ("bubble_share(pp=8)", "missing"),
        ("bubble_share(stages=8, n_micro_batches=4)", "has no argument 'stages'"),
        ("bubbles(pp=8)", "no such law"),
        ("main.weight_bytes / main.kv_bytes_read", "arithmetic has no unit of its own; write {main.weight_bytes"),
        ("0.9 * main.weight_bytes | B", "0.9 is typed; only whole numbers up to 100 may be"),
        ("141 * main.weight_bytes | B", "141 is typed"),
        ("main.weight_bytes / 0 | B", "division by zero"),
        ("main.bottleneck.resource * 2 | B", "not a number"),
        ("main.weight_bytes + | B", "no such fact"),
        ("__import__('os').system('true') | s", "not readable"),
        ("main.weight_bytes if main.memory.fits else 2 | B", "no fact, law or number"),
    ],
)
def test_what_is_no_figure_is_said_with_its_reason(names, written, said):
    with pytest.raises(BadFigure, match=r"(?s).*") as refused:
        figure(written, names)
    assert said in str(refused.value)


def test_a_number_is_asked_for_without_its_unit(names):
    assert number("2 * main.kv_bytes_per_token", names) == 655360
    with pytest.raises(BadFigure, match="not a number"):
        number("main.bottleneck.resource", names)


def test_prose_keeps_its_words_and_puts_figures_in_between(names):
    start, found, end = prose("Each token keeps\n{main.kv_bytes_per_token} of cache.", names)
    assert (start, found.value, end) == ("Each token keeps ", 327680, " of cache.")


@pytest.mark.parametrize(
    "typed", ["It is 344 GB.", "About ~2.7 % of it", "8x larger", "<150 tokens", "half, 0.5 of it"]
)
def test_a_typed_number_in_prose_is_refused(names, typed):
    with pytest.raises(BadProse, match="is typed; write the fact"):
        prose(typed, names)


@pytest.mark.parametrize("name", ["GPT-3 on an A100 in FP8", "d_model**2", "Llama-3.1-405B", "h100-sxm"])
def test_a_digit_in_a_name_is_no_number(names, name):
    assert prose(name, names) == (name,)


def test_the_references_of_a_text_are_listed_as_written():
    assert references("a {main.mfu} b { x /\n y | s }") == ("main.mfu", "x / y | s")
