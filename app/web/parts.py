"""What the macros take: frozen values with every text already written."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class StepState(StrEnum):
    """Where a step of the rail stands."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class RailStep:
    label: str
    state: StepState
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisScore:
    """One of the five axes: level 0 to 4; `low` marks the one that held the answer back."""

    label: str
    level: int
    low: bool = False

    @property
    def pips(self) -> tuple[bool, ...]:
        return tuple(level <= self.level for level in range(1, 5))


class Mark(StrEnum):
    """How a stretch of the answer was read."""

    GOOD = "good"
    NEAR = "near"
    OFF = "off"


MARK_WORDS = {Mark.GOOD: "right", Mark.NEAR: "nearly right", Mark.OFF: "wrong"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSpan:
    """Characters start to end of the answer, and the note that speaks about them."""

    start: int
    end: int
    mark: Mark
    note: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of the answer, plain where mark is None; notes follow its last character."""

    text: str
    mark: Mark | None = None
    notes: tuple[int, ...] = ()

    @property
    def spoken(self) -> str:
        return MARK_WORDS[self.mark] if self.mark else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark under the answer: what was right first, in bold, then the engine's number."""

    n: int
    head: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option of a radio card or a select."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """A number field that a script mirrors with a range; it works without the script."""

    name: str
    label: str
    value: str
    lower: str
    upper: str
    unit: str = ""
    step: str = "1"
    log: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """A choice among a few: a chip, a model, a degree."""

    name: str
    label: str
    value: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersTable:
    """The figures of a chart as a table; the first column names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    binding: int | None = None
    """The row that binds, counted from 0."""


def marked(text: str, spans: Sequence[MarkedSpan]) -> tuple[Piece, ...]:
    """The text cut at its marks; where two overlap the later one starts where the earlier one ends."""
    pieces: list[Piece] = []
    at = 0
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        start = min(max(span.start, at), len(text))
        end = min(max(span.end, start), len(text))
        if start > at:
            pieces.append(Piece(text=text[at:start]))
            at = start
        if end > start:
            pieces.append(Piece(text=text[start:end], mark=span.mark, notes=(span.note,)))
            at = end
        else:
            pieces.append(Piece(text="", notes=(span.note,)))
    if at < len(text):
        pieces.append(Piece(text=text[at:]))
    return tuple(pieces)


def rail(labels: Sequence[str], *, now: int, paths: Sequence[str | None] = ()) -> tuple[RailStep, ...]:
    """The step rail with one step current, counted from 0."""
    states = [StepState.DONE if i < now else StepState.NOW if i == now else StepState.AHEAD for i in range(len(labels))]
    links = tuple(paths) or (None,) * len(labels)
    return tuple(
        RailStep(label=label, state=state, path=path) for label, state, path in zip(labels, states, links, strict=True)
    )
