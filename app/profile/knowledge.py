"""What is known about each call before it is booked: its kind, what surrounds it, its neighbours, its work."""

from dataclasses import dataclass, field

import numpy as np

from app.engine.groups import Group
from app.profile.classify import Clues, kind_of_kernel
from app.profile.kinds import Kind, is_backward
from app.profile.operators import PRODUCTS, WORKING, Operators
from app.profile.order import groups_by_order
from app.profile.running import Running
from app.profile.scopes import Nesting, kind_of_operator, scope_name
from app.profile.shapes import Sizes, Work, gemm_sizes, work_of
from app.profile.trace import Floats, Trace

_NAMELESS = frozenset({Kind.ELEMENTWISE, Kind.UNKNOWN})
_UNSHAPED = frozenset({Kind.COPY, Kind.COMMUNICATION})


@dataclass(frozen=True, slots=True)
class Known:
    """Clues about a call, the operator that tells its kind, and the sizes of its product."""

    clues: Clues
    operator: str = ""
    sizes: Sizes | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Knowledge:
    """What is known of each call, and the work that is counted with it [FLOP], [B]."""

    calls: list[Known]
    flops: Floats
    bytes_moved: Floats


def knowledge(trace: Trace, nest: Nesting, operators: Operators, running: Running) -> Knowledge:
    """What is known of each call, in the order of the calls."""
    return _Reader(trace, nest, operators, running).all()


@dataclass(slots=True)
class _Reader:
    """Reads call by call; what is alike is kept once, since a trace has millions of calls and few kinds of them."""

    trace: Trace
    nest: Nesting
    operators: Operators
    running: Running
    alike: dict[Known, Known] = field(default_factory=dict)
    works: dict[tuple[Kind, int, bool], Work] = field(default_factory=dict)
    sizes: dict[int, Sizes | None] = field(default_factory=dict)
    counted: set[int] = field(default_factory=set)
    scores: set[tuple[int, ...]] = field(default_factory=set)

    def all(self) -> Knowledge:
        running, names = self.running, self.trace.names
        self.scores = self._score_dims()
        backward_name = [is_backward(name) for name in names]
        kinds: list[Kind] = []
        told: list[bool] = []
        backward: list[bool] = []
        for name, place in zip(running.name.tolist(), running.place.tolist(), strict=True):
            kind, by_operator = self._kind(name, place)
            kinds.append(kind)
            told.append(by_operator)
            backward.append(backward_name[name] or (place >= 0 and self.operators.backward[place]))
        order = self._by_order(kinds, backward)
        flops, moved = np.zeros(running.n_calls), running.moved.copy()
        calls: list[Known] = []
        for call, place in enumerate(running.place.tolist()):
            calls.append(self._known(place, kinds[call], told[call], order.get(call)))
            if not moved[call]:
                work = self._work(place, kinds[call], backward[call])
                flops[call], moved[call] = work.flops, work.bytes_moved
        return Knowledge(calls=calls, flops=flops, bytes_moved=moved)

    def _known(self, place: int, kind: Kind, told: bool, by_order: Group | None) -> Known:  # noqa: FBT001 - a hot loop
        scope = int(self.nest.scope[place]) if place >= 0 else -1
        clues = Clues(
            kind=kind,
            by_operator=told,
            role=self.nest.role_at(place),
            scope=scope_name(self.trace.names[scope]) if scope >= 0 else "",
            by_order=by_order,
            on_scores=kind is Kind.ELEMENTWISE and self._on_scores(place),
        )
        sizes = self._sizes(place) if kind is Kind.GEMM else None
        found = Known(clues, self._teller(place, kind), sizes)
        return self.alike.setdefault(found, found)

    def _kind(self, name: int, place: int) -> tuple[Kind, bool]:
        """What a call does, and whether its operator told so."""
        itself = self.running.on_cpu  # an operator, and not a kernel that one launched
        text = self.trace.names[name]
        kind = kind_of_operator(text) if itself else kind_of_kernel(text)
        if place < 0:
            return kind, False
        operators = self.operators
        if kind in _NAMELESS:
            specific = operators.kind_at(operators.specific[place])
            if specific is not None:
                return specific, True
            own = operators.kind_at(operators.own[place])
            if kind is Kind.UNKNOWN and own is not None and own is not Kind.UNKNOWN:
                return own, True
        if kind is Kind.GEMM:
            product = operators.kind_at(operators.product[place]) or Kind.GEMM
            return product, itself or product is not Kind.GEMM
        return kind, itself

    def _teller(self, place: int, kind: Kind) -> str:
        """The operator that tells the kind, else the innermost one."""
        if place < 0:
            return ""
        operators = self.operators
        nearest = operators.product[place] if kind in PRODUCTS else operators.specific[place]
        found = nearest if operators.kind_at(nearest) is kind else operators.own[place]
        return self.trace.names[int(self.nest.name[found])] if found >= 0 else ""

    def _sizes(self, place: int) -> Sizes | None:
        working = self.operators.working[place] if place >= 0 else -1
        if working < 0 or self.operators.kind_at(working) is not Kind.GEMM:
            return None
        shape = int(self.nest.shape[working])
        if shape not in self.sizes:
            self.sizes[shape] = gemm_sizes(self.trace.shapes[shape])
        return self.sizes[shape]

    def _work(self, place: int, kind: Kind, backward: bool) -> Work:  # noqa: FBT001 - a hot loop
        """The work of the operator with a shape around a call, counted with its first call."""
        if place < 0 or kind in _UNSHAPED:
            return Work()
        found = self.operators.working[place] if kind in WORKING else self.operators.shaped[place]
        if found < 0 or found in self.counted or found in self.operators.wrapping:
            return Work()
        self.counted.add(found)
        shape = int(self.nest.shape[found])
        does = (self.operators.kind_at(found) or kind) if kind in WORKING else kind
        key = (does, shape, backward)
        if key not in self.works:
            self.works[key] = work_of(does, self.trace.shapes[shape], backward=backward)
        return self.works[key]

    def _score_dims(self) -> set[tuple[int, ...]]:
        """Dims of what a softmax of an unfused attention reads: [..., queries, keys]."""
        found: set[tuple[int, ...]] = set()
        shaped = self.nest.shape >= 0
        pairs = zip(self.nest.name[shaped].tolist(), self.nest.shape[shaped].tolist(), strict=True)
        for number, shape in set(pairs):
            if kind_of_operator(self.trace.names[number]) is Kind.SOFTMAX:
                found.update(dims for dims in self.trace.shapes[shape].dims[:1] if len(dims) in (3, 4))
        return found

    def _on_scores(self, place: int) -> bool:
        shaped = self.operators.shaped[place] if self.scores and place >= 0 else -1
        if shaped < 0:
            return False
        return any(dims in self.scores for dims in self.trace.shapes[int(self.nest.shape[shaped])].dims[:2])

    def _by_order(self, kinds: list[Kind], backward: list[bool]) -> dict[int, Group]:
        found: dict[int, Group] = {}
        running = self.running
        in_order = np.argsort(running.began, kind="stable")
        for stream in np.unique(running.stream):
            calls = in_order[running.stream[in_order] == stream].tolist()
            told = groups_by_order([kinds[call] for call in calls], [backward[call] for call in calls])
            found.update({calls[index]: group for index, group in told.items()})
        return found
