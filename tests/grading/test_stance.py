"""The properties of stance that the rest relies on, as changes of a sentence that must change or keep its claim."""

import pytest

from app.grading.claims import Kind, claims
from app.grading.stance import Attribution
from app.grading.text import Text

SENTENCES = [
    ("The MLP dominates the step.", Kind.DOMINATES),
    ("Attention is negligible.", Kind.MINOR),
    ("The MLP takes 65% of the FLOPs.", Kind.SHARE),
    ("The attention project can gain at most 1.03x.", Kind.CEILING),
    ("I would optimise the MLP.", Kind.ACTION),
    ("We are compute-bound.", Kind.BOUND),
]
EACH = pytest.mark.parametrize(("sentence", "kind"), [pytest.param(*pair, id=str(pair[1])) for pair in SENTENCES])


def own(answer: str, kind: Kind) -> list[tuple[str, bool]]:
    return [(c.subject, c.polarity) for c in claims(Text.of(answer)) if c.kind is kind and c.own]


def lowered(sentence: str) -> str:
    return sentence if sentence.startswith(("I ", "MLP")) else sentence[0].lower() + sentence[1:]


@EACH
def test_the_author_claims_it(sentence, kind):
    assert [polarity for _, polarity in own(sentence, kind)] == [True]


@EACH
@pytest.mark.parametrize(
    "prefix", ["My colleague says that ", "He claims that ", "Many people think ", "The document argues that "]
)
def test_a_source_takes_the_claim_away(sentence, kind, prefix):
    assert own(prefix + lowered(sentence), kind) == []


@EACH
def test_a_source_that_is_answered_leaves_the_authors_claim(sentence, kind):
    assert own(f"He says attention is slow, but {lowered(sentence)}", kind)[-1:] == own(sentence, kind)


@EACH
@pytest.mark.parametrize("prefix", ["If it were true that ", "Suppose that "])
def test_a_supposition_takes_the_claim_away(sentence, kind, prefix):
    assert own(prefix + lowered(sentence).rstrip(".") + ", fine.", kind) == []


@EACH
def test_a_question_claims_nothing(sentence, kind):
    assert own(sentence.rstrip(".") + "?", kind) == []


@EACH
@pytest.mark.parametrize("prefix", ["It is not true that ", "I don't think that ", "It would be wrong to say "])
def test_a_denial_turns_the_claim_round(sentence, kind, prefix):
    assert [polarity for _, polarity in own(prefix + lowered(sentence), kind)] == [False]


@EACH
@pytest.mark.parametrize(
    "prefix", ["There is no doubt that ", "No, ", "I cannot stress enough that ", "Clearly, ", "So "]
)
def test_a_false_negation_leaves_the_claim(sentence, kind, prefix):
    assert own(prefix + lowered(sentence), kind) == own(sentence, kind)


@EACH
def test_a_quotation_is_someone_elses(sentence, kind):
    found = [c for c in claims(Text.of(f'"{sentence}" is what the blog says.')) if c.kind is kind]
    assert {c.attribution for c in found} == {Attribution.OTHER}
