"""The steps of an attempt before the result: read, predict, answer. Built from the public question alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.bank.hints import Hint
from app.bank.question import PublicQuestion
from app.engine.workload import Phase
from app.practice.attempt import ANSWER_LIMIT, Attempt, Step
from app.practice.prediction import Prediction, component_options, resource_options
from app.practice.reading import EXAMPLES
from app.web import parts
from app.web.format import count, quantity
from app.web.views.instrument import InstrumentView
from app.web.views.prose import Sentence, written
from app.web.views.situation import MeasuredView, Rows, given_rows, measured_view

STEP_LABELS = ("Read", "Predict", "Answer", "Result", "Explore")
_FIELDS = ("component", "resource", "number", "confidence", "open_book")
_STEP_INDEX = {step: index for index, step in enumerate(Step)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationView:
    """What stands at the left of every step."""

    title: str
    tags: tuple[str, ...]
    prompt: tuple[str, ...]
    given: Rows
    measured: MeasuredView | None
    rail: tuple[parts.RailStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadView:
    """The question before an attempt exists."""

    situation: SituationView
    start: str
    before: tuple[tuple[str, str], ...]
    begun: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictView:
    """The prediction's form, with what was typed when it came back."""

    situation: SituationView
    action: str
    components: tuple[parts.Choice, ...]
    resources: tuple[parts.Choice, ...]
    ask: str
    unit: str
    number_hint: str
    typed: Mapping[str, str]
    problems: Mapping[str, str]
    has_problems: bool
    may_open_book: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HintsView:
    """The hints that were taken, each with its price, and what the next one costs; nothing of its text."""

    taken: tuple[tuple[Sentence, str], ...]
    next_price: str
    n_taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """Time at hand: when it began, how many minutes are usual, and when it ends where that is enforced."""

    since: str
    until: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """The answer's form. `locked`: the answer is in, and its grade failed; it can be asked for again.

    `probe`: what the interviewer asks once the first version is in; the next one is the last.
    """

    situation: SituationView
    predicted: str
    action: str
    draft_action: str
    open_book_action: str
    hint_action: str
    attempt_id: str
    text: str
    revision: int
    limit: str
    problem: str
    locked: bool
    probe: str
    hints: HintsView
    clock: ClockView
    may_open_book: bool
    instrument: InstrumentView | None


def situation_view(
    question: PublicQuestion, *, step: Step, attempt: Attempt | None = None, paths: tuple[str | None, ...] = ()
) -> SituationView:
    """The question as candidates see it at any step; topic, slug and place in the path are not in it."""
    follow_up = ("follow-up",) if attempt is not None and attempt.variation is not None else ()
    return SituationView(
        title=question.title,
        tags=(*follow_up, f"{question.minutes} min", f"level: {question.level}"),
        prompt=question.prompt,
        given=given_rows(question.given),
        measured=None if question.profile is None else measured_view(question.profile),
        rail=parts.rail(STEP_LABELS, now=_STEP_INDEX[step], paths=paths),
    )


def read_view(question: PublicQuestion, *, before: Sequence[PublicQuestion] = (), begun: str | None = None) -> ReadView:
    """The question with a button that starts an attempt, one that was begun, and what is better met before."""
    return ReadView(
        situation=situation_view(question, step=Step.READ),
        start=f"/q/{question.public_id}/attempts",
        before=tuple((other.title, f"/q/{other.public_id}") for other in before),
        begun="" if begun is None else f"/attempts/{begun}",
    )


def predict_view(
    question: PublicQuestion, attempt: Attempt, *, typed: Mapping[str, str], problems: Mapping[str, str]
) -> PredictView:
    """The prediction: one fixed list of components and resources per phase, one number, how sure."""
    phase: Phase = question.phase
    return PredictView(
        situation=situation_view(question, step=Step.PREDICT, attempt=attempt),
        action=f"/attempts/{attempt.id}/prediction",
        components=tuple(parts.Choice(value=option.id, label=option.label) for option in component_options(phase)),
        resources=tuple(parts.Choice(value=option.id, label=option.label) for option in resource_options()),
        ask=question.ask.text,
        unit="×" if question.ask.unit == "x" else question.ask.unit,
        number_hint=EXAMPLES.get(question.ask.unit, ""),
        typed={**dict.fromkeys(_FIELDS, ""), "confidence": "70", **typed},
        problems={**dict.fromkeys(_FIELDS, ""), **problems},
        has_problems=bool(problems),
        may_open_book=attempt.terms.allows_instrument and question.main is not None,
    )


def answer_view(
    question: PublicQuestion,
    attempt: Attempt,
    *,
    hints: HintsView,
    instrument: InstrumentView | None,
    text: str | None = None,
    problem: str = "",
) -> AnswerView:
    """The answer, with the draft as it was last kept, or as it was just typed when it was refused."""
    base = f"/attempts/{attempt.id}"
    draft = attempt.draft if attempt.answer is None else attempt.answer
    return AnswerView(
        situation=situation_view(question, step=Step.ANSWER, attempt=attempt),
        predicted=predicted_sentence(question, attempt.prediction),
        action=f"{base}/answer",
        draft_action=f"{base}/draft",
        open_book_action=f"{base}/open-book",
        hint_action=f"{base}/hint",
        attempt_id=attempt.id,
        text=draft if text is None else text,
        revision=attempt.draft_revision,
        limit=count(ANSWER_LIMIT),
        problem=problem,
        locked=attempt.answer_locked,
        probe="" if attempt.first_answer is None else question.probe,
        hints=hints,
        clock=clock_view(question, attempt),
        may_open_book=attempt.terms.allows_instrument and question.main is not None and not attempt.open_book,
        instrument=instrument,
    )


def hints_view(attempt: Attempt, taken: Sequence[Hint], next_price: int | None) -> HintsView:
    """Hints as they were released."""
    return HintsView(
        taken=tuple((written(hint.text), f"−{hint.price}") for hint in taken),
        next_price="" if next_price is None else f"−{next_price}",
        n_taken=attempt.hints,
    )


def clock_view(question: PublicQuestion, attempt: Attempt) -> ClockView:
    """The clock of an answer: from the prediction on; a deadline where a mock sets one."""
    since = attempt.started_at if attempt.prediction is None else attempt.prediction.at
    deadline = attempt.terms.deadline
    usual = f"{question.minutes} min are usual"
    return ClockView(
        since=since.isoformat(),
        until="" if deadline is None else deadline.isoformat(),
        words=usual if deadline is None else f"until {deadline:%H:%M} UTC",
    )


def predicted_sentence(question: PublicQuestion, prediction: Prediction | None) -> str:
    """The prediction in one sentence, as it was locked."""
    if prediction is None:
        return ""
    labels = {option.id: option.label for option in (*component_options(question.phase), *resource_options())}
    words = [_first(labels.get(prediction.component, prediction.component))]
    if prediction.resource is not None:
        words.append(f"bound by {_first(labels.get(prediction.resource, prediction.resource)).lower()}")
    if prediction.number is not None:
        words.append(quantity(prediction.number, question.ask.unit))
    return f"You predicted: {', '.join(words)}; {prediction.confidence} % sure."


def _first(label: str) -> str:
    return label.split(":")[0].split(",")[0]
