"""What ran, kernel by kernel, with all that is known about each: one form for devices and for a CPU's operators."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.engine.groups import Group
from app.profile.classify import Clues, kind_of_kernel
from app.profile.kinds import Kind, is_backward
from app.profile.order import groups_by_order
from app.profile.scopes import Nesting, kind_of_operator, scope_name
from app.profile.shapes import Sizes, Work, gemm_sizes, work_of
from app.profile.trace import Activities, Floats, Ints, Launches, SpanKind, Trace

_SPECIFIC = frozenset(
    {
        Kind.LOSS,
        Kind.EMBEDDING,
        Kind.OPTIMIZER,
        Kind.SOFTMAX,
        Kind.NORM,
        Kind.ROUTING,
        Kind.SAMPLING,
        Kind.ATTENTION,
        Kind.ACTIVATION,
    }
)
_PRODUCTS = frozenset({Kind.BATCHED_GEMM, Kind.EXPERT_GEMM})
_WORKING = frozenset({Kind.GEMM, Kind.BATCHED_GEMM, Kind.ATTENTION})
_NAMELESS = frozenset({Kind.ELEMENTWISE, Kind.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Running:
    """Intervals in which something ran [s]; `place` is the innermost span that launched it, or -1.

    An operator of a CPU that others interrupt has several intervals; `first` marks the one that counts as its call.
    """

    start: Floats
    end: Floats
    name: Ints
    stream: Ints
    place: Ints
    launched: Floats  # when the host had launched it; not a number where that was not recorded
    first: Ints
    moved: Floats

    def __len__(self) -> int:
        return len(self.start)


def on_device(trace: Trace, nest: Nesting, device: int) -> Running:
    """The kernels and copies of one device, each with the scope of its launch."""
    ran = trace.activities.taken(trace.activities.device == device)
    ran = ran.taken(np.argsort(ran.start, kind="stable"))
    thread, at, launched = _launches_of(ran, trace.launches)
    place = [nest.innermost(int(one), float(time)) if one >= 0 else -1 for one, time in zip(thread, at, strict=True)]
    return Running(
        start=ran.start,
        end=ran.end,
        name=ran.name,
        stream=ran.stream,
        place=np.array(place, np.int64),
        launched=launched,
        first=np.ones(len(ran), np.int64),
        moved=ran.bytes_moved,
    )


def on_cpu(nest: Nesting) -> Running:
    """The operators of a CPU trace, each for the time in which no operator inside it ran."""
    rows = list(_own_intervals(nest))
    start, end, place, first = (np.array(column) for column in zip(*rows, strict=True)) if rows else (np.empty(0),) * 4
    places = place.astype(np.int64)
    order = np.argsort(start, kind="stable")
    places = places[order]
    return Running(
        start=start[order],
        end=end[order],
        name=nest.name[places],
        stream=nest.thread[places],
        place=places,
        launched=np.full(len(places), np.nan),
        first=first[order].astype(np.int64),
        moved=np.zeros(len(places)),
    )


def busiest_device(activities: Activities) -> int:
    """The device with the most time in kernels."""
    devices = np.unique(activities.device)
    time = [(activities.end - activities.start)[activities.device == one].sum() for one in devices]
    return int(devices[int(np.argmax(time))])


@dataclass(frozen=True, slots=True)
class Known:
    """Clues about one interval, the text that shows them, and the work that is counted with it."""

    clues: Clues
    operator: str
    sizes: Sizes | None
    work: Work


def known(trace: Trace, nest: Nesting, running: Running) -> list[Known]:
    """What is known of each interval, in order."""
    return _Reader(trace, nest, running).all()


class _Reader:
    """Reads clues, keeping what is asked for again and again."""

    def __init__(self, trace: Trace, nest: Nesting, running: Running) -> None:
        self._trace, self._nest, self._running = trace, nest, running
        self._operators: dict[int, list[tuple[int, Kind, str]]] = {}
        self._counted: set[int] = set()
        self._scores = self._score_dims()

    def all(self) -> list[Known]:
        running, names = self._running, self._trace.names
        kinds, by_operator, backward = [], [], []
        for name, place in zip(running.name.tolist(), running.place.tolist(), strict=True):
            kind, told = self._kind(names[name], place)
            kinds.append(kind)
            by_operator.append(told)
            backward.append(is_backward(names[name]) or self._in_backward(place))
        order = self._by_order(kinds, backward)
        return [
            self._known(at, kinds[at], told=by_operator[at], backward=backward[at], by_order=order.get(at))
            for at in range(len(kinds))
        ]

    def _known(self, at: int, kind: Kind, *, told: bool, backward: bool, by_order: Group | None) -> Known:
        place = int(self._running.place[at])
        sizes = self._sizes(place) if kind is Kind.GEMM else None
        role = self._nest.role_at(place)
        scope = int(self._nest.scope[place]) if place >= 0 else -1
        clues = Clues(
            kind=kind,
            by_operator=told,
            role=role,
            scope=scope_name(self._trace.names[scope]) if scope >= 0 else "",
            by_order=by_order,
            on_scores=self._on_scores(kind, place),
        )
        around = self._around(place)
        return Known(
            clues=clues,
            operator=next((name for _, one, name in around if one is kind), around[0][2] if around else ""),
            sizes=sizes,
            work=self._work(at, place, kind, backward=backward),
        )

    def _kind(self, name: str, place: int) -> tuple[Kind, bool]:
        """What an interval does, and whether its operator told so."""
        around = self._around(place)
        kind = kind_of_operator(name) if self._is_operator(name, place) else kind_of_kernel(name)
        if kind in _NAMELESS:
            told = next((one for _, one, _ in around if one in _SPECIFIC), None)
            if told is not None:
                return told, True
            if kind is Kind.UNKNOWN and around and around[0][1] is not Kind.UNKNOWN:
                return around[0][1], True
        if kind is Kind.GEMM:
            product = next((one for _, one, _ in around if one in _PRODUCTS or one is Kind.GEMM), Kind.GEMM)
            return product, product is not Kind.GEMM
        return kind, self._is_operator(name, place)

    def _is_operator(self, name: str, place: int) -> bool:
        return place >= 0 and self._trace.names[int(self._nest.name[place])] is name

    def _around(self, place: int) -> list[tuple[int, Kind, str]]:
        """The operators around a place with their kinds, the innermost first."""
        if place < 0:
            return []
        found = self._operators.get(place)
        if found is None:
            names = self._trace.names
            found = []
            for each in self._nest.operators(place):
                name = names[int(self._nest.name[each])]
                found.append((each, kind_of_operator(name), name))
            self._operators[place] = found
        return found

    def _in_backward(self, place: int) -> bool:
        return any(is_backward(name) or name.startswith("autograd::engine") for _, _, name in self._around(place))

    def _sizes(self, place: int) -> Sizes | None:
        for each, kind, _ in self._around(place):
            shape = int(self._nest.shape[each])
            if kind is Kind.GEMM and shape >= 0:
                return gemm_sizes(self._trace.shapes[shape])
        return None

    def _work(self, at: int, place: int, kind: Kind, *, backward: bool) -> Work:
        """The work of the operator that launched this, counted with the first kernel it launched."""
        if self._running.moved[at]:
            return Work(0.0, float(self._running.moved[at]))
        if kind in (Kind.COPY, Kind.COMMUNICATION):
            return Work()
        for each, operator, _ in self._around(place):
            shape = int(self._nest.shape[each])
            if shape < 0 or (kind in _WORKING and operator not in _WORKING):
                continue
            if each in self._counted:
                return Work()
            self._counted.add(each)
            return work_of(operator if kind in _WORKING else kind, self._trace.shapes[shape], backward=backward)
        return Work()

    def _score_dims(self) -> set[tuple[int, ...]]:
        """Dims of what a softmax of an unfused attention reads: [..., queries, keys]."""
        found: set[tuple[int, ...]] = set()
        shaped = self._nest.shape >= 0
        pairs = zip(self._nest.name[shaped].tolist(), self._nest.shape[shaped].tolist(), strict=True)
        for number, shape in set(pairs):
            if kind_of_operator(self._trace.names[number]) is Kind.SOFTMAX:
                found.update(dims for dims in self._trace.shapes[shape].dims[:1] if len(dims) in (3, 4))
        return found

    def _on_scores(self, kind: Kind, place: int) -> bool:
        if kind is not Kind.ELEMENTWISE or not self._scores:
            return False
        for each, _, _ in self._around(place)[:2]:
            shape = int(self._nest.shape[each])
            if shape >= 0:
                return any(dims in self._scores for dims in self._trace.shapes[shape].dims[:2])
        return False

    def _by_order(self, kinds: Sequence[Kind], backward: Sequence[bool]) -> dict[int, Group]:
        found: dict[int, Group] = {}
        for stream in np.unique(self._running.stream):
            places = np.flatnonzero((self._running.stream == stream) & (self._running.first == 1)).tolist()
            told = groups_by_order([kinds[at] for at in places], [backward[at] for at in places])
            found.update({places[index]: group for index, group in told.items()})
        return _spread_over_calls(found, self._running)


def _spread_over_calls(found: dict[int, Group], running: Running) -> dict[int, Group]:
    """Give all intervals of one operator what its first one was told."""
    if not found or bool((running.first == 1).all()):
        return found
    of_place = {int(running.place[at]): group for at, group in found.items()}
    return {at: of_place[place] for at, place in enumerate(running.place.tolist()) if place in of_place}


def _launches_of(ran: Activities, launches: Launches) -> tuple[Ints, Floats, Floats]:
    """Thread, start and end of the launch of each activity; -1 and not a number where none was recorded."""
    thread = np.full(len(ran), -1, np.int64)
    at, done = np.full(len(ran), np.nan), np.full(len(ran), np.nan)
    if not len(launches):
        return thread, at, done
    order = np.argsort(launches.correlation, kind="stable")
    known = launches.correlation[order]
    place = np.minimum(np.searchsorted(known, ran.correlation), len(known) - 1)
    same = (known[place] == ran.correlation) & (ran.correlation >= 0)
    chosen = order[place]
    thread[same], at[same], done[same] = (
        launches.thread[chosen][same],
        launches.start[chosen][same],
        launches.end[chosen][same],
    )
    return thread, at, done


def _own_intervals(nest: Nesting) -> Iterator[tuple[float, float, int, int]]:
    """(start, end, place, whether the first) of each operator, without the operators inside it."""
    children: dict[int, list[int]] = {}
    above = _operators_above(nest)
    for place, around in enumerate(above):
        if around >= 0 and nest.kind[place] == SpanKind.OPERATOR:
            children.setdefault(around, []).append(place)
    for place in np.flatnonzero(nest.kind == SpanKind.OPERATOR).tolist():
        at, first = float(nest.start[place]), 1
        until = float(nest.end[place])
        for child in children.get(place, ()):
            begins = min(float(nest.start[child]), until)
            yield at, max(begins, at), place, first
            at, first = max(at, min(float(nest.end[child]), until)), 0
        yield at, until, place, first


def _operators_above(nest: Nesting) -> list[int]:
    """The next operator around each place, past annotations and modules."""
    parents, kinds = nest.parent.tolist(), nest.kind.tolist()
    above = [-1] * len(parents)
    for place, around in enumerate(parents):
        if around >= 0:
            above[place] = around if kinds[around] == SpanKind.OPERATOR else above[around]
    return above
