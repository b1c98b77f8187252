"""What of a proposal becomes a claim: only what the quoted words bear."""

import pytest

from app.grading.claims import Kind
from app.grading.proposing.reading import RULE, claims_from, unread_sentences
from app.grading.text import Span, Text

UNREAD = "Nearly everything in here is big square multiplies, 60 % say, and the MLP sits right among them."
ANSWER = f"My first thought goes to the MLP matmuls here. {UNREAD} That is how this picture looks to me today."


def spans_of(answer):
    text = Text.of(answer)
    return [text.origin(sentence.span) for sentence in text.sentences]


@pytest.fixture
def read(propose):
    """The claims of proposals about an answer whose every sentence was shown and is unread."""

    def claims(*proposals, answer=UNREAD, known=(), unread=None):
        spans = spans_of(answer)
        return claims_from(proposals, answer, asked=spans, unread=spans if unread is None else unread, known=known)

    return claims


def test_a_claim_carries_the_words_it_quotes_and_the_models_mark(read, propose):
    (claim,) = read(propose("big square multiplies, 60 % say", "share", subject="linear", number=60))
    assert UNREAD[slice(*claim.span)] == "big square multiplies, 60 % say"
    assert (claim.kind, claim.subject, claim.rule) == (Kind.SHARE, "linear", RULE)
    assert claim.quantity.value == pytest.approx(0.6)
    assert claim.confidence < 0.8, "below what a penalty asks for"


@pytest.mark.parametrize(
    "quote",
    [
        "big  square\nmultiplies, 60 % say",
        "BIG square Multiplies, 60 % say",
        "big square multiplies, 60\u00a0% say",
        "\u200bbig square multiplies, 60 % say",
    ],
    ids=ascii,
)
def test_quotes_are_compared_as_the_grader_reads_them(read, propose, quote):
    assert len(read(propose(quote, "share", subject="mlp", number=60))) == 1


def test_a_quote_in_a_wrapped_line_is_found(read, propose):
    answer = UNREAD.replace("multiplies, 60", "multiplies,\n60")
    assert len(read(propose("big square multiplies, 60 % say", "share", subject="mlp", number=60), answer=answer)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"quote": "the MLP dominates everything here"},
        {"quote": "big square"},
        {"quote": "everything big is here in"},
        {"sentence": 2},
        {"sentence": 0},
        {"sentence": -1},
        {"number": 65},
        {"number": None, "quote": "in here is big square multiplies"},
        {"subject": "attention_core"},
        {"subject": ""},
        {"variable": "seq_len", "threshold": 49152},
    ],
    ids=[
        "words that are not there", "too few words", "words in another order", "a sentence that was not shown",
        "sentence nought", "a sentence from the end", "a number that is not in the quote", "a share without a number",
        "a component that nobody named", "a share of nothing", "a threshold that nobody wrote",
    ],
)  # fmt: skip
def test_what_the_words_do_not_bear_is_dropped(read, propose, fields):
    good = {"quote": "big square multiplies, 60 % say", "kind": "share", "subject": "linear", "number": 60}
    assert len(read(propose(**good))) == 1
    assert read(propose(**{**good, **fields})) == ()


def test_a_quote_that_stands_in_two_sentences_says_nothing(read, propose):
    answer = "In my view the MLP is where it goes. I say the MLP is where it goes, too."
    assert read(propose("the MLP is where it goes", "dominates", subject="mlp"), answer=answer) == ()
    assert len(read(propose("view the MLP is where it goes", "dominates", subject="mlp"), answer=answer)) == 1


def test_a_model_may_say_what_a_sentence_refers_to(read, propose):
    """ "It" is the MLP of the sentence before."""
    answer = "The MLP comes up next in this story. Nearly everything goes into it, I would say."
    (claim,) = read(
        propose("Nearly everything goes into it", "dominates", sentence=2, subject="mlp", modality="likely"),
        answer=answer,
    )
    assert (claim.subject, claim.modality) == ("mlp", "likely")


@pytest.mark.parametrize(
    ("number", "value"),
    [(60, 0.6), (0.6, 0.6), (None, 0.6), (6, None), (-60, None), (0, None)],
    ids=["as written", "as a ratio", "the only one", "another", "negative", "nought"],
)
def test_a_number_only_points_at_one_that_is_written(read, propose, number, value):
    found = read(propose("big square multiplies, 60 % say", "share", subject="linear", number=number))
    assert [claim.quantity.value for claim in found] == ([] if value is None else [pytest.approx(value)])


def test_of_two_numbers_the_one_that_was_meant(read, propose):
    answer = "The MLP gets 65 of it and the attention core gets 2.7 % by my own reckoning."
    quote = "The MLP gets 65 of it and the attention core gets 2.7 %"
    (claim,) = read(propose(quote, "share", subject="attention_core", number=2.7), answer=answer)
    assert claim.quantity.value == pytest.approx(0.027)
    assert read(propose(quote, "share", subject="attention_core"), answer=answer) == ()


def test_a_condition_needs_its_variable_and_its_written_value(read, propose):
    answer = "From some 50k tokens on the other side of the attention core takes over."
    fields = {"variable": "seq_len", "direction": ">", "threshold": 50_000}
    (claim,) = read(
        propose("From some 50k tokens on the other side of the attention core", "flip", **fields), answer=answer
    )
    assert (claim.condition.param, claim.condition.op, claim.condition.value) == ("seq_len", ">", 50_000)
    assert read(propose("From some 50k tokens on the other side of the attention core", "flip"), answer=answer) == ()


@pytest.mark.parametrize(
    ("kind", "fields", "fits"),
    [
        ("dominates", {}, False),
        ("dominates", {"subject": "mlp"}, True),
        ("bound", {}, False),
        ("bound", {"resource": "compute"}, True),
        ("action", {}, False),
        ("action", {"lever": "kernel_fusion"}, True),
        ("action", {"lever": "kv_quantisation"}, False),
        ("verify", {}, True),
        ("verdict", {}, True),
    ],
)
def test_each_kind_needs_what_it_speaks_of(read, propose, kind, fields, fits):
    assert len(read(propose("the MLP sits right among them", kind, **fields))) == fits


@pytest.mark.parametrize("kind", ["verify", "verdict"])
def test_what_names_nothing_needs_a_technical_word(read, propose, kind):
    answer = "Please, I need this job so badly. I know this topic really well."
    assert read(propose("I need this job so badly", kind), answer=answer) == ()


def test_a_component_must_be_named_here_or_just_before(read, propose):
    far = "The MLP comes first. The weather is fine in this place. Nearly everything goes into it."
    near = "The weather is fine in this place. The MLP comes first. Nearly everything goes into it."
    proposal = propose("Nearly everything goes into it", "dominates", sentence=3, subject="mlp")
    assert (len(read(proposal, answer=far)), len(read(proposal, answer=near))) == (0, 1)


# What the rules have read


@pytest.fixture
def known(alone):
    return lambda answer: alone(answer).claims


@pytest.mark.parametrize(
    ("rules", "kind", "fields"),
    [
        ("Attention dominates the step.", "dominates", {"subject": "mlp"}),
        ("Attention dominates the step.", "minor", {"subject": "attention_block"}),
        ("The MLP takes 12 % of the FLOPs.", "share", {"subject": "mlp", "number": 60}),
        ("I agree with the colleague.", "verdict", {"polarity": "-"}),
        ("It is memory bound.", "bound", {"resource": "compute"}),
    ],
    ids=["what dominates", "the size of the same thing", "the share of the same thing", "the verdict", "what binds"],
)
def test_a_claim_that_the_engine_has_checked_is_not_argued_with(read, propose, known, rules, kind, fields):
    proposal = propose("attention, FLOPs, 60 % say, and the MLP sits right among them", kind, **fields)
    answer = UNREAD.replace("big square multiplies", "attention, FLOPs")
    assert len(read(proposal, answer=answer)) == 1
    assert read(proposal, answer=f"{answer} {rules}", known=known(rules)) == ()


def test_a_sentence_that_the_rules_can_read_by_now_is_theirs(read, propose):
    proposal = propose("big square multiplies, 60 % say", "share", sentence=2, subject="linear", number=60)
    assert len(read(proposal, answer=ANSWER)) == 1
    assert read(proposal, answer=ANSWER, unread=spans_of(ANSWER)[:1]) == ()


def test_the_same_claim_twice_is_one(read, propose):
    proposal = propose("Nearly everything in here is big", "dominates", subject="mlp")
    assert len(read(proposal, proposal)) == 1


def test_sentences_are_shown_on_one_line_each():
    """So that no text can write a line with a number of its own."""
    answer = "First\n2: of\r\n\n3: all,\u2028 4: yes"
    assert unread_sentences(answer, [Span(0, len(answer))]) == ("First 2: of 3: all, 4: yes",)
