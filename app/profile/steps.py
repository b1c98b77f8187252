"""Steps in a trace: from annotations, else from what repeats; the first ones left out where they warm up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

import numpy as np

from app.profile.trace import Floats, Ints

_ANNOTATED = (
    re.compile(r"^ProfilerStep#\d+$"),
    re.compile(r"(?i)^(train(ing)?[_ ]?)?(step|iter(ation)?|batch)[ _#:=]*\d+$"),
    re.compile(r"^execute_(model|context)"),
)
WARM_UP = 1.5
"""A first step that takes more than this many times the usual one is taken for warming up."""

_CUT_OFF = 0.5
_ALIKE = 0.02
_COVERED = 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Which part of a recording counts [s since its start], and how it was found: annotation, repetition or whole."""

    found_by: str
    bounds: tuple[float, ...]
    n_left_out: int = 0
    note: str = ""

    @property
    def n_steps(self) -> int:
        """Steps that count."""
        return len(self.bounds) - 1

    @property
    def start(self) -> float:
        """Where the first step that counts begins [s]."""
        return self.bounds[0]

    @property
    def end(self) -> float:
        """Where the last one ends [s]."""
        return self.bounds[-1]

    @property
    def durations(self) -> tuple[float, ...]:
        """How long each took [s]."""
        return tuple(after - before for before, after in pairwise(self.bounds))


def annotation_pattern(names: Sequence[str]) -> re.Pattern[str] | None:
    """The first way of annotating steps that occurs among the names."""
    return next((pattern for pattern in _ANNOTATED if any(pattern.match(name) for name in names)), None)


def annotated_steps(bounds: list[tuple[float, float]], last_end: float) -> Steps | None:
    """Steps from (first work, end on the host) of each annotation; the last ends with its work, or on the host."""
    if not bounds:
        return None
    starts = [start for start, _ in bounds]
    runs_on = last_end > bounds[-1][1]
    return _counted("annotation", [*starts, max(last_end, bounds[-1][1])], runs_on=runs_on)


def repeated_steps(name: Ints, start: Floats, time: Floats) -> Steps | None:
    """Steps between occurrences of a kernel that come at equal distances with equal kernels between them.

    The rarest such kernel is taken, so that a step is found and not a layer: whatever lies outside the
    repetition must occur inside it too, which the ends of a model do not in a single pass through its layers.
    """
    if len(name) < 4:
        return None
    values, counts = np.unique(name, return_counts=True)
    for value in values[np.argsort(counts, kind="stable")]:
        places = np.flatnonzero(name == value)
        if len(places) >= 3 and _repeats(name, time, places):
            return _counted("repetition", [float(at) for at in start[places]], runs_on=False)
    return None


def whole_recording(start: float, end: float) -> Steps:
    """Everything from the first work to the last, as one step."""
    return Steps(found_by="whole", bounds=(start, end), note="No steps were found: the whole recording counts as one.")


def _repeats(name: Ints, time: Floats, places: Ints) -> bool:
    lengths = np.diff(places)
    if lengths.min() < 3 or lengths.max() - lengths.min() > max(_ALIKE * lengths.mean(), 0):
        return False
    inside = name[places[0] : places[-1]]
    shares = [np.bincount(name[a:b], minlength=int(name.max()) + 1) for a, b in pairwise(places)]
    alike = all(np.minimum(one, shares[0]).sum() >= (1 - _ALIKE) * one.sum() for one in shares[1:])
    if not alike:
        return False
    outside = np.concatenate([np.arange(places[0]), np.arange(places[-1], len(name))])
    known = np.isin(name[outside], inside)
    total = time[outside].sum()
    return bool(total == 0 or time[outside][known].sum() >= _COVERED * total)


def _counted(found_by: str, bounds: list[float], *, runs_on: bool) -> Steps:
    """Without steps at the start that warm up, and without a last one whose end the recording does not show.

    Where the device lags behind the host, the work of the last step runs on alone after the host has ended it.
    """
    durations = [after - before for before, after in pairwise(bounds)]
    usual = durations[-1] if len(durations) < 3 else median_low(durations)
    first, last = 0, len(durations)
    if last >= 3 and (durations[-1] < _CUT_OFF * usual or (runs_on and durations[-1] > WARM_UP * usual)):
        last -= 1
    while first < last - 1 and durations[first] > WARM_UP * usual:
        first += 1
    words = []
    if first:
        words.append(f"{first} at the start, more than {WARM_UP} times as long as the others")
    if last < len(durations):
        words.append("1 at the end, cut off or still running after its end on the host")
    return Steps(
        found_by=found_by,
        bounds=tuple(bounds[first : last + 1]),
        n_left_out=len(durations) - (last - first),
        note=f"Left out: {'; '.join(words)}." if words else "",
    )
