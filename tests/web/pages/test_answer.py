"""app.web.pages.attempts: handing the answer in."""

import json
import re

import pytest

LONGEST = 20_000


@pytest.mark.parametrize("text", ["", " \n\t"], ids=["empty", "blank"])
def test_an_empty_answer_is_not_taken(candidate, problems, step, text):
    attempt = candidate.answering()
    page = candidate.answer(attempt, text)
    assert page.status_code == 422
    assert problems(page) == ["There is no answer yet: write a few sentences."]
    assert step(candidate, attempt) == "Answer"


def test_a_text_that_is_too_long_comes_back_whole(candidate, problems, stored):
    text = "x" * LONGEST + "y"
    page = candidate.answer(candidate.answering(), text)
    assert page.status_code == 413
    assert problems(page) == ["The answer is 20,001 characters long; at most 20,000 are taken."]
    assert f">\n{text}</textarea>" in page.text
    assert stored(candidate).answer is None


def test_the_longest_is_taken_and_counted_as_the_browser_counts(candidate, stored):
    lines = "\r\n".join(["x" * 99] * 200)  # as a form sends what the page counts as 19,999
    assert candidate.answer(candidate.answering(), lines).status_code == 303
    assert len(stored(candidate).answer) == LONGEST - 1


def test_the_answer_is_locked_and_graded_in_one_change(candidate, stored):
    attempt = candidate.answering()
    candidate.hand_in(attempt)
    version = stored(candidate).version
    response = candidate.hand_in(attempt)
    kept = stored(candidate)
    assert (response.status_code, response.headers["location"]) == (303, attempt)
    assert kept.version == version + 1
    assert kept.answered_at == kept.graded_at
    assert json.loads(kept.score)["overall"] > 50
    assert json.loads(kept.analyses)["analysis"]["bottleneck"]["component"] == "mlp"


def test_a_second_answer_is_refused_and_the_first_stays(candidate, rows):
    attempt = candidate.graded()
    before = rows(candidate.app)
    assert candidate.answer(attempt, "something else").status_code == 409
    assert rows(candidate.app) == before


def test_an_empty_second_answer_is_told_that_the_first_is_locked(candidate, words):
    page = candidate.answer(candidate.graded(), "")
    assert page.status_code == 409
    assert "There is no answer yet" not in words(page)


def test_the_same_answer_sent_twice_is_one(candidate, rows):
    attempt = candidate.graded()
    before = rows(candidate.app)
    assert candidate.answer(attempt).status_code == 303
    assert rows(candidate.app) == before


def test_there_is_no_answer_before_the_prediction(candidate, words, step):
    attempt = candidate.start()
    page = candidate.answer(attempt)
    assert page.status_code == 409
    assert "Predict first" in words(page)
    assert step(candidate, attempt) == "Predict"


def test_should_grading_fail_the_answer_is_kept_and_can_be_graded_again(candidate, stored, words, step, monkeypatch):
    attempt = candidate.answering()
    with monkeypatch.context() as broken:
        broken.setattr("app.practice.hand_in.assisted_grade", lambda *_, **__: 1 / 0)
        assert candidate.answer(attempt, "My\nanswer.").status_code == 500
    kept = stored(candidate)
    assert (kept.answer, kept.score) == ("My\nanswer.", None)
    page = candidate.http.get(attempt)
    assert "Your answer is locked and kept, but it could not be graded." in words(page)
    assert candidate.http.get(f"{attempt}/explore").status_code == 303
    assert candidate.http.post(f"{attempt}/explore").status_code == 409
    hidden = re.search(r'name="text" value="([^"]*)"', page.text)[1]
    assert candidate.answer(attempt, hidden.replace("\n", "\r\n")).status_code == 303
    assert step(candidate, attempt) == "Result"


def test_an_answer_that_was_locked_without_a_grade_takes_no_other_text(candidate, stored, monkeypatch):
    attempt = candidate.answering()
    with monkeypatch.context() as broken:
        broken.setattr("app.practice.hand_in.assisted_grade", lambda *_, **__: 1 / 0)
        candidate.answer(attempt, "Mine.")
    assert candidate.answer(attempt, "Better.").status_code == 409
    assert candidate.draft(attempt, "Better.", 0).status_code == 409
    assert (stored(candidate).answer, stored(candidate).draft) == ("Mine.", "Mine.")


def test_the_first_version_brings_the_interviewers_question_and_no_grade(candidate, stored, words, step):
    attempt = candidate.answering()
    assert candidate.hand_in(attempt, "The MLP.").status_code == 303
    page = candidate.http.get(attempt)
    assert "Your colleague will believe one measurement." in words(page)
    assert "Hand it in for good" in page.text
    assert step(candidate, attempt) == "Answer"
    assert (stored(candidate).first_answer, stored(candidate).answer, stored(candidate).score) == (
        "The MLP.",
        None,
        None,
    )


def test_the_question_is_not_asked_before_the_answer(candidate, words):
    for attempt in (candidate.start(), candidate.answering(open_book="1")):
        assert "will believe one measurement" not in words(candidate.http.get(attempt))


def test_the_revision_is_what_counts_and_the_first_version_can_be_read_again(candidate, stored, words):
    attempt = candidate.answering()
    candidate.hand_in(attempt, "Attention dominates.")
    candidate.hand_in(attempt, "The MLP dominates.")
    assert (stored(candidate).first_answer, stored(candidate).answer) == ("Attention dominates.", "The MLP dominates.")
    read = words(candidate.http.get(attempt))
    assert "The interviewer's question, and your answer before it" in read
    assert "Attention dominates." in read


def test_a_tab_that_is_behind_does_not_hand_in_over_a_newer_draft(candidate, problems, stored):
    attempt = candidate.answering()
    candidate.draft(attempt, "From the other tab, and longer.", 0)
    page = candidate.http.post(f"{attempt}/answer", data={"text": "From this tab.", "revision": "0"})
    assert page.status_code == 409
    assert problems(page) == ["The draft was changed elsewhere in the meantime: choose which text stays."]
    assert "From the other tab, and longer.\n\nFrom this tab.</textarea>" in page.text
    assert stored(candidate).first_answer is None


def test_what_is_handed_in_is_the_draft_from_then_on(candidate, stored):
    attempt = candidate.answering()
    candidate.draft(attempt, "One.", 0)
    assert candidate.http.post(f"{attempt}/answer", data={"text": "One. Two.", "revision": "1"}).status_code == 303
    assert (stored(candidate).draft, stored(candidate).draft_revision) == ("One. Two.", 2)
