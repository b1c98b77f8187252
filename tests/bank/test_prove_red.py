"""Every claim must break under a known-wrong formula, and every known-wrong formula must be wrong about something."""

import pytest
import yaml

from app.bank.load import load_question
from app.bank.prove_red import prove_red
from app.bank.red import MUTATIONS, put_in
from app.engine.analysis import analyze
from app.engine.facts import facts
from app.engine.law_facts import LAWS, law_fact
from app.engine.mapping import scenario_from_mapping
from app.profile.accounting import accounts
from app.profile.facts import profile_facts
from app.profile.table import profile_of_step

SITUATIONS = {
    "training over nodes": {
        "model": "gpt3-175b", "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": 2048, "n_micro_batches": 16,
        "tp": 8, "pp": 4, "dp": 4, "zero": 1, "recompute": "full", "attention": "unfused",
    },
    "scores in memory": {
        "model": "gpt3-1.3b", "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": 2048, "attention": "unfused",
    },
    "grouped heads": {
        "model": "llama3.1-70b", "hardware": "h100-sxm", "phase": "training", "seq_len": 8192, "tp": 16,
    },
    "decode": {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "decode", "context_len": 8192, "batch": 16},
    "windows": {"model": "gemma2-27b", "hardware": "h100-sxm", "phase": "decode", "context_len": 8192, "batch": 4},
    "experts": {
        "model": "deepseek-v3", "hardware": "h100-sxm", "phase": "decode", "context_len": 4096, "batch": 64,
        "n_devices": 32, "ep": 32, "weight_dtype": "fp8",
    },
}  # fmt: skip
STEP = {
    "device": "one A100", "step_s": 0.1, "hidden_communication_s": 0.005, "kernels": [
        {"kernel": "ncclDevKernel_AllReduce_Sum_bf16_RING_LL", "calls": 2, "time_s": 0.02},
        {"kernel": "nvjet_tst_128x64", "module": "LlamaMLP", "calls": 4, "time_s": 0.03},
    ],
}  # fmt: skip
IDENTITIES = ("measured",)  # the number itself; its wrong forms are those of reading a profile
LAW_NUMBERS = {
    "acceptance": 0.8, "arrival_rate": 3, "bandwidth": 5e10, "batch": 64, "break_even": 4000,
    "bytes_per_weight": 1, "capacity_factor": 1.25, "checkpoint_s": 60, "critical_batch": 100, "d_inner": 4096,
    "d_state": 128, "device_mtbf_s": 1e8, "device_ratio": 2, "draft_cost": 0.05, "expert_share": 0.5, "factor":
    2, "flops_per_s": 5e14, "hfu": 0.6, "hot_factor": 3, "interval_s": 1200, "kept": 0.9, "kv_bytes_per_token":
    4096, "longest_len": 2000, "m": 129, "mean_len": 250, "mfu": 0.4, "mtbf_s": 11000, "n": 16, "n_active": 8,
    "n_active_experts": 8, "n_devices": 16, "n_drafted": 4, "n_experts": 256, "n_heads": 64, "n_kv_heads": 8,
    "n_micro_batches": 32, "n_parameters": 7e10, "n_slow": 10, "n_sms": 132, "n_tokens": 4096, "payload": 1e9,
    "peak_flops": 9.89e14, "power": 700, "pp": 8, "price_per_device_hour": 2.5, "recompute_s": 0.3,
    "recomputed": 1, "ridge_point": 295, "share": 0.3, "slow_rate": 0.9, "slow_share": 0.001, "state_bytes":
    2e6, "bytes_each": 3e9, "bytes_moved": 2e12, "d_ff": 28672, "d_head": 128, "energy_per_token": 0.5, "flops": 1e15,
    "flops_per_token": 1.4e11, "free_bytes": 4e10, "intensity": 40, "k": 8192, "kv_bytes_read": 4e10, "n_layers": 80,
    "n_values": 1e9, "price_per_kilowatt_hour": 0.1, "value": 7.5, "weight_bytes": 1.4e11, "bytes_per_value": 2,
    "throughput_ratio": 1.1, "tile_m": 128, "tile_n": 128, "tiles": 133, "time_in_system_s": 2, "tokens":
    1.5e13, "tokens_per_s": 4000, "training_tokens": 1.4e12, "utilisation": 0.9, "verify_cost": 1.4,
}  # fmt: skip


def all_figures():
    """Every fact of the situations and of a measured step, and every law of some numbers."""
    found = {
        (where, name): fact.value
        for where, written in SITUATIONS.items()
        for name, fact in facts(analyze(scenario_from_mapping(written))).items()
    }
    found |= {name: fact.value for name, fact in profile_facts(accounts(profile_of_step(STEP))).items()}
    for name, law in LAWS.items():
        numbers = {argument: LAW_NUMBERS[argument] for argument in law.arguments if argument in LAW_NUMBERS}
        given = ", ".join(f"{argument}={value!r}" for argument, value in numbers.items())
        found[name] = law_fact(f"{name}({given})").value
    return found


@pytest.fixture(scope="module")
def right():
    return all_figures()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.id)
def test_every_known_wrong_formula_changes_some_figure_and_leaves_the_engine_as_it_was(mutation, right):
    with put_in(mutation):
        wrong = all_figures()
    assert any(wrong[name] != value for name, value in right.items())
    assert all_figures() == right


def test_the_engine_is_itself_again_after_an_error(right):
    with pytest.raises(ZeroDivisionError), put_in(MUTATIONS[0]):
        1 / 0  # noqa: B018
    assert all_figures() == right


def test_every_law_has_a_known_wrong_form():
    changed = {change.original for mutation in MUTATIONS for change in mutation.changes if hasattr(change, "original")}
    assert [name for name, law in LAWS.items() if law.formula not in changed] == list(IDENTITIES)


def test_known_wrong_formulas_have_names_of_their_own():
    assert len({mutation.id for mutation in MUTATIONS}) == len(MUTATIONS)


def test_a_claim_that_holds_whatever_formula_is_wrong_checks_nothing_and_is_told(folder):
    path = folder / "key.yaml"
    key = yaml.safe_load(path.read_text())
    key["claims"] += [{"fact": "2 * main.given.d_ff", "by_hand": 98304}, {"fact": "main.mfu", "between": [0, 10]}]
    path.write_text(yaml.safe_dump(key))
    proofs = prove_red([load_question(folder, topic="training")])
    assert [proof.fact for proof in proofs if proof.broken_by is None] == ["2 * main.given.d_ff", "main.mfu"]


def test_claims_of_laws_flips_and_variants_are_proved_as_well(law_folder):
    proofs = {proof.place: proof.broken_by for proof in prove_red([load_question(law_folder, topic="training")])}
    assert set(proofs) == {
        "claims.0", "claims.1", "flips.mostly_idle", "variants.fewer.claims.0", "variants.fewer.claims.1"
    }  # fmt: skip
    assert set(proofs.values()) == {"bubble-over-ideal"}


@pytest.mark.proof
def test_every_claim_of_the_bank_breaks_under_a_known_wrong_formula(bank):
    proofs = prove_red(bank.rooms.questions, [claim.form for claim in bank.claims])
    assert [str(proof) for proof in proofs if proof.broken_by is None] == []
    assert len(proofs) >= len(bank.rooms.questions) * 4
