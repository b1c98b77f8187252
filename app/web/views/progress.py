"""Progress: what to do next, by topic and axis, calibration, what comes back when, and the data itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.bank.question import PublicQuestion
from app.practice.axes import AXIS_LABELS
from app.practice.calibration import Bucket, Calibration, calibration
from app.practice.estimate_round import EstimateRound, score
from app.practice.mock import Mock
from app.practice.progress import TopicProgress, Why, by_topic, weakest_axis
from app.practice.record import Record
from app.practice.schedule import Due
from app.web import parts
from app.web.format import percent
from app.web.learner import Learner
from app.web.plots.calibration import CalibrationPlot, Level, calibration_plot

WHY = {
    Why.UNFINISHED: "You began it; what you wrote is kept.",
    Why.DUE: "It is due: about now you would begin to forget it.",
    Why.PATH: "The next step of the path.",
    Why.NEW: "New to you.",
    Why.SOONEST: "Nothing is due; this one comes back first.",
}
_ADVICE = {
    "bottleneck": "Before you answer, write down what each component costs, and compare.",
    "numbers": "The number drill trains this: one estimate a minute, scored by how far off it is.",
    "trap": "Say why the obvious answer fails here, with a figure.",
    "flip": "End each answer with when it would change: which variable, which way, about where.",
    "move": "Name one lever on what binds, and the measurement that would prove it.",
}
_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class NextView:
    """What to do next, and why."""

    title: str
    path: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    """A topic that was met: its level on each axis."""

    title: str
    met: str
    axes: tuple[parts.AxisScore, ...]
    points: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """A question that comes back."""

    title: str
    path: str
    when: str
    last: str
    recall: str
    is_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationView:
    """The curve, what it says, and its figures."""

    plot: CalibrationPlot
    sentence: str
    table: parts.NumbersTable


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressView:
    """All that the page shows; `empty` before anything was graded."""

    empty: bool
    next: NextView | None
    figures: tuple[tuple[str, str], ...]
    advice: str
    axes: tuple[str, ...]
    topics: tuple[TopicRow, ...]
    calibration: CalibrationView | None
    dues: tuple[DueRow, ...]
    interview_on: str
    interview_words: str
    attempts: tuple[tuple[str, str, str, str], ...]
    mocks: tuple[tuple[str, str], ...]
    has_data: bool
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside the records: mocks, rounds of estimates, a word about what was just done."""

    mocks: tuple[Mock, ...] = ()
    rounds: tuple[EstimateRound, ...] = ()
    notice: str = ""


def progress_view(
    learner: Learner, beside: Beside, *, questions: Mapping[str, PublicQuestion], topics: Mapping[str, str]
) -> ProgressView:
    """The page for a learner; `topics` gives the title of each topic."""
    graded = [record for record in learner.records if record.outcome is not None]
    found = calibration(learner.records)
    interview = None if learner.person is None else learner.person.interview_on
    by = by_topic(learner.records, {one: question.topic for one, question in questions.items()})
    weakest = weakest_axis(learner.records)
    dues = [_due(due, questions[due.question_id], learner.at) for due in learner.dues if due.question_id in questions]
    return ProgressView(
        empty=not graded,
        next=next_view(learner, questions),
        figures=tuple(_figures(graded, found, beside)),
        advice="" if weakest is None else _advice(weakest),
        axes=tuple(AXIS_LABELS.values()),
        topics=tuple(_topic(row, topics.get(row.topic, row.topic)) for row in by),
        calibration=None if found is None else calibration_view(found),
        dues=tuple(dues[:_SHOWN]),
        interview_on="" if interview is None else interview.isoformat(),
        interview_words=_interview(interview, learner.at),
        attempts=tuple(_attempts(learner.records, questions)),
        mocks=tuple((f"/mocks/{mock.id}", f"{mock.started_at:%Y-%m-%d %H:%M} UTC") for mock in beside.mocks[:_SHOWN]),
        has_data=learner.person is not None,
        notice=beside.notice,
    )


def next_view(learner: Learner, questions: Mapping[str, PublicQuestion]) -> NextView | None:
    """What to do next, as pages offer it."""
    following = learner.next
    if following is None or following.question_id not in questions:
        return None
    question = questions[following.question_id]
    path = f"/attempts/{following.attempt_id}" if following.attempt_id else f"/q/{question.public_id}"
    return NextView(title=question.title, path=path, why=WHY[following.why])


def calibration_view(found: Calibration) -> CalibrationView:
    """The calibration curve with its sentence and table."""
    return CalibrationView(
        plot=calibration_plot([_level(bucket) for bucket in found.buckets]),
        sentence=_calibrated(found),
        table=parts.NumbersTable(
            caption="How sure, and how often right",
            head=("You said", "predictions", "right", "95 % interval"),
            rows=tuple(_bucket_row(bucket) for bucket in found.buckets),
        ),
    )


# Private


def _figures(graded: Sequence[Record], found: Calibration | None, beside: Beside) -> list[tuple[str, str]]:
    if not graded:
        return []
    points = [record.outcome.points for record in graded if record.outcome]
    rows = [
        ("Answers graded", f"{len(graded)}, on {_questions(len({record.question_id for record in graded}))}"),
        ("Points, the last five", f"{sum(points[-5:]) / len(points[-5:]):.0f} of 100"),
    ]
    if found is not None:
        rows.append(("Brier score", f"{found.brier:.2f} (0 is sure and right, 0.25 a coin)"))
    scores = [scored for played in beside.rounds if (scored := score(played)) is not None]
    if scores:
        rows.append(("Estimates", f"{max(one.points for one in scores):.0f} points in the best round"))
    return rows


def _advice(axis: str) -> str:
    return f"What holds you back most: {AXIS_LABELS[axis].lower()}. {_ADVICE[axis]}"


def _questions(n: int) -> str:
    return "one question" if n == 1 else f"{n} questions"


def _topic(row: TopicProgress, title: str) -> TopicRow:
    lowest = min(row.axes, key=row.axes.__getitem__)
    return TopicRow(
        title=title,
        met=f"{row.n_met} of {row.n_questions}",
        axes=tuple(
            parts.AxisScore(label=label, level=round(row.axes[axis]), low=axis == lowest and row.axes[axis] < 3)
            for axis, label in AXIS_LABELS.items()
        ),
        points=f"{row.points:.0f}",
    )


def _due(due: Due, question: PublicQuestion, at: datetime) -> DueRow:
    is_due = due.at <= at
    return DueRow(
        title=question.title,
        path=f"/q/{question.public_id}",
        when="now" if is_due else _in(due.at - at),
        last=f"{due.last_points} of 100",
        recall=percent(due.recall),
        is_due=is_due,
    )


def _in(wait: timedelta) -> str:
    days = max(1, round(wait / timedelta(days=1)))
    return "tomorrow" if days == 1 else f"in {days} days"


def _interview(interview: date | None, at: datetime) -> str:
    if interview is None:
        return "With a date, nothing waits longer than half of the time that is left."
    days = (interview - at.date()).days
    if days < 0:
        return "The date has passed; it changes nothing any more."
    return f"{'Today' if days == 0 else f'{days} days left'}: nothing waits longer than half of that."


def _attempts(records: Sequence[Record], questions: Mapping[str, PublicQuestion]) -> list[tuple[str, str, str, str]]:
    rows = []
    for record in sorted(records, key=lambda record: record.started_at, reverse=True)[:_SHOWN]:
        question = questions.get(record.question_id)
        title = "a question that is no longer served" if question is None else question.title
        kind = " (follow-up)" if record.variation is not None else ""
        state = "begun" if record.outcome is None else f"{record.outcome.points} of 100"
        rows.append((f"/attempts/{record.attempt_id}", f"{title}{kind}", state, f"{record.started_at:%Y-%m-%d}"))
    return rows


def _level(bucket: Bucket) -> Level:
    low, high = bucket.interval
    return Level(sure=bucket.confidence / 100, right=bucket.right, low=low, high=high, n=bucket.n)


def _bucket_row(bucket: Bucket) -> tuple[str, ...]:
    low, high = bucket.interval
    right = f"{bucket.n_right} ({percent(bucket.right)})"
    return (f"{bucket.low}–{bucket.high - 1} %", str(bucket.n), right, f"{percent(low)} to {percent(high)}")


def _calibrated(found: Calibration) -> str:
    gap = found.confidence / 100 - found.right
    said = (
        f"You say {found.confidence:.0f} % and are right {percent(found.right)} of the time, over {found.n} predictions"
    )
    if found.n < 5:
        return f"{said}: too few to tell."
    if abs(gap) < 0.05:
        return f"{said}: well calibrated."
    return f"{said}: {'surer than you should be' if gap > 0 else 'better than you think'}."
