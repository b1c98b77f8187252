"""A question in figures, and what moved between two states of it."""

import json

import pytest

from app.bank.load import load_question
from app.bank.red import MUTATIONS, put_in
from app.bank.snapshot import moved, snapshot


@pytest.fixture
def taken(folder):
    return lambda **how: snapshot(load_question(folder, topic="training", **how))


def lines(old, new):
    return list(moved({"where-175b": old}, {"where-175b": new}))


def test_a_snapshot_has_verdict_numbers_flips_and_variants_and_survives_json(taken):
    found = taken()
    assert found["verdict"] == {"component": "mlp", "resource": "compute", "stability": "robust"}
    assert found["numbers"]["main.share.flops.mlp"] == pytest.approx(0.6464, rel=1e-3)
    assert found["numbers"]["main.share.flops.attention_core@causal"] == pytest.approx(0.01365, rel=1e-3)
    assert found["flips"]["longer_by_flops"] == pytest.approx(49152)
    assert found["variants"]["long-documents (seq_len 65536)"] == "attention_core and compute"
    assert lines(found, json.loads(json.dumps(found))) == []


def test_a_wrong_formula_shows_what_it_moves_though_the_author_is_refuted(taken):
    before = taken()
    (wrong,) = (one for one in MUTATIONS if one.id == "heads-as-wide-as-the-model")
    with put_in(wrong):
        said = lines(before, taken(accept_refuted=True))
    assert "where-175b: verdict: component mlp -> attention_core" in said
    assert "where-175b: flips: longer_by_flops 49152 -> 512 (-99.0%)" in said
    assert any(line.startswith("where-175b: numbers: main.share.flops.mlp 0.646416 -> 0.18") for line in said)
    assert lines(before, taken()) == []


def test_an_edit_shows_what_it_moves(taken, edit):
    before = taken()
    edit("key.yaml", "{main.share.flops.head} the output head", "{main.mfu} in use")
    edit("question.yaml", "seq_len: 2048, n_micro_batches: 64", "seq_len: 4096, n_micro_batches: 64")
    said = lines(before, taken(accept_refuted=True))
    assert any(line.startswith("where-175b: numbers: main.mfu is new: ") for line in said)
    assert any("main.share.flops.attention_core 0.026934 -> " in line and line.endswith("%)") for line in said)
    assert not any("llama405b" in line for line in said)


def test_questions_that_came_and_went_are_named(taken):
    one = taken()
    assert list(moved({"a": one, "b": one}, {"b": one, "c": one})) == ["a: removed", "c: added"]
