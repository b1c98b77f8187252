import pytest

from app.engine.analysis import analyze
from app.engine.expressions import expression_fact, is_expression
from app.engine.facts import UnknownFact, fact
from app.engine.mapping import scenario_from_mapping

_ANALYSIS = analyze(
    scenario_from_mapping(
        {"model": "llama3.1-70b", "hardware": "h100-sxm", "n_devices": 8, "phase": "decode", "context_len": 131072}
    )
)


def lookup(name):
    scenario, _, rest = name.partition(".")
    assert scenario == "main"
    return fact(_ANALYSIS, rest)


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("main.kv_bytes_per_token", 327_680, "B"),
        ("main.kv_bytes_per_token * 131072 | B", 42_949_672_960, "B"),
        ("(640e9 - main.weight_bytes) / main.kv_bytes_read", 11.6, "1"),
        ("max(1, 2.5) + -1", 1.5, "1"),
        ("bubble_share(pp=8, n_micro_batches=8 * 4)", 7 / 39, "1"),
        ("main.ridge_point / 4 | sequence", 73.8, "sequence"),
        ("2 ** 10", 1024, "1"),
        ("main.share.flops.mlp@causal / main.share.flops.mlp@causal", 1, "1"),
    ],
)
def test_an_expression_is_computed_from_facts_and_laws(written, value, unit):
    found = expression_fact(written, lookup)
    assert found.value == pytest.approx(value, rel=0.01)
    assert found.unit == unit


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("main.weight_bytes /", "not readable"),
        ("1 / 0", "zero"),
        ("main.bottleneck.component + 1", "not a number"),
        ("open('x')", "no fact, law or number"),
        ("no_such_law(p=2)", "no fact, law or number"),
        ("bubble_share(pp=8, stages=3)", "no argument 'stages'"),
        ("9 ** 99", "exponent"),
        ("1" * 500, "500 characters"),
        ("main.nothing_of_the_kind * 2", "no such fact"),
    ],
)
def test_what_cannot_be_read_says_why(written, says):
    with pytest.raises(UnknownFact, match=says):
        expression_fact(written, lookup)


@pytest.mark.parametrize(
    ("written", "computes"),
    [
        ("main.share.flops.mlp", False),
        ("main.weight_bytes * 2", True),
        ("main.weight_bytes | B", True),
        ("bubble_share(pp=8, n_micro_batches=32)", False),
        ("bubble_share(pp=2 * 4, n_micro_batches=32)", True),
        ("min(main.a, main.b)", True),
        ("main.share.flops.mlp@causal", False),
        ("main.share.flops.mlp+projections", False),
        ("main.share.flops.mlp@causal * 2", True),
    ],
)
def test_a_plain_name_or_law_is_no_expression(written, computes):
    assert is_expression(written) is computes
