import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.engine.catalog import MODELS
from app.engine.flops import COUNTED_GROUPS, counted_flops, forward_flops
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Scenario
from app.engine.step import step
from app.engine.transformer import multiplying_parameters
from app.engine.workload import Phase

DATA = Path(__file__).parent / "data"
PYTORCH = json.loads((DATA / "flops_pytorch.json").read_text())
with (DATA / "flop_shares_opt_roller2022.csv").open(newline="") as file:
    ROLLER = {row["model"]: row for row in csv.DictReader(file)}

SLUGS = {
    "GPT-2 small": "gpt2-small",
    "GPT-2 medium": "gpt2-medium",
    "GPT-2 XL": "gpt2-xl",
    "OPT-1.3B": "opt-1.3b",
    "OPT-13B": "opt-13b",
    "OPT-175B": "opt-175b",
    "Llama-2-7B": "llama2-7b",
    "Llama-2-70B": "llama2-70b",
    "Llama-3.1-8B": "llama3.1-8b",
    "Llama-3.1-70B": "llama3.1-70b",
    "Llama-3.1-405B": "llama3.1-405b",
    "Llama-3.2-1B": "llama3.2-1b",
    "Qwen3-8B": "qwen3-8b",
    "Gemma-2-9B": "gemma2-9b",
}
GPT2_XL_16K = {
    "n_layers": 48,
    "d_model": 1600,
    "n_heads": 25,
    "n_kv_heads": 25,
    "d_head": 64,
    "d_ff": 6400,
    "vocab_size": 50_257,
    "tied_embeddings": True,
    "biases": "all",
    "norm_vectors": 2,
    "learned_positions": 16_384,
}
MISTRAL_WITHOUT_WINDOW = {
    "n_layers": 32,
    "d_model": 4096,
    "n_heads": 32,
    "n_kv_heads": 8,
    "d_head": 128,
    "d_ff": 14_336,
    "vocab_size": 32_000,
    "gated": True,
}
WRITTEN = {
    **SLUGS,
    "GPT-2 XL (16k positions)": GPT2_XL_16K,
    "Mistral-7B-v0.1 (no window used)": MISTRAL_WITHOUT_WINDOW,
}


def rows(mode):
    return [pytest.param(row, id=f"{row['name']} at {row['seq_len']} tokens") for row in PYTORCH if row["mode"] == mode]


def pytorch_scenario(row):
    phase = {"forward": "prefill", "training": "training"}[row["mode"]]
    return scenario_from_mapping(
        {"model": WRITTEN[row["name"]], "hardware": "h100-sxm", "phase": phase, "seq_len": row["seq_len"]}
    )


def rotary_outer_product(scenario):
    """FLOPs that PyTorch's count has once for a rotary model: positions times frequencies."""
    model = scenario.model
    return 0 if model.learned_positions else 2 * scenario.forward.n_keys * (model.d_head // 2)


def by_part(counted):
    mlp = sum(flops for name, flops in counted.items() if name.startswith("mlp"))
    return {"qkv_proj": counted["qkv_proj"], "out_proj": counted["out_proj"], "mlp": mlp, "head": counted["head"]}


def test_every_row_of_pytorchs_counts_is_compared():
    assert {row["name"] for row in PYTORCH} == set(WRITTEN)
    assert len(rows("forward")) + len(rows("training")) == len(PYTORCH) == 18


@pytest.mark.parametrize("row", rows("forward"))
def test_forward_flops_equal_pytorchs_count_by_component(row):
    scenario = pytorch_scenario(row)
    counted = counted_flops(scenario)
    assert by_part(counted) == row["by_component"]
    assert counted["attention_core"] + rotary_outer_product(scenario) == row["attention_core_bmm"]
    assert sum(counted.values()) + rotary_outer_product(scenario) == row["total"]


@pytest.mark.parametrize("row", rows("training"))
def test_training_flops_equal_pytorchs_count_in_total(row):
    scenario = pytorch_scenario(row)
    counted = counted_flops(scenario)
    # The outer product has no gradient, so it is counted once and not three times.
    assert counted["attention_core"] + rotary_outer_product(scenario) == row["attention_core_bmm"]
    assert sum(counted.values()) + rotary_outer_product(scenario) == row["total"]


def test_opt_175b_forward_at_2048_tokens_is_64_64_percent_mlp_and_2_69_percent_core():
    counted = counted_flops(
        scenario_from_mapping(
            {"model": "opt-175b", "hardware": "a100-80gb-sxm", "phase": "prefill", "prompt_len": 2048}
        )
    )
    total = sum(counted.values())
    assert total == 734_805_016_707_072
    assert by_part(counted)["mlp"] / total == pytest.approx(0.6464, abs=5e-5)
    assert counted["attention_core"] / total == pytest.approx(0.0269, abs=5e-5)


# The 2022 table of FLOP shares, under the accounting that reproduces it and under that of the architecture.


def roller_scenario(row, **changes):
    d_model = int(row["d_model"])
    shape = {"n_heads": d_model // 64, "n_kv_heads": d_model // 64, "d_head": 64, "d_ff": 4 * d_model}
    model = {"n_layers": int(row["n_layers"]), "d_model": d_model, "vocab_size": 51_200, **shape}
    return scenario_from_mapping(
        {"model": model, "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": int(row["seq_len"]), **changes}
    )


def in_percent(sizes):
    return {name: 100 * size / sum(sizes.values()) for name, size in sizes.items()}


@pytest.mark.parametrize("name", ROLLER)
def test_the_2022_table_follows_from_projections_of_2d2_and_8sd(name):
    row = ROLLER[name]
    n_layers, d, s = (int(row[column]) for column in ("n_layers", "d_model", "seq_len"))
    layer = {"MHA": 2 * d * d + 8 * s * d, "FFN": 16 * d * d, "attn": 4 * s * d}
    fitted = {**{part: 4 * n_layers * flops for part, flops in layer.items()}, "logit": 3 * 2 * d * 51_200}
    for part, percent in in_percent(fitted).items():
        published = row[f"pct_{part}_published"]
        digits = len(published.partition(".")[2])
        assert f"{percent:.{digits}f}" == published, part
    update = sum(fitted.values()) * int(row["batch_tokens_used_in_fit"])
    assert update == pytest.approx(float(row["flops_per_update_published"]), rel=0.05)


@pytest.mark.parametrize("name", ROLLER)
def test_the_architecture_gives_another_table(name):
    row = ROLLER[name]
    # As there: a full recompute (layers count four times), every pair counted, no recompute of the head.
    run = step(roller_scenario(row, attention="unfused", recompute="full"))
    executed = {part.name: part.executed_flops for part in run.components if part.executed_flops}
    parts = {
        "QKVO_proj": executed["qkv_proj"] + executed["out_proj"],
        "FFN": executed["mlp_up"] + executed["mlp_down"],
        "attn_core": executed["attention_core"],
        "logit": executed["head"],
    }
    for part, percent in in_percent(parts).items():
        assert percent == pytest.approx(float(row[f"corrected_pct_{part}"]), abs=0.051), part
    update = sum(parts.values()) / int(row["seq_len"]) * int(row["batch_tokens_used_in_fit"])
    assert update == pytest.approx(float(row["corrected_flops_per_update"]), rel=1e-3)


@pytest.mark.parametrize("name", ROLLER)
def test_the_causal_half_without_recomputing_gives_a_third_one(name):
    row = ROLLER[name]
    counted = counted_flops(roller_scenario(row, conventions={"attention": "causal"}))
    parts = {
        "QKVO": counted["qkv_proj"] + counted["out_proj"],
        "FFN": counted["mlp_up"] + counted["mlp_down"],
        "attn": counted["attention_core"],
        "logit": counted["head"],
    }
    for part, percent in in_percent(parts).items():
        assert percent == pytest.approx(float(row[f"corrected_causal_norecompute_pct_{part}"]), abs=0.051), part


@pytest.mark.parametrize(("slug", "most"), [("gpt3-175b", 2 / 3), ("gpt3-13b", 2 / 3), ("opt-30b", 2 / 3)], ids=str)
def test_no_ungated_mlp_of_four_widths_passes_two_thirds(slug, most):
    written = {"model": slug, "hardware": "h100-sxm", "phase": "prefill", "conventions": {"head": "none"}}
    for prompt_len in (1, 2048, 65_536):
        counted = counted_flops(scenario_from_mapping({**written, "prompt_len": prompt_len}))
        assert by_part(counted)["mlp"] / sum(counted.values()) < most


def test_the_wide_gated_mlp_of_llama_405b_is_eighty_percent_at_2k():
    written = {"model": "llama3.1-405b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 2048}
    counted = counted_flops(scenario_from_mapping(written))
    assert by_part(counted)["mlp"] / sum(counted.values()) == pytest.approx(0.800, abs=5e-4)


@pytest.mark.parametrize("slug", MODELS)
def test_everything_but_the_core_takes_two_flops_for_each_parameter_that_multiplies(slug):
    # Of 671B parameters a token of a mixture meets 37B; norms and biases are added, not multiplied.
    written = {"model": slug, "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 128}
    counted = forward_flops(scenario_from_mapping(written))
    del counted["attention_core"]
    assert sum(counted.values()) / 128 == pytest.approx(2 * multiplying_parameters(MODELS[slug]), rel=2e-3)


# Conventions


def prefill(**changes):
    return scenario_from_mapping(
        {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 4096, **changes}
    )


def test_the_causal_half_halves_the_core_and_nothing_else():
    full, causal = counted_flops(prefill()), counted_flops(prefill(conventions={"attention": "causal"}))
    assert causal == {**full, "attention_core": full["attention_core"] / 2}


@pytest.mark.parametrize(("head", "positions"), [("all", 3 * 4096), ("last", 3), ("none", 0)])
def test_the_head_is_counted_on_the_positions_of_the_convention(head, positions):
    counted = counted_flops(prefill(batch=3, conventions={"head": head}))
    assert counted["head"] == 2 * positions * 4096 * 128_256


def test_a_decode_step_is_never_halved():
    written = {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "decode", "context_len": 4096}
    full = counted_flops(scenario_from_mapping(written))
    causal = counted_flops(scenario_from_mapping({**written, "conventions": {"attention": "causal"}}))
    assert full == causal


def test_a_training_step_counts_three_forward_passes_unless_forward_is_asked_for():
    written = {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "training", "seq_len": 2048, "micro_batch": 2}
    both = counted_flops(scenario_from_mapping(written))
    forward = counted_flops(scenario_from_mapping({**written, "conventions": {"passes": "forward"}}))
    assert both == {name: 3 * flops for name, flops in forward.items()}


def test_training_flops_of_a_token_depend_on_the_sequence_length():
    def of_a_token(seq_len):
        scenario = scenario_from_mapping(
            {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "training", "seq_len": seq_len}
        )
        return sum(counted_flops(scenario).values()) / seq_len

    linear, core_of_a_key = 15_009_317_840, 4 * 4096 * 32  # forward, from PyTorch's count at 8,192 tokens
    for seq_len in (2048, 131_072):
        assert of_a_token(seq_len) == pytest.approx(3 * (linear + core_of_a_key * seq_len), rel=1e-6)
    assert of_a_token(131_072) > 5 * of_a_token(2048)


# Laws of scale


@settings(max_examples=50, deadline=None)
@given(scenario=st.from_type(Scenario), factor=st.integers(2, 9))
def test_flops_are_linear_in_the_batch(scenario, factor):
    assume(not getattr(scenario.workload, "chunk_len", 0))  # a chunk is one prompt whatever the batch
    name = "micro_batch" if scenario.phase is Phase.TRAINING else "batch"
    batch = getattr(scenario.workload, name)
    grown = counted_flops(scenario.vary(name, batch * factor))
    assert grown == pytest.approx({part: factor * flops for part, flops in counted_flops(scenario).items()})


@settings(max_examples=50, deadline=None)
@given(slug=st.sampled_from(["gpt3-175b", "llama3.1-8b", "palm-540b"]), length=st.integers(1, 10**6))
def test_the_core_is_quadratic_in_the_length_and_the_rest_linear(slug, length):
    written = {"model": slug, "hardware": "h100-sxm", "phase": "prefill"}
    short, double = (
        forward_flops(scenario_from_mapping({**written, "prompt_len": prompt_len}))
        for prompt_len in (length, 2 * length)
    )
    core = short.pop("attention_core")
    assert double.pop("attention_core") == 4 * core
    assert double == {name: 2 * flops for name, flops in short.items()}


@settings(max_examples=50, deadline=None)
@given(d_model=st.integers(1, 2**15), d_ff=st.integers(1, 2**17), factor=st.integers(2, 5))
def test_the_mlp_is_linear_in_each_of_its_widths_and_the_core_in_neither(d_model, d_ff, factor):
    shape = {"n_layers": 3, "n_heads": 8, "n_kv_heads": 2, "d_head": 64, "vocab_size": 1000, "gated": True}
    written = {"hardware": "h100-sxm", "phase": "training", "seq_len": 512}

    def counted(width, inner):
        model = {**shape, "d_model": width, "d_ff": inner}
        return counted_flops(scenario_from_mapping({**written, "model": model}))

    start, wider, deeper = counted(d_model, d_ff), counted(d_model * factor, d_ff), counted(d_model, d_ff * factor)
    assert by_part(wider)["mlp"] == by_part(deeper)["mlp"] == factor * by_part(start)["mlp"]
    assert wider["attention_core"] == deeper["attention_core"] == start["attention_core"]
    assert by_part(start)["mlp"] == 3 * 6 * 512 * 3 * d_model * d_ff


@settings(max_examples=50, deadline=None)
@given(scenario=st.from_type(Scenario))
def test_every_counted_component_belongs_to_a_group_and_runs(scenario):
    counted = counted_flops(scenario)
    assert set(counted) <= set(COUNTED_GROUPS)
    assert all(flops >= 0 for flops in counted.values())
    assert set(counted) <= {part.name for part in step(scenario).components}


@pytest.mark.parametrize(
    ("phase", "name"),
    [
        ("training", "seq_len"),
        ("training", "micro_batch"),
        ("prefill", "prompt_len"),
        ("prefill", "batch"),
        ("decode", "context_len"),
        ("decode", "batch"),
    ],
)
@pytest.mark.parametrize("slug", ["llama3.1-8b", "gemma2-9b"], ids=["full attention", "windows"])
def test_a_grid_of_counts_equals_its_scalars(slug, phase, name):
    length = {"training": "seq_len", "prefill": "prompt_len", "decode": "context_len"}[phase]
    scenario = scenario_from_mapping({"model": slug, "hardware": "h100-sxm", "phase": phase, length: 3000})
    values = np.array([1.0, 7.0, 4096.0, 65_536.0])
    grid = counted_flops(scenario.vary(name, values))
    for i, value in enumerate(values):
        scalars = counted_flops(scenario.vary(name, float(value)))
        assert {part: np.broadcast_to(flops, values.shape)[i] for part, flops in grid.items()} == pytest.approx(scalars)


def test_the_catalogue_has_every_model_that_pytorch_counted():
    assert set(SLUGS.values()) <= set(MODELS)
