"""Questions of public courses, worked out by hand here, and what the vocabulary of facts, laws and arithmetic says."""

import re
from pathlib import Path

import pytest
import yaml

from app.engine.analysis import analyze
from app.engine.expressions import expression_fact
from app.engine.facts import fact
from app.engine.mapping import scenario_from_mapping

QUESTIONS = yaml.safe_load((Path(__file__).parent / "data" / "course_questions.yaml").read_text())


def by_hand(written):
    """Plain arithmetic on numbers: nothing of the engine is in it."""
    assert re.fullmatch(r"[-+*/().,\d\s]|([-+*/().,\d\s]|\d[eE]|max)+", written), written
    return eval(written, {"__builtins__": {}, "max": max})


def lookup(question):
    analyses = {
        name: analyze(scenario_from_mapping(written)) for name, written in question.get("scenarios", {}).items()
    }

    def found(reference):
        name, _, rest = reference.partition(".")
        return fact(analyses[name], rest)

    return found


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_the_vocabulary_answers_the_questions_of_courses(question):
    answer = expression_fact(question["answer"], lookup(question))
    assert answer.value == pytest.approx(by_hand(str(question["by_hand"])), rel=2e-3)


def test_there_are_forty_questions_each_with_a_source():
    assert len({question["id"] for question in QUESTIONS}) == len(QUESTIONS) >= 40
    assert all(question["asks"] and question["source"] for question in QUESTIONS)
