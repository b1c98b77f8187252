"""app.web.pages.attempts, the first step: predict."""

import pytest

HTMX = {"hx-request": "true"}


def test_the_form_has_one_fixed_list_and_one_number(candidate, words):
    page = candidate.http.get(candidate.start())
    assert page.text.count('name="component"') == 7
    assert page.text.count('name="resource"') == 5
    assert "If the attention core cost nothing at all" in words(page)


def test_what_does_not_fit_is_named_and_all_that_was_typed_comes_back(candidate, problems, stored):
    attempt = candidate.start()
    typed = {"component": "head", "number": "a few", "confidence": "12", "open_book": "1"}
    page = candidate.http.post(f"{attempt}/prediction", data=typed)
    assert page.status_code == 422
    assert problems(page) == [
        "Something is missing; see below.",
        "Choose what the step waits for.",
        "One number, please, as in 140 GB, 2.5 ms, 3e12 or 3 %.",
        "Between 50 and 99, a whole number: below 50 you would have chosen something else.",
    ]
    assert 'value="head" required checked' in page.text
    assert 'value="a few"' in page.text
    assert 'value="12"' in page.text
    assert 'name="open_book" value="1" checked' in page.text
    assert stored(candidate).predicted_component is None


@pytest.mark.parametrize(
    "changed",
    [
        {"component": ""},
        {"component": "experts"},
        {"component": "main.bottleneck.component"},
        {"resource": "luck"},
        {"number": ""},
        {"number": "inf"},
        {"number": "nan"},
        {"number": "1e999"},
        {"confidence": ""},
        {"confidence": "49"},
        {"confidence": "100"},
        {"confidence": "70.5"},
    ],
    ids=str,
)
def test_a_prediction_is_not_locked_before_it_fits(candidate, step, changed):
    attempt = candidate.start()
    assert candidate.predict(attempt, **changed).status_code == 422
    assert step(candidate, attempt) == "Predict"


@pytest.mark.parametrize(("typed", "kept"), [("1.03", 1.03), ("2,048", 2048), ("1.03x", 1.03), (" 1.03 × ", 1.03)])
def test_a_number_is_taken_as_people_type_it(candidate, stored, typed, kept):
    candidate.predict(candidate.start(), number=typed)
    assert stored(candidate).predicted_number == kept


def test_once_locked_it_stays(candidate, words, rows):
    attempt = candidate.answering()
    before = rows(candidate.app)
    again = candidate.predict(attempt, component="head")
    assert again.status_code == 409
    assert "The prediction is locked: it was made at" in words(again)
    assert rows(candidate.app) == before


def test_once_locked_it_is_not_asked_for_again(candidate):
    assert candidate.predict(candidate.answering(), component="").status_code == 409


def test_the_same_prediction_sent_twice_is_one(candidate, rows):
    attempt = candidate.answering()
    before = rows(candidate.app)
    assert candidate.predict(attempt).status_code == 303
    assert rows(candidate.app) == before


def test_the_answer_page_says_what_was_predicted(candidate, words):
    page = words(candidate.http.get(candidate.answering()))
    assert "You predicted: MLP, bound by compute, 1.030×; 80 % sure." in page


def test_with_htmx_the_browser_is_sent_on(candidate):
    attempt = candidate.start()
    form = {"component": "mlp", "resource": "compute", "number": "1", "confidence": "50"}
    response = candidate.http.post(f"{attempt}/prediction", data=form, headers=HTMX)
    assert (response.status_code, response.headers["hx-redirect"]) == (204, attempt)
