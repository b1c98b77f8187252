"""Quick estimates: the open question, the guesses so far beside the engine's values, the score."""

from dataclasses import dataclass

from app.practice.estimate_round import EstimateRound, points, score, times_off
from app.practice.estimates import N_IN_A_ROUND, Estimate
from app.practice.reading import EXAMPLES
from app.web.format import SPACE, count, number, percent, quantity, times

_FAR = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessRow:
    """A question that has its guess."""

    words: str
    guess: str
    engine: str
    off: str
    points: int
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """A round: the open question, or the end."""

    action: str
    place: int
    n: int
    words: str
    given: str
    hint: str
    typed: str
    problem: str
    rows: tuple[GuessRow, ...]
    is_over: bool
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersView:
    """The way in: how it goes, the rounds so far."""

    n: int
    rounds: tuple[tuple[str, str, str], ...]


def round_view(played: EstimateRound, *, typed: str = "", problem: str = "") -> RoundView:
    """The round as it stands; of questions without a guess only the open one is shown, and no value."""
    asked, place = played.asked, len(played.guesses)
    found = score(played)
    return RoundView(
        action=f"/numbers/{played.id}",
        place=place,
        n=N_IN_A_ROUND,
        words="" if played.is_over else asked[place].words,
        given="" if played.is_over else asked[place].given,
        hint="" if played.is_over else EXAMPLES[asked[place].unit],
        typed=typed,
        problem=problem,
        rows=tuple(_row(guess, one) for guess, one in zip(played.guesses, asked, strict=False)),
        is_over=played.is_over,
        summary="" if found is None else f"{found.points:.0f} points; {_off(found.times_off)} in the median",
    )


def numbers_view(rounds: tuple[EstimateRound, ...]) -> NumbersView:
    """The page before a round."""
    rows = []
    for played in rounds:
        found = score(played)
        state = f"{len(played.guesses)} of {N_IN_A_ROUND}" if not played.is_over else ""
        words = "no guess yet" if found is None else f"{found.points:.0f} points, {_off(found.times_off)}"
        rows.append(
            (f"/numbers/{played.id}", f"{played.started_at:%Y-%m-%d}", f"{words}{f' ({state})' if state else ''}")
        )
    return NumbersView(n=N_IN_A_ROUND, rounds=tuple(rows))


# Private


def _row(guess: float, one: Estimate) -> GuessRow:
    return GuessRow(
        words=one.words,
        guess=_written(guess, one.unit),
        engine=_written(one.value, one.unit),
        off=_off(times_off(guess, one.value)),
        points=points(guess, one.value),
        how=one.how,
    )


def _off(factor: float) -> str:
    if factor > _FAR:
        return f"more than {count(_FAR)}× off"
    return "exact" if factor < 1.005 else f"{times(factor)} off"


def _written(value: float, unit: str) -> str:
    if unit == "%":
        return percent(value)
    if unit == "sequence":
        return f"{count(value) if value >= 1 else number(value)}{SPACE}sequences"
    return quantity(value, unit)
