"""A timed mock: its rules before it starts, where it stands, and the report at its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.bank.question import PublicQuestion
from app.practice.attempt import Attempt
from app.practice.axes import AXIS_LABELS
from app.practice.calibration import calibration
from app.practice.mock import Mock, Report, next_attempt, report
from app.practice.outcome import outcome_from_mapping
from app.practice.record import Record
from app.practice.terms import Tools
from app.web import parts
from app.web.format import duration, number

RULES = {
    Tools.STRICT: ("Strict", "no hints, no instrument; when the time is up, what is written counts"),
    Tools.STANDARD: ("Standard", "hints at their price; the clock runs, nothing is taken away"),
    Tools.OPEN: ("Open book", "hints and the neutral instrument; the report says so"),
}
_STRONG = 3.5
N_CHOICES = ("2", "3", "4", "5")


@dataclass(frozen=True, slots=True, kw_only=True)
class MocksView:
    """Before a mock: its rules, and the mocks so far."""

    rules: tuple[parts.Choice, ...]
    numbers: tuple[parts.Choice, ...]
    earlier: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MockRow:
    """A question of the mock and how it stands; its points only in the report."""

    title: str
    state: str
    path: str
    points: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MockView:
    """A mock, running or ended."""

    rules: str
    words: str
    rows: tuple[MockRow, ...]
    next_path: str
    end: str
    since: str
    until: str
    time_is_up: bool
    is_over: bool
    points: str
    axes: tuple[parts.AxisScore, ...]
    summary: tuple[str, ...]


def mocks_view(earlier: Sequence[Mock], *, n_questions: int) -> MocksView:
    """What can be chosen; no more questions than there are."""
    return MocksView(
        rules=tuple(parts.Choice(value=tools, label=label, hint=hint) for tools, (label, hint) in RULES.items()),
        numbers=tuple(parts.Choice(value=n, label=f"{n} questions") for n in N_CHOICES if int(n) <= n_questions),
        earlier=tuple(
            (f"/mocks/{mock.id}", f"{mock.started_at:%Y-%m-%d %H:%M} UTC", RULES[mock.tools][0]) for mock in earlier
        ),
    )


def mock_view(
    mock: Mock, attempts: Sequence[Attempt], questions: Sequence[PublicQuestion], *, at: datetime
) -> MockView:
    """Where a mock stands; points and links to results only once it has ended."""
    ended, time_is_up = mock.finished_at is not None, mock.is_over(at)
    following = next_attempt(attempts)
    found = report(mock, attempts) if ended else None
    label, hint = RULES[mock.tools]
    return MockView(
        rules=f"{label}: {hint}.",
        words=f"{len(attempts)} questions, {mock.minutes} minutes",
        rows=tuple(_row(attempt, question, ended=ended) for attempt, question in zip(attempts, questions, strict=True)),
        next_path="" if following is None or time_is_up else f"/attempts/{following.id}",
        end=f"/mocks/{mock.id}/end",
        since=mock.started_at.isoformat(),
        until=mock.ends_at.isoformat(),
        time_is_up=time_is_up and not ended,
        is_over=ended,
        points="" if found is None else f"{found.points:.0f}",
        axes=() if found is None else _axes(found),
        summary=() if found is None else tuple(_summary(found, attempts)),
    )


# Private


def _row(attempt: Attempt, question: PublicQuestion, *, ended: bool) -> MockRow:
    state = "answered" if attempt.outcome is not None else "begun" if attempt.prediction is not None else "to come"
    if ended and attempt.outcome is None:
        state = "not answered"
    points = f"{outcome_from_mapping(attempt.outcome).points} of 100" if ended and attempt.outcome is not None else ""
    path = f"/attempts/{attempt.id}" if ended else ""
    return MockRow(title=question.title, state=state, path=path, points=points)


def _axes(found: Report) -> tuple[parts.AxisScore, ...]:
    lowest = min(found.axes, key=found.axes.__getitem__, default="")
    return tuple(
        parts.AxisScore(label=label, level=round(found.axes[axis]), low=axis == lowest and found.axes[axis] < 3)
        for axis, label in AXIS_LABELS.items()
        if axis in found.axes
    )


def _summary(found: Report, attempts: Sequence[Attempt]) -> list[str]:
    lines = [f"{found.n_answered} of {found.n_questions} answered in {duration(found.took_s)}."]
    weakest = min(found.axes, key=found.axes.__getitem__, default="")
    if weakest and found.axes[weakest] < _STRONG:
        lines.append(f"What held you back most: {AXIS_LABELS[weakest].lower()}, {number(found.axes[weakest])} of 4.")
    sure = calibration(_record(attempt) for attempt in attempts)
    if sure is not None:
        lines.append(
            f"You were {sure.confidence:.0f} % sure of what binds and right in {sure.right * sure.n:.0f} of {sure.n}; "
            f"Brier score {sure.brier:.2f}."
        )
    return lines


def _record(attempt: Attempt) -> Record:
    return Record(
        attempt_id=attempt.id,
        question_id=attempt.question_id,
        started_at=attempt.started_at,
        confidence=None if attempt.prediction is None else attempt.prediction.confidence,
        outcome=None if attempt.outcome is None else outcome_from_mapping(attempt.outcome),
        graded_at=attempt.graded_at,
    )
