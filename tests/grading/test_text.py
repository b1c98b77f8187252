"""Normalising keeps the way back; splitting finds sentences, bullets and clauses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.grading.text import MAX_CHARACTERS, Span, Text, TooLong, require_readable_length


def sentences(answer: str) -> list[str]:
    text = Text.of(answer)
    return [text.plain[s.span.start : s.span.end] for s in text.sentences]


def clauses(answer: str) -> list[tuple[str, str]]:
    text = Text.of(answer)
    return [(c.opener, text.plain[c.span.start : c.span.end].strip()) for s in text.sentences for c in s.clauses]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        pytest.param("MLP\u200b at\u00a065\u2009%", "mlp at 65 %", id="invisible characters and odd spaces"),
        pytest.param("ＭＬＰ ６５％", "mlp 65%", id="full-width forms"),
        pytest.param("16d² and 10²⁴", "16d^2 and 10^24", id="superscripts"),
        pytest.param("аttеntion", "attention", id="look-alike letters"),
        pytest.param("café = cafe\u0301", "cafe = cafe", id="composed and decomposed accents"),
        pytest.param("**bold** and *this*, 2 * 3", "bold and this, 2 * 3", id="markup goes, multiplication stays"),
        pytest.param("s ≫ 4d ⇒ ≈49k", "s >> 4d => ~49k", id="signs"),
        pytest.param("a\r\nb", "a\nb", id="line ends"),
        pytest.param("The <b>MLP</b>is < 3 %", "the mlp is < 3 %", id="tags go, comparison stays"),
    ],
)
def test_a_text_is_folded_to_one_form(written, plain):
    assert Text.of(written).plain == plain


@given(st.text(max_size=300))
def test_every_span_lies_in_the_original(answer):
    text = Text.of(answer)
    assert len(text.plain) == len(text.cased) == len(text.keys) == len(text.offsets)
    for sentence in text.sentences:
        found = text.origin(sentence.span)
        assert 0 <= found.start <= found.end <= len(answer)


def test_a_quote_is_the_original_wording():
    text = Text.of("So  the  ＭＬＰ\u200b dominates.")
    start = text.plain.index("mlp")
    assert text.quote(Span(start, start + 3)) == "ＭＬＰ"


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        pytest.param("GEMMs. The MLP is 64.6% of it.", ["gemms.", "the mlp is 64.6% of it."], id="decimal point"),
        pytest.param(
            "Use levers, e.g. tiling. Then stop.", ["use levers, e.g. tiling.", "then stop."], id="abbreviation"
        ),
        pytest.param("- one\n- two\n3. three", ["one", "two", "three"], id="bullets and numbers"),
        pytest.param(
            "so it is under 3%. compare with d", ["so it is under 3%.", "compare with d"], id="lower case start"
        ),
        pytest.param(
            "this line is long enough to have been wrapped by hand at the\nend and goes on",
            ["this line is long enough to have been wrapped by hand at the\nend and goes on"],
            id="wrapped line",
        ),
    ],
)
def test_sentences_are_found(answer, found):
    assert sentences(answer) == found


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        pytest.param("the MLP, not attention", [("", "the mlp"), (",", "not attention")], id="comma"),
        pytest.param("big but slow", [("", "big"), ("but", "slow")], id="connective"),
        pytest.param("If long, it flips", [("if", "long"), (",", "it flips")], id="sentence that opens with if"),
        pytest.param("s/(6d+s) = 2.7%", [("", "s/(6d+s) = 2.7%")], id="brackets of a formula stay"),
        pytest.param("s >> 4d (~50k)", [("", "s >> 4d"), ("(", "~50k")], id="brackets of a remark open"),
        pytest.param("8,192 tokens and 3,35 TB/s", [("", "8,192 tokens and 3,35 tb/s")], id="commas in numbers"),
    ],
)
def test_clauses_carry_what_opens_them(answer, found):
    assert clauses(answer) == found


def test_a_question_is_marked():
    assert [s.question for s in Text.of("Right when? At 49k.").sentences] == [True, False]


def test_no_sentence_is_longer_than_rules_can_bear():
    text = Text.of("mlp 65% " * 2000)
    assert max(s.span.end - s.span.start for s in text.sentences) <= 500


def test_a_long_answer_is_refused_with_a_remedy():
    require_readable_length("a" * MAX_CHARACTERS)
    with pytest.raises(TooLong, match=r"20,000 characters .* kept"):
        require_readable_length("a" * (MAX_CHARACTERS + 1))
