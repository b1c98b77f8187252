"""When a question comes back: FSRS over the history of its grades. Worked out from the records, never stored.

The rating is derived from the grade, not reported: whoever looks the answer up does not push it into the future.
Source: Ye, Su, Cao 2022, "A Stochastic Shortest Path Algorithm for Optimizing Spaced Repetition Scheduling" (KDD).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from fsrs import Card, Rating, Scheduler

from app.practice.outcome import Outcome
from app.practice.record import Record

# A question takes minutes, so it does not come back within the day: no learning steps of seconds.
_SCHEDULER = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
_HARD, _GOOD, _EASY = 40, 65, 85  # points from which a rating begins
_LEAST = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A question that was graded before: when it comes back, how often it was met, the chance that it is remembered."""

    question_id: str
    at: datetime
    n_reviews: int
    recall: float
    last_points: int


def schedule(records: Iterable[Record], *, at: datetime, interview_on: date | None = None) -> tuple[Due, ...]:
    """Every question that has a grade, the most urgent first.

    Before an interview nothing waits longer than half of the time that is left after its last review, so that each
    question comes back at least once more.
    """
    graded: dict[str, list[Record]] = {}
    for record in records:
        if record.outcome is not None and record.graded_at is not None:
            graded.setdefault(record.question_id, []).append(record)
    found = (_due(question_id, reviews, at, interview_on) for question_id, reviews in graded.items())
    return tuple(sorted(found, key=lambda due: (due.at, due.question_id)))


def rating(outcome: Outcome, *, open_book: bool) -> Rating:
    """What a grade says about memory; with the instrument at hand at most that it was hard."""
    if outcome.points < _HARD:
        return Rating.Again
    if outcome.points < _GOOD or open_book:
        return Rating.Hard
    return Rating.Good if outcome.points < _EASY else Rating.Easy


# Private


def _due(question_id: str, records: Sequence[Record], at: datetime, interview_on: date | None) -> Due:
    reviews = sorted(records, key=_graded_at)
    card = Card(card_id=0, due=_graded_at(reviews[0]))
    for record in reviews:
        assert record.outcome is not None
        mark = rating(record.outcome, open_book=record.open_book)
        card, _ = _SCHEDULER.review_card(card, mark, _graded_at(record).astimezone(UTC))
    last = reviews[-1]
    assert last.outcome is not None
    return Due(
        question_id=question_id,
        at=_before_interview(card.due, _graded_at(last), interview_on),
        n_reviews=len(reviews),
        recall=_SCHEDULER.get_card_retrievability(card, at.astimezone(UTC)),
        last_points=last.outcome.points,
    )


def _before_interview(due: datetime, last: datetime, interview_on: date | None) -> datetime:
    if interview_on is None:
        return due
    interview = datetime.combine(interview_on, time.min, tzinfo=UTC)
    if interview <= last:  # it is over, or it is today
        return due
    return min(due, last + max(_LEAST, (interview - last) / 2))


def _graded_at(record: Record) -> datetime:
    assert record.graded_at is not None
    return record.graded_at
