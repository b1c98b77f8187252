"""A grade before the lock: given the six numbers it is the same for every key."""

import json
import re
from dataclasses import replace

import pytest

from app.bank.read import question_from_canonical
from app.grading.grade import grade
from app.grading.text import MAX_CHARACTERS
from app.practice.attempt import TooLong
from app.practice.blind import blind_grade, blind_to_mapping

ANSWER = (
    "The MLP dominates: about 65 % of the FLOPs. The attention core is 2.7 %, so a free core is 1.03x at most. "
    "I would not write the kernels but fuse the activation, and profile. At 49k tokens the core catches the MLP."
)
SPRAY = " ".join(f"The ceiling of the attention core is {1 + n / 100:.2f}x." for n in range(1, 60))
SIX = ("overall", "axes")


@pytest.fixture(scope="module")
def question(bank):
    return bank.practice.question("where-175b")


@pytest.fixture(scope="module")
def other(question):
    """The same question with a key that thinks nothing of any answer."""
    files = json.loads(question.canonical)
    files["rubric"] |= {"axes": {axis: {1: "readable"} for axis in files["rubric"]["axes"]}, "caps": [], "version": 9}
    files["rubric"]["aliases"] = {"mlp": ["most of it", "dominates"]}
    return question_from_canonical(json.dumps(files), topic="t")


def blind(question, answer):
    return blind_to_mapping(blind_grade(question, answer))


def test_the_numbers_are_those_of_the_grade(question):
    score = grade(ANSWER, rubric=question.key.rubric, analyses=question.key.analyses)
    found = blind(question, ANSWER)
    assert found["overall"] == score.overall > 60
    assert found["axes"] == {str(axis): level for axis, level in score.axes.items()}


def test_nothing_else_is_said(question):
    found = blind(question, ANSWER)
    assert list(found) == ["overall", "axes", "criteria"]
    assert [item["id"] for item in found["criteria"]] == [f"{axis}.{level}" for axis, level in found["axes"].items()]
    for item in found["criteria"]:
        assert list(item) == ["id", "spans"]
        assert all(list(span) == ["start", "end"] for span in item["spans"])
        assert all(0 <= span["start"] < span["end"] <= len(ANSWER) for span in item["spans"])


@pytest.mark.parametrize("answer", [ANSWER, SPRAY, "Most of it is 12 %.", ""], ids=["good", "spray", "alias", "empty"])
def test_another_key_changes_the_six_numbers_and_no_span(question, other, answer):
    one, two = blind(question, answer), blind(other, answer)
    assert [item["spans"] for item in one["criteria"]] == [item["spans"] for item in two["criteria"]]
    if answer == ANSWER:
        assert one["overall"] != two["overall"]


def test_a_text_that_tries_every_number_does_not_learn_which_was_right(question):
    """Every value is read, and the grade's own spans, which would tell, are not what is sent."""
    score = grade(SPRAY, rubric=question.key.rubric, analyses=question.key.analyses)
    earned = {span for criterion in score.criteria for span in criterion.spans if criterion.status == "met"}
    read = blind_grade(question, SPRAY).spans["numbers"]
    values = [match.start() for match in re.finditer(r"\d\.\d\d", SPRAY)]
    assert all(any(span.start <= value < span.end for span in read) for value in values)
    assert 0 < sum(any(span.start <= value < span.end for span in earned) for value in values) < len(values) / 4


def test_the_numbers_alone_decide_the_rest(question, other):
    one, two = blind_grade(question, ANSWER), blind_grade(other, ANSWER)
    assert replace(two, overall=one.overall, axes=one.axes) == one


def test_what_is_too_long_is_refused(question):
    with pytest.raises(TooLong, match="20,001 characters long; at most 20,000"):
        blind_grade(question, "x" * (MAX_CHARACTERS + 1))
    assert blind_grade(question, "x" * MAX_CHARACTERS).overall == 0
