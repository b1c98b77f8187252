"""A timed mock as a value: several questions under one set of rules and one clock, and the report at its end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.practice.attempt import Attempt
from app.practice.outcome import Outcome, outcome_from_mapping
from app.practice.terms import Terms, Tools


@dataclass(frozen=True, slots=True, kw_only=True)
class Mock:
    """Attempts in order, the minutes for all of them together."""

    id: str
    tools: Tools
    minutes: int
    attempt_ids: tuple[str, ...]
    started_at: datetime
    finished_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """When the time is up."""
        return self.started_at + timedelta(minutes=self.minutes)

    def is_over(self, at: datetime) -> bool:
        """Whether it was ended, or its enforced time is up."""
        return self.finished_at is not None or self.terms.is_over(at)

    @property
    def terms(self) -> Terms:
        """What its attempts are made under; only strict rules enforce the clock."""
        deadline = self.ends_at if self.tools is Tools.STRICT else None
        return Terms(tools=self.tools, deadline=deadline, mock_id=self.id)

    def finished(self, at: datetime) -> "Mock":
        """The mock once it was ended; the first end stays."""
        return self if self.finished_at is not None else replace(self, finished_at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a mock came to: points over all its questions, axes over those that were answered, time taken."""

    points: float
    axes: dict[str, float]
    n_answered: int
    n_questions: int
    took_s: float
    outcomes: tuple[Outcome | None, ...]


def next_attempt(attempts: Sequence[Attempt]) -> Attempt | None:
    """The first attempt that has no grade yet."""
    return next((attempt for attempt in attempts if attempt.score is None), None)


def report(mock: Mock, attempts: Sequence[Attempt]) -> Report:
    """The report of a finished mock; a question without an answer counts as nothing."""
    outcomes = tuple(None if attempt.outcome is None else outcome_from_mapping(attempt.outcome) for attempt in attempts)
    answered = [outcome for outcome in outcomes if outcome is not None]
    ended = mock.finished_at or mock.ends_at
    return Report(
        points=sum(outcome.points for outcome in answered) / max(len(outcomes), 1),
        axes={
            axis: sum(outcome.axes[axis] for outcome in answered) / len(answered)
            for axis in (answered[0].axes if answered else ())
        },
        n_answered=len(answered),
        n_questions=len(outcomes),
        took_s=(ended - mock.started_at).total_seconds(),
        outcomes=outcomes,
    )
