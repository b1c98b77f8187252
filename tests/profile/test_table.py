"""A measured step as a question gives it: the table becomes a profile, and says where it does not fit."""

import copy

import pytest

from app.engine.groups import Group
from app.profile.accounting import accounts
from app.profile.groups import Unassigned
from app.profile.table import profile_of_step

STEP = {
    "device": "one A100",
    "step_s": 0.100,
    "not_launched_s": 0.010,
    "hidden_communication_s": 0.005,
    "kernels": [
        {"kernel": "ncclDevKernel_AllReduce_Sum_bf16_RING_LL", "calls": 2, "time_s": 0.020},
        {"kernel": "nvjet_1", "module": "LlamaMLP", "calls": 4, "time_s": 0.030},
        {"kernel": "nvjet_2", "module": "LMHead", "time_s": 0.010},
        {"kernel": "nvjet_3", "time_s": 0.005},
        {"kernel": "aten::native_layer_norm", "time_s": 0.005},
    ],
}


def test_shares_are_of_the_step_and_overlap_counts_once():
    profile = profile_of_step(STEP)
    books = accounts(profile)
    assert profile.busy_s == pytest.approx(0.065)
    assert books.idle_share == pytest.approx(0.35)
    assert books.overlap.hidden_s == pytest.approx(0.005)
    assert books.time_of(Group.COMMUNICATION).share == pytest.approx(0.15)
    assert profile.idle.launch_s == pytest.approx(0.010)


def test_a_module_says_what_a_kernel_is_part_of():
    groups = {row.name: row.group for row in profile_of_step(STEP).rows}
    assert groups["nvjet_1"] is Group.MLP
    assert groups["nvjet_2"] is Group.HEAD
    assert groups["nvjet_3"] is Unassigned.MATMUL
    assert groups["aten::native_layer_norm"] is Group.NORMS


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"step_s": 0.05}, "step_s: 0.05 is less than its kernels take, 0.065"),
        ({"not_launched_s": 0.05}, "not_launched_s: 0.05 is more than the idle time, 0.035"),
        ({"in_graphs_s": 0.03}, "in_graphs_s: 0.03 is more than the rest of the idle time, 0.025"),
        ({"hidden_communication_s": 0.04}, "hidden_communication_s: 0.04 is more than"),
        ({"kernels": []}, "kernels: expected a list of 1 to 30 rows"),
        ({"kernels": [{"kernel": "a", "time_s": 0}]}, "kernels.0.time_s: 0 is not above zero"),
        ({"kernels": [{"kernel": "a", "time_s": 1, "group": "mlp"}]}, "kernels.0.group: not a field of a kernel"),
        ({"kernels": ["a"]}, "kernels.0: expected fields"),
        ({"steps": 4}, "steps: not a field of a profile"),
    ],
)
def test_a_table_that_cannot_be_is_refused_by_field_and_value(change, message):
    with pytest.raises(ValueError, match=message):
        profile_of_step(copy.deepcopy(STEP) | change)


def test_without_communication_nothing_can_be_hidden():
    rows = STEP["kernels"][1:]
    with pytest.raises(ValueError, match="there is no communication to hide"):
        profile_of_step(STEP | {"kernels": rows})
