import json
from math import inf

import pytest

from app.bank.load import load_question
from app.bank.reveal import reveal_from_mapping, reveal_to_mapping
from app.engine import ENGINE_VERSION
from app.engine.facts import Fact


def test_a_reveal_comes_back_from_the_database_as_it_was(bank):
    for question in bank.rooms.questions:
        key = question.key
        stored = json.loads(json.dumps(reveal_to_mapping(key), allow_nan=False))
        reveal = reveal_from_mapping(stored)
        assert (reveal.trap, reveal.numbers, reveal.flip, reveal.moves) == (key.trap, key.numbers, key.flip, key.moves)
        assert [(said.claim, said.verdict) for said in reveal.people_say] == [
            (said.claim, said.verdict) for said in key.people_say
        ]
        assert (reveal.component, reveal.resource) == (key.component, key.resource)
        assert (reveal.predicted_number, reveal.sources) == (key.predicted_number, key.sources)
        assert reveal.engine == ENGINE_VERSION


def test_the_figures_of_a_reveal_are_the_engines(folder):
    key = load_question(folder, topic="training").key
    figures = {part.name: part.value for prose in key.numbers for part in prose if isinstance(part, Fact)}
    assert figures["share.flops.mlp"] == pytest.approx(0.6464, abs=5e-4)
    assert figures["ceiling.flops.attention_core"] == pytest.approx(1.0277, abs=5e-4)


def test_a_figure_without_bound_survives_json(folder, edit):
    edit("key.yaml", "{main.share.flops.head} the output head", "{main.speedup.flops.mlp.2} the output head")
    key = load_question(folder, topic="training").key
    stored = reveal_to_mapping(key)
    figure = next(part for part in stored["numbers"][0] if not isinstance(part, str))
    figure["value"] = None  # as an infinite ceiling is written
    first = next(part for part in reveal_from_mapping(stored).numbers[0] if isinstance(part, Fact))
    assert first.value == inf


def test_the_rubric_is_no_part_of_a_reveal(folder):
    text = json.dumps(reveal_to_mapping(load_question(folder, topic="training").key))
    for word in ("falls_in", "overclaims_core", "at_most", "by_hand"):
        assert word not in text
