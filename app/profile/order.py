"""Which block a matrix multiplication stands in, told by the kernels around it.

A transformer layer is norm, projections, attention, projection, norm, MLP, activation, MLP. So the kernels between two
norms that hold an attention are the attention block, those that hold an activation the MLP, and those that lead to the
loss, to sampling or to the next embedding the head. In a backward pass the same blocks come in the opposite order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.engine.groups import Group
from app.profile.kinds import Kind

_ENDS = frozenset({Kind.LOSS, Kind.SAMPLING, Kind.EMBEDDING, Kind.OPTIMIZER})
_TELLING = frozenset({Kind.NORM, Kind.ATTENTION, Kind.SOFTMAX, Kind.BATCHED_GEMM, Kind.ACTIVATION, Kind.GEMM, *_ENDS})


@dataclass(slots=True)
class _Segment:
    """The telling kernels between two norms: places in the sequence, with their kinds."""

    backward: bool
    places: list[int] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)

    def holds(self, *kinds: Kind) -> bool:
        return any(kind in kinds for kind in self.kinds)

    @property
    def has_attention(self) -> bool:
        return self.holds(Kind.ATTENTION, Kind.SOFTMAX)

    @property
    def has_end(self) -> bool:
        return self.holds(*_ENDS)


def groups_by_order(kinds: Sequence[Kind], backward: Sequence[bool]) -> dict[int, Group]:
    """The groups of the GEMMs of one stream, by place; those whose neighbours do not tell are left out."""
    segments = _segments(kinds, backward)
    found: dict[int, Group] = {}
    for at, segment in enumerate(segments):
        if segment.holds(Kind.GEMM):
            found.update(_told(segments, at))
    return found


def _segments(kinds: Sequence[Kind], backward: Sequence[bool]) -> list[_Segment]:
    segments = [_Segment(backward=False)]
    for place, kind in enumerate(kinds):
        if kind is Kind.NORM:
            if segments[-1].places or segments[-1].backward != backward[place]:
                segments.append(_Segment(backward=backward[place]))
        elif kind in _TELLING:
            segments[-1].places.append(place)
            segments[-1].kinds.append(kind)
            segments[-1].backward |= backward[place] and kind is not Kind.LOSS
    return segments


def _told(segments: list[_Segment], at: int) -> dict[int, Group]:
    segment = segments[at]
    gemms = [index for index, kind in enumerate(segment.kinds) if kind is Kind.GEMM]
    if segment.has_attention and not segment.holds(Kind.ACTIVATION):
        scores = _products_of_scores(segment)
        return {
            segment.places[index]: Group.ATTENTION_CORE if index in scores else Group.PROJECTIONS for index in gemms
        }
    if segment.has_attention:
        return {segment.places[index]: _nearest(segment, index) for index in gemms}
    if segment.holds(Kind.ACTIVATION):
        return {segment.places[index]: Group.MLP for index in gemms}
    group = Group.HEAD if segment.has_end else _beyond(segments, at)
    return {} if group is None else {segment.places[index]: group for index in gemms}


def _beyond(segments: list[_Segment], at: int) -> Group | None:
    """A block without attention, activation or end: norms of queries and keys may cut it off from its attention."""
    step = -1 if segments[at].backward else 1
    neighbour = at + step
    if neighbour < 0 or neighbour >= len(segments):
        return Group.HEAD if step == 1 and len(segments) > 2 else None
    kinds = segments[neighbour].kinds[::step]
    first = next((kind for kind in kinds if kind is not Kind.BATCHED_GEMM), None)
    if first in (Kind.ATTENTION, Kind.SOFTMAX):
        return Group.PROJECTIONS
    return Group.HEAD if first in _ENDS else None


def _products_of_scores(segment: _Segment) -> set[int]:
    """GEMMs beside a softmax that no fused kernel replaces: one on each side forward, two backward."""
    if segment.holds(Kind.ATTENTION, Kind.BATCHED_GEMM):
        return set()
    each = 2 if segment.backward else 1
    near: set[int] = set()
    for index, kind in enumerate(segment.kinds):
        if kind is Kind.SOFTMAX:
            near.update(range(index - each, index + each + 1))
    return near


def _nearest(segment: _Segment, index: int) -> Group:
    """Attention and MLP in one block (in parallel, or a norm that was not recognised): whichever stands nearer."""

    def distance(*kinds: Kind) -> int:
        return min(abs(other - index) for other, kind in enumerate(segment.kinds) if kind in kinds)

    to_attention = distance(Kind.ATTENTION, Kind.SOFTMAX)
    return Group.PROJECTIONS if to_attention <= distance(Kind.ACTIVATION) else Group.MLP
