"""Robust or fragile is computed; a fragile verdict must be declared, with its reason."""

import json

import pytest

from app.bank.load import load_question
from app.bank.reveal import reveal_from_mapping, reveal_to_mapping
from app.engine.studies.sensitivity import Stability

NEAR_THE_FLIP = ("question.yaml", "seq_len: 2048, n_micro_batches", "seq_len: 43000, n_micro_batches")


def test_the_flagships_verdict_is_robust_and_the_reveal_says_so(folder):
    key = load_question(folder, topic="training").key
    assert key.robustness.stability is Stability.ROBUST
    badge = reveal_from_mapping(json.loads(json.dumps(reveal_to_mapping(key)))).badge
    assert (badge.stability, badge.breaks, badge.reason) == (Stability.ROBUST, (), None)
    assert badge.n_trials > 20


@pytest.fixture
def fragile(folder, edit):
    """The question at a length where the core has just caught the MLP; figures and follow-ups out of the way."""
    edit(*NEAR_THE_FLIP)
    edit("question.yaml", "status: active", "status: draft")
    key = (folder / "key.yaml").read_text()
    start, end = key.index("claims:\n  - {fact: main.bott"), key.index("sources:")
    claims = "claims: [{fact: llama405b.share.flops.mlp, by_hand: 0.8}]\nassumptions: {against: [efficiency]}\n"
    (folder / "key.yaml").write_text(key[:start] + claims + key[end:])
    (folder / "variants.yaml").write_text("variants: []\n")
    return folder


def test_a_fragile_verdict_without_a_reason_is_refused_with_what_breaks_it(fragile, complaints):
    (line,) = complaints()
    assert "key.yaml: fragile: the verdict does not survive" in line
    assert ": mlp, compute" in line


def test_a_fragile_verdict_with_its_reason_is_shown_as_one(fragile, edit):
    edit("key.yaml", "assumptions:", "fragile: It stands just beyond the flip.\nassumptions:")
    key = load_question(fragile, topic="training").key
    badge = reveal_from_mapping(json.loads(json.dumps(reveal_to_mapping(key)))).badge
    assert badge.stability is Stability.FRAGILE
    assert badge.reason == "It stands just beyond the flip."
    assert {one.component for one in badge.breaks} == {"mlp"}


def test_a_robust_verdict_that_calls_itself_fragile_is_refused(edit, complaints):
    edit("key.yaml", "assumptions:", "fragile: Who knows.\nassumptions:")
    assert any("fragile: the verdict survives all" in line for line in complaints())


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("against: [weather]", "assumptions: against: 'weather' is no family of trials; there are attention, conv"),
        ("against: []", "assumptions.against: List should have at least 1 item"),
        ("against: [efficiency], scenario: other", "assumptions.scenario: 'other' is not a scenario"),
        ("against: [efficiency], of: [colour]", "assumptions.of.0: Input should be 'component', 'resource'"),
    ],
)
def test_an_assumption_that_is_none_is_named(edit, complaints, new, said):
    edit("key.yaml", "against: [efficiency, conventions, overlap, attention]", new)
    assert any(said in line for line in complaints())


def test_one_of_a_family_may_be_named(edit, folder):
    edit("key.yaml", "against: [efficiency, conventions, overlap, attention]", "against: [efficiency.gemm]")
    assert load_question(folder, topic="training").key.robustness.n_trials == 2
