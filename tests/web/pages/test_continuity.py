"""An attempt goes on: after a restart, and after an edit of its question."""

import pytest


@pytest.fixture
def again(visitor):
    """The same visitor, of the server after its restart."""

    def of(candidate, app):
        returned = visitor(app)
        returned.http.cookies = candidate.http.cookies
        return returned

    return of


def test_an_attempt_goes_on_after_a_restart_at_every_step(open_app, visitor, again, step, words):
    candidate = visitor(open_app())
    attempt = candidate.start()
    candidate = again(candidate, open_app())
    assert candidate.predict(attempt).status_code == 303
    candidate = again(candidate, open_app())
    candidate.draft(attempt, "so far", 0)
    candidate = again(candidate, open_app())
    assert ">\nso far</textarea>" in candidate.http.get(attempt).text
    candidate.answer(attempt)
    shown = words(candidate.http.get(attempt))
    candidate = again(candidate, open_app())
    assert words(candidate.http.get(attempt)) == shown
    assert step(candidate, attempt) == "Result"


@pytest.fixture
def edited(questions):
    """Puts other text into a question's files."""

    def edit(file, old, new):
        path = questions / "training" / "where-175b" / f"{file}.yaml"
        before = path.read_text()
        assert old in before
        path.write_text(before.replace(old, new))

    return edit


def test_an_edited_question_leaves_a_running_attempt_on_the_version_it_was_asked(
    open_app, visitor, again, questions, edited, words
):
    candidate = visitor(open_app(questions=questions))
    running = candidate.answering()
    edited("question", "title: Where do you spend the next quarter?", "title: What do you do first?")
    edited("question", "n_micro_batches: 64", "n_micro_batches: 32")
    edited("key", '"Attention is quadratic, so it dominates."', '"Attention grows without end."')
    candidate = again(candidate, open_app(questions=questions))
    new = candidate.answering()
    assert "Where do you spend the next quarter?" in words(candidate.http.get(running))
    assert "What do you do first?" in words(candidate.http.get(new))
    for attempt in (running, new):
        candidate.answer(attempt)
    assert "Attention is quadratic, so it dominates." in words(candidate.http.get(running))
    assert "Attention grows without end." in words(candidate.http.get(new))
    assert "Attention is quadratic, so it dominates." not in words(candidate.http.get(new))


def test_a_result_stays_as_it_was_shown_when_its_key_is_edited(open_app, visitor, again, questions, edited, words):
    candidate = visitor(open_app(questions=questions))
    graded = candidate.graded()
    shown = words(candidate.http.get(graded))
    edited("key", '"Attention is quadratic, so it dominates."', '"Attention grows without end."')
    candidate = again(candidate, open_app(questions=questions))
    assert words(candidate.http.get(graded)) == shown


def test_a_question_that_was_withdrawn_is_still_there_for_who_was_asked_it(
    open_app, visitor, again, questions, edited, step
):
    candidate = visitor(open_app(questions=questions))
    running = candidate.answering()
    edited("question", "status: active", "status: draft")
    candidate = again(candidate, open_app(questions=questions))
    assert candidate.http.get(candidate.question).status_code == 404
    assert candidate.answer(running).status_code == 303
    assert step(candidate, running) == "Result"
    assert candidate.http.get("/").status_code == 200
    assert candidate.http.get("/practice").status_code == 200


def test_a_question_whose_files_are_gone_is_still_there_for_who_was_asked_it(
    open_app, visitor, again, questions, edited, step
):
    candidate = visitor(open_app(questions=questions))
    running = candidate.answering()
    edited("question", "id: where-175b", "id: another")
    edited("question", "public_id: q7m4c2xk9d", "public_id: anotherone")
    folder = questions / "training" / "where-175b"
    folder.rename(folder.with_name("another"))
    candidate = again(candidate, open_app(questions=questions))
    assert candidate.app.state.bank.practice.question("where-175b") is None
    assert candidate.answer(running).status_code == 303
    assert step(candidate, running) == "Result"
