"""questions try and report: what an author sees of the grader."""

import json

import pytest

GOOD = "The MLP is 65 % of the FLOPs; the attention core is 30 %. At 49k tokens it flips."
LEVELS = {"bottleneck": 3, "numbers": 1, "trap": 1, "flip": 4, "move": 0}


def test_a_phrase_shows_claims_verdicts_and_criteria(chokepoint):
    code, printed, told = chokepoint("questions", "try", "where-175b", GOOD)
    assert (code, told) == (0, "")
    lines = printed.splitlines()
    share = next(place for place, line in enumerate(lines) if line.startswith("    share: mlp; 65 %  (rule "))
    assert lines[share - 1] == "  'MLP is 65 %'"
    assert lines[share + 1].startswith("    right: the engine says 0.646416 (share.flops.mlp; flops: ")
    assert any(line.startswith("    wrong: the engine says 0.0269") for line in lines)
    assert any(line.startswith("  flip.4 met: ") and line.endswith("'At 49k tokens it flips.'") for line in lines)
    assert any(line.startswith("  numbers.cap.") and " capped: " in line for line in lines)
    assert lines[-1].endswith("flip 4, first move 0")


@pytest.mark.parametrize(
    ("phrase", "shown"),
    [
        ("My team says attention dominates.", "; other  (rule"),
        ("The MLP might dominate.", "; hedged  (rule"),
        ("Attention does not dominate.", "not dominates: attention"),
        ("If the context were 64k tokens, attention would dominate.", "; if seq_len = 64000"),
        ("Fish.", "no claim understood"),
    ],
)
def test_stance_and_condition_are_shown(chokepoint, phrase, shown):
    assert shown in chokepoint("questions", "try", "where-175b", phrase)[1]


def test_words_of_a_phrase_need_no_quotes(chokepoint):
    one = chokepoint("questions", "try", "where-175b", "the", "MLP", "dominates")
    assert one == chokepoint("questions", "try", "where-175b", "the MLP dominates")


def test_without_a_phrase_every_line_is_one(chokepoint):
    both = chokepoint("questions", "try", "where-175b", stdin=b"The MLP dominates.\n\n  Attention dominates.  \n")[1]
    each = [chokepoint("questions", "try", "where-175b", f"{word} dominates.")[1] for word in ("The MLP", "Attention")]
    assert both == "".join(each)


def test_a_person_is_prompted_until_the_end_of_input(chokepoint, monkeypatch):
    lines = iter(["The MLP dominates.", ""])
    prompts = []

    def typed(prompt):
        prompts.append(prompt)
        line = next(lines, None)
        if line is None:
            raise EOFError
        return line

    monkeypatch.setattr("builtins.input", typed)
    monkeypatch.setattr("app.cli.trying.sys", type("Terminal", (), {"stdin": type("In", (), {"isatty": lambda: True})}))
    code, printed, _ = chokepoint("questions", "try", "where-175b")
    assert (code, prompts) == (0, ["> "] * 3)
    assert printed.endswith("first move 0\n\n")


def test_as_json_it_is_the_grade(chokepoint):
    tried = json.loads(chokepoint("questions", "try", "--json", "where-175b", GOOD)[1])
    assert tried == json.loads(chokepoint("grade", "--json", "where-175b", "-", stdin=GOOD.encode())[1])


@pytest.mark.parametrize("subcommand", ["try", "report"])
def test_an_unknown_question_is_named(chokepoint, subcommand):
    code, _, told = chokepoint("questions", subcommand, "where-1b")
    assert (code, told) == (2, "chokepoint: QUESTION_ID: 'where-1b' is not in the bank; there are where-175b\n")


# report


@pytest.fixture
def answers(lines):
    def write(**changed):
        scores = [{**LEVELS, **changed, "overall": 40}]
        row = {"id": "a1", "scenario": "where-175b", "text": GOOD, "scores": scores}
        return lines(row, {**row, "id": "b", "scenario": "another"}, name=f"{len(changed)}.jsonl")

    return write


@pytest.fixture
def report(chokepoint):
    """The labelled and met counts of every criterion in a report, and all that was printed."""

    def rows(*files):
        code, printed, told = chokepoint("questions", "report", "where-175b", *(f"--answers={path}" for path in files))
        assert (code, told) == (0, "")
        table = printed.partition("\n\n")[0].splitlines()[1:]
        return {line.split()[0]: (line.split()[1], int(line.split()[2])) for line in table}, printed

    return rows


def test_a_report_has_a_line_for_every_criterion_with_its_words(report):
    """On the samples that the question brings."""
    rows, printed = report()
    assert len([name for name in rows if ".cap." not in name]) == 20
    assert rows["bottleneck.1"][1] > 0
    assert "key numbers within 25 %" in printed


def test_scored_answers_join_the_samples(report, answers):
    own, _ = report()
    one, _ = report(answers())
    two, _ = report(answers(), answers(flip=3))
    for level, truly in ((3, 2), (4, 1)):
        name = f"flip.{level}"
        assert one[name] == (f"{int(own[name][0]) + 1}", own[name][1] + 1)
        assert two[name] == (f"{int(own[name][0]) + truly}", own[name][1] + 2)


def test_wrong_cases_are_told_with_the_words_that_did_it(report, answers):
    _, printed = report(answers(flip=2, move=3))
    cases = dict(block.split("\n", 1) for block in printed.split("\n\n")[1:])
    assert "  a1: met, labelled 2, graded 4: 'At 49k tokens it flips.'" in cases["flip.4"].splitlines()
    assert "  a1: missed, labelled 3, graded 0" in cases["move.3"].splitlines()


def test_without_labelled_answers_it_says_how_to_give_some(chokepoint, questions, monkeypatch):
    folder = questions / "training" / "where-175b"
    question = folder / "question.yaml"
    question.write_text(question.read_text().replace("status: active", "status: draft"))
    (folder / "samples.yaml").write_text("samples: []\n")
    monkeypatch.setenv("CHOKEPOINT_QUESTIONS", str(questions))
    code, _, told = chokepoint("questions", "report", "where-175b")
    assert (code, told) == (2, "chokepoint: where-175b: no labelled answers; give some with --answers FILE.jsonl\n")
