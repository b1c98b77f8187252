"""app.web.pages.attempts: drafts, by the script's protocol and without it."""

import pytest

JSON = {"accept": "application/json"}


def test_a_draft_is_kept_and_the_script_gets_its_revision(candidate, stored):
    attempt = candidate.answering()
    replies = [candidate.draft(attempt, text, revision) for revision, text in enumerate(["one", "one two"])]
    assert [(reply.status_code, reply.json()) for reply in replies] == [(200, {"revision": 1}), (200, {"revision": 2})]
    assert stored(candidate).draft == "one two"
    assert ">\none two</textarea>" in candidate.http.get(attempt).text
    assert 'data-revision="2"' in candidate.http.get(attempt).text


def test_a_draft_sent_again_is_acknowledged_again(candidate):
    attempt = candidate.answering()
    assert [candidate.draft(attempt, "one", 0).json() for _ in range(3)] == [{"revision": 1}] * 3


def test_of_two_tabs_the_second_gets_both_texts_and_nothing_is_overwritten(candidate, stored):
    attempt = candidate.answering()
    candidate.draft(attempt, "from one tab", 0)
    reply = candidate.draft(attempt, "from the other", 0)
    assert (reply.status_code, reply.json()) == (409, {"revision": 1, "text": "from one tab"})
    assert stored(candidate).draft == "from one tab"


def test_without_a_script_the_conflict_is_a_page_with_both_texts_that_can_be_saved(candidate, problems, stored):
    attempt = candidate.answering()
    candidate.draft(attempt, "from one tab", 0)
    page = candidate.http.post(f"{attempt}/draft", data={"text": "from the other", "revision": "0"})
    assert page.status_code == 409
    assert problems(page) == ["The draft was changed elsewhere in the meantime: choose which text stays."]
    assert ">\nfrom one tab\n\nfrom the other</textarea>" in page.text
    assert '<input type="hidden" name="revision" value="1">' in page.text
    both = {"text": "from one tab\r\n\r\nfrom the other", "revision": "1"}
    assert candidate.http.post(f"{attempt}/draft", data=both).status_code == 303
    assert stored(candidate).draft == "from one tab\n\nfrom the other"


def test_without_a_script_a_draft_is_saved_by_its_button(candidate, stored):
    attempt = candidate.answering()
    response = candidate.http.post(f"{attempt}/draft", data={"text": "so far", "revision": "0"})
    assert (response.status_code, response.headers["location"]) == (303, attempt)
    assert stored(candidate).draft == "so far"


def test_a_draft_may_be_longer_than_an_answer_but_not_without_end(candidate, stored):
    attempt = candidate.answering()
    assert candidate.draft(attempt, "x" * 100_000, 0).json() == {"revision": 1}
    refused = candidate.draft(attempt, "x" * 100_001, 1)
    assert refused.status_code == 413
    assert refused.json() == {"error": "The draft is 100,001 characters long; at most 100,000 are taken."}
    page = candidate.http.post(f"{attempt}/draft", data={"text": "y" * 100_001, "revision": "1"})
    assert page.status_code == 413
    assert "y" * 100_001 in page.text
    assert stored(candidate).draft == "x" * 100_000


def test_a_body_beyond_all_measure_is_refused_before_it_is_read(candidate, rows):
    attempt = candidate.answering()
    before = rows(candidate.app)
    assert candidate.draft(attempt, "x" * 2_000_000, 0).status_code == 413
    assert rows(candidate.app) == before


def test_before_the_prediction_and_after_the_answer_there_is_no_draft(candidate, rows):
    graded, early = candidate.graded(), candidate.start()
    before = rows(candidate.app)
    for attempt, reason in ((early, "Predict first"), (graded, "The answer is locked")):
        reply = candidate.draft(attempt, "late", 0)
        assert reply.status_code == 409
        assert reply.json()["error"].startswith(reason)
        assert "text" not in reply.json(), "no conflict to settle: the script stops"
        assert candidate.http.post(f"{attempt}/draft", data={"text": "late"}).status_code == 409
    assert rows(candidate.app) == before


@pytest.mark.parametrize("revision", ["x", "", "-1", "1e3", "99999999999999999999999"])
def test_a_revision_that_is_none_changes_nothing(candidate, rows, revision):
    attempt = candidate.answering()
    candidate.draft(attempt, "kept", 0)
    before = rows(candidate.app)
    assert candidate.draft(attempt, "other", revision).status_code in (409, 422)
    assert rows(candidate.app) == before


def test_line_ends_and_odd_characters_come_back_as_they_were_counted(candidate, stored):
    attempt = candidate.answering()
    candidate.draft(attempt, "a\r\nb\x00c é 🙂 <b>&amp;", 0)
    assert stored(candidate).draft == "a\nb\ufffdc é 🙂 <b>&amp;"
    assert "&lt;b&gt;&amp;amp;</textarea>" in candidate.http.get(attempt).text
