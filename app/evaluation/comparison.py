"""A marker against the scorers, on all answers, by axis, by quality and by scenario."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.evaluation.agreement import BANDS, Numbers, band, bias, mean_error, quadratic_kappa, rank_correlation
from app.evaluation.answers import LabelledAnswer
from app.evaluation.baselines import baselines
from app.evaluation.marks import AXES, Marks, marks_of, mean_marks, scorers
from app.evaluation.resampling import Estimate, draws, estimated
from app.grading.score import Axis, Score

Chosen = NDArray[np.bool_]

GRADER = "the grader"
MIDDLE = (20, 80)  # where marking is hard: neither plainly good nor plainly empty
SEED = 20  # of the bootstrap: the same answers give the same intervals


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One marker: overall against the mean of the scorings, axes against each scoring, averaged."""

    name: str
    n: int
    kappa: Estimate
    error: Estimate
    rank: float
    n_middle: int
    middle_rank: Estimate
    middle_error: Estimate
    axis_kappa: Mapping[Axis, float]
    axis_error: Mapping[Axis, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The grader on some of the answers: those of one quality, or to one scenario."""

    name: str
    n: int
    kappa: float
    error: float
    bias: float
    rank: float
    read: float  # share of the sentences with content that gave a claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some of the answers under one heading: every marker, and the grader in parts."""

    name: str
    rows: tuple[Row, ...]  # the grader first, the scorers' own agreement last
    bands: tuple[Part, ...]
    scenarios: tuple[Part, ...]


def compared(
    answers: Sequence[LabelledAnswer],
    scores: Sequence[Score],
    *,
    keys: Mapping[str, str],
    seen: Sequence[str] | None = None,
) -> tuple[Group, ...]:
    """The grader's scores and every baseline on all answers; with `seen`, on those scenarios and on the others apart.

    `keys` holds the key's prose by scenario; `seen` names the scenarios whose answers were read while the rules were
    written.
    """
    markers = {GRADER: marks_of(scores), **baselines(answers, keys)}
    every = np.arange(len(answers))
    inside = np.array([seen is not None and labelled.answer.scenario in seen for labelled in answers])
    parts = {"All answers": every}
    if seen is not None:
        apart = {"In sample": every[inside], "Out of sample": every[~inside]}
        parts = (parts if inside.any() and not inside.all() else {}) | apart
    return tuple(
        _group(
            name,
            [answers[place] for place in places.tolist()],
            {marker: marks.at(places) for marker, marks in markers.items()},
            read=np.array([scores[place].coverage for place in places.tolist()]),
        )
        for name, places in parts.items()
        if places.size
    )


def _group(name: str, answers: Sequence[LabelledAnswer], markers: Mapping[str, Marks], *, read: Numbers) -> Group:
    given, truth, grader = scorers(answers), mean_marks(answers), markers[GRADER]
    rows = [_row(name, marks, given, truth) for name, marks in markers.items()]
    if len(given) > 1:
        rows.append(_row("one scorer against the other", given[0], given[1:], truth, against=given[1]))
    scenarios = np.array([labelled.answer.scenario for labelled in answers])
    return Group(
        name=name,
        rows=tuple(rows),
        bands=tuple(_part(name, grader, truth, read, chosen) for name, chosen in _bands(truth)),
        scenarios=tuple(_part(str(name), grader, truth, read, scenarios == name) for name in np.unique(scenarios)),
    )


def _row(name: str, marks: Marks, given: Sequence[Marks], truth: Marks, *, against: Marks | None = None) -> Row:
    """`truth` says which answers are in the middle; `against` is what the overall mark is held to, else the same."""
    own, wanted = marks.overall, (truth if against is None else against).overall
    every, middle = np.arange(len(own)), np.flatnonzero(_in_the_middle(truth))
    rng = np.random.default_rng(SEED)
    sampled, sampled_middle = draws(every, rng), draws(middle, rng)
    return Row(
        name=name,
        n=len(own),
        kappa=estimated(lambda at: quadratic_kappa(band(own[at]), band(wanted[at])), every, sampled),
        error=estimated(lambda at: mean_error(own[at], wanted[at]), every, sampled),
        rank=rank_correlation(own, wanted),
        n_middle=len(middle),
        middle_rank=estimated(lambda at: rank_correlation(own[at], wanted[at]), middle, sampled_middle),
        middle_error=estimated(lambda at: mean_error(own[at], wanted[at]), middle, sampled_middle),
        axis_kappa={axis: _mean([quadratic_kappa(marks.axis(axis), one.axis(axis)) for one in given]) for axis in AXES},
        axis_error={axis: _mean([mean_error(marks.axis(axis), one.axis(axis)) for one in given]) for axis in AXES},
    )


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _in_the_middle(truth: Marks) -> Chosen:
    return (truth.overall >= MIDDLE[0]) & (truth.overall <= MIDDLE[1])


def _bands(truth: Marks) -> Iterator[tuple[str, Chosen]]:
    own = band(truth.overall)
    for place, name in enumerate(BANDS):
        yield name, own == place
    yield f"{MIDDLE[0]} to {MIDDLE[1]}", _in_the_middle(truth)


def _part(name: str, grader: Marks, truth: Marks, read: Numbers, chosen: Chosen) -> Part:
    own, wanted = grader.overall[chosen], truth.overall[chosen]
    return Part(
        name=name,
        n=int(chosen.sum()),
        kappa=quadratic_kappa(band(own), band(wanted)),
        error=mean_error(own, wanted),
        bias=bias(own, wanted),
        rank=rank_correlation(own, wanted),
        read=float(read[chosen].mean()) if own.size else float("nan"),
    )
