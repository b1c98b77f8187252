"""app.web.pages.attempts: the result."""

import re

import pytest


def test_the_result_shows_the_score_the_marks_and_the_key(candidate, words):
    page = candidate.http.get(candidate.graded())
    read = words(page)
    assert re.search(r"\b\d{2,3} of 100\b", read)
    assert page.text.count('<li class="axis') == 5
    assert re.search(r'<mark class="good">[^<]*2\.7', page.text)
    for part in ("The trap", "The numbers", "64.6 %", "The flip", "First moves", "What people say", "Sources"):
        assert part in read
    assert "You predicted: MLP" in read
    assert "data-draft-done" in page.text


def test_the_answer_is_shown_as_it_was_typed_and_never_as_markup(candidate, words):
    page = candidate.http.get(candidate.graded("<script>alert(1)</script> The MLP & the rest.\n{{ 7 * 7 }}"))
    assert "<script>alert" not in page.text
    shown = re.search(r'<div class="answer">(.*?)</div>', page.text, re.DOTALL)[1]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "{{ 7 * 7 }}" in shown


@pytest.mark.parametrize(
    "text", ["?", "L'attention domine.", "\x00\ud83d", "🙂" * 9000, "a\u202eb\u0000c " * 500], ids=lambda text: text[:9]
)
def test_any_text_has_a_result(candidate, text):
    attempt = candidate.answering()
    body = "text=" + "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert candidate.http.post(f"{attempt}/answer", content=body, headers=form).status_code == 303
    assert candidate.http.get(attempt).status_code == 200


def test_a_prediction_that_was_right_and_one_that_was_wrong_are_told_so(candidate, words):
    right, wrong = candidate.answering(), candidate.answering(component="attention_core", number="3")
    for attempt in (right, wrong):
        candidate.answer(attempt)
    assert "80 % sure. Right; the engine says" in words(candidate.http.get(right))
    assert "80 % sure. It is the MLP; the engine says" in words(candidate.http.get(wrong))
