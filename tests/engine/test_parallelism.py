import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.mapping import scenario_from_mapping
from app.engine.parallelism import layer_collectives, step_collectives
from app.engine.stages import bubble_share
from app.engine.step import kernels, step
from app.engine.transformer import parameters


def scenario(phase="training", **changes):
    length = {"prefill": "prompt_len", "decode": "context_len", "training": "seq_len"}[phase]
    written = {"model": "llama3.1-70b", "hardware": "h100-sxm", "phase": phase, length: 8192, "efficiency": "ideal"}
    return scenario_from_mapping({**written, **changes})


def all_reduces(situation, name="tp_all_reduce"):
    return sum(times for kernel, times in kernels(situation) if kernel.component == name)


def components(situation):
    return {part.name: part for part in step(situation).components}


@pytest.mark.parametrize(
    ("pp", "n_micro_batches", "interleave", "expected"),
    [
        pytest.param(8, 32, 1, 7 / 39, id="eight stages, 32 micro-batches"),
        pytest.param(8, 8, 1, 7 / 15, id="eight stages, eight micro-batches"),
        pytest.param(8, 8, 4, 7 / 39, id="interleaved four times"),
        pytest.param(1, 8, 1, 0, id="no pipeline"),
        pytest.param(8, 1, 1, 7 / 8, id="one micro-batch uses one stage at a time"),
    ],
)
def test_the_bubble_is_p_less_one_over_m_plus_p_less_one(pp, n_micro_batches, interleave, expected):
    assert bubble_share(pp=pp, n_micro_batches=n_micro_batches, interleave=interleave) == pytest.approx(expected)


@given(pp=st.integers(2, 64), m=st.integers(1, 512))
def test_the_overhead_p_less_one_over_m_is_not_the_share_of_the_step(pp, m):
    share = bubble_share(pp=pp, n_micro_batches=m)
    assert share < (pp - 1) / m
    assert share / (1 - share) == pytest.approx((pp - 1) / m)


@given(pp=st.integers(1, 64), m=st.integers(1, 512))
def test_more_micro_batches_never_widen_the_bubble(pp, m):
    assert bubble_share(pp=pp, n_micro_batches=m + 1) <= bubble_share(pp=pp, n_micro_batches=m) < 1


@pytest.mark.parametrize(("pp", "m", "expected"), [(8, 32, 7 / 39), (8, 8, 7 / 15), (1, 8, 0)])
def test_a_step_idles_for_its_bubble(pp, m, expected):
    run = step(scenario(pp=pp, n_micro_batches=m))
    assert run.bubble_share == pytest.approx(expected)
    idle = sum(part.time_s for part in run.components if part.name == "pipeline_bubble")
    assert idle / run.estimate_s == pytest.approx(expected)


def test_interleaving_divides_the_overhead_and_not_the_share():
    plain, interleaved = (step(scenario(pp=8, n_micro_batches=8, interleave=v)) for v in (1, 4))
    assert interleaved.bubble_share == pytest.approx(7 / 39)
    overheads = [run.bubble_share / (1 - run.bubble_share) for run in (plain, interleaved)]
    assert overheads[0] / overheads[1] == pytest.approx(4)


@pytest.mark.parametrize(
    ("phase", "changes", "per_layer"),
    [
        pytest.param("prefill", {}, 2, id="two forward"),
        pytest.param("decode", {}, 2, id="two in a decode step"),
        pytest.param("training", {}, 4, id="two forward and two backward"),
        pytest.param("training", {"recompute": "full"}, 6, id="two more for a full recompute"),
        pytest.param("training", {"recompute": "selective"}, 4, id="none more for a selective one"),
    ],
)
def test_tensor_parallelism_all_reduces_twice_a_layer_and_pass(phase, changes, per_layer):
    assert all_reduces(scenario(phase, tp=8, **changes)) == 80 * per_layer


def test_160_all_reduces_of_134_mb_take_83_5_ms_of_a_prefill():
    assert components(scenario("prefill", tp=8))["tp_all_reduce"].time_s == pytest.approx(83.5e-3, rel=1e-3)


@pytest.mark.parametrize("phase", ["training", "prefill", "decode"])
def test_one_device_has_no_collective(phase):
    for model in ("llama3.1-70b", "deepseek-v3"):
        situation = scenario(phase, model=model)
        assert all(layer_collectives(situation, layer) == () for layer in situation.model.layer_kinds)
        assert step_collectives(situation) == ()


@pytest.mark.parametrize("phase", ["training", "prefill", "decode"])
def test_a_tensor_parallel_degree_of_one_equals_no_tensor_parallelism(phase):
    assert scenario(phase, plan={"tp": 1}) == scenario(phase)
    assert step(scenario(phase, plan={"tp": 1})) == step(scenario(phase))


def test_replicas_reduce_their_gradients_once_a_step_whatever_the_micro_batches():
    assert all_reduces(scenario(dp=8, n_micro_batches=16), "dp_all_reduce") == 1
    took = components(scenario(dp=8, n_micro_batches=16))["dp_all_reduce"].time_s
    gradients = 2 * parameters(scenario().model).total
    assert took == pytest.approx(2 * 7 / 8 * gradients / 450e9)


def test_replicas_of_sharded_models_reduce_over_the_network():
    took = components(scenario(tp=8, dp=4))["dp_all_reduce"].time_s
    gradients = 2 * parameters(scenario().model).total / 8
    assert took == pytest.approx(2 * 3 / 4 * gradients / 50e9)


@pytest.mark.parametrize("zero", [1, 2])
def test_the_first_stages_of_zero_move_the_bytes_of_one_all_reduce(zero):
    plain, sharded = (components(scenario(dp=8, zero=stage))["dp_all_reduce"].time_s for stage in (0, zero))
    assert sharded == pytest.approx(plain)


@pytest.mark.parametrize("n_micro_batches", [1, 4])
def test_the_third_stage_gathers_twice_and_scatters_once_for_each_micro_batch(n_micro_batches):
    plain = components(scenario(dp=8, n_micro_batches=n_micro_batches))["dp_all_reduce"].time_s
    sharded = components(scenario(dp=8, zero=3, n_micro_batches=n_micro_batches))["zero3_gather"].time_s
    assert sharded == pytest.approx(1.5 * plain * n_micro_batches)


def test_sequence_parallelism_moves_the_bytes_of_the_all_reduces():
    plain, cut = (components(scenario(tp=8, sequence_parallel=on))["tp_all_reduce"].time_s for on in (False, True))
    assert cut == pytest.approx(plain)


@pytest.mark.parametrize(("phase", "per_layer"), [("prefill", 2), ("decode", 2), ("training", 4)])
def test_expert_parallelism_dispatches_and_combines_in_every_routed_layer(phase, per_layer):
    situation = scenario(phase, model="deepseek-v3", tp=8, ep=8)
    assert all_reduces(situation, "ep_all_to_all") == 58 * per_layer


@pytest.mark.parametrize(("phase", "ways"), [("prefill", 1), ("training", 2)])
def test_every_micro_batch_is_sent_to_the_next_stage_and_its_gradient_back(phase, ways):
    changes = {"n_micro_batches": 4} if phase == "training" else {}
    assert all_reduces(scenario(phase, pp=4, **changes), "pp_send") == ways * changes.get("n_micro_batches", 1)


@pytest.mark.parametrize("phase", ["prefill", "decode"])
def test_replicas_that_serve_exchange_nothing(phase):
    assert step_collectives(scenario(phase, dp=4)) == ()


@pytest.mark.parametrize("phase", ["prefill", "decode"])
def test_a_second_replica_that_serves_changes_no_latency(phase):
    assert step(scenario(phase, tp=2, dp=4)).estimate_s == pytest.approx(step(scenario(phase, tp=2)).estimate_s)
