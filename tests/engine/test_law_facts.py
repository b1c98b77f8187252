import pytest

from app.engine.facts import UnknownFact
from app.engine.law_facts import LAWS, is_law, law_fact


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        pytest.param("bubble_share(pp=8, n_micro_batches=32)", 7 / 39, id="bubble of 8 stages"),
        pytest.param("bubble_share(pp=8, n_micro_batches=8, interleave=4)", 7 / 39, id="interleaved four times"),
        pytest.param("mfu_of_hfu(hfu=0.6)", 0.45, id="60 % with full recompute"),
        pytest.param("speedup(share=0.7, factor=2)", 1 / 0.65, id="matmuls twice as fast"),
        pytest.param("tokens_per_verification(acceptance=0.8, n_drafted=4)", 3.3616, id="four drafts"),
        pytest.param("distinct_experts(n_experts=256, n_active=8, n_tokens=32)", 163.3, id="experts of 32 tokens"),
    ],
)
def test_a_law_is_a_fact_of_the_numbers_it_is_given(reference, value):
    fact = law_fact(reference)
    assert fact.value == pytest.approx(value, rel=1e-3)
    assert fact.name == reference


@pytest.mark.parametrize(
    ("reference", "complaint"),
    [
        ("bubble(pp=8)", "no such law; did you mean bubble_share?"),
        ("bubble_share(pp=8, m=3)", "has no argument 'm'"),
        ("bubble_share(pp=8)", "missing 1 required"),
        ("bubble_share(8, 32)", "not readable"),
        ("bubble_share(pp=8, n_micro_batches=2*16)", "every argument is a plain number"),
        ("__import__('os')(x=1)", "not readable"),
        ("ceiling(share=(", "not readable"),
        ("mfu_of_hfu(hfu=-1)", "hfu"),
    ],
)
def test_what_is_no_law_is_refused_by_name(reference, complaint):
    with pytest.raises(
        UnknownFact, match=r"(?s).*" + complaint.replace("(", r"\(").replace("*", r"\*").replace("?", r"\?")
    ):
        law_fact(reference)


def test_a_fact_of_a_scenario_is_no_law():
    assert not is_law("main.share.flops.mlp")
    assert is_law("ceiling(share=0.5)")


@pytest.mark.parametrize("name", LAWS)
def test_every_law_names_its_arguments_and_a_unit(name):
    assert LAWS[name].arguments
    assert LAWS[name].unit
