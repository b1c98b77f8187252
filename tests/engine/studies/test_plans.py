import pytest

from app.engine.mapping import scenario_from_mapping
from app.engine.studies.plans import divisors, replica_plans, replicated


def scenario(phase="decode", length="context_len", **changes):
    return scenario_from_mapping(
        {"model": "llama3.1-70b", "hardware": "h100-sxm", "phase": phase, length: 2048, **changes}
    )


@pytest.mark.parametrize(
    ("number", "most", "expected"),
    [
        pytest.param(12, 12, (1, 2, 3, 4, 6, 12), id="all"),
        pytest.param(12, 5, (1, 2, 3, 4), id="up to 5"),
        pytest.param(7, 100, (1, 7), id="prime"),
        pytest.param(8, 0, (), id="none"),
    ],
)
def test_divisors(number, most, expected):
    assert divisors(number, most=most) == expected


def test_a_plan_divides_heads_and_layers_and_keeps_tp_inside_a_node():
    plans = list(replica_plans(scenario(), most_devices=16))
    assert all(64 % plan.tp == 0 and 80 % plan.pp == 0 for plan in plans)
    assert {plan.tp for plan in plans} == {1, 2, 4, 8}
    assert max(plan.n_devices for plan in plans) == 16
    assert len(plans) == len(set(plans))


def test_other_settings_of_the_plan_stay():
    own = scenario("training", "seq_len", plan={"zero": 3, "sequence_parallel": True, "cp": 2, "tp": 4})
    plans = list(replica_plans(own, most_devices=32))
    assert plans
    assert {(plan.zero, plan.sequence_parallel, plan.cp) for plan in plans} == {(3, True, 2)}


def test_experts_lie_in_slices_or_whole():
    plans = list(replica_plans(scenario(model="mixtral-8x7b"), most_devices=8))
    assert {plan.ep for plan in plans if plan.tp == 8} == {1, 8}


def test_replicas_of_training_share_the_global_batch():
    own = scenario("training", "seq_len", n_micro_batches=6, plan={"dp": 2})
    plan = next(iter(replica_plans(own, most_devices=1)))
    found = list(replicated(own, plan, most_devices=8))
    assert [one.plan.dp for one in found] == [1, 2, 3, 4, 6]
    assert {one.plan.dp * one.workload.n_micro_batches for one in found} == {12}


def test_serving_has_one_replica():
    plan = next(iter(replica_plans(scenario(), most_devices=8)))
    (found,) = replicated(scenario(), plan, most_devices=8)
    assert found.plan.dp == 1
