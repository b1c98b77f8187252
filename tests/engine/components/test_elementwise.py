import pytest

from app.engine.components.elementwise import elementwise_kernels
from app.engine.components.kernels import Kind
from app.engine.groups import Group
from app.engine.mapping import scenario_from_mapping


def kernels(**changes):
    situation = scenario_from_mapping(
        {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 10, **changes}
    )
    return {kernel.component: kernel for kernel in elementwise_kernels(situation, situation.model.layer_kinds[0])}


def test_they_only_move_bytes():
    found = kernels().values()
    assert {(kernel.kind, kernel.group, kernel.flops) for kernel in found} == {(Kind.STREAM, Group.NORMS, 0)}
    assert all(kernel.bytes_moved > 0 for kernel in found)


def test_a_norm_reads_and_writes_the_width_of_each_token():
    assert kernels()["norms"].bytes_moved == 10 * 2 * (2 * 4096) * 2


def test_each_residual_reads_two_rows_and_writes_one():
    assert kernels()["residuals"].bytes_moved == 10 * 2 * (3 * 4096) * 2


def test_fusing_takes_the_norms_reads_and_the_activation_out_of_memory():
    fused = kernels(fusion=["mlp", "norms"])
    assert "activation" not in fused
    apart = kernels()
    assert "norms" not in fused
    assert fused["residuals"].bytes_moved == (apart["norms"].bytes_moved + apart["residuals"].bytes_moved) * 8 / 10


def test_only_models_without_learned_positions_rotate():
    assert "rotary" in kernels()
    assert "rotary" not in kernels(model="gpt3-175b")


def test_a_gate_is_one_more_input_of_the_activation_function():
    assert kernels()["activation"].bytes_moved == 3 * 14_336 * 10 * 2
    assert kernels(model="gpt3-175b")["activation"].bytes_moved == 2 * 49_152 * 10 * 2


@pytest.mark.parametrize("name", ["norms", "residuals"])
def test_norms_and_residuals_are_whole_on_every_tensor_parallel_device(name):
    assert kernels(tp=8)[name].bytes_moved == kernels()[name].bytes_moved


@pytest.mark.parametrize("name", ["norms", "residuals"])
def test_sequence_parallelism_shares_norms_and_residuals(name):
    assert kernels(tp=8, sequence_parallel=True)[name].bytes_moved == kernels()[name].bytes_moved / 8


@pytest.mark.parametrize("name", ["activation", "rotary"])
def test_what_lies_between_sharded_matmuls_is_shared(name):
    assert kernels(tp=8)[name].bytes_moved == kernels()[name].bytes_moved / 8


def test_traffic_grows_with_the_tokens():
    for name, kernel in kernels(prompt_len=30).items():
        assert kernel.bytes_moved == 3 * kernels()[name].bytes_moved
