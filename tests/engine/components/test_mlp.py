import pytest

from app.engine.components.mlp import mlp_kernels
from app.engine.groups import Group
from app.engine.mapping import scenario_from_mapping


def kernels(**changes):
    situation = scenario_from_mapping(
        {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 10, **changes}
    )
    return mlp_kernels(situation, situation.model.layer_kinds[0])


def flops(found):
    return sum(kernel.flops * kernel.times for kernel in found)


def test_a_gated_mlp_has_three_matrices_and_a_plain_one_two():
    assert [kernel.component for kernel in kernels()] == ["mlp_gate", "mlp_up", "mlp_down"]
    assert [kernel.component for kernel in kernels(model="gpt3-175b")] == ["mlp_up", "mlp_down"]
    assert {kernel.group for kernel in kernels()} == {Group.MLP}


def test_its_flops_follow_d_ff_and_not_four_times_the_width():
    assert flops(kernels()) == 10 * 6 * 4096 * 14_336
    assert flops(kernels()) != 10 * 6 * 4096 * (4 * 4096)


def test_its_weights_are_read_once_a_pass():
    one_token = kernels(prompt_len=1)
    weights = 3 * 4096 * 14_336 * 2
    assert sum(kernel.bytes_moved for kernel in one_token) == pytest.approx(weights, rel=1e-3)
    assert sum(kernel.bytes_moved for kernel in kernels(prompt_len=1, weight_dtype="int4")) == pytest.approx(
        weights / 4, rel=2e-3
    )


@pytest.mark.parametrize("tp", [1, 2, 8])
def test_tensor_parallelism_shares_the_inner_width(tp):
    assert flops(kernels(tp=tp)) == flops(kernels()) / tp
