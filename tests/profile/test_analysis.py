"""Readings: facts by name, levers on measured shares, rates, and the engine's prediction beside the measurement."""

import pytest

from app.engine.analysis import analyze
from app.engine.catalog import accelerator
from app.engine.facts import UnknownFact
from app.engine.groups import Group
from app.engine.mapping import scenario_from_mapping
from app.profile.accounting import accounts
from app.profile.analysis import read
from app.profile.chips import chip_named
from app.profile.facts import fact_names, profile_fact, profile_facts

FLASH, GEMM, NCCL = "void flash_fwd_kernel<>", "nvjet_tst_64", "ncclDevKernel_AllReduce_Sum_bf16_RING_LL"
SCENARIO = {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 2048}


@pytest.fixture
def scenario():
    return scenario_from_mapping(SCENARIO)


def predicted(scenario, group):
    return sum(part.time_s for part in analyze(scenario).components if part.group is group)


@pytest.fixture
def like_the_engine(job, scenario):
    """A job that takes what the engine says, group by group; a factor slows one of them down."""
    names = {
        Group.MLP: "mlp gemm",
        Group.PROJECTIONS: "attention gemm",
        Group.HEAD: "lm_head gemm",
        Group.ATTENTION_CORE: FLASH,
        Group.NORMS: "rms_norm_kernel",
        Group.EMBEDDING: "indexSelectLargeIndex",
    }

    def made(slower=(), factor=3.0, kernels=None, gap=0.0):
        at = 1000.0
        for group, name in (names | (kernels or {})).items():
            duration = 1e6 * predicted(scenario, group) * (factor if group in slower else 1)
            job.annotation(name.removesuffix(" gemm"), at, 1)
            job.kernel(GEMM if name.endswith("gemm") else name, at, duration, launched=at + 0.5)
            at += duration + gap
        return read(job.profile(), scenario=scenario)

    return made


def far(reading):
    return {one.group for one in reading.comparison.groups if one.is_far and one.reasons}


def test_a_job_that_does_as_predicted_needs_no_explanation(like_the_engine):
    reading = like_the_engine()
    assert reading.comparison.step.ratio == pytest.approx(1, rel=0.05)
    assert far(reading) == set()
    assert reading.comparison.step.reasons == ()


def test_unfused_attention_is_named_where_the_scenario_says_fused(like_the_engine):
    reading = like_the_engine([Group.ATTENTION_CORE], 8.0, {Group.ATTENTION_CORE: "softmax_warp_forward<>"})
    (core,) = [one for one in reading.comparison.groups if one.group is Group.ATTENTION_CORE]
    assert core.ratio == pytest.approx(8, rel=0.01)
    assert "Unfused attention" in core.reasons[0]
    assert "the engine expects" in core.reasons[0]


def test_gemms_in_full_precision_are_named(like_the_engine):
    reading = like_the_engine([Group.MLP], 6.0, {Group.MLP: "mlp gemm"})
    (mlp,) = [one for one in reading.comparison.groups if one.group is Group.MLP]
    assert mlp.is_far
    assert mlp.reasons == ("The job does more of it than the scenario says, or does it at a lower rate.",)


def test_launch_gaps_are_named(like_the_engine):
    reading = like_the_engine(gap=60_000.0)
    assert reading.comparison.step.ratio > 1.5
    assert "Launch gaps" in reading.comparison.step.reasons[0]


def test_communication_that_the_scenario_lacks_is_named(job, scenario):
    job.kernel(GEMM, 100, 900).kernel(NCCL, 1000, 5000, stream=9)
    reading = read(job.profile(), scenario=scenario)
    (comm,) = [one for one in reading.comparison.groups if one.group is Group.COMMUNICATION]
    assert "Exposed communication" in comm.reasons[0]
    assert "The scenario has no communication" in comm.reasons[1]


def test_small_gemms_are_named(job):
    scenario = scenario_from_mapping(SCENARIO | {"prompt_len": 64})
    job.module("LlamaMLP", 0, 1e6)
    for at in range(3000):
        job.kernel(GEMM, 1000 + 12 * at, 10, launched=500)
    reading = read(job.profile(), scenario=scenario)
    (mlp,) = [one for one in reading.comparison.groups if one.group is Group.MLP]
    assert "Small GEMMs: 10 µs on average" in mlp.reasons[0]


def test_time_that_may_stand_elsewhere_is_said(job, scenario):
    job.kernel(GEMM, 100, 50_000).kernel("rms_norm_kernel", 50_200, 1000)
    reading = read(job.profile(), scenario=scenario)
    (mlp,) = [one for one in reading.comparison.groups if one.group is Group.MLP]
    assert mlp.measured_s == 0
    assert "unassigned matmuls" in mlp.reasons[0]


def test_a_cpu_is_compared_with_a_word_of_caution(load, scenario):
    reading = read(load("cpu_gpt_train_modules"), scenario=scenario)
    assert "The trace is of a CPU" in reading.comparison.step.reasons[0]
    assert reading.hardware is None


def test_every_listed_fact_can_be_asked_for_by_name(load):
    books = accounts(load("a100_train_three_steps"))
    found = profile_facts(books)
    assert set(found) == set(fact_names(books))
    assert {fact.basis for fact in found.values()} == {"measured"}


def test_facts_say_what_the_accounts_say(load):
    books = accounts(load("a100_train_three_steps"))
    comm = books.time_of(Group.COMMUNICATION)
    for name, value in {
        "profile.share.wall.communication": comm.share_of_wall,
        "profile.share.busy.communication": comm.share_of_busy,
        "profile.ceiling.time.communication": 1 / (1 - comm.share_of_wall),
        "profile.speedup.time.communication.2": 1 / (1 - comm.share_of_wall / 2),
        "profile.share.wall.communication+mlp": comm.share_of_wall + books.time_of(Group.MLP).share_of_wall,
        "profile.idle_share": books.idle_share,
        "profile.exposed_share": books.overlap.exposed_s / books.profile.wall_s,
        "profile.step_s.group.mlp": books.time_of(Group.MLP).time_s / 2,
        "profile.bottleneck": "communication",
    }.items():
        found = profile_fact(books, name).value
        assert found == value if isinstance(value, str) else found == pytest.approx(value), name


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("profile.share.wall.mlpp", "'mlpp' is not one of"),
        ("profile.idle_shar", "did you mean profile.idle_share"),
        ("profile.speedup.time.mlp.0", "ends in a factor above zero"),
        ("profile.mfu", "needs recorded shapes and a chip"),
        ("profile.share.wall", "no such fact"),
    ],
)
def test_an_unknown_fact_is_refused_with_a_hint(load, name, message):
    with pytest.raises(UnknownFact, match=message):
        profile_fact(accounts(load("mi250_minitoy_train")), name)


def test_levers_are_bounded_by_the_measured_share_of_what_they_act_on(load):
    reading = read(load("a100_train_three_steps"))
    first = reading.advice[0]
    comm = reading.accounts.time_of(Group.COMMUNICATION)
    assert (first.lever.id, first.target) == ("overlap", "communication")
    assert first.bound == pytest.approx(comm.ceiling)
    assert [one.share for one in reading.advice] == sorted((one.share for one in reading.advice), reverse=True)


def test_launch_gaps_call_for_a_captured_graph(load):
    assert read(load("mi250_minitoy_train")).advice[0].lever.id == "cuda_graphs"


def test_unfused_attention_calls_for_a_fused_kernel(load):
    levers = [one.lever.id for one in read(load("cpu_gpt2_eager_train_shapes")).advice]
    assert levers.index("flash_attention") < levers.index("attention_tiling")
    assert "flash_attention" not in [one.lever.id for one in read(load("cpu_gpt_train_modules")).advice]


def test_rates_are_measured_against_the_chip(job):
    args = {"Input Dims": [[4096, 4096], [4096, 4096]], "Input type": ["c10::BFloat16", "c10::BFloat16"]}
    job.operator("aten::mm", 0, 50, **args).kernel(GEMM, 1000, 1000, launched=10)
    reading = read(job.profile())
    assert reading.hardware.slug == "a100-80gb-sxm"
    assert reading.rates.mfu == pytest.approx(2 * 4096**3 / 1e-3 / 312e12)
    assert reading.rates.mbu == pytest.approx(3 * 4096**2 * 2 / 1e-3 / 2.039e12, rel=0.02)
    assert read(job.profile(), hardware=accelerator("h100-sxm")).rates.mfu < reading.rates.mfu


@pytest.mark.parametrize(
    ("device", "slug"),
    [
        ("NVIDIA A100-SXM4-80GB", "a100-80gb-sxm"),
        ("NVIDIA A100-SXM4-40GB", "a100-40gb-sxm"),
        ("NVIDIA A100 80GB PCIe", "a100-80gb-pcie"),
        ("NVIDIA H100 80GB HBM3", "h100-sxm"),
        ("NVIDIA H100 PCIe", "h100-pcie"),
        ("NVIDIA GH200 480GB", "gh200"),
        ("NVIDIA H200", "h200-sxm"),
        ("NVIDIA H20", "h20"),
        ("NVIDIA L40S", "l40s"),
        ("AMD Instinct MI300X", "mi300x"),
        ("AMD Radeon Graphics", None),
        ("CPU", None),
    ],
)
def test_the_chip_is_known_by_the_name_that_the_driver_gives(device, slug):
    chip = chip_named(device)
    assert (None if chip is None else chip.slug) == slug
