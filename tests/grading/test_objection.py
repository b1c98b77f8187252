"""An objection as a line of a corpus: what was read, where, and what was meant, with no more of the answer."""

import json

import pytest

from app.grading.grade import grade
from app.grading.objection import UNDERSTOOD, answer_sha256, objection_from_mapping, objection_to, objection_to_mapping
from app.grading.score import score_to_mapping

ANSWER = "Größenordnung 🙂: the MLP is 65 % of the FLOPs. My secret is elsewhere."


@pytest.fixture(scope="module")
def claim(bank):
    key = bank.practice.question("where-175b").key
    stored = json.loads(json.dumps(score_to_mapping(grade(ANSWER, rubric=key.rubric, analyses=key.analyses))))
    return next(item for item in stored["claims"] if item["kind"] == "share")


@pytest.fixture
def objection(claim):
    return objection_to(claim, ANSWER, question="where-175b", note=" I meant\n the block. ", grader_version="1")


def test_an_objection_holds_the_reading_its_place_and_the_note(objection, claim):
    assert ANSWER[objection.start : objection.end] == objection.quote
    assert "65 %" in objection.quote
    assert (objection.understood["kind"], objection.understood["subject"]) == ("share", "mlp")
    assert objection.note == "I meant the block."
    assert objection.answer_sha256 == answer_sha256(ANSWER)


def test_nothing_of_the_key_and_no_other_word_of_the_answer_is_in_it(objection, claim):
    line = json.dumps(objection_to_mapping(objection), ensure_ascii=False)
    assert "secret" not in line
    assert set(objection.understood) == set(UNDERSTOOD)
    for name in ("expected", "verdict", "fact", "convention"):
        assert claim[name] not in (None, "")
        assert name not in line


def test_a_line_comes_back_as_it_was_written(objection):
    assert objection_from_mapping(json.loads(json.dumps(objection_to_mapping(objection)))) == objection


def test_a_note_may_be_empty(claim):
    assert objection_to(claim, ANSWER, question="q", note=" ", grader_version="1").note == ""


def test_every_text_has_a_hash():
    assert answer_sha256("half \ud800") != answer_sha256("half")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"quote": None}, "quote: missing"),
        ({"verdict": "right"}, "verdict: not a field; there are "),
        ({"start": "3"}, "start: '3' is not a whole number"),
        ({"start": True}, "start: True is not a whole number"),
        ({"start": 90}, "span: 90 to "),
        ({"end": 9_999}, "span: "),
        ({"note": 5}, "note: 5 is not a text"),
        ({"note": "x" * 4_001}, "note: 4,001 characters are more than 4,000"),
        ({"understood": []}, "understood: not a mapping"),
        ({"understood": {"expected": 0.65}}, "understood: expected does not belong there"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_line_that_does_not_fit_is_refused_by_name(objection, change, complaint):
    written = {**objection_to_mapping(objection), **change}
    with pytest.raises(ValueError, match=":") as refused:
        objection_from_mapping({name: value for name, value in written.items() if value is not None})
    assert str(refused.value).startswith(complaint)
