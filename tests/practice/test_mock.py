from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.practice.attempt import Attempt
from app.practice.mock import Mock, next_attempt, report
from app.practice.terms import GRACE, Tools

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
MOCK = Mock(id="m1", tools=Tools.STRICT, minutes=20, attempt_ids=("a", "b"), started_at=AT)
FRESH = Attempt(id="a", question_id="q", question_version="0" * 64, started_at=AT)


def graded(points, levels):
    axes = {"bottleneck": levels, "flip": levels}
    outcome = {"overall": points, "axes": axes, "hint_price": 0, "predicted_right": True, "log_error": None}
    return replace(
        FRESH, outcome=outcome, answer="x", score={}, analyses={}, graded_at=AT, answered_at=AT, prediction=0
    )


@pytest.mark.parametrize(("tools", "enforced"), [(Tools.STRICT, True), (Tools.STANDARD, False), (Tools.OPEN, False)])
def test_only_strict_rules_enforce_the_clock(tools, enforced):
    mock = replace(MOCK, tools=tools)
    assert (mock.terms.deadline is not None) is enforced
    assert mock.is_over(AT + timedelta(hours=2)) is enforced
    assert not mock.is_over(AT + timedelta(minutes=20) + GRACE)


def test_a_mock_ends_once():
    ended = MOCK.finished(AT + timedelta(minutes=5))
    assert ended.finished(AT + timedelta(minutes=9)) == ended
    assert ended.is_over(AT)


def test_the_next_question_is_the_first_without_a_grade():
    done, open_ = graded(50, 2), replace(FRESH, id="b")
    assert next_attempt([done, open_]) == open_
    assert next_attempt([done]) is None


def test_a_question_without_an_answer_counts_as_nothing_and_not_towards_the_axes():
    found = report(MOCK.finished(AT + timedelta(minutes=8)), [graded(80, 4), FRESH])
    assert (found.points, found.n_answered, found.n_questions) == (40.0, 1, 2)
    assert found.axes == {"bottleneck": 4.0, "flip": 4.0}
    assert found.took_s == 480


def test_a_mock_without_any_answer_has_a_report_too():
    found = report(MOCK, [FRESH, FRESH])
    assert (found.points, found.axes, found.took_s) == (0.0, {}, 1200.0)
