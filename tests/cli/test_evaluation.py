"""grade-eval: the table on the command line."""

import json

import pytest

LEVELS = {"bottleneck": 4, "numbers": 3, "trap": 2, "flip": 1, "move": 0}
TEXTS = {
    "The MLP is about 65 % of the FLOPs, the attention core 2.7 %. So a free core gives 1.03x at most.": 60,
    "Attention is quadratic, so it dominates. I agree with the colleague and would write the kernels.": 2,
    "I would tune the GEMMs since the dense layers dominate. The attention project is not worth it.": 45,
}


@pytest.fixture
def rows():
    return [
        {"id": place, "scenario": "where-175b", "text": text, "scores": [{**LEVELS, "overall": mark}] * 2}
        for place, (text, mark) in enumerate(TEXTS.items())
    ]


def test_grader_baselines_and_scorers_stand_in_one_table(chokepoint, lines, rows):
    code, printed, told = chokepoint("grade-eval", lines(*rows))
    assert (code, told) == (0, "")
    table = printed[printed.index("| marker") :].splitlines()
    assert [line.split("|")[1].strip() for line in table[2:8]] == [
        "the grader",
        "length alone",
        "bag of words: share of the key's words",
        "TF-IDF cosine to the key",
        "TF-IDF ridge",
        "one scorer against the other",
    ]
    assert "Kappa: quadratically weighted" in printed


def test_as_json_the_figures_are_numbers(chokepoint, lines, rows):
    found = json.loads(chokepoint("grade-eval", "--json", "--in-sample", "where-175b", lines(*rows))[1])
    assert [group["name"] for group in found] == ["In sample"]
    grader, *_, scorers = found[0]["rows"]
    assert 0 <= grader["error"]["low"] <= grader["error"]["value"] <= grader["error"]["high"] < 50
    assert scorers["error"]["value"] == 0


def test_answers_to_other_questions_are_left_out_and_said(chokepoint, lines, rows):
    others = [{**rows[0], "scenario": name} for name in ("tp16", "kv-128k", "tp16")]
    alone = chokepoint("grade-eval", lines(*rows))
    code, printed, told = chokepoint("grade-eval", lines(*rows, *others))
    assert (code, printed) == (0, alone[1])
    assert told == "chokepoint: not in the bank, so not graded: kv-128k (1), tp16 (2)\n"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"scores": []}, "line 1: scores: [] does not fit; write a list with a mapping for each scorer"),
        ({"scenario": "tp16"}, "no answer to a question of the bank"),
    ],
    ids=["no labels", "no question"],
)
def test_a_file_that_cannot_be_evaluated_is_said_in_one_line(chokepoint, lines, rows, change, complaint):
    code, printed, told = chokepoint("grade-eval", lines({**rows[0], **change}))
    assert (code, printed) == (2, "")
    assert complaint in told.splitlines()[-1]


def test_an_unknown_question_called_in_sample_is_named(chokepoint, lines, rows):
    code, _, told = chokepoint("grade-eval", "--in-sample", "where-1b", lines(*rows))
    assert (code, told) == (2, "chokepoint: --in-sample: 'where-1b' is not in the bank; there are where-175b\n")
