import pytest

from app.engine.analysis import analyze
from app.engine.groups import Group
from app.engine.levers import NotApplicable, lever, weigh
from app.engine.mapping import scenario_from_mapping
from app.engine.stages import bubble_share

PIPELINE = {"tp": 8, "pp": 8, "dp": 2}


def training(**changes):
    written = {"model": "gpt3-175b", "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": 2048}
    return scenario_from_mapping(written | {"n_micro_batches": 16} | changes)


def prefill(**changes):
    written = {"model": "mixtral-8x7b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 2048}
    return scenario_from_mapping(written | changes)


def found(scenario, lever_id):
    (result,) = weigh(analyze(scenario), [lever(lever_id)]).results
    return result


@pytest.mark.parametrize(
    ("lever_id", "scenario", "read", "expected"),
    [
        ("interleaving", training(plan=PIPELINE), lambda s: s.plan.interleave, 2),
        ("fewer_stages", training(plan=PIPELINE), lambda s: (s.plan.pp, s.plan.dp, s.n_devices), (4, 4, 128)),
        ("expert_parallelism", prefill(plan={"tp": 8}), lambda s: s.plan.ep, 2),
        ("sharded_optimizer", training(plan=PIPELINE), lambda s: s.plan.zero, 1),
    ],
)
def test_a_lever_changes_what_it_is_named_after(lever_id, scenario, read, expected):
    assert read(lever(lever_id).apply(scenario)) == expected


@pytest.mark.parametrize(
    ("lever_id", "scenario", "reason"),
    [
        ("interleaving", training(plan={"tp": 8}), "One stage has no bubble"),
        ("interleaving", training(plan={"tp": 8, "pp": 96}), "no layers to cut further"),
        ("interleaving", prefill(plan={"pp": 2}), "Only a training step"),
        ("fewer_stages", training(plan={"tp": 8}), "1 pipeline stages have no half"),
        ("fewer_stages", training(plan={"tp": 8, "pp": 3}), "3 pipeline stages have no half"),
        ("expert_parallelism", training(plan=PIPELINE), "no experts"),
        ("expert_parallelism", prefill(plan={"tp": 8, "ep": 8}), "over all devices"),
        ("sharded_optimizer", training(plan=PIPELINE | {"zero": 3}), "ZeRO stage 3 cuts"),
        ("sharded_optimizer", training(plan={"tp": 8}), "nobody to share with"),
        ("sharded_optimizer", prefill(plan={"tp": 8}), "no optimizer"),
    ],
)
def test_a_lever_that_does_not_apply_says_why(lever_id, scenario, reason):
    refused = lever(lever_id).apply(scenario)
    assert isinstance(refused, NotApplicable)
    assert reason in refused.reason


def test_interleaving_gains_at_most_the_bubble_and_about_half_of_it():
    scenario = training(plan=PIPELINE)
    result = found(scenario, "interleaving")
    bubble, halved = (bubble_share(pp=8, n_micro_batches=16, interleave=chunks) for chunks in (1, 2))
    assert bubble == pytest.approx(7 / 23)
    assert result.bound.share == pytest.approx(bubble, rel=0.1)
    assert result.speedup == pytest.approx((1 - halved) / (1 - bubble), rel=0.02)  # its sends take the rest
    assert result.speedup < result.bound.speedup


def test_half_the_stages_halve_the_bubble_of_the_same_devices():
    result = found(training(plan=PIPELINE), "fewer_stages")
    assert result.speedup == pytest.approx((1 - 3 / 19) / (1 - 7 / 23), rel=0.03)
    assert result.speedup == result.speedup_per_device
    assert result.after.memory.weights > 1.8 * result.before.memory.weights


def test_a_wide_cut_of_the_optimizer_leaves_a_small_share_of_its_update():
    wide = training(plan={"tp": 8, "pp": 8, "dp": 16})
    result = found(wide, "sharded_optimizer")
    before, after = (_update_s(analysis) for analysis in (result.before, result.after))
    assert after == pytest.approx(before / 16, rel=0.2)
    assert result.after.memory.optimizer == pytest.approx(result.before.memory.optimizer / 16)


def _update_s(analysis):
    return next(part.time_s for part in analysis.components if part.name == "optimizer")


def test_experts_on_one_owner_each_need_no_slices():
    result = found(prefill(plan={"tp": 8}, prompt_len=4096), "expert_parallelism")
    assert result.before.time_share(Group.EXPERTS) > 0
    assert result.speedup <= result.bound.speedup
