"""What a grade would be today: who moves, by how much, through which change, and which criteria turned."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

Score = Mapping[str, Any]  # as `score_to_mapping` writes it and as it is stored; older ones may hold less


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The same answer graded with one thing more as it is today; `words` name that thing, as in "rubric 1 to 2"."""

    words: str
    score: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A criterion that is met otherwise than it was; "" where it was or is not there."""

    id: str
    before: str
    after: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What was changed, and the points it moved."""

    words: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A grade as it was given and as it would be today."""

    id: str | int
    question: str
    before: int
    after: int
    axes: Mapping[str, tuple[int, int]]  # those that differ
    causes: tuple[Cause, ...]
    turned: tuple[Turned, ...]

    @property
    def points(self) -> int:
        return self.after - self.before

    @property
    def moves(self) -> bool:
        return bool(self.points or self.axes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The movements of one question, or of all."""

    question: str
    n: int
    n_moving: int
    mean: float  # over those that move
    smallest: int
    largest: int


def movement(name: str | int, question: str, given: Score, stages: Sequence[Stage]) -> Movement:
    """From the grade that was given, through stages, to today's, which is the last of them."""
    now = stages[-1].score
    marks = [given["overall"], *(stage.score["overall"] for stage in stages)]
    return Movement(
        id=name,
        question=question,
        before=marks[0],
        after=marks[-1],
        axes={
            axis: (level, now["axes"][axis])
            for axis, level in given["axes"].items()
            if axis in now["axes"] and level != now["axes"][axis]
        },
        causes=tuple(
            Cause(words=stage.words, points=mark - before)
            for stage, before, mark in zip(stages, marks, marks[1:], strict=False)
        ),
        turned=tuple(_turned(given.get("criteria"), now.get("criteria"))),
    )


def versions_in_words(given: Score, now: Score) -> str:
    """ "engine 1 to 2, grader 1 to 2", what is the same left out."""
    pairs = [(name, given.get(f"{name}_version", ""), now.get(f"{name}_version", "")) for name in ("engine", "grader")]
    changed = [f"{name} {before or 'unknown'} to {after}" for name, before, after in pairs if before != after]
    return ", ".join(changed) or "engine and grader under the same versions"


def rubrics_in_words(given: Score, now: Score) -> str:
    """ "rubric 1 to 2"; the same version with other content says so."""
    before, after = given.get("rubric", {}), now.get("rubric", {})
    if before.get("version") != after.get("version"):
        return f"rubric {before.get('version', 'unknown')} to {after.get('version')}"
    what = "rubric" if before.get("sha256") != after.get("sha256") else "key or prompt"
    return f"{what} edited under the same version"


def all_in_words(given: Score, now: Score) -> str:
    """Rubric, engine and grader at once, where they cannot be told apart."""
    if "rubric" not in given:
        return "rubric, engine or grader; the grades were written without --details"
    return f"{rubrics_in_words(given, now)}, {versions_in_words(given, now)}"


def sums(movements: Sequence[Movement]) -> tuple[Sum, ...]:
    """One for each question, in their order, then one for all."""
    names = dict.fromkeys(one.question for one in movements)
    each = tuple(_sum(name, [one for one in movements if one.question == name]) for name in names)
    return (*each, _sum("all", movements))


def _sum(question: str, movements: Sequence[Movement]) -> Sum:
    points = [one.points for one in movements if one.moves]
    return Sum(
        question=question,
        n=len(movements),
        n_moving=len(points),
        mean=fmean(points) if points else 0.0,
        smallest=min(points, default=0),
        largest=max(points, default=0),
    )


def _turned(given: Sequence[Score] | None, now: Sequence[Score] | None) -> Iterator[Turned]:
    if given is None or now is None:  # a batch without details
        return
    before, after = ({item["id"]: item for item in criteria} for criteria in (given, now))
    for name in sorted(before | after):
        was, is_ = (side.get(name, {}).get("status", "") for side in (before, after))
        if was != is_:
            yield Turned(id=name, before=was, after=is_, words=(after.get(name) or before[name])["why"])
