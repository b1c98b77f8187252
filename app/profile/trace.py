"""A trace as it was recorded: what ran on a device, what the host was doing, and which launched which.

Columns rather than objects, since a trace has millions of events. Times are in seconds since the first event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class SpanKind(IntEnum):
    """What a span on the host is."""

    OPERATOR = 0
    ANNOTATION = 1
    MODULE = 2


@dataclass(frozen=True, slots=True)
class Shape:
    """The tensors that an operator was given, as recorded: their dims, number formats, and whether a mask is causal."""

    dims: tuple[tuple[int, ...], ...]
    types: tuple[str, ...]
    causal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Activities:
    """What ran on devices: kernels, copies, fills. `name` and `correlation` are numbers; a missing one is -1."""

    start: Floats
    end: Floats
    name: Ints
    stream: Ints
    device: Ints
    correlation: Ints
    bytes_moved: Floats

    def __len__(self) -> int:
        return len(self.start)

    def taken(self, which: NDArray[Any]) -> "Activities":
        """Those at the given places, or where a mask is true."""
        return Activities(**{name: getattr(self, name)[which] for name in _COLUMNS})


_COLUMNS = ("start", "end", "name", "stream", "device", "correlation", "bytes_moved")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spans:
    """Nested spans on host threads, in any order. `sequence` ties a backward node to its forward operator."""

    start: Floats
    end: Floats
    name: Ints
    thread: Ints
    kind: Ints
    sequence: Ints
    forward_thread: Ints
    shape: Ints

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Launches:
    """Calls of the runtime that put work on a device, found by their correlation; `graph`: 1 for a captured graph."""

    correlation: Ints
    start: Floats
    end: Floats
    thread: Ints
    graph: Ints

    def __len__(self) -> int:
        return len(self.correlation)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the file says about the run itself."""

    format: str
    file: str = ""
    devices: tuple[str, ...] = ()
    rank: int | None = None
    world_size: int | None = None
    origin_us: float = 0.0  # the trace's own time of the first event [µs]
    n_events: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trace:
    """Everything that a timeline tells; names and shapes are kept once and referred to by number."""

    about: About
    names: Sequence[str]
    shapes: Sequence[Shape]
    activities: Activities
    spans: Spans
    launches: Launches
