"""The practice page: what to do next, the ways to practise, and the list of questions by title alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.bank.question import PublicQuestion
from app.practice.record import Record
from app.practice.schedule import Due
from app.web.learner import Learner
from app.web.views.progress import NextView, next_view


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """A question as the list shows it: nothing here tells its answer, its topic or its slug."""

    title: str
    path: str
    tags: tuple[str, ...]
    state: str
    is_due: bool
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeView:
    """The practice page."""

    next: NextView | None
    rows: tuple[QuestionRow, ...]
    n_done: int
    is_new: bool


def practice_view(learner: Learner, questions: Sequence[PublicQuestion], *, order: Sequence[str]) -> PracticeView:
    """The questions in the order given, each with how it stands."""
    by_id = {question.id: question for question in questions}
    latest = _latest(learner.records)
    dues = {due.question_id: due for due in learner.dues}
    rows = [_row(by_id[one], latest.get(one), dues.get(one), learner) for one in order if one in by_id]
    return PracticeView(
        next=next_view(learner, by_id),
        rows=tuple(rows),
        n_done=sum(row.is_done for row in rows),
        is_new=not learner.records,
    )


# Private


def _latest(records: Sequence[Record]) -> Mapping[str, Record]:
    """The latest attempt at each question; one that is graded goes before one that is only begun."""
    found: dict[str, Record] = {}
    for record in sorted(records, key=lambda record: (record.outcome is not None, record.started_at)):
        if record.variation is None:
            found[record.question_id] = record
    return found


def _row(question: PublicQuestion, latest: Record | None, due: Due | None, learner: Learner) -> QuestionRow:
    is_due = due is not None and due.at <= learner.at
    state = "" if latest is None else "begun" if latest.outcome is None else f"{latest.outcome.points} of 100"
    return QuestionRow(
        title=question.title,
        path=f"/q/{question.public_id}",
        tags=(f"{question.minutes} min", f"level: {question.level}"),
        state=f"{state}, due" if is_due else state,
        is_due=is_due,
        is_done=latest is not None and latest.outcome is not None,
    )
