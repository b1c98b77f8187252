"""app.web.pages.attempts: hints, one at a time, each at its price."""

import re


def hint(candidate, attempt, taken, text="So far.", revision=None):
    form = {"taken": taken, "text": text, "revision": revision}
    return candidate.http.post(
        f"{attempt}/hint", data={name: value for name, value in form.items() if value is not None}
    )


def price(page):
    found = re.search(r"Take a hint \(−(\d+)\)", page.text)
    return found and int(found[1])


def test_the_price_is_known_before_and_the_text_is_not(candidate, words):
    page = candidate.http.get(candidate.answering())
    assert price(page) == 2
    assert "write down every matrix multiplication" not in words(page)


def test_each_hint_costs_more_and_the_text_so_far_is_kept(candidate, stored, words):
    attempt = candidate.answering()
    prices = []
    for taken in range(3):
        prices.append(price(candidate.http.get(attempt)))
        assert hint(candidate, attempt, taken, f"{taken}", taken).status_code == 303
    page = candidate.http.get(attempt)
    assert prices == [2, 4, 8]
    assert price(page) is None
    assert "write down every matrix multiplication" in words(page)
    assert "Amdahl's law on what is left bounds the proposal" in words(page)
    assert (stored(candidate).hints, stored(candidate).draft) == (3, "2")


def test_a_second_click_buys_nothing(candidate, stored):
    attempt = candidate.answering()
    hint(candidate, attempt, 0)
    hint(candidate, attempt, 0)
    assert stored(candidate).hints == 1


def test_there_is_no_fourth_hint(candidate, words):
    attempt = candidate.answering()
    for taken in range(3):
        hint(candidate, attempt, taken)
    page = hint(candidate, attempt, 3)
    assert page.status_code == 409
    assert "There is no other hint." in words(page)


def test_the_result_shows_the_points_the_price_and_the_difference(candidate, words):
    attempt = candidate.answering()
    hint(candidate, attempt, 0)
    hint(candidate, attempt, 1)
    candidate.answer(attempt)
    read = words(candidate.http.get(attempt))
    whole, priced, rest = map(int, re.search(r"(\d+) − (\d+) = (\d+), after hints", read).groups())
    assert (priced, rest) == (6, whole - 6)


def test_without_hints_nothing_is_taken_off(candidate, words):
    assert "after hints" not in words(candidate.http.get(candidate.graded()))


def test_hints_have_their_time(candidate, words):
    for attempt, reason in ((candidate.start(), "Predict first"), (candidate.graded(), "The answer is locked")):
        page = hint(candidate, attempt, 0)
        assert page.status_code == 409
        assert reason in words(page)


def test_a_tab_that_is_behind_keeps_both_texts(candidate):
    attempt = candidate.answering()
    candidate.draft(attempt, "Newer.", 0)
    page = hint(candidate, attempt, 0, "Older.", 0)
    assert page.status_code == 409
    assert "Newer.\n\nOlder.</textarea>" in page.text
