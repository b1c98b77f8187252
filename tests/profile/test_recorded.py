"""Recorded traces: sums, wall and idle time against an independent count, and how much stays unknown."""

import pytest

from app.engine.groups import Group
from app.profile.accounting import accounts
from app.profile.classify import Evidence
from app.profile.groups import Unassigned
from tests.profile.independent import (
    both_us,
    busy_us,
    gaps_in_graphs,
    on_cpu,
    on_device,
    own_time_by_name,
    sums_by_name,
)

DEVICES = ("a100_train_three_steps", "mi250_minitoy_train")
CPUS = (
    "cpu_gpt_train_modules",
    "cpu_encoder_train_names",
    "cpu_gpt2_eager_train_shapes",
    "cpu_llama_prefill_shapes",
    "cpu_mixtral_prefill_modules",
)
MICRO = 1e-6


@pytest.mark.parametrize("name", DEVICES + CPUS)
def test_the_groups_sum_to_the_busy_time_and_with_the_idle_time_to_the_wall_time(load, name):
    profile = load(name)
    books = accounts(profile)
    assert sum(one.time_s for one in books.groups) == pytest.approx(profile.busy_s, rel=1e-9)
    assert sum(one.share_of_busy for one in books.groups) == pytest.approx(1)
    assert profile.busy_s + profile.idle_s == pytest.approx(profile.wall_s, rel=1e-9)
    assert profile.idle.total_s == pytest.approx(profile.idle_s, rel=1e-6)


@pytest.mark.parametrize("name", DEVICES + CPUS)
def test_busy_and_idle_time_agree_with_an_independent_count(load, raw, name):
    profile, events = load(name), raw(name)
    counted = busy_us(on_device(events) or on_cpu(events), profile.window_us)
    start, end = profile.window_us
    assert profile.busy_s == pytest.approx(counted * MICRO, rel=1e-4)
    assert profile.wall_s == pytest.approx((end - start) * MICRO, rel=1e-6)
    assert profile.idle_s == pytest.approx((end - start - counted) * MICRO, rel=1e-3)


@pytest.mark.parametrize("name", DEVICES + CPUS)
def test_the_whole_recording_agrees_with_an_independent_count(load, raw, name):
    recording, events = load(name).recording, raw(name)
    ran = on_device(events) or on_cpu(events)
    start, end = min(e["ts"] for e in ran), max(e["ts"] + e["dur"] for e in ran)
    assert recording.wall_s == pytest.approx((end - start) * MICRO, rel=1e-6)
    assert recording.busy_s == pytest.approx(busy_us(ran, (start, end)) * MICRO, rel=1e-4)


@pytest.mark.parametrize("name", DEVICES)
def test_the_time_of_each_kernel_agrees_with_an_independent_count(load, raw, name):
    profile = load(name)
    counted = sums_by_name(on_device(raw(name)), profile.window_us)
    assert profile.kernel_s == pytest.approx(sum(counted.values()) * MICRO, rel=1e-5)
    longest = max(counted, key=counted.get)
    own = sum(row.time_s for row in profile.rows if longest.removeprefix("void ").startswith(row.name.rstrip("…")))
    assert own == pytest.approx(counted[longest] * MICRO, rel=1e-5)


@pytest.mark.parametrize("name", CPUS)
def test_an_operator_of_a_cpu_counts_without_the_operators_inside_it(load, raw, name):
    profile = load(name)
    counted = own_time_by_name(on_cpu(raw(name)), profile.window_us)
    assert profile.kernel_s == pytest.approx(sum(counted.values()) * MICRO, rel=1e-4)
    of_matmuls = sum(row.time_s for row in profile.rows if row.name == "aten::mm")
    assert of_matmuls == pytest.approx(counted["aten::mm"] * MICRO, rel=1e-3)


def test_exposed_communication_agrees_with_an_independent_count(load, raw):
    profile = load("a100_train_three_steps")
    events = on_device(raw("a100_train_three_steps"))
    nccl = [event for event in events if "nccl" in event["name"]]
    computing = [event for event in events if event["cat"] == "kernel" and "nccl" not in event["name"]]
    overlap = accounts(profile).overlap
    assert overlap.total_s == pytest.approx(busy_us(nccl, profile.window_us) * MICRO, rel=1e-4)
    assert overlap.hidden_s == pytest.approx(both_us(nccl, computing, profile.window_us) * MICRO, rel=1e-3, abs=1e-6)
    assert overlap.exposed_s + overlap.hidden_s == pytest.approx(overlap.total_s)


@pytest.mark.parametrize("name", DEVICES + CPUS)
def test_little_stays_unknown(load, name):
    books = accounts(load(name))
    assert books.time_of(Unassigned.UNKNOWN).share_of_busy < 0.02
    assert books.time_of(Unassigned.MATMUL).share_of_busy < 0.02


@pytest.mark.parametrize(
    ("name", "groups", "evidence"),
    [
        ("cpu_gpt_train_modules", ("mlp", "projections", "attention_core", "head", "optimizer"), Evidence.SCOPE),
        ("cpu_encoder_train_names", ("mlp", "projections", "attention_core", "head", "optimizer"), Evidence.ORDER),
        ("cpu_gpt2_eager_train_shapes", ("mlp", "projections", "attention_core", "head", "optimizer"), Evidence.ORDER),
        ("cpu_llama_prefill_shapes", ("mlp", "projections", "attention_core", "head"), Evidence.ORDER),
        ("cpu_mixtral_prefill_modules", ("experts", "router", "projections", "attention_core", "head"), Evidence.SCOPE),
    ],
)
def test_a_transformer_is_taken_apart_by_modules_or_else_by_the_order_of_its_kernels(load, name, groups, evidence):
    profile = load(name)
    books = accounts(profile)
    assert {str(one.group) for one in books.groups if one.time_s > 0} >= set(groups)
    gemms = [row for row in profile.rows if row.group is Group.PROJECTIONS]
    assert {row.evidence for row in gemms} == {evidence}


@pytest.mark.parametrize(
    ("name", "per_step"),
    [
        # 2 layers, 512 tokens, width 256: 2 * 512 * 256 * 4 * 256 * 2 * 3 passes for each of up and down
        (
            "cpu_gpt_train_modules",
            {"mlp": 2 * 2 * 512 * 256 * 1024 * 2 * 3, "projections": 2 * 512 * 256 * 1024 * 2 * 3},
        ),
        ("cpu_gpt_train_modules", {"head": 2 * 512 * 256 * 2048 * 3}),
        ("cpu_llama_prefill_shapes", {"mlp": 3 * 2 * 512 * 256 * 688 * 2, "head": 2 * 512 * 256 * 2048}),
        # GQA: q and o of 256, k and v of 128
        ("cpu_llama_prefill_shapes", {"projections": 2 * 512 * 256 * (256 + 128 + 128 + 256) * 2}),
        # unfused: QK^T and AV over 128 x 128 scores of 4 heads of 64 and 4 sequences, forward and backward
        ("cpu_gpt2_eager_train_shapes", {"attention_core": 2 * 2 * 4 * 4 * 128 * 128 * 64 * 2 * 3}),
    ],
)
def test_recorded_shapes_give_the_flops_that_follow_from_the_model(load, name, per_step):
    profile = load(name)
    books = accounts(profile)
    for group, flops in per_step.items():
        assert books.time_of(Group(group)).flops / profile.n_steps == pytest.approx(flops, rel=1e-6), group


def test_steps_are_found_by_annotation_or_by_what_repeats(load):
    assert load("cpu_llama_prefill_shapes").steps_found_by == "annotation"
    repeated = load("cpu_gpt2_eager_train_shapes")
    assert (repeated.steps_found_by, repeated.n_steps) == ("repetition", 3)


def test_a_last_step_whose_work_runs_on_alone_is_left_out(load):
    profile = load("a100_train_three_steps")
    assert (profile.n_steps, profile.n_left_out) == (2, 1)
    assert profile.step_s == pytest.approx((0.2164, 0.2163), abs=1e-3)


def test_gaps_inside_captured_graphs_agree_with_an_independent_count(load, raw):
    profile = load("a100_train_three_steps")
    counted = gaps_in_graphs(raw("a100_train_three_steps"), profile.window_us)
    assert profile.idle.graph_s == pytest.approx(counted * MICRO, rel=1e-3)
    assert profile.idle.graph_s / profile.wall_s == pytest.approx(0.567, abs=0.01)


def test_a_toy_that_waits_for_its_host_shows_launch_gaps(load):
    profile = load("mi250_minitoy_train")
    assert profile.idle.launch_s / profile.wall_s > 0.9
