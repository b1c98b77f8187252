from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.analysis import analyze
from app.engine.conventions import Conventions, CountedAttention
from app.engine.flops import counted_flops
from app.engine.groups import Group, Resource
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Scenario

few = settings(max_examples=60, deadline=None)


def where_175b(**changes):
    written = {"model": "gpt3-175b", "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": 2048}
    return analyze(scenario_from_mapping({**written, "n_micro_batches": 64, **changes}))


@few
@given(scenario=st.from_type(Scenario))
def test_shares_of_flops_and_of_time_sum_to_one(scenario):
    analysis = analyze(scenario)
    assert sum(analysis.flops_share(group) for group in analysis.groups) == pytest.approx(1)
    assert sum(analysis.time_share(group) for group in analysis.groups) == pytest.approx(1)
    assert sum(part.flops_share for part in analysis.components) == pytest.approx(1)


@few
@given(scenario=st.from_type(Scenario))
def test_components_add_up_to_the_whole(scenario):
    analysis = analyze(scenario)
    assert (
        sum(part.flops for part in analysis.components) == analysis.flops_total == sum(counted_flops(scenario).values())
    )
    assert sum(part.time_s for part in analysis.components) == pytest.approx(analysis.time_s.estimate)
    assert sum(analysis.resource_s.values()) == pytest.approx(analysis.time_s.estimate)
    assert analysis.time_s.lower <= analysis.time_s.estimate * (1 + 1e-9)
    assert analysis.time_s.estimate <= analysis.time_s.upper * (1 + 1e-9)


@few
@given(scenario=st.from_type(Scenario))
def test_the_bottleneck_is_the_group_and_the_resource_with_the_most_time(scenario):
    analysis = analyze(scenario)
    assert analysis.bottleneck.component in analysis.groups
    by_time = {group: analysis.time_share(group) for group in analysis.groups}
    assert by_time[analysis.bottleneck.component] == pytest.approx(max(by_time.values()))
    assert analysis.resource_s[analysis.bottleneck.resource] == max(analysis.resource_s.values())
    by_flops = {group: analysis.flops_share(group) for group in analysis.groups}
    assert by_flops[analysis.bottleneck.component_by_flops] == pytest.approx(max(by_flops.values()))


@few
@given(scenario=st.from_type(Scenario))
def test_conventions_change_what_is_counted_and_never_what_it_takes(scenario):
    full, causal = (
        analyze(replace(scenario, conventions=Conventions(attention=attention))) for attention in CountedAttention
    )
    assert full.time_s == causal.time_s
    assert full.memory == causal.memory
    assert full.flops_total >= causal.flops_total


def test_at_175b_and_2k_the_mlp_binds_by_compute():
    bottleneck = where_175b().bottleneck
    assert (bottleneck.component, bottleneck.resource) == (Group.MLP, Resource.COMPUTE)
    assert bottleneck.component_by_flops is Group.MLP


def test_time_and_flops_may_name_different_bottlenecks():
    long_decode = scenario_from_mapping(
        {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "decode", "context_len": 16_384, "batch": 64}
    )
    bottleneck = analyze(long_decode).bottleneck
    assert bottleneck.component is Group.ATTENTION_CORE
    assert bottleneck.resource is Resource.MEMORY
    assert bottleneck.component_by_flops is Group.MLP


def test_the_head_of_a_prefill_is_counted_on_all_positions_and_executed_on_the_last():
    written = {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 8192}
    (head,) = [part for part in analyze(scenario_from_mapping(written)).components if part.name == "head"]
    assert head.flops == 8192 * head.executed_flops


def test_the_forward_count_is_a_third_of_training():
    assert where_175b().flops_total == 3 * where_175b().flops_forward


def test_what_does_not_fit_is_computed_all_the_same():
    analysis = where_175b()
    assert analysis.memory.shortfall > 0
    assert analysis.time_s.estimate > 0


def test_components_tell_what_binds_them():
    bound = {part.name: part.bound for part in where_175b().components}
    assert bound["mlp_up"] is Resource.COMPUTE
    assert bound["norms"] is Resource.MEMORY
    assert bound["optimizer"] is Resource.MEMORY


def test_more_replicas_count_more_flops_and_take_no_less_time():
    alone, many = where_175b(), where_175b(dp=4)
    assert many.flops_total == 4 * alone.flops_total
    assert many.time_s.estimate >= alone.time_s.estimate


def test_a_context_of_nothing_is_analysed():
    written = {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "decode", "context_len": 0}
    assert analyze(scenario_from_mapping(written)).time_s.estimate > 0
