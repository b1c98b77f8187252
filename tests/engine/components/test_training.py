import pytest

from app.engine.components.kernels import Kernel, Kind, gemm
from app.engine.components.training import accumulation_kernels, backward_kernel, is_recomputed, optimizer_kernels
from app.engine.groups import Group
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Attention
from app.engine.step import step
from app.engine.transformer import parameters
from app.engine.workload import Recompute

TRAINING = {"model": "gpt3-13b", "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": 2048}
CORE = Kernel(
    component="attention_core", group=Group.ATTENTION_CORE, kind=Kind.ATTENTION_FORWARD, flops=100, stored_bytes=10
)


def executed(**changes):
    run = step(scenario_from_mapping({**TRAINING, **changes}))
    return {part.name: part.executed_flops for part in run.components if part.executed_flops}


def test_the_backward_pass_of_a_matmul_is_two_matmuls():
    forward = gemm("mlp_up", Group.MLP, rows=2, inner=3, columns=5, widths=(2, 2))
    backward = backward_kernel(forward, attention=Attention.FUSED)
    assert backward.flops * backward.times == 2 * forward.flops
    assert backward.bytes_moved * backward.times == 2 * forward.bytes_moved


def test_a_fused_attention_kernel_makes_the_scores_again_in_the_backward_pass():
    backward = backward_kernel(CORE, attention=Attention.FUSED)
    assert backward.kind is Kind.ATTENTION_BACKWARD
    assert backward.flops * backward.times == 2.5 * CORE.flops


def test_an_unfused_attention_matmul_goes_back_as_any_matmul():
    backward = backward_kernel(CORE, attention=Attention.UNFUSED)
    assert backward.flops * backward.times == 2 * CORE.flops


def test_an_all_reduce_goes_back_once():
    forward = Kernel(component="tp_all_reduce", group=Group.COMMUNICATION, kind=Kind.COLLECTIVE, wire_s=1e-3, times=2)
    assert backward_kernel(forward, attention=Attention.FUSED) == forward


@pytest.mark.parametrize(
    ("recompute", "core", "mlp"),
    [(Recompute.NONE, False, False), (Recompute.SELECTIVE, True, False), (Recompute.FULL, True, True)],
)
def test_recomputing_repeats_nothing_the_core_or_the_layer(recompute, core, mlp):
    matmul = gemm("mlp_up", Group.MLP, rows=2, inner=3, columns=5, widths=(2, 2))
    assert (is_recomputed(CORE, recompute), is_recomputed(matmul, recompute)) == (core, mlp)


def test_a_full_recompute_adds_one_forward_pass_of_the_layers_and_none_of_the_head():
    plain = executed(attention="unfused")
    again = executed(attention="unfused", recompute="full")
    head = plain.pop("head")
    assert again.pop("head") == head
    assert again == pytest.approx({name: flops * 4 / 3 for name, flops in plain.items()})


def test_a_selective_recompute_adds_one_forward_pass_of_the_core():
    plain = executed(attention="unfused")
    again = executed(attention="unfused", recompute="selective")
    assert again == pytest.approx({**plain, "attention_core": plain["attention_core"] * 4 / 3})


def test_a_fused_step_executes_the_causal_pairs_three_and_a_half_times():
    causal_half = 4 * 2048**2 / 2 * 5120 * 40
    assert executed()["attention_core"] == pytest.approx(3.5 * causal_half)


def test_the_optimizer_moves_the_parameters_of_one_device_once_a_step():
    (alone,) = optimizer_kernels(scenario_from_mapping({**TRAINING, "n_micro_batches": 16}))
    (shared,) = optimizer_kernels(scenario_from_mapping({**TRAINING, "n_micro_batches": 16, "tp": 4, "pp": 2}))
    situation = scenario_from_mapping(TRAINING)
    assert alone.bytes_moved == 28 * parameters(situation.model).total
    assert alone.times == 1
    count = parameters(situation.model)
    layers, lookup = count.attention + count.mlp + count.norms, count.embedding + count.positions
    assert shared.bytes_moved == pytest.approx(28 * (layers / 2 + lookup) / 4)


@pytest.mark.parametrize(
    ("written", "bytes_per_parameter"),
    [
        pytest.param({}, 2 + 2 * 2, id="summed in two bytes"),
        pytest.param({"optimizer_bytes_per_parameter": 18}, 2 + 2 * 4, id="summed in four"),
        pytest.param({"plan": {"dp": 8, "zero": 1}}, 2 + 2 * 2, id="ZeRO 1 sums whole gradients"),
        pytest.param({"plan": {"dp": 8, "zero": 2}}, (2 + 2 * 2) / 8, id="ZeRO 2 sums a shard"),
    ],
)
def test_every_micro_batch_but_the_first_adds_its_gradients_to_the_sum(written, bytes_per_parameter):
    situation = scenario_from_mapping({**TRAINING, "n_micro_batches": 16, **written})
    (added,) = accumulation_kernels(situation)
    assert added.bytes_moved == pytest.approx(bytes_per_parameter * parameters(situation.model).total)
    assert added.times == 15


def test_one_micro_batch_has_nothing_to_add_to():
    assert accumulation_kernels(scenario_from_mapping(TRAINING)) == ()


def test_a_server_has_no_optimizer():
    written = {"model": "gpt3-13b", "hardware": "a100-80gb-sxm", "phase": "prefill", "prompt_len": 8}
    assert optimizer_kernels(scenario_from_mapping(written)) == ()
