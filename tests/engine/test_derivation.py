import re

import pytest
from inline_snapshot import snapshot

from app.engine.analysis import analyze
from app.engine.derivation import derivation
from app.engine.mapping import scenario_from_mapping

WHERE_175B = {"model": "gpt3-175b", "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": 2048}
CASES = {
    "where-175b": WHERE_175B,
    "8B prefill of 128k": {
        "model": "llama3.1-8b",
        "hardware": "h100-sxm",
        "phase": "prefill",
        "prompt_len": 131_072,
        "batch": 3,
        "conventions": {"attention": "causal"},
    },
    "PaLM decoding, head left out": {
        "model": "palm-540b",
        "hardware": "tpu-v4",
        "phase": "decode",
        "context_len": 2048,
        "batch": 64,
        "conventions": {"attention": "causal", "head": "none"},
    },
}
LENGTH = {"training": "seq_len", "prefill": "prompt_len", "decode": "context_len"}
EACH = pytest.mark.parametrize("written", CASES.values(), ids=CASES)


def lines(written):
    return derivation(analyze(scenario_from_mapping(written)))


def values(written):
    return {line.symbol: line.value for line in lines(written)}


def test_the_lines_of_the_175b_question():
    assert [(line.symbol, line.value, line.unit) for line in lines(WHERE_175B)] == snapshot(
        [
            ("qkv", 905969664, "FLOP"),
            ("out", 301989888, "FLOP"),
            ("mlp", 2415919104, "FLOP"),
            ("core", 100663296, "FLOP"),
            ("layer", 3724541952, "FLOP"),
            ("total", 2204412785197056, "FLOP"),
            ("share(mlp)", 0.6464157163152707, "1"),
            ("ceiling(mlp)", 2.8281800016078837, "x"),
            ("share(qkv + out)", 0.32320785815763536, "1"),
            ("ceiling(qkv + out)", 1.4775585267255003, "x"),
            ("share(core)", 0.026933988179802946, "1"),
            ("ceiling(core)", 1.0276795077133778, "x"),
            ("ridge_point", 153.01618440411966, "FLOP/B"),
            ("seq_len where core = mlp", 49152.0, "token"),
        ]
    )


@EACH
def test_every_value_follows_from_the_widths(written):
    scenario = scenario_from_mapping(written)
    model, length = scenario.model, written[LENGTH[written["phase"]]]
    causal = written.get("conventions", {}).get("attention") == "causal" and written["phase"] != "decode"
    head = 0 if written.get("conventions", {}).get("head") == "none" else 2 * model.d_model * model.vocab_size
    qkv = 2 * model.d_model * (model.n_heads + 2 * model.n_kv_heads) * model.d_head
    out = 2 * model.n_heads * model.d_head * model.d_model
    mlp = (6 if model.gated else 4) * model.d_model * model.d_ff
    core = (2 if causal else 4) * length * model.n_heads * model.d_head
    token = model.n_layers * (qkv + out + mlp + core) + head
    shares = {"mlp": mlp, "qkv + out": qkv + out, "core": core}
    peak = scenario.hardware.peak_flops[scenario.formats.math]
    expected = {
        "qkv": qkv,
        "out": out,
        "mlp": mlp,
        "core": core,
        "layer": qkv + out + mlp + core,
        "total": analyze(scenario_from_mapping(written)).flops_total,
        **{f"share({name})": model.n_layers * flops / token for name, flops in shares.items()},
        **{f"ceiling({name})": 1 / (1 - model.n_layers * flops / token) for name, flops in shares.items()},
        "ridge_point": peak / scenario.hardware.hbm_bandwidth,
        f"{LENGTH[written['phase']]} where core = mlp": mlp * length / core,
    }
    assert values(written) == pytest.approx(expected)


@EACH
def test_every_line_has_a_formula_and_a_source(written):
    assert all(line.formula and line.source and line.unit for line in lines(written))


def worked(line, known):
    """The value of a formula as it is printed, with the inputs of the line and the symbols before it put in."""
    text = line.formula
    symbols = sorted({**known, **dict(line.inputs)}.items(), key=lambda item: -len(item[0]))
    for name, number in symbols:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", f"({number!r})", text)
    arithmetic = text.replace("·", "*").replace("−", "-")
    unknown = re.findall(r"[^\W\d][\w.]*", re.sub(r"\d+(\.\d+)?(e[+-]?\d+)?", "", arithmetic))
    assert not unknown, f"{line.symbol}: {line.formula} uses {unknown}, which no line defines"
    return eval(arithmetic, {"__builtins__": {}})


@EACH
def test_every_formula_gives_its_value_from_inputs_and_earlier_lines(written):
    known = {}
    for line in lines(written):
        assert worked(line, known) == pytest.approx(line.value), line.symbol
        known[line.symbol] = line.value


@pytest.mark.parametrize("prompt_len", [2048, 32_768], ids=["within the window", "beyond the window"])
def test_the_core_of_a_windowed_model_is_the_one_its_share_is_taken_of(prompt_len):
    written = {
        "model": "mistral-7b",
        "hardware": "h100-sxm",
        "phase": "prefill",
        "prompt_len": prompt_len,
        "conventions": {"head": "none"},
    }
    found = values(written)
    assert found["core"] / found["layer"] == pytest.approx(found["share(core)"])


def test_a_window_that_keeps_the_core_below_the_mlp_has_no_flip_line():
    found = values({"model": "mistral-7b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 2048})
    assert not [symbol for symbol in found if "where" in symbol]
