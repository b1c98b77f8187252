"""Conditions, grades of nearness and caps, on a rubric of three predicates."""

import pytest

from app.grading.grade import grade
from app.grading.rubric import rubric_from_mapping
from app.grading.score import Axis, Status
from tests.grading.conftest import analyses

SMALL = {
    "schema": 1,
    "id": "small",
    "predicates": {
        "binding": {
            "claim": "dominates",
            "subject": {"fact": "main.bottleneck.component", "ancestors": True},
            "polarity": "+",
            "verdict": ["right"],
        },
        "another": {"claim": "dominates", "polarity": "+", "verdict": ["wrong"]},
        "share": {"claim": "share", "subject": ["mlp"], "value": {"fact": "main.share.flops.mlp"}},
        "ratio": {"claim": "speedup", "value": {"facts": ["unfused.time_s.estimate / main.time_s.estimate | x"]}},
        "step": {"claim": "figure", "unit": "s", "value": {"fact": "main.time_s.estimate"}},
        "both": ["binding", "share"],
    },
    "axes": {
        "bottleneck": {"1": {"hedged": "binding"}, "3": "binding", "4": "both"},
        "numbers": {"1": {"partial": "share"}, "2": "share", "4": {"exact": "share"}},
        "trap": {"1": "readable", "4": {"all_of": ["binding", {"none_of": ["another"]}]}},
        "flip": {"2": "step", "3": {"at_least": 2, "of": ["binding", "share", "step"]}},
        "move": {"1": {"any_of": ["action", "verify"]}},
    },
    "caps": [{"when": "another", "axis": "bottleneck", "at_most": 1, "words": "Two cannot both dominate."}],
}
RUBRIC = rubric_from_mapping(SMALL)
SITUATION = analyses()


def levels(answer: str) -> dict[Axis, int]:
    return dict(grade(answer, rubric=RUBRIC, analyses=SITUATION).axes)


@pytest.mark.parametrize(
    ("answer", "axis", "level"),
    [
        pytest.param("The MLP dominates.", Axis.BOTTLENECK, 3, id="met"),
        pytest.param("The MLP might dominate.", Axis.BOTTLENECK, 1, id="hedged counts where it is asked for"),
        pytest.param("The MLP dominates. The MLP is 65%.", Axis.BOTTLENECK, 4, id="all of a list"),
        pytest.param("The MLP dominates. Attention dominates.", Axis.BOTTLENECK, 1, id="capped"),
        pytest.param("The MLP is 65%.", Axis.NUMBERS, 4, id="exact"),
        pytest.param("The MLP is 55%.", Axis.NUMBERS, 2, id="close"),
        pytest.param("The MLP is 40%.", Axis.NUMBERS, 1, id="partial"),
        pytest.param("The MLP is 10%.", Axis.NUMBERS, 0, id="wrong"),
        pytest.param("The MLP is 65% at 131072 tokens.", Axis.NUMBERS, 0, id="right number, other situation"),
        pytest.param("My boss says the MLP is 65%.", Axis.NUMBERS, 0, id="someone else's number"),
        pytest.param("The MLP dominates.", Axis.TRAP, 4, id="none of"),
        pytest.param("The MLP dominates. Attention dominates.", Axis.TRAP, 1, id="none of fails"),
        pytest.param("I would profile it.", Axis.MOVE, 1, id="built-in predicate"),
        pytest.param("The MLP dominates with 65%.", Axis.FLIP, 3, id="at least two of three"),
    ],
)
def test_a_level_follows_from_its_predicates(answer, axis, level):
    assert levels(answer)[axis] == level


def test_a_figure_is_compared_in_its_own_unit():
    seconds = SITUATION["main"].time_s.estimate
    assert levels(f"A step takes {seconds:.0f} s.")[Axis.FLIP] == 2
    assert levels(f"A step takes {seconds:.0f} GB.")[Axis.FLIP] == 0


def test_a_cap_shows_the_words_that_did_it():
    answer = "The MLP dominates. Attention dominates."
    score = grade(answer, rubric=RUBRIC, analyses=SITUATION)
    (cap,) = (criterion for criterion in score.criteria if criterion.status is Status.CAPPED)
    assert [answer[span.start : span.end] for span in cap.spans] == ["Attention dominates"]
    assert cap.why == "Two cannot both dominate."


def test_every_met_criterion_with_evidence_carries_a_span():
    score = grade("The MLP dominates. The MLP is 65%.", rubric=RUBRIC, analyses=SITUATION)
    met = [c for c in score.criteria if c.status is Status.MET and c.axis in (Axis.BOTTLENECK, Axis.NUMBERS)]
    assert met
    assert all(criterion.spans for criterion in met)
