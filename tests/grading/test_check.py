"""Claims against the engine: one table of tolerances, conventions, conditions, method."""

import pytest

from app.grading.check import checked
from app.grading.claims import Kind, claims
from app.grading.engine_facts import Engine
from app.grading.quantity import quantities
from app.grading.text import Text
from app.grading.tolerance import Verdict, closeness
from tests.grading.conftest import analyses

ENGINE = Engine.of(analyses())


def verdicts(answer: str, kind: Kind, engine: Engine = ENGINE) -> list[Verdict]:
    found = checked(claims(Text.of(answer)), engine, proposal="attention_core")
    return [item.verdict for item in found if item.claim.kind is kind]


@pytest.mark.parametrize(
    ("said", "expected", "verdict"),
    [
        pytest.param("65%", 0.646, Verdict.RIGHT, id="within a tenth"),
        pytest.param("55%", 0.646, Verdict.CLOSE, id="within a quarter"),
        pytest.param("40%", 0.646, Verdict.LOOSE, id="within twice"),
        pytest.param("25%", 0.646, Verdict.OFF, id="between twice and three times"),
        pytest.param("10%", 0.646, Verdict.WRONG, id="beyond three times"),
        pytest.param("3.5%", 0.027, Verdict.RIGHT, id="a small share within a point"),
        pytest.param("under 3%", 0.027, Verdict.RIGHT, id="a bound that holds"),
        pytest.param("60-70%", 0.646, Verdict.RIGHT, id="a range that holds it"),
        pytest.param("80-90%", 0.646, Verdict.CLOSE, id="a range that misses it"),
    ],
)
def test_shares_are_compared_by_factor(said, expected, verdict):
    (quantity,) = quantities(Text.of(said))
    assert closeness(quantity, expected) is verdict


@pytest.mark.parametrize(
    ("said", "verdict"),
    [("1.03x", Verdict.RIGHT), ("1.05x", Verdict.LOOSE), ("1.11x", Verdict.WRONG), ("1.5x", Verdict.WRONG)],
)
def test_speed_ups_are_compared_less_one(said, verdict):
    (quantity,) = quantities(Text.of(said))
    assert closeness(quantity, 1.0277, is_speedup=True) is verdict


@pytest.mark.parametrize(
    ("answer", "kind", "verdict"),
    [
        pytest.param("The MLP takes 65%.", Kind.SHARE, Verdict.RIGHT, id="share"),
        pytest.param("Attention takes 65%.", Kind.SHARE, Verdict.WRONG, id="swapped share"),
        pytest.param("Attention is 1.4% of the FLOPs.", Kind.SHARE, Verdict.RIGHT, id="causal half counts as well"),
        pytest.param("97% of the FLOPs are GEMMs.", Kind.SHARE, Verdict.RIGHT, id="a part with parts"),
        pytest.param("2/3 of the weights are MLP.", Kind.SHARE, Verdict.RIGHT, id="of the weights"),
        pytest.param("The MLP dominates.", Kind.DOMINATES, Verdict.RIGHT, id="dominates"),
        pytest.param("The dense layers dominate.", Kind.DOMINATES, Verdict.RIGHT, id="what contains it"),
        pytest.param("Attention dominates.", Kind.DOMINATES, Verdict.WRONG, id="the trap"),
        pytest.param(
            "At 131072 tokens attention dominates.", Kind.DOMINATES, Verdict.RIGHT, id="under the candidate's condition"
        ),
        pytest.param(
            "At 4096 tokens attention dominates.",
            Kind.DOMINATES,
            Verdict.WRONG,
            id="under a condition that does not help",
        ),
        pytest.param("Attention never matters.", Kind.MINOR, Verdict.WRONG, id="never"),
        pytest.param("Attention hardly matters here.", Kind.MINOR, Verdict.RIGHT, id="here"),
        pytest.param("We are compute-bound.", Kind.BOUND, Verdict.RIGHT, id="resource"),
        pytest.param("We are memory-bound.", Kind.BOUND, Verdict.WRONG, id="other resource"),
        pytest.param("I would optimise the MLP.", Kind.ACTION, Verdict.RIGHT, id="work on what binds"),
        pytest.param("I would optimise attention.", Kind.ACTION, Verdict.WRONG, id="work on what is small"),
        pytest.param("I would not optimise attention.", Kind.ACTION, Verdict.RIGHT, id="leave what is small"),
        pytest.param("2x MLP -> 1.48x", Kind.SPEEDUP, Verdict.RIGHT, id="Amdahl"),
        pytest.param("MLP 16d^2, projections 8d^2", Kind.FORMULA, Verdict.RIGHT, id="formulas by their ratio"),
        pytest.param(
            "MLP 8d^2, projections 8d^2", Kind.FORMULA, Verdict.UNVERIFIABLE, id="a formula that does not fit"
        ),
        pytest.param("Attention catches the MLP at s = 4d.", Kind.FLIP, Verdict.RIGHT, id="threshold by formula"),
        pytest.param("Attention catches the MLP at 8k tokens.", Kind.FLIP, Verdict.WRONG, id="threshold far off"),
    ],
)
def test_a_claim_is_checked_by_the_engine(answer, kind, verdict):
    assert verdicts(answer, kind)[0] is verdict


def test_a_ceiling_that_follows_from_the_candidates_own_share_is_marked():
    found = checked(claims(Text.of("Attention takes 10%. Attention can gain at most 1.11x.")), ENGINE)
    (ceiling,) = (item for item in found if item.claim.kind is Kind.CEILING)
    assert (ceiling.verdict, ceiling.by_own_share) == (Verdict.WRONG, True)


def test_the_same_words_are_wrong_where_the_truth_is_another():
    long = Engine.of(analyses(seq_len=131072))
    assert verdicts("The MLP dominates with 65%.", Kind.DOMINATES, long) == [Verdict.WRONG, Verdict.WRONG]
    assert verdicts("Attention dominates.", Kind.DOMINATES, long) == [Verdict.RIGHT]


def test_every_fact_names_its_convention():
    (item,) = (
        i for i in checked(claims(Text.of("Attention is 1.4% of the FLOPs.")), ENGINE) if i.claim.kind is Kind.SHARE
    )
    assert "causal" in item.convention
