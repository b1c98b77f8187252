"""app.web.pages.attempts: the neutral instrument beside the answer."""

import re

import pytest

HTMX = {"hx-request": "true"}


@pytest.mark.parametrize("when", ["with the prediction", "later"])
def test_the_book_opens_with_the_neutral_instrument_and_nothing_more(candidate, words, when):
    attempt = candidate.answering(**({"open_book": "1"} if when == "with the prediction" else {}))
    if when == "later":
        assert 'id="instrument"' not in candidate.http.get(attempt).text
        assert candidate.http.post(f"{attempt}/open-book").status_code == 303
    page = candidate.http.get(attempt)
    assert "Component FLOPs HBM bytes time" in words(page)
    instrument = page.text.split('id="instrument"')[1]
    for secret in ("binds", "verdict", "of FLOPs", "ceiling", "stops at", "data-figure", 'name="speedup"', "c-bind"):
        assert secret not in instrument


def test_the_instrument_computes_what_the_sliders_say(candidate, words):
    attempt = candidate.answering(open_book="1")
    given, longer = (words(candidate.http.get(attempt + query)) for query in ("", "?seq_len=8192"))
    row = r"attention core [\d.]+ \w+ [\d.]+ \w+ [\d.]+ \w+"
    assert re.search(row, given)[0] != re.search(row, longer)[0]


def test_a_value_that_does_not_fit_is_named_and_kept(candidate, problems):
    page = candidate.http.get(f"{candidate.answering(open_book='1')}?seq_len=many&attention=magic")
    assert problems(page) == [
        "Sequence length: 'many' is not a number.",
        "Attention: 'magic' is not one of fused, unfused.",
    ]
    assert 'value="many"' in page.text


def test_a_slider_gets_the_readings_and_never_the_text_that_is_being_typed(candidate):
    attempt = candidate.answering(open_book="1")
    block = candidate.http.get(f"{attempt}?seq_len=8192", headers=HTMX)
    assert "<textarea" not in block.text
    assert "<html" not in block.text
    assert "HBM bytes" in block.text


def test_the_text_so_far_is_kept_when_the_book_is_opened(candidate, stored):
    attempt = candidate.answering()
    assert candidate.http.post(f"{attempt}/open-book", data={"text": "so far", "revision": "0"}).status_code == 303
    assert stored(candidate).draft == "so far"


def test_the_text_comes_back_when_the_draft_was_changed_meanwhile(candidate):
    attempt = candidate.answering()
    candidate.draft(attempt, "kept by the script", 0)
    page = candidate.http.post(f"{attempt}/open-book", data={"text": "typed since", "revision": "0"})
    assert "typed since" in page.text


def test_the_text_comes_back_when_it_is_longer_than_a_draft(candidate):
    attempt = candidate.answering()
    page = candidate.http.post(f"{attempt}/open-book", data={"text": "x" * 100_001, "revision": "0"})
    assert page.status_code == 413
    assert "x" * 100_001 in page.text


def test_there_is_no_instrument_before_the_prediction_and_no_book_to_open_after_the_answer(candidate):
    attempt = candidate.start()
    assert 'id="instrument"' not in candidate.http.get(f"{attempt}?seq_len=4096").text
    assert candidate.http.post(f"{candidate.graded()}/open-book").status_code == 409


def test_the_result_says_that_the_book_was_open(candidate, words):
    attempt = candidate.answering(open_book="1")
    candidate.answer(attempt)
    assert "of 100, open book" in words(candidate.http.get(attempt))
