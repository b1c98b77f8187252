"""What a sentence claims: kind, subject, number, polarity, whose claim it is, under which condition."""

import pytest

from app.grading.claims import Claim, Kind, claims
from app.grading.stance import Attribution, Modality
from app.grading.text import Text


def found(answer: str, kind: Kind) -> list[Claim]:
    return [claim for claim in claims(Text.of(answer)) if claim.kind is kind]


def own(answer: str, kind: Kind) -> list[tuple[str, bool]]:
    return [(claim.subject, claim.polarity) for claim in found(answer, kind) if claim.own]


@pytest.mark.parametrize(
    ("answer", "shares"),
    [
        pytest.param(
            "MLP 64.6%, projections 32.3%, core attention 2.7%",
            [("mlp", 64.6), ("projections", 32.3), ("attention_core", 2.7)],
            id="component first",
        ),
        pytest.param(
            "64.6% MLP, 32.3% projections and 2.7% attention",
            [("mlp", 64.6), ("projections", 32.3), ("attention_core", 2.7)],
            id="number first",
        ),
        pytest.param(
            "Attention is 2.7% and the MLP 65% of the FLOPs.", [("attention_core", 2.7), ("mlp", 65)], id="alternating"
        ),
        pytest.param("The FFN takes two thirds of the compute.", [("mlp", 66.67)], id="fraction in words"),
        pytest.param("97% of the work is in the GEMMs.", [("linear", 97)], id="of the work"),
        pytest.param("2/3 of the weights are MLP", [("mlp", 66.67)], id="the weights are the whole, not the part"),
        pytest.param("The attention core (2.7%) is small.", [("attention_core", 2.7)], id="in brackets"),
        pytest.param("Look at attention. That's under 3%.", [("attention_core", 3)], id="pronoun"),
        pytest.param("The GEMMs reach 60% of peak.", [], id="utilisation is no share"),
        pytest.param("The max gain of attention is 3%.", [], id="a gain is no share"),
    ],
)
def test_a_share_goes_to_its_component(answer, shares):
    read = [(claim.subject, pytest.approx(100 * claim.quantity.value, rel=1e-3)) for claim in found(answer, Kind.SHARE)]
    assert sorted(read, key=str) == sorted(shares, key=str) or read == shares


@pytest.mark.parametrize(
    ("answer", "dominates"),
    [
        pytest.param("The MLP dominates.", [("mlp", True)], id="plain"),
        pytest.param("The MLP does not dominate.", [("mlp", False)], id="negated"),
        pytest.param("It is not true that attention dominates.", [("attention_core", False)], id="not true that"),
        pytest.param("I don't think attention is the bottleneck.", [("attention_core", False)], id="neg-raising"),
        pytest.param("There is no doubt that the MLP dominates.", [("mlp", True)], id="no doubt"),
        pytest.param("Attention is not only small, the MLP dominates.", [("mlp", True)], id="not only"),
        pytest.param(
            "The bottleneck isn't attention but the MLP.",
            [("attention_core", False), ("mlp", True)],
            id="isn't X but Y",
        ),
        pytest.param("The MLP, not attention, dominates.", [("mlp", True)], id="X, not Y"),
        pytest.param(
            "The MLP and the projections take most of the FLOPs.", [("mlp", True), ("projections", True)], id="both"
        ),
        pytest.param("I'd look at the MLP since it dominates.", [("mlp", True)], id="pronoun"),
        pytest.param("GEMMs = everything", [("linear", True)], id="terse"),
        pytest.param("Most of the FLOPs are in the FFN.", [("mlp", True)], id="subject after"),
        pytest.param("My colleague says attention dominates.", [], id="a colleague's claim"),
        pytest.param("If attention is the bottleneck, faster kernels help.", [], id="hypothetical"),
        pytest.param("Is the MLP the bottleneck?", [], id="question"),
    ],
)
def test_dominance_has_a_subject_and_a_sign(answer, dominates):
    assert own(answer, Kind.DOMINATES) == dominates


@pytest.mark.parametrize(
    ("answer", "minor"),
    [
        ("Attention is negligible here.", [("attention_core", True)]),
        ("Attention isn't negligible.", [("attention_core", False)]),
        ("The score and value products are a sliver.", [("attention_core", True)]),
        ("Attention hardly matters at this width.", [("attention_core", True)]),
    ],
)
def test_smallness_has_a_subject_and_a_sign(answer, minor):
    assert own(answer, Kind.MINOR) == minor


@pytest.mark.parametrize(
    ("answer", "actions"),
    [
        pytest.param("I would optimise the MLP.", [("mlp", "", True)], id="recommend"),
        pytest.param("I would not optimise the MLP.", [("mlp", "", False)], id="negated"),
        pytest.param(
            "Optimise the GEMMs rather than attention.",
            [("linear", "", True), ("attention_core", "", False)],
            id="rather than",
        ),
        pytest.param(
            "I'd turn down the kernel project and tune the GEMMs.",
            [("proposal", "", False), ("", "gemm_tuning", True)],
            id="two verbs in a clause",
        ),
        pytest.param("Attention kernels are not worth a quarter.", [("attention_core", "", False)], id="verdict after"),
        pytest.param(
            "levers: epilogue fusion, hiding the all-reduces",
            [("", "kernel_fusion", True), ("", "comm_overlap", True)],
            id="heading",
        ),
        pytest.param(
            "Skip attention and fuse bias and GELU.",
            [("attention_core", "", False), ("", "kernel_fusion", True)],
            id="skip and do",
        ),
        pytest.param("I wouldn't fund faster attention kernels.", [("proposal", "", False)], id="would not fund"),
    ],
)
def test_an_action_has_a_target_and_a_sign(answer, actions):
    assert [(c.subject, c.lever, c.polarity) for c in found(answer, Kind.ACTION) if c.own] == actions


@pytest.mark.parametrize(
    ("answer", "subject", "speedup"),
    [
        pytest.param(
            "An infinitely fast attention kernel gives at most 1.03x.", "attention_core", 1.03, id="infinitely fast"
        ),
        pytest.param(
            "If attention were free, we would gain 3%.",
            "attention_core",
            1.03,
            id="were free is a ceiling, not a supposition",
        ),
        pytest.param("Amdahl caps the attention project at 1.03x.", "proposal", 1.03, id="project"),
        pytest.param("The gain from the proposal is 0.", "proposal", 1.0, id="nothing"),
        pytest.param("max gain 2.8%", "", 1.028, id="subject left open"),
    ],
)
def test_a_ceiling_has_a_subject_and_a_factor(answer, subject, speedup):
    claim = found(answer, Kind.CEILING)[0]
    assert (claim.subject, claim.own) == (subject, True)
    assert claim.quantity.speedup == pytest.approx(speedup)


@pytest.mark.parametrize(
    "answer", ["Doubling the FFN speed => ~1.48x.", "2x MLP -> 1.48x step", "MLP 2x faster gives 1.48x"]
)
def test_a_speed_up_has_a_cause(answer):
    claim = found(answer, Kind.SPEEDUP)[0]
    assert (claim.subject, claim.factor, claim.quantity.value) == ("mlp", 2, pytest.approx(1.48))


@pytest.mark.parametrize(
    ("answer", "param", "op", "value", "formula"),
    [
        pytest.param("Attention catches the FFN around s = 4d.", "seq_len", "=", None, "4d", id="formula"),
        pytest.param("At 49k tokens attention would equal the MLP.", "seq_len", "=", 49e3, "", id="number"),
        pytest.param("Beyond 50k tokens attention dominates.", "seq_len", ">", 50e3, "", id="beyond"),
        pytest.param("It changes if the context is much longer.", "seq_len", ">", None, "", id="direction only"),
        pytest.param("If attention is unfused, its share of time is larger.", "attention", "=", None, "", id="unfused"),
        pytest.param("Colleague right when? s >> 4d", "seq_len", ">", None, "4d", id="fragment after a question"),
        pytest.param(
            "Quadratic doesn't matter until n is comparable with d.", "seq_len", "=", None, "d_model", id="until"
        ),
    ],
)
def test_a_flip_has_a_variable_a_direction_and_a_threshold(answer, param, op, value, formula):
    (claim, *_) = found(answer, Kind.FLIP)
    condition = claim.condition
    assert (condition.param, condition.op, condition.value, condition.formula) == (param, op, value, formula)


def test_a_condition_reaches_over_the_clause_after_the_comma():
    (claim,) = found("Once the context is 200k tokens, attention dominates.", Kind.DOMINATES)
    assert claim.condition.value == 200e3


def test_a_condition_does_not_reach_past_but():
    claim = found("At 200k tokens it differs, but the MLP dominates.", Kind.DOMINATES)[0]
    assert claim.condition is None


@pytest.mark.parametrize(
    ("answer", "modality"),
    [
        ("The MLP dominates.", Modality.CERTAIN),
        ("The MLP might dominate.", Modality.HEDGED),
        ("Perhaps the MLP dominates.", Modality.HEDGED),
        ("I think the MLP dominates.", Modality.LIKELY),
    ],
)
def test_a_hedge_is_kept(answer, modality):
    assert found(answer, Kind.DOMINATES)[0].modality is modality


def test_a_first_instinct_that_the_text_corrects_is_not_the_authors_claim():
    text = "Attention dominates. Wait, no. I was wrong: attention does not dominate."
    first, second = found(text, Kind.DOMINATES)
    assert (first.attribution, second.attribution) == (Attribution.TENTATIVE, Attribution.SELF)


def test_a_colleague_who_is_contradicted_leaves_the_authors_own_claim():
    assert own("He thinks attention dominates, but the MLP dominates.", Kind.DOMINATES) == [("mlp", True)]


def test_measuring_and_refusing_to_measure_differ():
    assert [c.polarity for c in found("I'd profile one step.", Kind.VERIFY)] == [True]
    assert [c.polarity for c in found("Reject it without profiling.", Kind.VERIFY)] == [False]


def test_a_concession_is_no_agreement():
    assert own("He is right that attention is quadratic, but it is small.", Kind.VERDICT) == []
    assert own("I agree with the colleague.", Kind.VERDICT) == [("proposal", True)]


def test_formulas_go_to_their_components():
    read = [(c.subject, c.formula) for c in found("FFN 16d^2, QKVO 8d^2, scores+AV 4sd", Kind.FORMULA)]
    assert read == [("mlp", "16d^2"), ("projections", "8d^2"), ("attention_core", "4sd")]


def test_spans_are_characters_of_the_original():
    answer = "So  the ＭＬＰ\u200b  dominates, I think."
    (claim,) = found(answer, Kind.DOMINATES)
    assert answer[claim.span.start : claim.span.end] == "ＭＬＰ\u200b  dominates"


def test_sentences_that_are_set_aside_give_no_claims():
    assert claims(Text.of("The MLP dominates."), silent={0}) == ()
