import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.analysis import analyze
from app.engine.flips import Basis, group_sizes
from app.engine.groups import Group, Resource
from app.engine.levers import LEVERS, lever, lever_speedup, ranked, weigh
from app.engine.levers.kernels import attention_tiling
from app.engine.levers.layouts import load_balance
from app.engine.levers.work import speculative_decoding
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Scenario

with (Path(__file__).parents[1] / "data" / "golden.csv").open() as rows:
    GOLDEN = {(row["scenario"], row["fact"]): row["value"] for row in csv.DictReader(rows)}

DECODE = {"model": "llama3.1-70b", "hardware": "h100-sxm", "phase": "decode", "n_devices": 8, "efficiency": "ideal"}
A175B = {
    "model": "gpt3-175b",
    "hardware": "a100-80gb-sxm",
    "phase": "training",
    "seq_len": 2048,
    "n_micro_batches": 64,
}


def analysis(written, **changes):
    return analyze(scenario_from_mapping({**written, **changes}))


def decode(**changes):
    return analysis(DECODE, **{"context_len": 128, "batch": 1, "overlap": 1.0, **changes})


def result(of, each):
    (found,) = ranked(of, [each if not isinstance(each, str) else lever(each)])
    return found


def refused(of, lever_id):
    return {one.lever.id: one.reason for one in weigh(of).refused}[lever_id]


# The ranking


def test_levers_that_apply_come_by_gain_and_every_other_says_why_not():
    weighed = weigh(analysis(A175B, attention="unfused"))
    gains = [one.speedup for one in weighed.results]
    assert gains == sorted(gains, reverse=True)
    assert len(weighed.results) + len(weighed.refused) == len(LEVERS)
    assert all(one.reason.endswith(".") for one in weighed.refused)


def test_after_the_best_lever_the_next_bottleneck_is_named():
    weighed = weigh(decode(batch=16, context_len=8192), [lever("w4a16")])
    assert weighed.results[0].before.bottleneck.component is Group.MLP
    assert weighed.next_bottleneck.component is Group.ATTENTION_CORE
    assert weigh(decode(), [lever("flash_attention")]).next_bottleneck is None


def test_a_gain_is_that_of_the_changed_scenario_analysed():
    before = decode(batch=16, context_len=8192)
    found = result(before, "kv_fp8")
    assert found.after == analyze(lever("kv_fp8").apply(before.scenario))
    assert found.speedup == before.time_s.estimate / found.after.time_s.estimate


def test_twice_the_devices_are_paid_for():
    found = result(analysis(A175B), "tp_double")
    assert found.speedup > 1 > found.speedup_per_device
    assert found.speedup_per_device == found.speedup / 2


def test_a_lever_says_whether_what_it_makes_fits():
    full = decode(batch=32, context_len=65536, launch="eager")
    assert full.memory.shortfall > 0
    assert result(full, "kv_fp8").fits
    assert not result(full, "cuda_graphs").fits


@pytest.mark.parametrize(
    ("lever_id", "error"),
    [
        pytest.param("kv_fp9", "did you mean kv_fp8", id="unknown"),
        pytest.param("flash_attention", "Attention is fused already", id="not applicable"),
    ],
)
def test_a_speedup_that_does_not_exist_is_an_error(lever_id, error):
    with pytest.raises(ValueError, match=error):
        lever_speedup(decode(), lever_id)


# Amdahl's bound


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
@given(scenario=st.from_type(Scenario))
def test_no_lever_gains_more_than_amdahl_allows_for_what_it_touches(scenario):
    for found in ranked(analyze(scenario), (*LEVERS, load_balance(imbalance=3))):
        assert found.speedup <= found.bound.speedup * (1 + 1e-6), found.lever.id


def test_where_the_host_is_slower_a_launch_that_is_gone_counts_in_full():
    slow_host = {"launch_s": 3e-5, "gap_s": 0}
    small = {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "decode", "context_len": 512}
    before = analysis(small, efficiency=slow_host, attention="unfused", launch="eager")
    found = result(before, "flash_attention")
    assert before.bottleneck.resource is Resource.LATENCY
    assert 1 / (1 - before.time_share(Group.ATTENTION_CORE)) < found.speedup <= found.bound.speedup


def test_experts_that_are_sent_narrow_tokens_count_the_exchange():
    slow_links = {"link": 0.01, "round_s": 0, "graph_round_s": 0}
    work = {"model": "mixtral-8x7b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 8192}
    before = analysis(work, plan={"dp": 8, "ep": 8}, efficiency=slow_links)
    exchange = sum(part.time_share for part in before.components if part.name == "ep_all_to_all")
    assert exchange > 0.2
    found = result(before, "fp8")
    assert exchange < found.bound.share
    assert found.speedup <= found.bound.speedup


@pytest.mark.parametrize("factor", [2.0, 1e6])
def test_a_much_faster_core_comes_to_its_bound(factor):
    slow = {"gemm": 1.0, "attention_forward": 1e-6, "attention_backward": 1e-6, "gap_s": 0, "launch_s": 0}
    found = result(analysis(A175B, efficiency=slow), attention_tiling(factor=factor))
    share = found.bound.share
    assert share > 0.99  # a core at a millionth of the peak is the whole step
    assert found.speedup == pytest.approx(1 / (1 - share + share / factor), rel=1e-3)


def test_the_bound_names_its_basis_and_the_share_it_comes_from():
    before = analysis(A175B, attention="unfused")
    found = result(before, "flash_attention")
    assert found.bound.basis is Basis.TIME
    assert found.bound.share == pytest.approx(before.time_share(Group.ATTENTION_CORE))
    assert found.bound.speedup == pytest.approx(1 / (1 - found.bound.share))


# Named cases


def test_flash_attention_on_unfused_175b_gains_a_twentieth_and_at_most_a_tenth():
    found = result(analysis(A175B, attention="unfused", efficiency="ideal"), "flash_attention")
    assert 1.05 < found.speedup < found.bound.speedup < 1.12
    assert found.bottleneck.component is Group.MLP


@pytest.mark.parametrize(
    ("batch", "expected"),
    [
        pytest.param(1, 4.0, id="batch 1"),
        pytest.param(64, 4.0, id="batch 64"),
        pytest.param(128, float(GOLDEN["w4a16-4x", "ideal gain at batch 128 (weights only)"]), id="batch 128"),
        pytest.param(256, float(GOLDEN["w4a16-4x", "ideal gain at batch 256 (weights only)"]), id="batch 256"),
        pytest.param(512, 1.0, id="batch 512"),
    ],
)
def test_four_bit_weights_gain_four_at_small_batches_and_nothing_at_large_ones(batch, expected):
    before = decode(batch=batch, context_len=1)
    after = result(before, "w4a16").after
    gain = _weights_s(before) / _weights_s(after)
    # The hand figures weigh weights alone; so do the engine's matmuls while a cache holds the activations.
    assert gain == pytest.approx(expected, rel=0.01)
    ridge = 989 / 3.35
    assert expected == pytest.approx(max(1, batch / ridge) / max(1 / 4, batch / ridge), rel=5e-3)


def _weights_s(of):
    sizes = group_sizes(of.scenario, Basis.TIME)
    return sum(sizes[group] for group in (Group.MLP, Group.PROJECTIONS, Group.HEAD))


def test_a_whole_step_gains_less_from_four_bit_weights_than_its_matmuls():
    before = decode(batch=64, context_len=8192)
    found = result(before, "w4a16")
    assert 1.3 < found.speedup < _weights_s(before) / _weights_s(found.after)


@pytest.mark.parametrize(
    ("batch", "better"),
    [
        pytest.param(16, "w4a16", id="few sequences: weights"),
        pytest.param(75, "w4a16", id="just below 78.9"),
        pytest.param(83, "kv_fp8", id="just above 78.9"),
        pytest.param(128, "kv_fp8", id="many sequences: cache"),
    ],
)
def test_the_cache_is_the_better_thing_to_shrink_from_79_sequences_at_8k(batch, better):
    assert 75 < float(GOLDEN["shrink-weights-or-kv", "batch where KV8 saves more (bytes)"]) < 83
    best = ranked(decode(batch=batch, context_len=8192), [lever("w4a16"), lever("kv_fp8")])[0]
    assert best.lever.id == better


def test_cuda_graphs_gain_on_a_small_model_at_batch_1_and_not_at_batch_512():
    eager = {"gap_s": 3e-6, "graph_gap_s": 1e-6, "launch_s": 4e-6, "memory": 0.9}
    small = {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "decode", "context_len": 512, "launch": "eager"}
    alone, many = (result(analysis(small, efficiency=eager, batch=batch), "cuda_graphs").speedup for batch in (1, 512))
    assert 1.1 < alone < 1.31  # what 384 launches of 4 us would give at most
    assert 1.0 < many < 1.08


def test_tensor_parallel_over_two_nodes_gains_a_third_for_twice_the_devices():
    half = {
        "gemm": 0.5,
        "attention_forward": 0.5,
        "link": 1.0,
        "round_s": 0,
        "graph_round_s": 0,
        "gap_s": 0,
        "launch_s": 0,
    }
    work = {"model": "llama3.1-70b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 8192}
    found = result(analysis(work, plan={"tp": 8}, efficiency=half), "tp_double")
    assert found.speedup == pytest.approx(1.3, abs=0.07)
    assert found.speedup_per_device < 0.7
    back = result(analysis(work, plan={"tp": 16}, efficiency=half), "tp_inside_node")
    assert back.after.scenario.plan.tp == 8
    assert back.after.scenario.n_devices == back.before.scenario.n_devices
    assert back.speedup > 1


@pytest.mark.parametrize(
    ("batch", "context_len", "least", "most"),
    [
        pytest.param(1, 512, 3.33, 3.362, id="idle: all the tokens of a verification"),
        pytest.param(128, 512, 1.4, 1.7, id="busy, short contexts: compute"),
        pytest.param(128, 8192, 2.2, 2.6, id="busy, 8k contexts: still the cache"),
    ],
)
def test_speculation_gains_less_on_a_busy_server(batch, context_len, least, most):
    found = result(decode(batch=batch, context_len=context_len), speculative_decoding(k=4, acceptance=0.8))
    assert least < found.speedup < most


def test_the_matmuls_of_a_busy_server_gain_half_from_speculation():
    tokens = float(GOLDEN["spec-decoding-busy", "tokens per verification a=0.8 k=4"])
    found = result(decode(batch=128, context_len=1), speculative_decoding(k=4, acceptance=0.8))
    cost = _weights_s(found.after) / _weights_s(found.before)
    assert cost == pytest.approx(128 * 5 / (989 / 3.35), rel=0.01)
    assert tokens / cost == pytest.approx(1.55, abs=0.01)


def test_a_draft_is_paid_for():
    free, dear = (
        result(decode(), speculative_decoding(k=4, acceptance=0.8, draft_cost=cost)).speedup for cost in (0, 0.1)
    )
    assert 1 / dear - 1 / free == pytest.approx(4 * 0.1 / 3.3616, rel=1e-3)


def test_an_imbalance_is_what_balancing_wins_back():
    written = {**DECODE, "model": "deepseek-v3", "hardware": "h200-sxm", "context_len": 2048, "batch": 256}
    before = analysis({**written, "weight_dtype": "fp8"}, plan={"tp": 8, "ep": 8})
    found = result(before, load_balance(imbalance=3))
    share = before.time_share(Group.EXPERTS)
    assert found.speedup == pytest.approx(1 + 2 * share)
    assert found.bound.speedup == pytest.approx((1 + 2 * share) / (1 - share))
    assert "say how hot" in refused(before, "load_balance")


def test_a_bigger_batch_is_judged_by_tokens_not_by_steps():
    found = result(decode(batch=8), "bigger_batch")
    assert found.after.time_s.estimate > found.before.time_s.estimate
    assert 1.8 < found.speedup < 2


def test_batching_never_amortises_the_reads_of_the_cache():
    found = result(decode(batch=64, context_len=131072), "bigger_batch")
    assert found.speedup < 1.05
    assert found.bound.speedup < 1.1


def test_a_stacked_lever_can_be_weighed_on_top_of_the_first():
    fused = replace(scenario_from_mapping({**A175B, "attention": "unfused"}), attention="fused")
    assert result(analyze(fused), "gemm_tuning").before.bottleneck.resource is Resource.COMPUTE
