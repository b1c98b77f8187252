"""For every place among nested spans: the operators around it that tell what runs there. One pass, parents first."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.profile.kinds import Kind, is_backward
from app.profile.operator_rules import VIEW
from app.profile.scopes import Nesting, kind_of_operator
from app.profile.trace import SpanKind

_OPERATOR = int(SpanKind.OPERATOR)
SPECIFIC = frozenset(
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
"""Kinds of operators that say more than the name of an element-wise kernel inside them."""

PRODUCTS = frozenset({Kind.GEMM, Kind.BATCHED_GEMM, Kind.EXPERT_GEMM})
WORKING = frozenset({Kind.GEMM, Kind.BATCHED_GEMM, Kind.ATTENTION})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operators:
    """By place: its own operator, the one around that, and the nearest that is specific, multiplies, or has a shape.

    All are places, -1 where there is none; `kinds` says what the operator at a place does. Those in `wrapping` only
    hand their tensors to an operator inside them, which counts the work.
    """

    kinds: list[Kind | None]
    own: list[int]
    above: list[int]
    specific: list[int]
    product: list[int]
    shaped: list[int]
    working: list[int]
    backward: list[bool]
    wrapping: set[int]

    def kind_at(self, place: int) -> Kind | None:
        """What the operator at a place does; None where there is none."""
        return self.kinds[place] if place >= 0 else None


def operators_of(nest: Nesting, names: Sequence[str]) -> Operators:
    """The operators around every place."""
    n = len(nest.parent)
    kind_of = [kind_of_operator(name) for name in names]
    goes_back = [is_backward(name) or name.startswith("autograd::engine") for name in names]
    moves_nothing = [VIEW.search(name) is not None for name in names]
    kinds: list[Kind | None] = [None] * n
    own, above, specific, product, shaped, working = ([-1] * n for _ in range(6))
    backward = [False] * n
    wrapping: set[int] = set()
    columns = zip(nest.parent.tolist(), nest.kind.tolist(), nest.name.tolist(), nest.shape.tolist(), strict=True)
    for place, (parent, span, name, shape) in enumerate(columns):
        around = own[parent] if parent >= 0 else -1
        above[place] = around
        if around >= 0:
            specific[place], product[place], backward[place] = specific[around], product[around], backward[around]
            shaped[place], working[place] = shaped[around], working[around]
        own[place] = around
        if span != _OPERATOR:
            continue
        kind = kinds[place] = kind_of[name]
        own[place] = place
        backward[place] = backward[place] or goes_back[name]
        if kind in SPECIFIC:
            specific[place] = place
        if kind in PRODUCTS:
            product[place] = place
        if shape >= 0 and not moves_nothing[name]:
            if kind in WORKING:
                wrapping.update((working[place], shaped[place]))
                working[place] = place
            elif shaped[place] != working[place]:
                wrapping.add(shaped[place])
            shaped[place] = place
    return Operators(
        kinds=kinds,
        own=own,
        above=above,
        specific=specific,
        product=product,
        shaped=shaped,
        working=working,
        backward=backward,
        wrapping=wrapping,
    )
