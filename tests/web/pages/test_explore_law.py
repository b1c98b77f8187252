"""app.web.pages.results: the instrument of a question whose figures come from a law."""

import re

import pytest

HTMX = {"hx-request": "true"}
QUESTION = "pipeline-bubble"


@pytest.fixture
def explored(open_app, visitor, bank):
    candidate = visitor(open_app(), QUESTION)
    candidate.app.state.bank = bank
    candidate.question_id = QUESTION
    attempt = candidate.start()
    candidate.predict(attempt, component="communication", resource="latency", number="18 %")
    candidate.answer(attempt, "The bubble is 7/39, 18 % of the step.")
    return candidate, attempt


def test_a_number_with_a_unit_is_predicted_and_held_against_the_engines(explored, words):
    candidate, attempt = explored
    read = words(candidate.http.get(attempt))
    assert "You predicted: Communication, bound by latency, 18.0 %; 80 % sure." in read
    assert "Right; the engine says 17.9 % for the number." in read


def test_its_sliders_move_the_law_and_the_address_holds_them(explored, words):
    candidate, attempt = explored
    plain = words(candidate.http.get(f"{attempt}/explore"))
    moved = candidate.http.get(f"{attempt}/explore?n_micro_batches=8")
    assert "The bubble share is 17.9 % ." in plain
    assert "The bubble share is 46.7 % ; before it was 17.9 %." in words(moved)
    assert "With stages 8, micro-batches 8." in words(moved)
    assert f'href="{attempt}/explore?n_micro_batches=8">Link to this setting' in moved.text


def test_the_slider_gets_the_block_alone(explored):
    candidate, attempt = explored
    block = candidate.http.get(f"{attempt}/explore?pp=4&n_micro_batches=32", headers=HTMX)
    assert block.headers["hx-replace-url"] == f"{attempt}/explore?pp=4"
    assert "<form" not in block.text


def test_a_value_that_does_not_fit_is_named_and_the_given_computed(explored, problems, words):
    candidate, attempt = explored
    page = candidate.http.get(f"{attempt}/explore?pp=0&n_micro_batches=x")
    assert problems(page) == ["Stages: 0 is not between 1 and 64.", "Micro-batches: 'x' is not a number."]
    assert "The bubble share is 17.9 %" in words(page)


def test_before_the_answer_there_is_none(explored):
    candidate, _ = explored
    attempt = candidate.answering(number="18")
    assert candidate.http.get(f"{attempt}/explore").headers["location"] == attempt
    assert not re.search(r"Open the book|name=\"open_book\"", candidate.http.get(attempt).text), "nothing to open"
