from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.conventions import enumerate_conventions
from app.engine.efficiency import IDEAL
from app.engine.groups import Group, Resource
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Launch, Plan, Scenario, variables
from app.engine.step import kernels, step
from app.engine.workload import Phase

few = settings(max_examples=60, deadline=None)
LENGTH = {"training": "seq_len", "prefill": "prompt_len", "decode": "context_len"}
LENGTHS = {Phase(phase): name for phase, name in LENGTH.items()}


def scenario(phase="decode", model="llama3.1-8b", **changes):
    return scenario_from_mapping(
        {"model": model, "hardware": "h100-sxm", "phase": phase, **({LENGTH[phase]: 2048} | changes)}
    )


def components(run):
    return {part.name: part for part in run.components}


def resources(run):
    return {resource: sum(part.waits_s[resource] for part in run.components) for resource in run.components[0].waits_s}


def binding(run):
    waits = resources(run)
    return max(waits, key=lambda resource: waits[resource])


# Bounds and sums


@settings(max_examples=150, deadline=None)
@given(scenario=st.from_type(Scenario))
def test_the_estimate_lies_between_the_speed_of_light_and_nothing_overlapped(scenario):
    run = step(scenario)
    assert 0 < run.lower_s <= run.estimate_s * (1 + 1e-9)
    assert run.estimate_s <= run.upper_s * (1 + 1e-9)


@few
@given(scenario=st.from_type(Scenario))
def test_the_times_of_the_components_sum_to_the_estimate(scenario):
    run = step(scenario)
    assert sum(part.time_s for part in run.components) == pytest.approx(run.estimate_s)
    assert sum(resources(run).values()) == pytest.approx(run.estimate_s)
    noise = 1e-12 * run.estimate_s  # what is hidden entirely may leave a rounding error
    assert all(wait >= -noise for part in run.components for wait in part.waits_s.values())


@few
@given(scenario=st.from_type(Scenario))
def test_real_kernels_are_never_faster_than_ideal_ones(scenario):
    ideal = step(replace(scenario, efficiency=IDEAL))
    run = step(scenario)
    assert run.estimate_s >= ideal.estimate_s * (1 - 1e-9)


@few
@given(scenario=st.from_type(Scenario))
def test_the_speed_of_light_is_the_same_whatever_real_kernels_reach(scenario):
    assert step(scenario).lower_s == pytest.approx(step(replace(scenario, efficiency=IDEAL)).lower_s)


def test_the_speed_of_light_of_a_collective_over_nodes_has_no_fixed_time():
    two_nodes = scenario("training", model="gpt2-small", seq_len=1, dp=16)
    assert step(two_nodes).lower_s == pytest.approx(step(replace(two_nodes, efficiency=IDEAL)).lower_s)


@few
@given(scenario=st.from_type(Scenario))
def test_conventions_never_change_the_time(scenario):
    run = step(scenario)
    for other in enumerate_conventions(scenario.conventions)[1:]:
        assert step(replace(scenario, conventions=other)) == run


@few
@given(scenario=st.from_type(Scenario))
def test_a_longer_sequence_or_a_larger_batch_never_takes_less_time(scenario):
    batch = "micro_batch" if scenario.phase is Phase.TRAINING else "batch"
    for name in (LENGTHS[scenario.phase], batch):
        value = getattr(scenario.workload, name)
        assert step(scenario.vary(name, 2 * value)).estimate_s >= step(scenario).estimate_s * (1 - 1e-9)


@few
@given(scenario=st.from_type(Scenario), name=st.sampled_from(["hbm_bandwidth", "link_bandwidth"]))
def test_faster_memory_or_links_never_take_more_time(scenario, name):
    faster = scenario.vary(name, 2 * getattr(scenario.hardware, name))
    assert step(faster).estimate_s <= step(scenario).estimate_s * (1 + 1e-9)


@few
@given(scenario=st.from_type(Scenario))
def test_hiding_communication_never_takes_more_time(scenario):
    hidden, open_ = (step(replace(scenario, overlap=overlap)).estimate_s for overlap in (1.0, 0.0))
    assert hidden <= open_ * (1 + 1e-9)


@few
@given(scenario=st.from_type(Scenario))
def test_a_captured_graph_never_takes_more_time_than_eager_launches(scenario):
    efficiency = replace(
        scenario.efficiency, graph_gap_s=min(scenario.efficiency.graph_gap_s, scenario.efficiency.gap_s)
    )
    graph, eager, blocking = (
        step(replace(scenario, efficiency=efficiency, launch=launch)).estimate_s
        for launch in (Launch.GRAPH, Launch.EAGER, Launch.BLOCKING)
    )
    assert graph <= eager * (1 + 1e-9)
    if efficiency.blocking_s >= efficiency.launch_s:
        assert eager <= blocking * (1 + 1e-9)


@few
@given(scenario=st.from_type(Scenario))
def test_a_plan_of_ones_equals_one_device(scenario):
    alone = step(replace(scenario, plan=Plan()))
    assert step(replace(scenario, plan=Plan(tp=1, pp=1, dp=1))) == alone
    assert Group.COMMUNICATION not in {part.group for part in alone.components}


# Limiting cases


def test_a_decode_step_of_one_sequence_takes_its_bytes_over_the_bandwidth():
    run = step(scenario(batch=1, efficiency="ideal", launch="graph"))
    moved = sum(part.bytes_moved for part in run.components)
    assert run.estimate_s == run.lower_s == pytest.approx(moved / 3.35e12)
    weights_and_cache = 2 * 7_504_924_672 + 2048 * 131_072
    assert moved == pytest.approx(weights_and_cache, rel=1e-3)
    assert binding(run) is Resource.MEMORY


def test_a_decode_step_has_a_compute_term():
    run = step(scenario(batch=2048, context_len=128, hardware="h200-sxm", efficiency="ideal", launch="graph"))
    assert components(run)["mlp_up"].waits_s[Resource.COMPUTE] > 0
    assert components(run)["mlp_up"].waits_s[Resource.MEMORY] == 0


@pytest.mark.parametrize("efficiency", ["ideal", "calibrated"])
def test_a_decode_step_of_2048_sequences_on_an_h200_is_bound_by_compute(efficiency):
    large = step(scenario(batch=2048, context_len=128, hardware="h200-sxm", efficiency=efficiency))
    small = step(scenario(batch=8, context_len=128, hardware="h200-sxm", efficiency=efficiency, launch="graph"))
    assert binding(large) is Resource.COMPUTE
    assert binding(small) is Resource.MEMORY


@pytest.mark.parametrize("resource", [Resource.MEMORY, Resource.COMPUTE], ids=["below the ridge", "above it"])
def test_a_decode_gemm_turns_at_the_ridge_point(resource):
    batch = {Resource.MEMORY: 250, Resource.COMPUTE: 400}[resource]
    run = step(scenario(batch=batch, model="gpt3-175b", context_len=1, efficiency="ideal"))
    waits = components(run)["mlp_up"].waits_s
    assert max(waits, key=lambda name: waits[name]) is resource


def test_a_tiny_step_waits_for_its_launches():
    run = step(scenario(model="gpt2-small", batch=1, context_len=1))
    assert binding(run) is Resource.LATENCY


def test_a_host_that_waits_for_each_kernel_hides_none_of_its_time():
    rates = {"blocking_s": 1e-4, "gap_s": 0, "launch_s": 1e-4}
    eager, blocking = (scenario("prefill", efficiency=rates, launch=launch) for launch in ("eager", "blocking"))
    launches = sum(times * kernel.n_launches for kernel, times in kernels(blocking))
    assert step(blocking).estimate_s == pytest.approx(step(eager).estimate_s + launches * 1e-4)


def test_a_host_that_waits_for_each_kernel_overlaps_nothing():
    hidden, open_ = (step(scenario("prefill", tp=8, launch="blocking", overlap=share)) for share in (1.0, 0.0))
    assert hidden.estimate_s == open_.estimate_s


def test_7b_launched_from_python_decodes_at_the_25_5_tokens_a_second_of_pytorchs_blog():
    # "Accelerating Generative AI with PyTorch II" (2023): Llama-7B, A100 80 GB, eager, before torch.compile.
    eager = step(scenario("decode", model="llama2-7b", hardware="a100-80gb-sxm", context_len=105, launch="blocking"))
    assert 1 / eager.estimate_s == pytest.approx(25.5, rel=0.25)


def test_long_kernels_hide_the_hosts_launches():
    prefill = scenario("prefill", prompt_len=8192)
    slow_host = replace(prefill, efficiency=replace(prefill.efficiency, launch_s=1e-5))
    assert step(slow_host).estimate_s == pytest.approx(step(prefill).estimate_s)


def test_communication_that_is_hidden_entirely_costs_nothing():
    shared = scenario("prefill", model="llama3.1-70b", prompt_len=8192, tp=8, efficiency="ideal", overlap=1.0)
    parts = components(step(shared))
    assert parts["tp_all_reduce"].time_s == 0
    shown = components(step(replace(shared, overlap=0.0)))
    assert shown["tp_all_reduce"].time_s > 0


def test_the_prefill_of_a_causal_model_executes_half_the_square():
    run = step(scenario("prefill", prompt_len=8192))
    assert components(run)["attention_core"].executed_flops == 32 * 4 * (8192**2 / 2) * 32 * 128


def test_the_head_of_a_prefill_runs_on_the_last_position_only():
    head = components(step(scenario("prefill", prompt_len=8192)))["head"]
    assert head.executed_flops == 2 * 4096 * 128_256
    assert head.bytes_moved == pytest.approx(2 * 4096 * 128_256, rel=1e-3)


def test_a_prefill_of_a_mixture_executes_its_active_parameters_and_not_all_671b():
    run = step(scenario("prefill", model="deepseek-v3", prompt_len=1024, hardware="h200-sxm"))
    matmuls = sum(
        part.executed_flops for name, part in components(run).items() if name not in ("attention_core", "head")
    )
    active_without_both_ends = 37_552_297_472 - 2 * 129_280 * 7168
    assert matmuls / 1024 == pytest.approx(2 * active_without_both_ends, rel=5e-3)


@pytest.mark.parametrize(("batch", "experts"), [(1, 8), (32, 163.3), (2048, 256)], ids=["one", "some", "all"])
def test_a_decode_step_of_a_mixture_reads_the_experts_that_it_touches(batch, experts):
    def moved(model_batch):
        run = step(scenario("decode", model="deepseek-v3", batch=model_batch, context_len=1, hardware="h200-sxm"))
        return sum(components(run)[name].bytes_moved for name in ("expert_gate", "expert_up", "expert_down"))

    weights = 58 * experts * 3 * 7168 * 2048 * 2
    activations_of_each_slot = 58 * 8 * batch * 3 * (7168 + 2048) * 2
    assert moved(batch) == pytest.approx(weights + activations_of_each_slot, rel=2e-3)


def test_unfused_attention_at_175b_and_2k_takes_about_7_percent_of_the_time_and_fused_less_than_half_of_that():
    def share(attention):
        run = step(
            scenario("training", model="gpt3-175b", hardware="a100-80gb-sxm", n_micro_batches=64, attention=attention)
        )
        return components(run)["attention_core"].time_s / run.estimate_s

    assert 0.014 <= share("fused") <= 0.033
    assert 0.05 <= share("unfused") <= 0.09


@pytest.mark.parametrize("tp", [2, 4, 8])
def test_tensor_parallel_devices_share_the_matmuls(tp):
    alone, shared = (components(step(scenario("training", model="gpt3-175b", tp=degree))) for degree in (1, tp))
    for name in ("qkv_proj", "out_proj", "mlp_up", "mlp_down", "attention_core", "head"):
        assert shared[name].executed_flops == pytest.approx(alone[name].executed_flops / tp)


def test_training_time_is_linear_in_the_micro_batches_but_for_the_update():
    def without_update(m):
        run = step(scenario("training", n_micro_batches=m))
        return sum(part.time_s for part in run.components if part.group is not Group.OPTIMIZER)

    assert without_update(32) == pytest.approx(8 * without_update(4))


# Grids


@pytest.mark.parametrize("plan", [{}, {"tp": 4}, {"tp": 2, "pp": 2, "dp": 2}], ids=["alone", "sharded", "pipelined"])
@pytest.mark.parametrize(
    ("phase", "name"),
    [
        ("training", "seq_len"),
        ("training", "micro_batch"),
        ("training", "n_micro_batches"),
        ("prefill", "prompt_len"),
        ("prefill", "batch"),
        ("decode", "context_len"),
        ("decode", "batch"),
    ],
)
def test_a_grid_of_lengths_or_batches_equals_its_scalars(phase, name, plan):
    assert_grid_equals_scalars(scenario(phase, plan=plan), name, [1.0, 3.0, 500.0, 4096.0, 131_072.0])


@few
@given(
    scenario=st.from_type(Scenario),
    values=st.lists(st.integers(1, 2**17), min_size=1, max_size=4),
    on=st.sampled_from(["length", "batch"]),
)
def test_any_grid_of_lengths_or_batches_equals_its_scalars(scenario, values, on):
    batch = "micro_batch" if scenario.phase is Phase.TRAINING else "batch"
    beyond = getattr(scenario.workload, "prefix_len", 0)
    if on == "length":
        assert_grid_equals_scalars(scenario, LENGTHS[scenario.phase], [beyond + value for value in values])
    else:
        assert_grid_equals_scalars(scenario, batch, values)


def test_a_map_of_two_variables_is_one_evaluation():
    contexts, batches = np.meshgrid([512.0, 4096.0, 32_768.0], [1.0, 64.0], indexing="ij")
    grid = step(scenario().vary("context_len", contexts).vary("batch", batches))
    assert grid.estimate_s.shape == (3, 2)
    one = step(scenario().vary("context_len", 4096.0).vary("batch", 64.0))
    assert grid.estimate_s[1, 1] == pytest.approx(one.estimate_s)


@pytest.mark.parametrize("name", [name for name in variables(scenario("training")) if name != "ep"])
def test_any_number_of_a_scenario_may_be_a_grid(name):
    start = scenario("training", model="gpt3-2.7b")
    values = {"overlap": [0.0, 0.5, 1.0], "n_kv_heads": [1, 8, 32], "n_heads": [32, 64, 128]}.get(name, [1, 2, 4])
    assert_grid_equals_scalars(start, name, values)


def test_a_grid_of_devices_that_share_experts_equals_its_scalars():
    assert_grid_equals_scalars(scenario("decode", model="deepseek-v3", tp=8), "ep", [1, 2, 8])


@pytest.mark.parametrize("name", ["tp", "n_devices"])
def test_a_grid_of_devices_that_serve_equals_its_scalars(name):
    assert_grid_equals_scalars(scenario("decode", model="llama3.1-70b"), name, [1, 2, 4, 8])


def assert_grid_equals_scalars(start, name, values):
    grid = step(start.vary(name, np.array(values)))
    scalars = [step(start.vary(name, value)) for value in values]
    for time in ("lower_s", "estimate_s", "upper_s", "bubble_share"):
        cells = np.broadcast_to(getattr(grid, time), len(values))
        assert list(cells) == pytest.approx([getattr(one, time) for one in scalars], rel=1e-9), time
    for part_name, part in components(grid).items():
        cells = np.broadcast_to(part.time_s, len(values))
        alone = [components(one)[part_name].time_s if part_name in components(one) else 0 for one in scalars]
        assert list(cells) == pytest.approx(alone, rel=1e-9, abs=1e-15), part_name
