"""app.web.pages.results: the follow-up, what was meant, disagreeing."""

import html
import json
import re

import pytest
from sqlalchemy import text

from app.engine import ENGINE_VERSION
from app.grading.proposing.asking import assisted_grade


def row(candidate, attempt):
    with candidate.app.state.database.read() as session:
        found = session.execute(text("SELECT * FROM attempt WHERE id = :id"), {"id": attempt.rpartition("/")[2]})
        return found.one()


def follow_up(candidate, attempt):
    return candidate.http.post(f"{attempt}/follow-up").headers["location"]


def test_a_follow_up_is_the_same_question_with_something_moved(candidate, words, step):
    first = candidate.graded()
    second = follow_up(candidate, first)
    assert second != first
    page = candidate.http.get(second)
    assert "Where do you spend the next quarter?" in words(page)
    assert "follow-up" in words(page)
    assert words(page) != words(candidate.http.get(candidate.start()))
    assert step(candidate, second) == "Predict"
    assert row(candidate, second).parent_id == first.rpartition("/")[2]


def test_every_follow_up_is_met_before_one_comes_again(candidate, bank):
    variants = {variant.id for variant in bank.practice.question("where-175b").key.variants}
    attempt = candidate.graded()
    met = [row(candidate, follow_up(candidate, attempt)).variant for _ in variants]
    assert set(met) == variants
    assert row(candidate, follow_up(candidate, attempt)).variant in variants


def test_a_follow_up_is_graded_by_its_own_numbers(candidate, words):
    attempt = candidate.graded()
    for _ in range(3):
        second = follow_up(candidate, attempt)
        if row(candidate, second).variant == "long-documents":
            break
    candidate.predict(second, component="attention_core")
    candidate.answer(second, "The attention core binds now: at this length it takes most of the FLOPs.")
    read = words(candidate.http.get(second))
    assert "What the numbers say now" in read
    assert "Now the colleague is right." in read
    assert "You predicted: Attention core" in read and "Right; the engine says" in read
    explored = words(candidate.http.get(f"{second}/explore"))
    assert "The attention core binds:" in explored


def test_a_follow_up_has_no_hints_of_the_question(candidate):
    second = follow_up(candidate, candidate.graded())
    candidate.predict(second)
    assert "Take a hint" not in candidate.http.get(second).text
    assert candidate.http.post(f"{second}/hint", data={"taken": "0"}).status_code == 409


@pytest.mark.parametrize("suffix", ["/follow-up", "/meant", "/dispute", "/explore"])
def test_before_the_answer_is_in_there_is_nothing_of_this(candidate, rows, suffix):
    attempt = candidate.answering()
    before = rows(candidate.app)
    assert candidate.http.post(attempt + suffix, data={"claim": "0", "text": "x"}).status_code in (303, 409)
    assert rows(candidate.app) == before


def test_what_was_understood_is_said_in_plain_words(candidate, words):
    read = words(candidate.http.get(candidate.graded()))
    assert "What I understood" in read
    assert "The MLP dominates." in read
    assert "The attention core has a share of 2.7 %." in read
    assert "You would measure it." in read


def test_what_was_meant_instead_is_kept_and_changes_no_grade(candidate, words):
    attempt = candidate.graded()
    before = row(candidate, attempt)
    response = candidate.http.post(f"{attempt}/meant", data={"claim": "0", "meant": "the <b>head</b>"})
    assert response.headers["location"] == f"{attempt}#understood"
    kept = row(candidate, attempt)
    assert json.loads(kept.misread)[0]["meant"] == "the <b>head</b>"
    assert (kept.score, kept.outcome) == (before.score, before.outcome)
    assert "You meant: the <b>head</b>" in words(candidate.http.get(attempt))


def test_a_disagreement_comes_prefilled_with_the_state_and_the_verdict_once_more(candidate, words):
    attempt = candidate.graded()
    page = candidate.http.get(f"{attempt}/dispute")
    text_area = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL)[1])
    assert "Worked out once more, it is the same" in words(page)
    for needed in (
        "Where do you spend the next quarter?",
        "The MLP dominates",
        '"seq_len": 2048',
        f"engine {ENGINE_VERSION}",
        "/workbench?",
    ):
        assert needed in text_area


def test_a_disagreement_is_kept_and_can_be_taken_along(candidate, words):
    attempt = candidate.graded()
    candidate.http.post(f"{attempt}/dispute", data={"text": "The core is not 2.7 %."})
    assert row(candidate, attempt).dispute == "The core is not 2.7 %."
    assert "Kept at 20" in words(candidate.http.get(f"{attempt}/dispute"))
    file = candidate.http.get(f"{attempt}/dispute.md")
    assert file.text == "The core is not 2.7 %."
    assert "attachment" in file.headers["content-disposition"]


def test_another_grader_now_would_be_seen(candidate, words, monkeypatch):
    attempt = candidate.graded()
    monkeypatch.setattr("app.practice.hand_in.assisted_grade", lambda _, **rest: assisted_grade("", **rest))
    assert "Worked out once more, it is 0 of 100 now, where" in words(candidate.http.get(f"{attempt}/dispute"))


def test_the_topic_is_told_after_the_answer_and_not_before(candidate, words):
    assert "in Topic" in words(candidate.http.get(candidate.graded()))
    assert "in Topic" not in words(candidate.http.get(candidate.answering()))
