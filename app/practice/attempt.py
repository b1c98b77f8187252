"""An attempt at a question, as a value: what the candidate did so far, and what may happen next."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import assert_never

from app.practice.events import Answered, Drafted, Event, Explored, Graded, OpenBook, Predicted, Read
from app.practice.prediction import Prediction

ANSWER_LIMIT = 20_000
DRAFT_LIMIT = 100_000  # looser than the answer's, so that what is too long to hand in is still not lost


class Step(StrEnum):
    """Where the candidate stands, in order."""

    READ = "read"
    PREDICT = "predict"
    ANSWER = "answer"
    RESULT = "result"
    EXPLORE = "explore"


class NotNow(ValueError):
    """The attempt is at a step that does not allow this; the message is for the candidate."""


class TooLong(ValueError):
    """The text is longer than what is kept; whoever sent it still has it."""

    def __init__(self, what: str, *, length: int, limit: int) -> None:
        super().__init__(f"{what} is {length:,} characters long; at most {limit:,} are taken.")
        self.length = length
        self.limit = limit


class Conflict(ValueError):
    """A draft was written over another revision than the stored one; both texts are here, so that nothing is lost."""

    def __init__(self, *, stored: str, stored_revision: int, sent: str) -> None:
        super().__init__("The draft was changed elsewhere in the meantime: choose which text stays.")
        self.stored = stored
        self.stored_revision = stored_revision
        self.sent = sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    id: str
    question_id: str  # the question's slug: never in a URL before the reveal
    question_version: str  # SHA-256 of the question's canonical JSON, in hex
    started_at: datetime
    open_book: bool = False
    read_at: datetime | None = None
    prediction: Prediction | None = None
    draft: str = ""
    draft_revision: int = 0
    answer: str | None = None
    answered_at: datetime | None = None
    score: Mapping[str, object] | None = None
    analyses: Mapping[str, object] | None = None
    graded_at: datetime | None = None
    explored_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.started_at.tzinfo is None:
            raise ValueError(f"started_at: {self.started_at} has no time zone")
        if self.answer is not None and (self.prediction is None or self.answered_at is None):
            raise ValueError(f"answer: attempt {self.id} has one without a prediction and a time")
        if self.score is not None and (self.answer is None or self.analyses is None or self.graded_at is None):
            raise ValueError(f"score: attempt {self.id} has one without an answer, analyses and a time")
        if self.explored_at is not None and self.score is None:
            raise ValueError(f"explored_at: attempt {self.id} has it without a score")

    @property
    def step(self) -> Step:
        """An answer that is locked but could not be graded stays at ANSWER: RESULT promises a score."""
        if self.explored_at is not None:
            return Step.EXPLORE
        if self.score is not None:
            return Step.RESULT
        if self.prediction is not None:
            return Step.ANSWER
        return Step.READ if self.read_at is None else Step.PREDICT

    @property
    def answer_locked(self) -> bool:
        return self.answer is not None

    def refuse_once_predicted(self) -> None:
        """NotNow when the prediction is locked."""
        if self.prediction is not None:
            raise NotNow(f"The prediction is locked: it was made at {_clock(self.prediction.at)}.")

    def refuse_unless_answering(self) -> None:
        """NotNow before the prediction is locked, and after the answer is."""
        _refuse_once_answered(self)
        _refuse_before_prediction(self)

    def after(self, event: Event) -> "Attempt":
        """The attempt once the event has happened; raises NotNow, Conflict or TooLong where it cannot happen."""
        match event:
            case Read():
                return _read(self, event)
            case OpenBook():
                return _opened(self)
            case Predicted():
                return _predicted(self, event)
            case Drafted():
                return _drafted(self, event)
            case Answered():
                return _answered(self, event)
            case Graded():
                return _graded(self, event)
            case Explored():
                return _explored(self, event)
        assert_never(event)


# ---------------------------------------------------------------------------------------------------------------------


def _read(attempt: Attempt, event: Read) -> Attempt:
    return replace(attempt, read_at=attempt.read_at or event.at)


def _opened(attempt: Attempt) -> Attempt:
    if attempt.open_book:
        return attempt
    _refuse_once_answered(attempt)
    return replace(attempt, open_book=True)


def _predicted(attempt: Attempt, event: Predicted) -> Attempt:
    locked = attempt.prediction
    if locked is None:
        return replace(attempt, prediction=event.prediction, read_at=attempt.read_at or event.prediction.at)
    if locked.says_the_same_as(event.prediction):
        return attempt
    raise NotNow(f"The prediction is locked: it was made at {_clock(locked.at)}.")


def _drafted(attempt: Attempt, event: Drafted) -> Attempt:
    text = _kept(event.text)
    _refuse_once_answered(attempt)
    _refuse_before_prediction(attempt)
    if text == attempt.draft:  # sent again because the acknowledgement got lost
        return attempt
    if event.revision != attempt.draft_revision:
        raise Conflict(stored=attempt.draft, stored_revision=attempt.draft_revision, sent=event.text)
    _refuse_too_long("The draft", text, DRAFT_LIMIT)
    return replace(attempt, draft=text, draft_revision=attempt.draft_revision + 1)


def _answered(attempt: Attempt, event: Answered) -> Attempt:
    text = _kept(event.text)
    if text == attempt.answer:
        return attempt
    _refuse_once_answered(attempt)
    _refuse_before_prediction(attempt)
    _refuse_too_long("The answer", text, ANSWER_LIMIT)
    return replace(attempt, answer=text, answered_at=event.at)


def _graded(attempt: Attempt, event: Graded) -> Attempt:
    if attempt.answer is None:
        raise NotNow("There is no answer to grade yet: it is graded when it is locked.")
    score, analyses = _as_stored(event.score), _as_stored(event.analyses)
    if attempt.graded_at is None:
        return replace(attempt, score=score, analyses=analyses, graded_at=event.at)
    if (score, analyses) == (attempt.score, attempt.analyses):
        return attempt
    raise NotNow(f"The answer has its grade: it was given at {_clock(attempt.graded_at)}.")


def _explored(attempt: Attempt, event: Explored) -> Attempt:
    if attempt.score is None:
        raise NotNow("The instrument with everything opens with the result.")
    return replace(attempt, explored_at=attempt.explored_at or event.at)


def _refuse_once_answered(attempt: Attempt) -> None:
    if attempt.answered_at is not None:
        raise NotNow(f"The answer is locked: it was given at {_clock(attempt.answered_at)}.")


def _refuse_before_prediction(attempt: Attempt) -> None:
    if attempt.prediction is None:
        raise NotNow("Predict first: the answer opens when the prediction is locked.")


def _refuse_too_long(what: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise TooLong(what, length=len(text), limit=limit)


def _kept(text: str) -> str:
    """The text as every database can hold it and as the browser counts it.

    Forms send CRLF where the page counted one character; PostgreSQL refuses NUL, and UTF-8 has no lone surrogates.
    """
    lines = text.replace("\r\n", "\n").replace("\x00", "\ufffd")
    return lines.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _as_stored(value: Mapping[str, object]) -> Mapping[str, object]:
    """A copy as the database will give it back (tuples are lists then), so that equal grades compare equal."""
    copy: Mapping[str, object] = json.loads(json.dumps(dict(value), allow_nan=False))
    return copy


def _clock(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
