"""What a rubric listens for in its own words: terms together in one sentence, with the stance they stand in."""

import pytest

from app.grading.claims import Kind, claims
from app.grading.ontology import mentions
from app.grading.stance import Attribution
from app.grading.statement import heard, statements_of
from app.grading.text import Text

LISTENED = statements_of(
    {
        "reads_weights": ["read*|load* & weight*|model & every step|per step"],
        "same_flops": ["flops|operations & same|unchanged|not fewer"],
        "only_kv_heads": ["kv heads & only & !query"],
        "attention_read": ["<attention_core> & reads"],
    }
)


def said(answer: str) -> list[str]:
    return [statement.name for sentence in heard(Text.of(answer), LISTENED) for statement in sentence]


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        ("Every step reads all the weights.", ["reads_weights"]),
        ("The weights are loaded every step.", ["reads_weights"]),
        ("Weights are loaded. That happens every step.", []),
        ("The FLOPs stay the same.", ["same_flops"]),
        ("The operations are unchanged, and every step loads the model.", ["reads_weights", "same_flops"]),
        ("Only the KV heads are cached.", ["only_kv_heads"]),
        ("Only the KV heads, and not the query heads.", []),
        ("Preloaded weights, every step.", []),
        ("", []),
    ],
)
def test_a_statement_is_heard_where_all_its_terms_stand_in_one_sentence(answer, names):
    assert said(answer) == names


def test_a_term_may_be_whatever_the_lexicon_reads_as_a_component():
    text = Text.of("Attention reads the cache.")
    named = [(mention.id, mention.span) for mention in mentions(text)]
    assert [s.name for sentence in heard(text, LISTENED, named) for s in sentence] == ["attention_read"]


def test_terms_further_apart_than_a_long_clause_are_no_statement():
    filler = "and so on and so forth " * 12
    assert said(f"We load {filler} the weights every step") == []


def test_the_closest_words_are_the_evidence():
    text = Text.of("Loads, loads and loads of weights: it loads the weights every step.")
    (statement,) = heard(text, LISTENED)[0]
    words = [text.quote(span).lower() for span in statement.spans]
    assert words == ["load", "weight", "every step"] or words == ["loads", "weights", "every step"]


@pytest.mark.parametrize("way", ["a & ", "a | & b", "!a"])
def test_a_way_without_a_term_is_refused(way):
    with pytest.raises(ValueError, match=r"empty term|only says"):
        statements_of({"bad": [way]})


@pytest.mark.parametrize(
    ("answer", "polarity", "attribution"),
    [
        ("The FLOPs stay the same.", True, Attribution.SELF),
        ("It is not true that the FLOPs stay the same.", False, Attribution.SELF),
        ("There are not fewer operations.", True, Attribution.SELF),
        ("My colleague says that the FLOPs stay the same.", True, Attribution.OTHER),
        ("Suppose the FLOPs stay the same.", True, Attribution.HYPOTHETICAL),
    ],
)
def test_a_statement_carries_its_stance_and_its_own_negator_denies_nothing(answer, polarity, attribution):
    (found,) = (c for c in claims(Text.of(answer), statements=LISTENED) if c.kind is Kind.SAYS)
    assert (found.object, found.polarity, found.attribution) == ("same_flops", polarity, attribution)
