import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.analysis import analyze
from app.engine.groups import Group, Resource
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Scenario
from app.engine.studies.sensitivity import Stability, sensitivity

WHERE_175B = {"model": "gpt3-175b", "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": 2048}
WHERE_175B |= {"n_micro_batches": 64}
DECODE = {"model": "llama3.1-70b", "hardware": "h100-sxm", "phase": "decode", "n_devices": 8, "launch": "graph"}
RATES = {"gemm": 0.85, "memory": 0.85, "graph_gap_s": 0, "round_s": 0, "graph_round_s": 0}


def verdict(**written):
    return sensitivity(scenario_from_mapping(written))


def flipped_by(found):
    return {trial.assumption for trial in found.flipped_by}


@pytest.mark.parametrize("attention", ["fused", "unfused"])
def test_where_175b_spends_its_time_is_robust(attention):
    found = verdict(**WHERE_175B, attention=attention)
    assert found.stability is Stability.ROBUST
    assert (found.verdict.component, found.verdict.resource) == (Group.MLP, Resource.COMPUTE)
    assert len(found.trials) > 20


def test_every_assumption_is_tried():
    tried = {trial.assumption for trial in verdict(**WHERE_175B, overlap=0.5).trials}
    rates = ("gemm", "attention_forward", "attention_backward", "memory", "link", "gap_s", "launch_s", "round_s")
    assert {f"efficiency.{name}.{factor}" for name in rates for factor in (0.8, 1.25)} <= tried
    assert {"efficiency.ideal", "overlap.0", "overlap.1", "attention.unfused"} <= tried
    assert {f"conventions.{pairs}.{head}" for pairs in ("full", "causal") for head in ("all", "last", "none")} <= {
        *tried,
        "conventions.full.all",  # its own
    }


def test_no_fraction_is_tried_above_one():
    tried = {trial.assumption for trial in verdict(**WHERE_175B, efficiency="ideal").trials}
    assert "efficiency.gemm.0.8" in tried
    assert "efficiency.gemm.1.25" not in tried


def test_a_batch_at_the_ridge_is_fragile_and_says_which_efficiency_flips_it():
    at_the_ridge = {"context_len": 128, "batch": 270, "overlap": 1.0, "efficiency": RATES}
    found = verdict(**DECODE, **at_the_ridge)
    assert found.stability is Stability.FRAGILE
    assert found.verdict.resource is Resource.MEMORY
    assert "efficiency.gemm.0.8" in flipped_by(found)
    assert all(trial.bottleneck != found.verdict for trial in found.flipped_by)


def test_a_length_between_two_ways_of_counting_is_fragile():
    # Core and MLP are equal at 21,504 tokens counting every pair, at 43,008 counting the causal half.
    prefill = {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 30_000}
    assert "conventions.causal.all" in flipped_by(verdict(**prefill))


@settings(max_examples=15, deadline=None)
@given(scenario=st.from_type(Scenario))
def test_conventions_never_change_what_binds_by_time(scenario):
    found = sensitivity(scenario)
    assert found.verdict == analyze(scenario).bottleneck
    for trial in found.trials:
        if trial.assumption.startswith("conventions."):
            assert trial.bottleneck.component is found.verdict.component
            assert trial.bottleneck.resource is found.verdict.resource
        else:
            assert trial.bottleneck.component_by_flops is found.verdict.component_by_flops
