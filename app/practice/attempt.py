"""An attempt at a question, as a value: what the candidate did so far, and what may happen next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import assert_never

from app.practice.events import (
    Answered,
    Disputed,
    Drafted,
    Event,
    Explored,
    Graded,
    Hinted,
    MeantOtherwise,
    OpenBook,
    Predicted,
    Probed,
    Read,
)
from app.practice.prediction import Prediction
from app.practice.terms import OPEN_TERMS, Terms, Variation
from app.practice.texts import as_stored, clock, kept_text

ANSWER_LIMIT = 20_000
DRAFT_LIMIT = 100_000  # looser than the answer's, so that what is too long to hand in is still not lost
REMARK_LIMIT = 4_000  # of a dispute, or of what was meant


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
    terms: Terms = OPEN_TERMS
    variation: Variation | None = None
    open_book: bool = False
    read_at: datetime | None = None
    prediction: Prediction | None = None
    draft: str = ""
    draft_revision: int = 0
    hints: int = 0  # how many were taken
    first_answer: str | None = None  # as it was before the interviewer's question
    probed_at: datetime | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    score: Mapping[str, object] | None = None
    analyses: Mapping[str, object] | None = None
    outcome: Mapping[str, object] | None = None  # the few figures of the grade that progress is made of
    graded_at: datetime | None = None
    explored_at: datetime | None = None
    misread: tuple[Mapping[str, object], ...] = ()
    dispute: str | None = None
    disputed_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.started_at.tzinfo is None:
            raise ValueError(f"started_at: {self.started_at} has no time zone")
        if self.answer is not None and (self.prediction is None or self.answered_at is None):
            raise ValueError(f"answer: attempt {self.id} has one without a prediction and a time")
        if self.score is not None and None in (self.answer, self.analyses, self.outcome, self.graded_at):
            raise ValueError(f"score: attempt {self.id} has one without an answer, analyses, an outcome and a time")
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
            raise NotNow(f"The prediction is locked: it was made at {clock(self.prediction.at)}.")

    def refuse_unless_answering(self) -> None:
        """NotNow before the prediction is locked, and after the answer is."""
        _refuse_once_answered(self)
        _refuse_before_prediction(self)

    def after(self, event: Event) -> "Attempt":
        """The attempt once the event has happened; raises NotNow, Conflict or TooLong where it cannot happen."""
        match event:
            case Read() | OpenBook() | Predicted() | Drafted() | Hinted() | Probed():
                return _on_the_way(self, event)
            case Answered() | Graded() | Explored() | MeantOtherwise() | Disputed():
                return _at_the_end(self, event)
        assert_never(event)


# ---------------------------------------------------------------------------------------------------------------------


def _on_the_way(attempt: Attempt, event: Read | OpenBook | Predicted | Drafted | Hinted | Probed) -> Attempt:
    match event:
        case Read():
            return replace(attempt, read_at=attempt.read_at or event.at)
        case OpenBook():
            return _opened(attempt)
        case Predicted():
            return _predicted(attempt, event)
        case Drafted():
            return _drafted(attempt, event)
        case Hinted():
            return _hinted(attempt, event)
        case Probed():
            return _probed(attempt, event)
    assert_never(event)


def _at_the_end(attempt: Attempt, event: Answered | Graded | Explored | MeantOtherwise | Disputed) -> Attempt:
    match event:
        case Answered():
            return _answered(attempt, event)
        case Graded():
            return _graded(attempt, event)
        case Explored():
            return _explored(attempt, event)
        case MeantOtherwise():
            return _meant_otherwise(attempt, event)
        case Disputed():
            return _disputed(attempt, event)
    assert_never(event)


def _opened(attempt: Attempt) -> Attempt:
    if attempt.open_book:
        return attempt
    _refuse_once_answered(attempt)
    if not attempt.terms.allows_instrument:
        raise NotNow("The book stays closed under these rules.")
    return replace(attempt, open_book=True)


def _predicted(attempt: Attempt, event: Predicted) -> Attempt:
    locked = attempt.prediction
    if locked is None:
        _refuse_late(attempt, event.prediction.at)
        return replace(attempt, prediction=event.prediction, read_at=attempt.read_at or event.prediction.at)
    if locked.says_the_same_as(event.prediction):
        return attempt
    raise NotNow(f"The prediction is locked: it was made at {clock(locked.at)}.")


def _drafted(attempt: Attempt, event: Drafted) -> Attempt:
    text = kept_text(event.text)
    _refuse_unless_open(attempt, event.at)
    if text == attempt.draft:  # sent again because the acknowledgement got lost
        return attempt
    if event.revision != attempt.draft_revision:
        raise Conflict(stored=attempt.draft, stored_revision=attempt.draft_revision, sent=event.text)
    _refuse_too_long("The draft", text, DRAFT_LIMIT)
    return replace(attempt, draft=text, draft_revision=attempt.draft_revision + 1)


def _hinted(attempt: Attempt, event: Hinted) -> Attempt:
    _refuse_unless_open(attempt, event.at)
    if not attempt.terms.allows_hints:
        raise NotNow("There are no hints under these rules.")
    return attempt if event.taken != attempt.hints else replace(attempt, hints=attempt.hints + 1)


def _probed(attempt: Attempt, event: Probed) -> Attempt:
    text = kept_text(event.text)
    _refuse_unless_open(attempt, event.at)
    if attempt.first_answer is not None:
        return attempt
    _refuse_too_long("The answer", text, ANSWER_LIMIT)
    revision = attempt.draft_revision + (text != attempt.draft)
    return replace(attempt, first_answer=text, probed_at=event.at, draft=text, draft_revision=revision)


def _answered(attempt: Attempt, event: Answered) -> Attempt:
    text = kept_text(event.text)
    if text == attempt.answer:
        return attempt
    _refuse_unless_open(attempt, event.at)
    _refuse_too_long("The answer", text, ANSWER_LIMIT)
    return replace(attempt, answer=text, answered_at=event.at)


def _graded(attempt: Attempt, event: Graded) -> Attempt:
    if attempt.answer is None:
        raise NotNow("There is no answer to grade yet: it is graded when it is locked.")
    score, analyses, outcome = (as_stored(value) for value in (event.score, event.analyses, event.outcome))
    if attempt.graded_at is None:
        return replace(attempt, score=score, analyses=analyses, outcome=outcome, graded_at=event.at)
    if (score, analyses) == (attempt.score, attempt.analyses):
        return attempt
    raise NotNow(f"The answer has its grade: it was given at {clock(attempt.graded_at)}.")


def _explored(attempt: Attempt, event: Explored) -> Attempt:
    if attempt.score is None:
        raise NotNow("The instrument with everything opens with the result.")
    return replace(attempt, explored_at=attempt.explored_at or event.at)


def _meant_otherwise(attempt: Attempt, event: MeantOtherwise) -> Attempt:
    claims = () if attempt.score is None else attempt.score["claims"]
    if not isinstance(claims, list) or not 0 <= event.claim < len(claims):
        raise NotNow("There is no such sentence in the result.")
    meant = kept_text(event.meant)
    _refuse_too_long("What you meant", meant, REMARK_LIMIT)
    others = tuple(item for item in attempt.misread if item["claim"] != event.claim)
    told = {"claim": event.claim, "meant": meant, "at": event.at.astimezone(UTC).isoformat()}
    return replace(attempt, misread=(*others, told))


def _disputed(attempt: Attempt, event: Disputed) -> Attempt:
    if attempt.score is None:
        raise NotNow("There is no grade to disagree with yet.")
    text = kept_text(event.text)
    _refuse_too_long("The dispute", text, DRAFT_LIMIT)
    return replace(attempt, dispute=text, disputed_at=event.at)


def _refuse_unless_open(attempt: Attempt, at: datetime) -> None:
    _refuse_once_answered(attempt)
    _refuse_before_prediction(attempt)
    _refuse_late(attempt, at)


def _refuse_late(attempt: Attempt, at: datetime) -> None:
    if attempt.terms.is_over(at):
        raise NotNow("Time is up: what was kept until then is your answer.")


def _refuse_once_answered(attempt: Attempt) -> None:
    if attempt.answered_at is not None:
        raise NotNow(f"The answer is locked: it was given at {clock(attempt.answered_at)}.")


def _refuse_before_prediction(attempt: Attempt) -> None:
    if attempt.prediction is None:
        raise NotNow("Predict first: the answer opens when the prediction is locked.")


def _refuse_too_long(what: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise TooLong(what, length=len(text), limit=limit)
