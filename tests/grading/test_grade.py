"""Whole answers: the shared ones in the scorers' order, a set of the project's own, and what a Score carries."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.grading.grade import GRADER_VERSION
from app.grading.score import Axis, Status, score_to_mapping
from app.grading.text import MAX_CHARACTERS
from tests.grading.conftest import GOOD, OWN_ANSWERS, Grade, levels


def ranks(values: list[float]) -> list[float]:
    ordered = sorted(values)
    return [ordered.index(value) + (ordered.count(value) - 1) / 2 for value in values]


def correlation(a: list[float], b: list[float]) -> float:
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    covariance = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    spread = sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)
    return covariance / spread**0.5


def scorers_mean(answer: dict, name: str) -> float:
    return sum(scores[name] for scores in answer["scores"]) / len(answer["scores"])


def test_the_shared_answers_come_in_the_scorers_order(flagship: Grade, shared_answers: list[dict]):
    ours = [float(flagship(answer["text"]).overall) for answer in shared_answers]
    theirs = [scorers_mean(answer, "overall") for answer in shared_answers]
    assert correlation(ranks(ours), ranks(theirs)) >= 0.9


def test_the_shared_answers_lie_near_the_scorers(flagship: Grade, shared_answers: list[dict]):
    off = [abs(flagship(answer["text"]).overall - scorers_mean(answer, "overall")) for answer in shared_answers]
    assert sum(off) / len(off) <= 8
    assert max(off) <= 15  # the formula gives 100 to five fours, the scorers about 88


def test_the_shared_answers_axes_lie_within_one_level(flagship: Grade, shared_answers: list[dict]):
    for answer in shared_answers:
        score = flagship(answer["text"])
        assert all(abs(score.axes[axis] - scorers_mean(answer, axis)) <= 1 for axis in Axis), answer["id"]


def test_the_shared_attacks_earn_next_to_nothing(flagship: Grade, shared_answers: list[dict]):
    assert max(flagship(a["text"]).overall for a in shared_answers if a["id"] in ("a048", "a097")) <= 10


@pytest.mark.parametrize(
    ("axes", "answer"), [pytest.param(own["axes"], own["text"], id=own["id"]) for own in OWN_ANSWERS]
)
def test_an_answer_of_the_projects_own_gets_its_levels(flagship: Grade, axes, answer):
    assert levels(flagship(answer)) == axes


def test_a_score_is_json_with_spans_in_the_answer(flagship: Grade):
    mapping = json.loads(json.dumps(score_to_mapping(flagship(GOOD))))
    assert set(mapping["axes"]) == {"bottleneck", "numbers", "trap", "flip", "move"}
    assert {"overall", "criteria", "claims", "notes", "coverage", "rubric", "grader_version"} <= set(mapping)
    assert mapping["grader_version"] == GRADER_VERSION
    share = next(c for c in mapping["claims"] if c["kind"] == "share" and c["subject"] == "attention_core")
    assert "2.7%" in GOOD[share["start"] : share["end"]]
    assert (share["verdict"], share["expected"]) == ("right", pytest.approx(0.0269, rel=0.01))


def test_feedback_sets_the_engines_number_beside_the_candidates(flagship: Grade):
    criterion = next(c for c in flagship(GOOD).criteria if c.id == "numbers.4")
    assert criterion.status is Status.MET
    assert (criterion.said, "share.flops" in criterion.expected) == ("0.027", True)


def test_what_could_not_be_read_is_shown_and_not_silent(flagship: Grade):
    score = flagship("Модель обучается на длинных последовательностях, и внимание здесь неважно.")
    assert score.overall == 0
    assert any("reads English" in note for note in score.notes)
    sentence = "Grandmother always liked the blue curtains best."
    assert [sentence[s.start : s.end] for s in flagship(sentence).unread] == [sentence]


def test_what_is_too_long_is_not_read_and_says_so(flagship: Grade):
    score = flagship("The MLP dominates. " * MAX_CHARACTERS)
    assert (score.overall, len(score.notes)) == (0, 1)
    assert "20,000 characters" in score.notes[0]


def test_the_same_text_gets_the_same_score(flagship: Grade):
    assert score_to_mapping(flagship(GOOD)) == score_to_mapping(flagship(GOOD))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_it_raise(flagship: Grade, answer):
    assert 0 <= flagship(answer).overall <= 100


_PIECES = (
    "mlp attention 65% 1.03x not if at 49k tokens , . ( ) : ; -> - the colleague says s = 4d wait because dominates "
    'optimise ? " 1/ 2 x'
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_PIECES.split()), max_size=60))
def test_no_order_of_its_own_words_makes_it_raise(flagship: Grade, words):
    assert 0 <= flagship(" ".join(words)).overall <= 100
