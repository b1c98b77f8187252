"""regrade: who moves when rubric, engine or grader change, from the database and from a saved batch."""

import json
import re

import pytest
import yaml

from app.cli import regrading
from app.evaluation import today
from app.grading.proposing.asking import Reply
from app.grading.proposing.proposal import Proposal

STRONG = (
    "The MLP dominates: about 65 % of the FLOPs. The attention core is only 2.7 % of the FLOPs, so a free core is "
    "1.03x at most. That flips at about 49k tokens."
)
WEAK = "It depends on many things."
SCENARIO = "where-175b"


@pytest.fixture
def stored(open_app, visitor, database_url, monkeypatch):
    """A database with a grade for each of two answers; gives the paths of their attempts."""
    app = open_app()
    candidate = visitor(app)
    paths = [candidate.graded(text) for text in (STRONG, WEAK)]
    app.state.database.close()
    monkeypatch.setenv("CHOKEPOINT_DATABASE_URL", database_url)
    return paths


@pytest.fixture
def edited(questions, monkeypatch):
    """Puts other text into a file of the question, and takes that bank into use."""
    folder = questions / "training" / SCENARIO

    def edit(old, new, file="rubric.yaml"):
        path = folder / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new, 1))
        monkeypatch.setenv("CHOKEPOINT_QUESTIONS", str(questions))

    return edit


@pytest.fixture
def harder(questions, monkeypatch):
    """The next version of the rubric, in which nobody gets full marks on the numbers; gives the change in words."""
    path = questions / "training" / SCENARIO / "rubric.yaml"

    def make():
        rubric = yaml.safe_load(path.read_text())
        del rubric["axes"]["numbers"][4]
        version = rubric["version"]
        path.write_text(yaml.safe_dump({**rubric, "version": version + 1}))
        monkeypatch.setenv("CHOKEPOINT_QUESTIONS", str(questions))
        return f"rubric {version} to {version + 1}"

    return make


def test_nothing_moves_under_the_same_question_engine_and_grader(chokepoint, stored):
    code, printed, told = chokepoint("regrade", "--diff")
    assert (code, told) == (0, "")
    assert printed.split() == [SCENARIO, "2", "graded,", "none", "moves"]


def test_who_moves_because_of_the_rubric_is_said_with_the_criterion(chokepoint, stored, harder):
    because = harder()
    summary = chokepoint("regrade")[1]
    assert re.search("2 graded, 1 move, mean (-[56]).0, from \\1 to \\1", summary)
    assert len(summary.splitlines()) == 1
    printed = chokepoint("regrade", "--diff")[1]
    assert stored[0].rpartition("/")[2] in printed
    assert stored[1].rpartition("/")[2] not in printed
    assert re.search(f"because of {because}: -[56]\n", printed)
    assert "numbers: 4 -> 3" in printed
    assert "numbers.4: met -> not there. " in printed


def test_engine_and_rubric_are_told_apart(chokepoint, stored, harder, monkeypatch):
    """The engine's step is taken on the question as it was asked, the rubric's on the question of today."""
    because = harder()
    monkeypatch.setattr(today, "ENGINE_VERSION", "99")
    usual = regrading.score_again

    def other_grader(question, answer, given):
        return usual(question, answer.replace("49k", "9k"), given)

    monkeypatch.setattr(regrading, "score_again", other_grader)
    moved = next(one for one in json.loads(chokepoint("regrade", "--json")[1]) if one["before"] > 50)
    engine, rubric = moved["causes"]
    assert engine["words"].endswith(" to 99")
    assert engine["points"] < 0
    assert (rubric["words"], rubric["points"] in (-5, -6)) == (because, True)
    assert moved["after"] - moved["before"] == engine["points"] + rubric["points"]
    assert {axis: tuple(levels) for axis, levels in moved["axes"].items()}["numbers"] == (4, 3)


def test_old_grades_stay(chokepoint, stored, harder):
    harder()
    first = chokepoint("regrade", "--json")
    assert chokepoint("regrade", "--json") == first
    assert [one["before"] for one in json.loads(first[1])] == sorted(
        (one["before"] for one in json.loads(first[1])), reverse=True
    )


def test_a_question_that_left_the_bank_is_graded_as_it_was_asked(chokepoint, stored, edited, questions):
    edited("id: where-175b", "id: another-175b")
    edited("id: where-175b", "id: another-175b", file="question.yaml")
    (questions / "training" / SCENARIO).rename(questions / "training" / "another-175b")
    code, printed, _ = chokepoint("regrade")
    assert (code, printed.split()) == (0, [SCENARIO, "2", "graded,", "none", "moves"])


def test_what_a_model_once_proposed_is_taken_in_again(chokepoint, open_app, visitor, database_url, monkeypatch):
    quote = "Those MLP zorbles eat the lion's part of every day"

    class Fake:
        def propose(self, sentences):
            proposal = Proposal(sentence=1, quote=quote, kind="dominates", subject="mlp")
            return Reply(model="fake-1", prompt_sha256="p", proposals=(proposal,))

    app = open_app()
    app.state.judge = Fake()
    visitor(app).graded(f"The attention core is 2.7 % of the FLOPs and every layer has an MLP too. {quote}.")
    app.state.database.close()
    monkeypatch.setenv("CHOKEPOINT_DATABASE_URL", database_url)
    (found,) = json.loads(chokepoint("regrade", "--json")[1])
    assert (found["before"], found["axes"]) == (found["after"], {})
    assert found["before"] > 30, "which the rules alone would not give"


def test_an_empty_database_has_nothing_to_grade(chokepoint, database_url, monkeypatch):
    monkeypatch.setenv("CHOKEPOINT_DATABASE_URL", database_url)
    assert chokepoint("regrade") == (0, "no grades are stored\n", "")


# A saved batch


@pytest.fixture
def answers(lines):
    return lines(*({"id": name, "scenario": SCENARIO, "text": text} for name, text in (("s", STRONG), ("w", WEAK))))


@pytest.fixture
def batch(chokepoint, answers, tmp_path):
    """What grade-batch wrote for the answers."""

    def save(*options):
        path = tmp_path / "grades.jsonl"
        assert chokepoint("grade-batch", answers, "--out", path, *options)[0] == 0
        return path

    return save


@pytest.mark.parametrize("options", [["--details"], []], ids=["with details", "without"])
def test_a_saved_batch_is_held_against_today(chokepoint, answers, batch, harder, options):
    grades = batch(*options)
    rubric = harder()
    because = rubric if options else "rubric, engine or grader"
    printed = chokepoint("regrade", "--answers", answers, "--grades", grades, "--diff")[1]
    assert "2 graded, 1 move" in printed
    assert re.search(f"because of {because}[^:]*: -[56]\n", printed)
    assert ("numbers.4: met -> not there" in printed) == bool(options)


def test_a_grade_that_is_missing_is_named(chokepoint, answers, lines):
    code, _, told = chokepoint("regrade", "--answers", answers, "--grades", lines(name="empty.jsonl"))
    assert code == 2
    assert told.endswith("empty.jsonl: no grade for answer 's'; run grade-batch on the same answers\n")


@pytest.mark.parametrize(
    "row", [{"id": "s"}, {"id": [], "overall": 1, "axes": {}}, {"id": "s", "overall": 1, "axes": 4}]
)
def test_what_is_no_grade_is_named(chokepoint, answers, lines, row):
    code, _, told = chokepoint("regrade", "--answers", answers, "--grades", lines(row, name="grades.jsonl"))
    assert code == 2
    assert "grades.jsonl, line 1: not a grade; grade-batch writes" in told


@pytest.mark.parametrize("option", ["--answers", "--grades"])
def test_answers_and_grades_go_together(chokepoint, option, answers):
    code, _, told = chokepoint("regrade", option, answers)
    assert (code, told.count("\n")) == (2, 1)
    assert "--answers and --grades go together" in told


def test_a_follow_up_is_graded_again_by_its_own_numbers(chokepoint, open_app, visitor, database_url, monkeypatch):
    app = open_app()
    candidate = visitor(app)
    first = candidate.graded(STRONG)
    for _ in range(3):
        second = candidate.http.post(f"{first}/follow-up").headers["location"]
        candidate.predict(second)
        candidate.answer(second, "The attention core dominates: it takes most of the FLOPs at this length.")
    app.state.database.close()
    monkeypatch.setenv("CHOKEPOINT_DATABASE_URL", database_url)
    code, printed, told = chokepoint("regrade", "--diff")
    assert (code, told) == (0, "")
    assert printed.split() == [SCENARIO, "4", "graded,", "none", "moves"]
