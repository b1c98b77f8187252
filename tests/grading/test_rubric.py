"""Rubric files: what is read, what is refused, and with which remedy."""

import copy

import pytest
import yaml

from app.engine.facts import fact
from app.grading.rubric import BadRubric, canonical, rubric_from_mapping
from app.grading.score import Axis
from tests.grading.conftest import FLAGSHIP, Grade, analyses

WRITTEN = yaml.safe_load((FLAGSHIP / "rubric.yaml").read_text())


def changed(path: str, value: object) -> dict:
    mapping = copy.deepcopy(WRITTEN)
    *parents, last = path.split(".")
    place = mapping
    for name in parents:
        place = place[int(name) if isinstance(place, list) else int(name) if name.isdigit() else name]
    place[int(last) if last.isdigit() else last] = value
    return mapping


def test_the_flagships_rubric_has_a_ladder_on_every_axis():
    rubric = rubric_from_mapping(WRITTEN)
    assert {(rung.axis, rung.level) for rung in rubric.rungs} >= {(axis, 4) for axis in Axis}


def test_every_fact_that_the_flagships_rubric_names_exists():
    situation = analyses()
    for path in rubric_from_mapping(WRITTEN).paths():
        scenario, _, name = path.partition(".")
        assert fact(situation[scenario], name)


@pytest.mark.parametrize("example", WRITTEN["examples"])
def test_the_rubrics_own_examples_get_the_levels_they_state(flagship: Grade, example):
    assert {str(axis): level for axis, level in flagship(example["text"]).axes.items()} == example["expect"]


def test_no_number_is_typed_by_hand_in_a_predicate():
    with pytest.raises(BadRubric, match=r"predicates.core_share.value: 0.027 is typed by hand; name facts"):
        rubric_from_mapping(changed("predicates.core_share.value", 0.027))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("schema", 2, "schema: 2 is not known here; write schema: 1"),
        ("colour", "red", "rubric.colour: not a field"),
        ("proposal", "attn", "proposal: 'attn' is not a component"),
        ("predicates.core_share.claim", "percentage", "predicates.core_share.claim: 'percentage' is no kind of claim"),
        ("predicates.core_share.subject", ["attn"], "predicates.core_share.subject: 'attn' is not in the ontology"),
        ("predicates.core_share.polarity", "yes", r'predicates.core_share.polarity: write "\+" or "-"'),
        ("predicates.core_share.value", {"fact": "share"}, "is no fact; write SCENARIO.NAME"),
        ("predicates.flip_length.condition", {"param": "length"}, "predicates.flip_length.condition.param: 'length'"),
        ("predicates.lever_on_binding.lever", {"id": ["magic"]}, "predicates.lever_on_binding.lever.id: 'magic'"),
        ("predicates.reason", {"maybe": []}, "predicates.reason: .* is no condition; write"),
        ("axes.trap.2", "refuses", "axes.trap.2: no predicate 'refuses'; there are"),
        ("axes.trap.5", "rejects", "axes.trap.5: levels are 1 to 4"),
        ("weights", {"trap": 9}, "the five weights must sum to 25"),
        ("aliases", {"attn": ["x"]}, "aliases.attn: not a component"),
    ],
)
def test_a_bad_rubric_is_refused_with_path_and_remedy(path, value, message):
    with pytest.raises(BadRubric, match=message):
        rubric_from_mapping(changed(path, value))


def test_the_hash_follows_the_meaning_not_the_order_of_fields():
    turned = dict(reversed(list(WRITTEN.items())))
    assert rubric_from_mapping(turned).sha256 == rubric_from_mapping(WRITTEN).sha256
    assert rubric_from_mapping(changed("version", 2)).sha256 != rubric_from_mapping(WRITTEN).sha256
    assert canonical(turned) == canonical(WRITTEN)
