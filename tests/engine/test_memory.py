import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.catalog import MODELS
from app.engine.mapping import scenario_from_mapping
from app.engine.memory import (
    kv_bytes_per_token,
    kv_bytes_read,
    kv_cache_bytes,
    layer_activations,
    memory,
    training_activations,
    weight_bytes,
)
from app.engine.scenario import Scenario

GIB = 2**30
with (Path(__file__).parent / "data" / "korthikanti2022_fig1_fig7_activation_memory.csv").open(newline="") as file:
    KORTHIKANTI = {row["model"]: row for row in csv.DictReader(file)}
with (Path(__file__).parent / "data" / "pope2022_max_context.csv").open(newline="") as file:
    POPE = list(csv.DictReader(file))

# n_layers, d_model, n_heads, pp, micro_batch; tp 8 and 2,048 tokens throughout (Korthikanti et al. 2022, table 3).
LAYOUTS = {
    "megatron-22B": (48, 6144, 64, 1, 4),
    "gpt3-175B": (96, 12_288, 96, 8, 1),
    "turing-530B": (105, 20_480, 128, 35, 1),
    "megatron-1T": (128, 25_600, 160, 64, 1),
}
INTERLEAVE = {"megatron-22B": 1, "gpt3-175B": 3, "turing-530B": 3, "megatron-1T": 1}


def korthikanti(name, **changes):
    n_layers, d_model, n_heads, pp, micro_batch = LAYOUTS[name]
    shape = {"n_layers": n_layers, "d_model": d_model, "n_heads": n_heads, "n_kv_heads": n_heads}
    bare = {"vocab_size": 1, "tied_embeddings": True, "norm_vectors": 0}  # the figures leave embedding and norms out
    written = {
        "model": {**shape, **bare, "d_head": d_model // n_heads, "d_ff": 4 * d_model},
        "hardware": "a100-80gb-sxm",
        "phase": "training",
        "seq_len": 2048,
        "micro_batch": micro_batch,
        "n_micro_batches": 512,
        "tp": 8,
        "pp": pp,
        "interleave": INTERLEAVE[name],
        "attention": "unfused",
        "optimizer_bytes_per_parameter": 18,
    }
    return scenario_from_mapping({**written, **changes})


@pytest.mark.parametrize("name", KORTHIKANTI)
def test_activations_without_recomputing_are_those_of_korthikantis_figure(name):
    held = training_activations(korthikanti(name))
    assert held / GIB == pytest.approx(float(KORTHIKANTI[name]["activations_none_GiB"]), rel=1e-12)


@pytest.mark.parametrize("name", KORTHIKANTI)
def test_sequence_parallelism_and_a_selective_recompute_keep_korthikantis_gibibytes(name):
    held = training_activations(korthikanti(name, recompute="selective", sequence_parallel=True))
    published = float(KORTHIKANTI[name]["activations_seqpar_selective_GiB"])
    assert held / GIB == pytest.approx(published, rel=1e-12)


@pytest.mark.parametrize("name", KORTHIKANTI)
@pytest.mark.parametrize(
    ("column", "changes"),
    [
        ("seqpar", {"sequence_parallel": True}),
        ("selective", {"recompute": "selective"}),
        ("seq_sel", {"recompute": "selective", "sequence_parallel": True}),
        ("full", {"recompute": "full"}),
    ],
    ids=["sequence parallelism", "selective", "both", "full"],
)
def test_what_is_saved_are_korthikantis_percentages(name, column, changes):
    percent = 100 * training_activations(korthikanti(name, **changes)) / training_activations(korthikanti(name))
    assert percent == pytest.approx(float(KORTHIKANTI[name][f"rel_pct_{column}"]), abs=0.2)


@pytest.mark.parametrize("name", KORTHIKANTI)
def test_parameters_and_optimizer_are_those_of_korthikantis_figure(name):
    held = memory(korthikanti(name))
    published = float(KORTHIKANTI[name]["params_optimizer_GiB_per_gpu"])
    assert (held.weights + held.gradients + held.optimizer) / GIB == pytest.approx(published, rel=1e-5)


def test_a_layer_keeps_korthikantis_equation_two():
    situation = korthikanti("gpt3-175B")
    s, b, h, a, t = 2048, 1, 12_288, 96, 8
    (layer,) = situation.model.layer_kinds
    assert layer_activations(situation, layer) == s * b * h * (10 + 24 / t + 5 * a * s / (h * t))


def test_fused_attention_keeps_what_a_selective_recompute_keeps():
    fused = training_activations(korthikanti("gpt3-175B", attention="fused"))
    assert fused == training_activations(korthikanti("gpt3-175B", recompute="selective"))


def test_a_pipeline_keeps_no_more_micro_batches_in_flight_than_there_are():
    few, many = (training_activations(korthikanti("gpt3-175B", n_micro_batches=m)) for m in (2, 64))
    assert few == many * 2 / 8


# KV cache


def decode(**changes):
    written = {"model": "llama3.1-70b", "hardware": "h100-sxm", "phase": "decode", "context_len": 8192}
    return scenario_from_mapping({**written, **changes})


def test_a_token_stores_keys_and_values_of_the_kv_heads():
    assert kv_bytes_per_token(decode()) == 2 * 80 * 8 * 128 * 2 == 327_680
    with_query_heads = 2 * 80 * 64 * 128 * 2
    assert with_query_heads / kv_bytes_per_token(decode()) == 8


def test_what_is_read_grows_with_context_and_batch():
    assert kv_bytes_read(decode(batch=64)) == 64 * 8192 * 327_680


def test_a_request_of_128k_tokens_holds_40_gib():
    assert kv_cache_bytes(decode(context_len=131_072)) == 40 * GIB


def test_a_window_caps_the_cache():
    capped = decode(model="mistral-7b", context_len=32_768)
    assert kv_cache_bytes(capped) == 4096 * kv_bytes_per_token(capped)


@pytest.mark.parametrize(("tp", "share"), [(1, 1), (8, 1 / 8), (16, 1 / 8)], ids=["alone", "as many", "copies"])
def test_devices_share_kv_heads_and_hold_a_copy_beyond_them(tp, share):
    assert kv_cache_bytes(decode(tp=tp)) == kv_cache_bytes(decode()) * share


@settings(max_examples=60, deadline=None)
@given(slug=st.sampled_from(["gpt3-13b", "llama2-70b", "gemma2-9b", "palm-540b"]), context=st.integers(1, 10**6))
def test_more_kv_heads_never_mean_fewer_bytes(slug, context):
    n_heads = MODELS[slug].n_heads
    situation = decode(model=slug, context_len=context)
    varied = [situation.vary("n_kv_heads", n) for n in range(1, n_heads + 1) if n_heads % n == 0]
    for size in (kv_bytes_per_token, kv_bytes_read, kv_cache_bytes):
        sizes = [size(one) for one in varied]
        assert sizes == sorted(sizes)
        assert sizes[0] < sizes[-1]


# What one device holds


def test_weights_take_the_width_of_their_format():
    assert weight_bytes(decode()) == 70_553_706_496 * 2
    assert weight_bytes(decode()) - weight_bytes(decode(weight_dtype="int4")) == pytest.approx(1.059e11, rel=2e-3)


def test_mixed_precision_adam_holds_sixteen_bytes_for_each_parameter():
    held = memory(
        scenario_from_mapping({"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "train", "seq_len": 1})
    )
    assert held.weights + held.gradients + held.optimizer == 16 * 8_030_261_248
    assert held.kv_cache == 0


@pytest.mark.parametrize(
    ("zero", "states", "gradients", "weights"),
    [(0, 1, 1, 1), (1, 8, 1, 1), (2, 8, 8, 1), (3, 8, 8, 8)],
    ids=["no sharding", "optimizer states", "and gradients", "and weights"],
)
def test_each_stage_of_zero_shards_one_more_part_over_the_replicas(zero, states, gradients, weights):
    written = {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "training", "seq_len": 512, "dp": 8}
    held = memory(scenario_from_mapping({**written, "zero": zero}))
    count = 8_030_261_248
    assert (held.optimizer, held.gradients, held.weights) == (
        12 * count / states,
        2 * count / gradients,
        2 * count / weights,
    )


def test_what_does_not_fit_is_told_by_its_shortfall():
    alone, shared = memory(decode()), memory(decode(tp=8))
    assert alone.shortfall == alone.bytes_per_device - 80e9 > 60e9
    assert shared.shortfall == 0


@settings(max_examples=60, deadline=None)
@given(scenario=st.from_type(Scenario))
def test_no_part_is_negative_and_the_shortfall_is_what_exceeds_the_capacity(scenario):
    held = memory(scenario)
    parts = (held.weights, held.gradients, held.optimizer, held.activations, held.kv_cache)
    assert min(parts) >= 0
    assert held.bytes_per_device == pytest.approx(sum(parts))
    assert held.shortfall == max(0, held.bytes_per_device - scenario.hardware.hbm_bytes)


@pytest.mark.parametrize(
    ("phase", "name"),
    [
        ("training", "seq_len"),
        ("training", "micro_batch"),
        ("training", "n_micro_batches"),
        ("training", "tp"),
        ("training", "pp"),
        ("prefill", "prompt_len"),
        ("prefill", "batch"),
        ("prefill", "tp"),
        ("decode", "context_len"),
        ("decode", "batch"),
        ("decode", "tp"),
        ("decode", "d_ff"),
    ],
)
def test_a_grid_of_memories_equals_its_scalars(phase, name):
    length = {"training": "seq_len", "prefill": "prompt_len", "decode": "context_len"}[phase]
    situation = scenario_from_mapping({"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": phase, length: 2048})
    values = np.array([1, 2, 4, 8])
    grid = memory(situation.vary(name, values))
    scalars = [memory(situation.vary(name, value)) for value in values.tolist()]
    for part in ("bytes_per_device", "shortfall"):
        cells = np.broadcast_to(getattr(grid, part), values.shape)
        assert list(cells) == pytest.approx([getattr(one, part) for one in scalars])


# Pope et al. 2022, table 1: PaLM-540B on 64 TPU v4 of 32 GiB, of which the KV cache may take 30 %. Their partitioning
# pads the 48 heads to 64, one for each chip; the variant with a cache for every head has heads of 128.
PADDED = {"like": "palm-540b", "n_heads": 64}
POPE_LAYOUTS = {
    "multihead": ({**PADDED, "n_kv_heads": 64, "d_head": 128}, {"tp": 64}),
    "baseline": (PADDED, {"tp": 64}),  # the one cached head is copied to every chip
    "optimized": (PADDED, {"dp": 64}),  # each chip keeps the caches of its share of the sequences
}


@pytest.mark.parametrize("row", POPE, ids=lambda row: f"{row['variant'].split()[0]}, batch {row['batch']}")
def test_popes_longest_contexts_within_1_1_percent(row):
    model, plan = POPE_LAYOUTS[row["variant"].split()[0]]
    situation = scenario_from_mapping(
        {
            "model": model,
            "hardware": {"like": "tpu-v4", "hbm_bytes": 32 * GIB},
            "phase": "decode",
            "context_len": 1000,
            "batch": int(row["batch"]) // plan.get("dp", 1),
            "plan": plan,
        }
    )
    fits = 0.3 * situation.hardware.hbm_bytes / kv_cache_bytes(situation) * 1000
    assert fits == pytest.approx(float(row["max_context_tokens"]), rel=0.011)
