"""Which scopes surround a moment on a host thread: nesting, roles, and the way from a backward node to its forward."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from app.profile.kernel_rules import KERNEL_RULES
from app.profile.kinds import Kind, matching_rule
from app.profile.operator_rules import OPERATOR_RULES
from app.profile.scope_rules import ANNOTATION_RULES, MODULE_RULES, Role, ScopeRule
from app.profile.trace import Floats, Ints, SpanKind, Spans

_MODULE = "nn.Module: "
_OPERATOR, _IS_MODULE = int(SpanKind.OPERATOR), int(SpanKind.MODULE)
_ROLES = tuple(Role)
_NUMBER_OF_ROLE = {role: number for number, role in enumerate(_ROLES)}
_NO_ROLE = _NUMBER_OF_ROLE[Role.NONE]
_BLOCKS = frozenset(_NUMBER_OF_ROLE[role] for role in _ROLES if role not in (Role.NONE, Role.TOP_LINEAR))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nesting:
    """Spans sorted by thread and start, with what surrounds each: all columns speak of the sorted order.

    `parent` is the place of the enclosing span or -1; `role` and `scope` are what the nearest telling scope gives.
    """

    order: Ints
    parent: Ints
    role: Ints
    scope: Ints
    thread: Ints
    start: Floats
    end: Floats
    name: Ints
    kind: Ints
    shape: Ints
    _first: dict[int, tuple[int, int]]

    def innermost(self, thread: int, at: float) -> int:
        """The place of the innermost span that surrounds a moment on a thread; -1 where there is none."""
        first, last = self._first.get(thread, (0, 0))
        place = first + int(np.searchsorted(self.start[first:last], at, side="right")) - 1
        if place < first:
            return -1
        while place >= 0 and self.end[place] < at:
            place = int(self.parent[place])
        return place

    def role_at(self, place: int) -> Role:
        """The role that holds inside the span."""
        return _ROLES[int(self.role[place])] if place >= 0 else Role.NONE


def nesting(spans: Spans, names: Sequence[str]) -> Nesting:
    """How the spans of each thread nest, and the role that holds inside each."""
    order = np.lexsort((-spans.end, spans.start, spans.thread))
    thread, start, end = spans.thread[order], spans.start[order], spans.end[order]
    name, kind = spans.name[order], spans.kind[order]
    parent = _parents(thread, start, end)
    has_modules = bool((kind == SpanKind.MODULE).any())
    own = [_own_role(number, int(each), names, has_modules) for number, each in zip(name, kind, strict=True)]
    role, scope = _inherited(parent.tolist(), own)
    _follow_backward(spans, order, (parent, role, scope))
    first = {
        int(one): (int(np.searchsorted(thread, one)), int(np.searchsorted(thread, one, side="right")))
        for one in np.unique(thread)
    }
    return Nesting(
        order=order,
        parent=parent,
        role=np.array(role, np.int64),
        scope=np.array(scope, np.int64),
        thread=thread,
        start=start,
        end=end,
        name=name,
        kind=kind,
        shape=spans.shape[order],
        _first=first,
    )


def scope_name(name: str) -> str:
    """A scope as people call it: the class of a module without its number, an annotation as it is."""
    if not name.startswith(_MODULE):
        return name
    cls, _, number = name.removeprefix(_MODULE).rpartition("_")
    return cls if number.isdecimal() else name.removeprefix(_MODULE)


def role_of_module(name: str) -> Role:
    """The role of a module by its class's name; none for an empty name."""
    return _ROLES[_role_of(scope_name(name), _IS_MODULE)] if name else Role.NONE


@lru_cache(maxsize=16384)
def kind_of_operator(name: str) -> Kind:
    """What an operator does, by its name; those of other libraries are called like their kernels."""
    rule = matching_rule(OPERATOR_RULES, name) or matching_rule(KERNEL_RULES, name)
    return Kind.UNKNOWN if rule is None else rule.kind


def _parents(thread: Ints, start: Floats, end: Floats) -> Ints:
    """The place of the span around each, or -1. The last open span that has not ended yet is the one around."""
    parents = np.full(len(start), -1, np.int64)
    open_spans: list[tuple[float, int]] = []
    last_thread = -1
    for place, (one, begins, ends) in enumerate(zip(thread.tolist(), start.tolist(), end.tolist(), strict=True)):
        if one != last_thread:
            open_spans, last_thread = [], one
        while open_spans and open_spans[-1][0] <= begins:
            open_spans.pop()
        if open_spans:
            parents[place] = open_spans[-1][1]
        open_spans.append((ends, place))
    return parents


@lru_cache(maxsize=65536)
def _role_of(text: str, kind: int) -> int:
    rules: tuple[ScopeRule, ...] = MODULE_RULES if kind == _IS_MODULE else ANNOTATION_RULES
    rule = next((rule for rule in rules if rule.pattern.search(text)), None)
    return _NO_ROLE if rule is None else _NUMBER_OF_ROLE[rule.role]


def _own_role(name: int, kind: int, names: Sequence[str], has_modules: bool) -> tuple[int, int]:  # noqa: FBT001 - a hot loop
    """The role of the span itself, and its name's number; a bare Linear waits for what surrounds it."""
    if kind == _OPERATOR:
        return _NO_ROLE, -1
    text = scope_name(names[name])
    role = _role_of(text, kind)
    if role == _NO_ROLE and has_modules and kind == _IS_MODULE and "Linear" in text:
        return _NUMBER_OF_ROLE[Role.TOP_LINEAR], name
    return role, name


def _inherited(parents: list[int], own: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    top = _NUMBER_OF_ROLE[Role.TOP_LINEAR]
    layer, attention = _NUMBER_OF_ROLE[Role.LAYER], _NUMBER_OF_ROLE[Role.ATTENTION]
    experts = _NUMBER_OF_ROLE[Role.EXPERTS]
    mlp = _NUMBER_OF_ROLE[Role.MLP]
    roles, scopes = [_NO_ROLE] * len(own), [-1] * len(own)
    for place, (role, name) in enumerate(own):
        around = parents[place]
        held = roles[around] if around >= 0 else _NO_ROLE
        # What surrounds says more: a Linear of an attention module, an MLP inside a mixture of experts,
        # a layer's class name (LlamaAttention inside LlamaDecoderLayer says more than the layer).
        keeps = role == _NO_ROLE or (role == top and held != _NO_ROLE)
        keeps = keeps or (role == layer and held != _NO_ROLE) or (role in (mlp, attention) and held == experts)
        if keeps:
            roles[place] = held
            scopes[place] = scopes[around] if around >= 0 else -1
        else:
            roles[place], scopes[place] = role, name
    return roles, scopes


def _follow_backward(spans: Spans, order: Ints, columns: tuple[Ints, list[int], list[int]]) -> None:
    """Give each backward node, and what runs inside it, the role of the forward operator with its sequence number.

    Several operators may carry one number: the last to start before the node is the one that made it.
    """
    parent, role, scope = columns
    sequence, forward = spans.sequence[order], spans.forward_thread[order]
    numbered = np.flatnonzero((sequence >= 0) & (spans.kind[order] == SpanKind.OPERATOR))
    start = spans.start[order]
    made_by: dict[int, int] = {}
    changed: set[int] = set()
    for place in numbered[np.argsort(start[numbered], kind="stable")].tolist():
        number = int(sequence[place])
        if forward[place] <= 0:
            made_by[number] = place
        elif number in made_by and role[place] == _NO_ROLE:
            origin = made_by[number]
            if role[origin] != _NO_ROLE:
                role[place], scope[place] = role[origin], scope[origin]
                changed.add(place)
    if not changed:
        return
    for place, around in enumerate(parent.tolist()):  # parents come first, so that one pass reaches all below them
        if around in changed and role[place] == _NO_ROLE:
            role[place], scope[place] = role[around], scope[around]
            changed.add(place)
