"""app.web.pages.progress: where somebody stands, and their data."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text


def counts(candidate):
    with candidate.app.state.database.read() as session:
        tables = ("person", "attempt", "mock", "estimate_round")
        return {table: session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables}


def exported(candidate):
    return candidate.http.get("/progress/export").content


def bring(candidate, content):
    return candidate.http.post("/progress/import", files={"file": ("x.json", content, "application/json")})


def test_before_anything_was_graded_the_page_is_friendly_and_writes_nothing(candidate, words):
    page = candidate.http.get("/progress")
    assert "Nothing graded yet" in words(page)
    assert "Next: Where do you spend the next quarter?" in words(page)
    assert counts(candidate)["person"] == 0


def test_after_grades_it_shows_topics_axes_calibration_and_what_comes_back(candidate, words):
    candidate.graded()
    candidate.answer(candidate.answering(component="head", confidence="95"), "The head binds.")
    read = words(candidate.http.get("/progress"))
    assert "2, on one question" in read
    assert "You say 88 % and are right 50.0 % of the time, over 2 predictions: too few to tell." in read
    assert "Topic 1 of 1" in read
    assert "What comes back when" in read
    assert "Brier score 0.47" in read


def test_the_date_of_the_interview_brings_questions_back_sooner(candidate, words):
    candidate.graded()
    before = re.search(r"in (\d+) days", words(candidate.http.get("/progress")))[1]
    soon = (datetime.now(UTC) + timedelta(days=4)).date().isoformat()
    assert candidate.http.post("/progress/interview", data={"interview_on": soon}).status_code == 303
    read = words(candidate.http.get("/progress"))
    assert int(before) > 4
    assert "days left: nothing waits longer than half of that." in read
    assert re.search(r"chance you still know it Where do you spend the next quarter\? (tomorrow|in 2 days)", read)
    candidate.http.post("/progress/interview", data={"interview_on": ""})
    assert "With a date, nothing waits longer" in words(candidate.http.get("/progress"))


def test_a_date_that_is_none_is_no_error(candidate):
    assert candidate.http.post("/progress/interview", data={"interview_on": "31.2.x"}).status_code == 303


def test_everything_can_be_taken_along_and_brought_to_another_browser(candidate, visitor, words):
    first = candidate.graded()
    second = candidate.http.post(f"{first}/follow-up").headers["location"]
    candidate.predict(second)
    candidate.answer(second)
    candidate.draft(candidate.answering(), "Not yet.", 0)
    candidate.http.post("/numbers")
    file = exported(candidate)

    other = visitor(candidate.app)
    page = bring(other, file)
    assert "3 attempts were taken." in words(page)
    assert words(other.http.get("/progress")).count("(follow-up)") == 1
    own = re.findall(r'<li><a href="(/attempts/[^"]+)">Where', other.http.get("/progress").text)
    read = [other.http.get(path) for path in own]
    assert sum("The trap" in one.text for one in read) == 2
    assert any("Not yet." in one.text for one in read)
    assert "0 attempts were taken, 3 were here already." in words(bring(other, file))


def test_the_file_holds_no_key(candidate):
    candidate.answering()
    written = exported(candidate).decode()
    for word in ("where-175b", "Quadratic says how a cost grows", "64.6", "rubric"):
        assert word not in written
    (attempt,) = json.loads(written)["attempts"]
    assert (attempt["question"], attempt["version"]) == ("q7m4c2xk9d", None)


def test_a_grade_that_somebody_wrote_into_the_file_counts_for_nothing(candidate, visitor, words):
    candidate.answer(candidate.answering(), "No idea.")
    history = json.loads(exported(candidate))
    history["attempts"][0] |= {"outcome": {"overall": 100}, "score": {"overall": 100}}
    other = visitor(candidate.app)
    bring(other, json.dumps(history))
    read = words(other.http.get("/progress"))
    assert "100 of 100" not in read
    assert re.search(r"\b\d of 100", read)


def test_a_version_that_this_server_never_had_is_left_out_and_said(candidate, visitor, words):
    candidate.graded()
    history = json.loads(exported(candidate))
    history["attempts"][0]["version"] = "f" * 64
    page = bring(visitor(candidate.app), json.dumps(history))
    assert "0 attempts were taken, 1 are of versions of questions that this server does not have." in words(page)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "This is not a file in JSON"),
        (b"\xff\xfe", "This is not a file in JSON"),
        (b"[" * 90_000, "This is not a file in JSON"),
        (b"{}", "format: this is not a file that was exported here"),
        (b'{"format": "chokepoint practice 1", "attempts": [{}]}', "started_at is missing. Nothing was changed."),
    ],
    ids=["empty", "bytes", "deep", "other", "broken"],
)
def test_a_file_that_is_none_changes_nothing_and_is_told_why(candidate, words, content, reason):
    page = bring(candidate, content)
    assert page.status_code == 422
    assert reason in words(page)
    assert counts(candidate)["attempt"] == 0


def test_a_form_without_a_file_is_told_so(candidate):
    assert candidate.http.post("/progress/import").status_code == 422


def test_delete_my_data_leaves_nothing_of_mine_and_all_of_the_others(candidate, visitor, words):
    other = visitor(candidate.app)
    other.graded()
    candidate.graded()
    candidate.http.post("/numbers")
    assert "Delete everything" in words(candidate.http.get("/progress/delete"))
    before = counts(candidate)
    response = candidate.http.post("/progress/delete")
    assert response.status_code == 303
    assert "chokepoint_person=" in response.headers["set-cookie"]
    after = counts(candidate)
    assert (before["person"], after["person"], after["attempt"], after["estimate_round"]) == (2, 1, 1, 0)
    assert "There is nothing of yours here" in words(candidate.http.get("/progress/delete"))
    assert "1, on one question" in words(other.http.get("/progress"))


def test_to_look_at_the_delete_page_deletes_nothing(candidate):
    candidate.graded()
    before = counts(candidate)
    candidate.http.get("/progress/delete")
    assert counts(candidate) == before
