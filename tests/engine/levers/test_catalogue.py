import pytest

from app.engine.analysis import analyze
from app.engine.groups import Group, Resource
from app.engine.levers import LEVERS, adjusted, lever, weigh
from app.engine.levers.catalogue import ADJUSTABLE
from app.engine.mapping import scenario_from_mapping, scenario_to_mapping

WANTED = {
    *("flash_attention", "attention_tiling", "gemm_tuning", "mlp_fusion", "fused_norms", "fewer_memory_hops"),
    *("tuned_attention", "cuda_graphs", "kv_fp8", "kv_int8", "fp8", "w8a8", "w4a16", "mlp_w4a16"),
    *("tp_double", "tp_halve", "tp_inside_node", "sequence_parallel", "ring_attention", "overlap", "load_balance"),
    *("interleaving", "fewer_stages", "expert_parallelism", "sharded_optimizer"),
    *("bigger_batch", "bigger_global_batch", "speculative_decoding", "selective_recompute", "no_recompute"),
    *("sliding_window", "gqa", "mla", "moe"),
}

TRAINING = {"model": "gpt3-13b", "hardware": "h100-sxm", "phase": "training", "seq_len": 8192, "recompute": "full"}
DECODE = {"model": "gpt3-13b", "hardware": "a100-80gb-sxm", "phase": "decode", "context_len": 8192, "batch": 8}
EXPERTS = {"model": "mixtral-8x7b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 8192}


def test_every_lever_of_the_trade_is_there_once():
    ids = [each.id for each in LEVERS]
    assert len(ids) == len(set(ids))
    chips = [name for name in ids if name.startswith("hardware_")]
    assert {"hardware_h200_sxm", "hardware_b200_sxm", "hardware_mi300x", "hardware_trainium2"} <= set(chips)
    assert set(ids) == WANTED | set(chips)


@pytest.mark.parametrize("each", LEVERS, ids=lambda each: each.id)
def test_a_lever_says_what_it_acts_on_what_it_relieves_and_what_it_costs(each):
    assert lever(each.id) is each
    assert set(each.acts_on) <= set(Group)
    assert set(each.relieves) <= set(Resource)
    assert each.relieves
    assert each.name
    assert each.cost
    assert each.risk


def test_each_lever_applies_somewhere():
    plan = {"tp": 16, "dp": 2}
    situations = [
        {**TRAINING, "plan": {"tp": 8, "dp": 2}, "attention": "unfused", "n_micro_batches": 8},
        {**TRAINING, "plan": {"tp": 10, "dp": 2}, "recompute": "selective"},
        {**TRAINING, "plan": {"tp": 8, "dp": 2, "pp": 4}, "n_micro_batches": 8},
        {**DECODE, "plan": {"tp": 8}},
        {**DECODE, "model": "gpt3-175b", "plan": plan},
        {**EXPERTS, "plan": {"tp": 8, "ep": 8}},
        {**EXPERTS, "plan": {"tp": 8, "ep": 4}},
    ]
    applied = set()
    for written in situations:
        for found in weigh(
            analyze(scenario_from_mapping(written)), adjusted({"load_balance": {"imbalance": 2}})
        ).results:
            applied.add(found.lever.id)
            again = scenario_from_mapping(scenario_to_mapping(found.after.scenario))
            assert analyze(again).time_s == found.after.time_s, f"{found.lever.id} cannot be written down"
    assert applied == {each.id for each in LEVERS}


@pytest.mark.parametrize(
    ("lever_id", "arguments"),
    [
        pytest.param("attention_tiling", {"factor": 2}, id="attention_tiling"),
        pytest.param("gemm_tuning", {"factor": 1.1}, id="gemm_tuning"),
        pytest.param("overlap", {"share": 0.5}, id="overlap"),
        pytest.param("load_balance", {"imbalance": 3}, id="load_balance"),
        pytest.param("speculative_decoding", {"k": 2, "acceptance": 0.7, "draft_cost": 0.1}, id="speculative_decoding"),
        pytest.param("sliding_window", {"window": 1024}, id="sliding_window"),
        pytest.param("gqa", {"n_kv_heads": 4}, id="gqa"),
        pytest.param("moe", {"n_experts": 16, "n_active_experts": 1}, id="moe"),
    ],
)
def test_a_setting_replaces_the_usual_one(lever_id, arguments):
    made = adjusted({lever_id: arguments})
    assert [each.id for each in made] == [each.id for each in LEVERS]
    (own,) = (each for each in made if each.id == lever_id)
    assert own is not lever(lever_id)
    assert own.apply is not lever(lever_id).apply
    assert lever_id in ADJUSTABLE


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        pytest.param({"w4a16": {}}, "not a lever with settings", id="none to set"),
        pytest.param({"overlap": {"shares": 1}}, "settings.overlap.shares", id="unknown setting"),
        pytest.param({"overlap": {"share": 2}}, "share: 2 is above 1", id="impossible share"),
        pytest.param({"attention_tiling": {"factor": 0}}, "factor", id="no factor"),
        pytest.param({"load_balance": {"imbalance": 0.5}}, "imbalance: 0.5 is below one", id="colder than the mean"),
        pytest.param({"speculative_decoding": {"k": 0}}, "k: 0 is below one", id="no drafts"),
        pytest.param({"speculative_decoding": {"acceptance": 3}}, "acceptance", id="acceptance above one"),
        pytest.param({"moe": {"n_experts": 0}}, "n_experts", id="no experts"),
    ],
)
def test_an_impossible_setting_is_named(settings, error):
    with pytest.raises(ValueError, match=error):
        adjusted(settings)
