"""Commonly published claims: sources, figures, how far each stands; and what is said of a wrong one."""

import re

import pytest
import yaml

from app.bank.load import load_bank
from app.bank.said import texts
from app.bank.schema.published import Standing
from app.bank.text import sentences
from app.config import ROOT

CLAIM = {
    "id": "mlp-of-175b",
    "claim": "It is two thirds.",
    "source": {"who": "Nobody", "title": "A page", "year": 2024, "url": "https://example.org/page"},
    "scenarios": {"main": {"model": "gpt3-13b", "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": 2048}},
    "stands": "in-a-range",
    "verdict": "It is {main.share.flops.mlp}.",
    "true_when": "At a width of {main.given.d_model | count} and more.",
    "claims": [{"fact": "main.share.flops.mlp", "by_hand": 0.614}],
}


@pytest.fixture
def published(questions):
    """Writes the bank's claims.yaml with one claim, changed."""

    def write(**changed):
        claim = {name: value for name, value in {**CLAIM, **changed}.items() if value is not None}
        (questions / "claims.yaml").write_text(yaml.safe_dump({"claims": [claim]}))
        return questions

    return write


def test_twenty_and_more_claims_are_shipped_each_with_its_source(bank):
    assert len(bank.claims) >= 20
    assert len({claim.id for claim in bank.claims}) == len(bank.claims)
    for claim in bank.claims:
        assert claim.url.startswith("https://")
        assert 2015 < claim.year <= 2026
        assert len(claim.claim) < 140, claim.id
        assert any(not isinstance(part, str) for part in claim.verdict), "a verdict rests on a figure"
    assert {claim.stands for claim in bank.claims} >= {Standing.AS_SAID, Standing.CONVENTION, Standing.RANGE}


def test_no_claim_repeats_a_question_or_its_situation(bank):
    said = {
        sentence.lower()
        for question in bank.rooms.questions
        for _, text in texts(question)
        for sentence in sentences(text)
    }
    asked = [scenario for question in bank.rooms.questions for scenario in question.public.scenarios.values()]
    for claim in bank.claims:
        for text in (claim.claim, claim.form.verdict, claim.form.true_when):
            assert not said & {sentence.lower() for sentence in sentences(text) if len(sentence.split()) > 4}
        assert not [name for name, scenario in claim.scenarios.items() if scenario in asked], claim.id


def test_a_claim_is_read_with_its_figures(published):
    (claim,) = load_bank(published()).claims
    assert [part if isinstance(part, str) else round(part.value, 3) for part in claim.verdict] == ["It is ", 0.613, "."]
    assert claim.examination is None


@pytest.mark.parametrize(
    ("low", "stands"), [(0.61, "as-said"), (0.61, "not"), (0.69, "under-a-convention"), (0.69, "as-said"), (0.2, "not")]
)
def test_a_quoted_share_is_examined_and_must_stand_as_the_engine_reads_it(published, complaints, low, stands):
    folder = published(stands=stands, quoted={"scenario": "main", "groups": ["mlp"], "low": low, "high": low + 0.005})
    if (low, stands) in ((0.61, "not"), (0.69, "as-said")):
        assert any(line.startswith("claims.yaml: claims.0.stands: the engine reads it so: ") for line in complaints())
    else:
        (claim,) = load_bank(folder).claims
        assert claim.examination.readings


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"verdict": "It is 61 %."}, "claims.0.verdict: the number '61 %' is typed"),
        ({"true_when": "{main.nothing}"}, "claims.0.true_when: 'main.nothing'"),
        (
            {"claims": [{"fact": "main.share.flops.mlp", "by_hand": 0.8}]},
            "claims.0.claims.0: main.share.flops.mlp is 0.61",
        ),
        ({"claims": []}, "claims.0.claims: List should have at least 1 item"),
        ({"source": {**CLAIM["source"], "url": "example.org"}}, "claims.0.source.url: String should match pattern"),
        ({"source": None}, "claims.0.source: Field required; add it"),
        ({"stands": "sometimes"}, "claims.0.stands: Input should be 'as-said', 'under-a-convention'"),
        ({"scenarios": {"main": {"model": "gpt9"}}}, "claims.0: phase: missing"),
        ({"laws": {"main": {"law": "hope"}}}, "claims.0: main: law: 'hope' is not a law of the engine"),
        ({"quoted": {"scenario": "x", "groups": ["mlp"], "low": 0, "high": 1}}, "quoted.scenario: 'x' is not one of"),
        ({"quoted": {"scenario": "main", "groups": ["mlp"], "low": 0.9, "high": 0.1}}, "two shares in rising order"),
    ],
)
def test_a_fault_of_a_claim_is_named(published, complaints, changed, said):
    published(**changed)
    assert any(line.startswith("claims.yaml: ") and said in line for line in complaints()), said


def test_two_claims_cannot_have_one_id(questions, complaints):
    (questions / "claims.yaml").write_text(yaml.safe_dump({"claims": [CLAIM, CLAIM]}))
    assert complaints() == ["claims.yaml: claims.1.id: 'mlp-of-175b' is taken; choose another"]


def test_a_bank_may_have_no_claims(questions):
    assert load_bank(questions).claims == ()


def test_the_file_is_in_our_own_words_and_plain():
    text = (ROOT / "questions" / "claims.yaml").read_text()
    assert not re.search(r"\b(debunk|myth|wrong|false|lie)\b", text, re.IGNORECASE)
