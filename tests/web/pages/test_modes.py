"""app.web.pages: the practice page, the mixed drill, timed mocks, the number drill."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.practice.estimates import N_IN_A_ROUND, estimates
from app.web.deps import Now

ANSWER = "The MLP dominates with 65 % of the FLOPs. The attention core is 2.7 %, so at most 1.03x."
START = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.at = START

    def __call__(self):
        return self.at


@pytest.fixture
def clock(candidate):
    clock = Clock()
    candidate.app.dependency_overrides[Now.__metadata__[0].dependency] = clock
    return clock


def question_links(page):
    return re.findall(r'class="question" href="(/q/\w+)"', page.text)


def button(page):
    """Where the page's main button leads."""
    return re.search(r'class="btn" href="([^"]+)"[^>]*data-key="n"', page.text)[1]


# The practice page


def test_a_newcomer_is_told_where_to_start(candidate, with_more, words):
    with_more(candidate.app)
    page = candidate.http.get("/practice")
    assert "Start here: Question 3" in words(page)
    assert "The next step of the path." in words(page)
    assert button(page) == "/q/copy00003"


def test_the_list_has_the_path_first_and_titles_only(candidate, with_more):
    with_more(candidate.app)
    page = candidate.http.get("/practice")
    assert question_links(page)[:2] == ["/q/copy00003", "/q/copy00001"]
    assert len(question_links(page)) == 5
    assert not re.search(r"topic ?\d", page.text, re.IGNORECASE)
    assert "because" not in page.text


def test_an_empty_bank_is_no_error(candidate, with_more, words):
    with_more(candidate.app, n=0)
    assert "No questions yet" in words(candidate.http.get("/practice"))
    assert candidate.http.get("/practice/mixed").headers["location"] == "/practice"
    assert candidate.http.get("/").status_code == 200


def test_what_was_begun_comes_before_what_is_new(candidate, words):
    attempt = candidate.answering()
    page = candidate.http.get("/practice")
    assert button(page) == attempt
    assert "You began it; what you wrote is kept." in words(page)
    assert f'href="{attempt}">Go on with it' in candidate.http.get(candidate.question).text


def test_a_grade_stands_beside_its_question(candidate, words):
    candidate.graded()
    assert re.search(r"1 of 1 done.*\d+ of 100", words(candidate.http.get("/practice")))


def test_a_question_says_what_is_better_met_before_it(candidate, with_more, words):
    questions = with_more(candidate.app)
    object.__setattr__(questions[0].public, "requires", ("q3",))
    assert "Better met before: Question 3" in words(candidate.http.get("/q/copy00000"))


# The mixed drill


def test_the_drill_goes_through_everything_topics_mixed(candidate, with_more):
    with_more(candidate.app)
    met = []
    for _ in range(5):
        met.append(candidate.http.get("/practice/mixed").headers["location"])
        candidate.http.post(f"{met[-1]}/attempts")
    assert len(set(met)) == 5


# Mocks


def start_mock(candidate, n=2, tools="strict"):
    return candidate.http.post("/mocks", data={"n": str(n), "tools": tools}).headers["location"]


def answer_next(candidate, mock, answer=ANSWER):
    attempt = button(candidate.http.get(mock))
    candidate.predict(attempt)
    candidate.answer(attempt, answer)
    return attempt


def test_a_mock_is_several_questions_and_a_report(candidate, with_more, words):
    with_more(candidate.app)
    mock = start_mock(candidate, 2)
    assert "2 questions, 24 minutes" in words(candidate.http.get(mock))
    first = answer_next(candidate, mock)
    assert candidate.http.get(first).headers["location"] == mock, "no result before the end"
    assert candidate.http.get(f"{first}/explore").headers["location"] == first
    assert candidate.http.post(f"{first}/follow-up").headers["location"] == first
    second = answer_next(candidate, mock, "Attention is quadratic, so it dominates.")
    assert second != first
    assert "See the report" in words(candidate.http.get(mock))
    candidate.http.post(f"{mock}/end")
    report = words(candidate.http.get(mock))
    assert "The report" in report and "2 of 2 answered" in report
    assert re.search(r"You were 80 % sure of what binds and right in 2 of 2; Brier score 0\.04\.", report)
    assert "Part of a mock" in words(candidate.http.get(first))


def test_a_mock_that_was_ended_early_hands_in_what_was_written(candidate, with_more, words):
    with_more(candidate.app)
    mock = start_mock(candidate, 3)
    attempt = button(candidate.http.get(mock))
    candidate.predict(attempt)
    candidate.draft(attempt, ANSWER, 0)
    candidate.http.post(f"{mock}/end")
    report = words(candidate.http.get(mock))
    assert "1 of 3 answered" in report
    assert report.count("not answered") == 2
    assert candidate.http.get(attempt).status_code == 200


def test_under_strict_rules_the_time_is_up_when_it_is(candidate, with_more, clock, words):
    with_more(candidate.app)
    mock = start_mock(candidate, 2)
    attempt = button(candidate.http.get(mock))
    candidate.predict(attempt)
    candidate.draft(attempt, ANSWER, 0)
    clock.at = START + timedelta(minutes=25)
    assert candidate.draft(attempt, "More.", 1).status_code == 409
    late = candidate.hand_in(attempt, "More.")
    assert late.status_code == 409 and "Time is up" in words(late)
    page = candidate.http.get(mock)
    assert "Time is up" in words(page) and "Next question" not in words(page)
    candidate.http.post(f"{mock}/end")
    assert "1 of 2 answered" in words(candidate.http.get(mock))


def test_under_standard_rules_the_clock_only_shows(candidate, with_more, clock):
    with_more(candidate.app)
    mock = start_mock(candidate, 2, "standard")
    attempt = button(candidate.http.get(mock))
    candidate.predict(attempt)
    clock.at = START + timedelta(hours=3)
    assert candidate.answer(attempt).status_code == 303


@pytest.mark.parametrize(
    ("tools", "hints", "book"), [("strict", False, False), ("standard", True, False), ("open", True, True)]
)
def test_the_rules_give_the_tools(candidate, with_more, tools, hints, book):
    with_more(candidate.app)
    attempt = button(candidate.http.get(start_mock(candidate, 2, tools)))
    assert ("Open book" in candidate.http.get(attempt).text) is book
    candidate.predict(attempt)
    page = candidate.http.get(attempt).text
    assert ("Take a hint" in page, "Open the book" in page) == (hints, book)
    assert (candidate.http.post(f"{attempt}/hint", data={"taken": "0"}).status_code == 303) is hints
    assert (candidate.http.post(f"{attempt}/open-book").status_code == 303) is book


@pytest.mark.parametrize("form", [{}, {"n": "99", "tools": "strict"}, {"n": "2", "tools": "all"}], ids=str)
def test_a_mock_that_cannot_be_is_refused(candidate, rows, form):
    before = rows(candidate.app)
    assert candidate.http.post("/mocks", data=form).status_code == 422
    assert rows(candidate.app) == before


def test_somebody_elses_mock_is_not_there(candidate, visitor, with_more):
    with_more(candidate.app)
    mock = start_mock(candidate)
    other = visitor(candidate.app)
    for path in (mock, "/mocks/nothing"):
        assert other.http.get(path).status_code == 404
        assert other.http.post(f"{path}/end").status_code == 404


def test_to_end_a_mock_twice_is_to_end_it_once(candidate, with_more, clock, rows):
    with_more(candidate.app)
    mock = start_mock(candidate)
    candidate.http.post(f"{mock}/end")
    before = rows(candidate.app)
    clock.at += timedelta(minutes=5)
    candidate.http.post(f"{mock}/end")
    assert rows(candidate.app) == before


def test_with_too_few_questions_there_is_no_mock_to_start(candidate, words):
    assert "this server has too few" in words(candidate.http.get("/mocks"))


# The number drill


def seed_of(candidate):
    with candidate.app.state.database.read() as session:
        return session.execute(text("SELECT seed FROM estimate_round")).scalar_one()


def test_a_round_asks_one_estimate_after_the_other(candidate, words):
    place = candidate.http.post("/numbers").headers["location"]
    for i, one in enumerate(estimates(seed_of(candidate))):
        page = words(candidate.http.get(place))
        assert f"Estimate {i + 1} of {N_IN_A_ROUND}" in page
        assert one.words in page
        assert one.how not in page, "not before the guess"
        value = f"{100 * one.value:.6g}" if one.unit == "%" else f"{one.value:.6g}"
        assert candidate.http.post(place, data={"place": str(i), "guess": value}).status_code == 303
    assert "100 points; exact in the median" in words(candidate.http.get(place))
    assert "100 points, exact" in words(candidate.http.get("/numbers"))


def test_a_guess_that_cannot_be_read_comes_back_with_the_reason(candidate, problems):
    place = candidate.http.post("/numbers").headers["location"]
    page = candidate.http.post(place, data={"place": "0", "guess": "a lot"})
    assert page.status_code == 422
    assert problems(page) == ["One number, please, as in 140 GB, 2.5 ms, 3e12 or 3 %."]
    assert 'value="a lot"' in page.text


def test_a_second_click_on_the_same_estimate_is_no_guess_at_the_next(candidate, words):
    place = candidate.http.post("/numbers").headers["location"]
    for _ in range(2):
        candidate.http.post(place, data={"place": "0", "guess": "5"})
    assert "Estimate 2 of" in words(candidate.http.get(place))


def test_somebody_elses_round_is_not_there(candidate, visitor):
    place = candidate.http.post("/numbers").headers["location"]
    other = visitor(candidate.app)
    assert other.http.get(place).status_code == 404
    assert other.http.post(place, data={"place": "0", "guess": "5"}).status_code == 404
