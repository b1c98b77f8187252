"""The tree of components and the words that name them."""

import pytest

from app.engine.groups import Group
from app.grading.lexicon import Tag, check_tables
from app.grading.lexicon_levers import LEVERS
from app.grading.ontology import ancestors, groups, mentions
from app.grading.text import Text


def named(answer: str, tag: Tag) -> list[str]:
    return [mention.id for mention in mentions(Text.of(answer)) if mention.tag is tag]


def test_no_phrase_names_two_components():
    check_tables()


def test_linear_covers_the_mlp_and_the_projections_but_not_the_core():
    assert {"mlp", "projections"} <= groups("linear")
    assert "attention_core" not in groups("linear")
    assert ancestors("projections") == {"projections", "linear", "attention_block"}


def test_every_group_of_the_engine_can_be_named():
    assert all(groups(str(group)) for group in Group)


def test_every_lever_acts_on_something_known():
    assert all(groups(part) or ancestors(part) for lever in LEVERS.values() for part in lever.acts_on)


@pytest.mark.parametrize(
    ("answer", "components"),
    [
        pytest.param("the FFN layers", ["mlp"], id="abbreviation"),
        pytest.param("feed-forward blocks", ["mlp"], id="hyphen"),
        pytest.param("attention", ["attention_core"], id="attention alone is the core"),
        pytest.param("the attention block", ["attention_block"], id="attention block"),
        pytest.param("attention projections", ["projections"], id="attention projections"),
        pytest.param("big matmuls", ["linear"], id="matmuls are linear"),
        pytest.param("QK matmuls", ["qk"], id="unless they stand beside QK"),
        pytest.param("Q/K/V/O projections", ["projections"], id="slashes"),
        pytest.param("QK^T/AV", ["attention_core"], id="formula name"),
        pytest.param("we pay attention to detail", [], id="everyday attention"),
        pytest.param("FFNs", ["mlp"], id="plural"),
        pytest.param("mlperf", [], id="inside another word"),
    ],
)
def test_a_component_is_found_by_its_names(answer, components):
    assert named(answer, Tag.COMPONENT) == components


@pytest.mark.parametrize(
    ("answer", "components"),
    [
        ("the projectoins", ["projections"]),
        ("feedforwrad layers", ["mlp"]),
        ("data protection", []),
        ("in production", []),
    ],
)
def test_a_typo_in_a_technical_word_is_put_right_and_an_everyday_word_left_alone(answer, components):
    assert named(answer, Tag.COMPONENT) == components


def test_a_questions_alias_names_a_component():
    found = mentions(Text.of("the blue box"), aliases=(("blue box", "mlp"),))
    assert [mention.id for mention in found if mention.tag is Tag.COMPONENT] == ["mlp"]


def test_a_single_letter_is_a_variable_only_where_something_is_done_with_it():
    assert named("when s = 4d", Tag.VARIABLE)[0] == "seq_len"
    assert named("it's a plan", Tag.VARIABLE) == []
