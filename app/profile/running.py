"""What ran, call by call: one form for the kernels of a device and for the operators of a CPU."""

from dataclasses import dataclass

import numpy as np

from app.profile.operators import Operators
from app.profile.scopes import Nesting
from app.profile.trace import Activities, Floats, Ints, Launches, SpanKind, Trace

_OPERATOR = int(SpanKind.OPERATOR)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Running:
    """Intervals in which something ran [s], in order of their start, and the calls that they belong to.

    A kernel has one interval; an operator of a CPU has several where others run inside it. By call: the number of its
    name, its stream, the innermost span that launched it (-1: none), when the host had launched it (not a number:
    not recorded), whether that was as a part of a captured graph, when it started, and the bytes that it says to move.
    """

    start: Floats
    end: Floats
    call: Ints
    name: Ints
    stream: Ints
    place: Ints
    launched: Floats
    in_graph: Ints
    began: Floats
    moved: Floats
    on_cpu: bool

    @property
    def n_calls(self) -> int:
        """Kernels, copies or operators."""
        return len(self.name)

    def by_call(self, time: Floats) -> Floats:
        """Sums over the intervals of each call."""
        return np.bincount(self.call, weights=time, minlength=self.n_calls).astype(np.float64)


def on_device(trace: Trace, nest: Nesting, device: int) -> Running:
    """The kernels and copies of one device, each with the scope of its launch."""
    ran = trace.activities.taken(trace.activities.device == device)
    ran = ran.taken(np.argsort(ran.start, kind="stable"))
    thread, at, launched, in_graph = _launches_of(ran, trace.launches)
    place = [
        nest.innermost(one, time) if one >= 0 else -1 for one, time in zip(thread.tolist(), at.tolist(), strict=True)
    ]
    return Running(
        start=ran.start,
        end=ran.end,
        call=np.arange(len(ran)),
        name=ran.name,
        stream=ran.stream,
        place=np.array(place, np.int64),
        launched=launched,
        in_graph=in_graph,
        began=ran.start,
        moved=ran.bytes_moved,
        on_cpu=False,
    )


def on_cpu(nest: Nesting, operators: Operators) -> Running:
    """The operators of a CPU trace, each for the time in which no operator inside it ran."""
    places = np.flatnonzero(nest.kind == _OPERATOR)
    start, end, call = _own_intervals(nest, operators, places)
    order = np.argsort(start, kind="stable")
    return Running(
        start=start[order],
        end=end[order],
        call=call[order],
        name=nest.name[places],
        stream=nest.thread[places],
        place=places,
        launched=np.full(len(places), np.nan),
        in_graph=np.zeros(len(places), np.int64),
        began=nest.start[places],
        moved=np.zeros(len(places)),
        on_cpu=True,
    )


def busiest_device(activities: Activities) -> int:
    """The device with the most time in kernels."""
    devices = np.unique(activities.device)
    time = [(activities.end - activities.start)[activities.device == one].sum() for one in devices]
    return int(devices[int(np.argmax(time))])


def _launches_of(ran: Activities, launches: Launches) -> tuple[Ints, Floats, Floats, Ints]:
    """Thread, start and end of the launch of each activity, and whether of a graph; -1 and not a number without one."""
    thread, graph = np.full(len(ran), -1, np.int64), np.zeros(len(ran), np.int64)
    at, done = np.full(len(ran), np.nan), np.full(len(ran), np.nan)
    if not len(launches):
        return thread, at, done, graph
    order = np.argsort(launches.correlation, kind="stable")
    known = launches.correlation[order]
    place = np.minimum(np.searchsorted(known, ran.correlation), len(known) - 1)
    same = (known[place] == ran.correlation) & (ran.correlation >= 0)
    chosen = order[place]
    thread[same], at[same], done[same], graph[same] = (
        launches.thread[chosen][same],
        launches.start[chosen][same],
        launches.end[chosen][same],
        launches.graph[chosen][same],
    )
    return thread, at, done, graph


def _own_intervals(nest: Nesting, operators: Operators, places: Ints) -> tuple[Floats, Floats, Ints]:
    """Start, end and call of each stretch of an operator outside the operators inside it.

    An operator's time goes on from where the last one inside it ended; the stretches without length are left out.
    """
    call_of = np.full(len(nest.kind), -1, np.int64)
    call_of[places] = np.arange(len(places))
    starts, ends = nest.start.tolist(), nest.end.tolist()
    reached = list(starts)
    rows: list[tuple[float, float, int]] = []
    for place in places.tolist():
        around = operators.above[place]
        if around < 0:
            continue
        begins, until = min(starts[place], ends[around]), min(ends[place], ends[around])
        if begins > reached[around]:
            rows.append((reached[around], begins, around))
        reached[around] = max(reached[around], until)
    rows += [(reached[place], ends[place], place) for place in places.tolist() if ends[place] > reached[place]]
    if not rows:
        return np.empty(0), np.empty(0), np.empty(0, np.int64)
    start, end, place_of = (np.array(column) for column in zip(*rows, strict=True))
    return start, end, call_of[place_of]
