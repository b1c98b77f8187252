"""A person's practice as JSON, to take along and to bring back. Grades do not travel: they are worked out again.

So a file that somebody edited can make no grade, and no key is in it: a version of a question is named by its hash.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from app.practice.attempt import Attempt, Conflict, NotNow, TooLong
from app.practice.estimate_round import EstimateRound
from app.practice.estimates import N_IN_A_ROUND
from app.practice.events import Answered, Drafted, Event, Hinted, OpenBook, Predicted, Probed, Read
from app.practice.prediction import Prediction
from app.practice.terms import Terms, Tools, Variation

FORMAT = "chokepoint practice 1"
MOST_ATTEMPTS = 1000
_MOST_HINTS = 20

Value = TypeVar("Value")


class BadHistory(ValueError):
    """The file is no history, or not a whole one; the message names the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What was read: attempts without grades, rounds of estimates, the day of the interview.

    The attempts name their question by its opaque id, and its version where their answer is locked.
    """

    attempts: tuple[Attempt, ...]
    rounds: tuple[EstimateRound, ...]
    interview_on: date | None


def history_to_mapping(
    attempts: Sequence[Attempt],
    rounds: Sequence[EstimateRound],
    *,
    public_ids: Mapping[str, str],
    interview_on: date | None,
    at: datetime,
) -> dict[str, Any]:
    """The history as JSON; for the reader's own use the outcome of each grade stands beside it.

    `public_ids` gives the opaque id of each question. Before an answer is locked the file says no more of a question:
    a version is named by a hash that changes with the key, and a follow-up by what is moved in it, so that one which
    waits for its answer stays here.
    """
    return {
        "format": FORMAT,
        "exported_at": _written(at),
        "interview_on": None if interview_on is None else interview_on.isoformat(),
        "attempts": [
            _attempt(attempt, public_ids.get(attempt.question_id, ""))
            for attempt in attempts
            if attempt.answer_locked or attempt.variation is None
        ],
        "estimate_rounds": [
            {"id": played.id, "seed": played.seed, "started_at": _written(played.started_at), "guesses": played.guesses}
            for played in rounds
        ],
    }


def history_from_mapping(written: object) -> History:
    """Read a history; BadHistory, one line, names what does not fit."""
    if not isinstance(written, Mapping) or written.get("format") != FORMAT:
        raise BadHistory(f"format: this is not a file that was exported here; it would say {FORMAT!r}")
    attempts, rounds = written.get("attempts", []), written.get("estimate_rounds", [])
    if not isinstance(attempts, list) or not isinstance(rounds, list):
        raise BadHistory("attempts: expected a list")
    if len(attempts) > MOST_ATTEMPTS:
        raise BadHistory(f"attempts: {len(attempts)} are more than {MOST_ATTEMPTS}")
    interview = written.get("interview_on")
    return History(
        attempts=tuple(_placed(f"attempts.{i}", _replayed, item) for i, item in enumerate(attempts)),
        rounds=tuple(_placed(f"estimate_rounds.{i}", _round, item) for i, item in enumerate(rounds)),
        interview_on=None if interview is None else _placed("interview_on", date.fromisoformat, interview),
    )


# ---------------------------------------------------------------------------------------------------------------------


def _attempt(attempt: Attempt, public_id: str) -> dict[str, Any]:
    prediction, variation = attempt.prediction, attempt.variation
    return {
        "id": attempt.id,
        "question": public_id,
        "version": attempt.question_version if attempt.answer_locked else None,
        "variation": None
        if variation is None
        else {"variant": variation.variant, "seed": variation.seed, "parent_id": variation.parent_id},
        "tools": str(attempt.terms.tools),
        "started_at": _written(attempt.started_at),
        "read_at": _written(attempt.read_at),
        "open_book": attempt.open_book,
        "prediction": None
        if prediction is None
        else {
            "component": prediction.component,
            "resource": prediction.resource,
            "number": prediction.number,
            "confidence": prediction.confidence,
            "at": _written(prediction.at),
        },
        "hints": attempt.hints,
        "draft": attempt.draft,
        "first_answer": attempt.first_answer,
        "probed_at": _written(attempt.probed_at),
        "answer": attempt.answer,
        "answered_at": _written(attempt.answered_at),
        "outcome": attempt.outcome,
    }


def _replayed(item: Any) -> Attempt:  # noqa: ANN401 - what JSON holds
    started_at = _moment(item["started_at"])
    variation = item["variation"]
    attempt = Attempt(
        id=_text(item["id"]),
        question_id=_text(item["question"]),
        question_version=_text(item["version"] or ""),
        started_at=started_at,
        terms=Terms(tools=Tools(item["tools"])),
        variation=None
        if variation is None
        else Variation(
            variant=_text(variation["variant"]), seed=int(variation["seed"]), parent_id=_text(variation["parent_id"])
        ),
    )
    for event in _events(item, started_at):
        attempt = attempt.after(event)
    return attempt


def _events(item: Mapping[str, Any], started_at: datetime) -> Iterator[Event]:
    if item["read_at"] is not None:
        yield Read(at=_moment(item["read_at"]))
    if item["prediction"] is None:
        return
    written = item["prediction"]
    yield Predicted(prediction=Prediction(**{**written, "at": _moment(written["at"])}))
    if item["open_book"]:
        yield OpenBook()
    for taken in range(min(int(item["hints"]), _MOST_HINTS)):
        yield Hinted(taken=taken, at=started_at)
    if item["first_answer"] is not None:
        yield Probed(text=_text(item["first_answer"]), at=_moment(item["probed_at"]))
        yield Drafted(text=_text(item["draft"]), revision=1 if item["first_answer"] else 0, at=started_at)
    else:
        yield Drafted(text=_text(item["draft"]), revision=0, at=started_at)
    if item["answer"] is not None:
        yield Answered(text=_text(item["answer"]), at=_moment(item["answered_at"]))


def _round(item: Any) -> EstimateRound:  # noqa: ANN401 - what JSON holds
    guesses = tuple(float(guess) for guess in item["guesses"])
    if len(guesses) > N_IN_A_ROUND or not all(0 < guess < float("inf") for guess in guesses):
        raise ValueError(f"guesses: {len(guesses)} of them, or one that is not above zero")
    return EstimateRound(
        id=_text(item["id"]), seed=int(item["seed"]), started_at=_moment(item["started_at"]), guesses=guesses
    )


def _placed(place: str, read: Callable[[Any], Value], item: object) -> Value:
    try:
        return read(item)
    except KeyError as missing:
        raise BadHistory(f"{place}: {missing.args[0]} is missing") from None
    except (Conflict, NotNow, TooLong, ValueError, TypeError, OverflowError) as error:
        raise BadHistory(f"{place}: {' '.join(str(error).split())[:200]}") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _moment(value: object) -> datetime:
    found = datetime.fromisoformat(_text(value))
    if found.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return found


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
