"""Progress: by topic and axis, and what to do next. All of it follows from the records."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.bank.order import mixed_order
from app.practice.record import Record
from app.practice.schedule import Due

_RECENT = 5  # of a topic's grades, the latest: what was weak a month ago is not a weakness any more


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicProgress:
    """A topic: how many of its questions were met, and the mean level on each axis of its latest grades."""

    topic: str
    n_met: int
    n_questions: int
    axes: Mapping[str, float]
    points: float


class Why(StrEnum):
    """Why a question is what to do next."""

    UNFINISHED = "unfinished"
    DUE = "due"
    PATH = "path"
    NEW = "new"
    SOONEST = "soonest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What to do next; `attempt_id` where it was begun."""

    question_id: str
    why: Why
    attempt_id: str = ""


def by_topic(records: Iterable[Record], topics: Mapping[str, str]) -> tuple[TopicProgress, ...]:
    """The topics that were met, in the order of `topics`, which gives each question's topic."""
    graded = sorted((record for record in records if record.outcome is not None), key=_when)
    found = []
    for topic in dict.fromkeys(topics.values()):
        own = [record for record in graded if topics.get(record.question_id) == topic]
        if own:
            found.append(_topic(topic, own, n_questions=sum(other == topic for other in topics.values())))
    return tuple(found)


def weakest_axis(records: Iterable[Record]) -> str | None:
    """The axis with the lowest mean level over the latest grades; None while there is no grade."""
    graded = sorted((record for record in records if record.outcome is not None), key=_when)[-2 * _RECENT :]
    levels = _mean_axes(graded)
    return min(levels, key=levels.__getitem__) if levels else None


def what_next(
    records: Sequence[Record],
    dues: Sequence[Due],
    *,
    path: Sequence[str],
    topics: Mapping[str, str],
    seed: int,
    at: datetime,
) -> Next | None:
    """What was begun, then what is due, then the next step of the path, then something new, then what is due soonest.

    `topics` has the questions that may be practised and the topic of each; None where there are none.
    """
    known = {record.question_id for record in records if record.outcome is not None}
    unfinished = next(_unfinished(records), None)
    if unfinished is not None:
        return Next(question_id=unfinished.question_id, why=Why.UNFINISHED, attempt_id=unfinished.attempt_id)
    served = [due for due in dues if due.question_id in topics]
    if served and served[0].at <= at:
        return Next(question_id=served[0].question_id, why=Why.DUE)
    for question_id in path:
        if question_id in topics and question_id not in known:
            return Next(question_id=question_id, why=Why.PATH)
    new = next((question_id for question_id in mixed(topics, seed) if question_id not in known), None)
    if new is not None:
        return Next(question_id=new, why=Why.NEW)
    return Next(question_id=served[0].question_id, why=Why.SOONEST) if served else None


def begun_at(records: Iterable[Record], question_id: str) -> str | None:
    """The attempt at a question that waits for its answer."""
    return next((one.attempt_id for one in _unfinished(records) if one.question_id == question_id), None)


def next_mixed(records: Sequence[Record], topics: Mapping[str, str], *, seed: int) -> str | None:
    """The question of a mixed drill: of those met least often the first in the mixed order, never the latest again."""
    latest = max(records, key=lambda record: record.started_at, default=None)
    order = least_met(records, topics, seed=seed, n=2)
    return next((one for one in order if latest is None or one != latest.question_id), next(iter(order), None))


def least_met(records: Sequence[Record], topics: Mapping[str, str], *, seed: int, n: int) -> tuple[str, ...]:
    """So many questions in mixed order, those met least often first."""
    met: dict[str, int] = dict.fromkeys(topics, 0)
    for record in records:
        if record.question_id in met:
            met[record.question_id] += 1
    return tuple(sorted(mixed(topics, seed), key=lambda question_id: met[question_id])[:n])


def mixed(topics: Mapping[str, str], seed: int) -> tuple[str, ...]:
    """All questions in the mixed order of a seed: no topic twice in a row while others have some left."""
    by: dict[str, list[str]] = {}
    for question_id, topic in topics.items():
        by.setdefault(topic, []).append(question_id)
    return mixed_order(by, seed)


# Private


def _unfinished(records: Iterable[Record]) -> Iterator[Record]:
    """Attempts with a prediction and no grade, the latest first; those of a mock end with it."""
    for record in sorted(records, key=lambda record: record.started_at, reverse=True):
        if record.outcome is None and record.confidence is not None and record.mock_id is None:
            yield record


def _topic(topic: str, own: Sequence[Record], *, n_questions: int) -> TopicProgress:
    latest = own[-_RECENT:]
    return TopicProgress(
        topic=topic,
        n_met=len({record.question_id for record in own}),
        n_questions=n_questions,
        axes=_mean_axes(latest),
        points=sum(record.outcome.points for record in latest if record.outcome) / len(latest),
    )


def _mean_axes(graded: Sequence[Record]) -> dict[str, float]:
    outcomes = [record.outcome for record in graded if record.outcome is not None]
    if not outcomes:
        return {}
    return {axis: sum(outcome.axes[axis] for outcome in outcomes) / len(outcomes) for axis in outcomes[0].axes}


def _when(record: Record) -> datetime:
    return record.graded_at or record.started_at
