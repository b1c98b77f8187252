"""The group of each kernel: by the scope that launched it, the shapes it was given, its neighbours, and its name."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from app.engine.groups import Group
from app.profile.groups import KernelGroup, Unassigned
from app.profile.kernel_rules import KERNEL_RULES
from app.profile.kinds import GROUP_OF_KIND, Kind, matching_rule
from app.profile.scope_rules import Role, group_in


class Evidence(StrEnum):
    """What a kernel's group was found by."""

    SCOPE = "scope"
    SHAPES = "shapes"
    ORDER = "order"
    OPERATOR = "operator"
    NAME = "name"
    PERSON = "person"
    NONE = "none"


EVIDENCE_LABELS: dict[Evidence, str] = {
    Evidence.SCOPE: "module or annotation around it",
    Evidence.SHAPES: "its shapes and the model's widths",
    Evidence.ORDER: "the kernels before and after it",
    Evidence.OPERATOR: "the operator that launched it",
    Evidence.NAME: "its name",
    Evidence.PERSON: "you",
    Evidence.NONE: "nothing",
}


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known about one kernel before its group is."""

    kind: Kind
    by_operator: bool = False
    role: Role = Role.NONE
    scope: str = ""
    by_order: Group | None = None
    on_scores: bool = False  # an element-wise operator on the scores of an unfused attention


def classified(clues: Clues) -> tuple[KernelGroup, Evidence]:
    """The group and what it was found by: the first of scope, neighbours and kind that tells."""
    if clues.on_scores and clues.kind in (Kind.ELEMENTWISE, Kind.SOFTMAX):
        return Group.ATTENTION_CORE, Evidence.SHAPES
    in_scope = group_in(clues.role, clues.kind)
    if in_scope is not None:
        return in_scope, Evidence.SCOPE
    if clues.by_order is not None:
        return clues.by_order, Evidence.ORDER
    group = GROUP_OF_KIND[clues.kind]
    if group is Unassigned.UNKNOWN or group is Unassigned.MATMUL:
        return group, Evidence.NONE
    return group, Evidence.OPERATOR if clues.by_operator else Evidence.NAME


@lru_cache(maxsize=65536)
def kind_of_kernel(name: str) -> Kind:
    """What a kernel does, by its name."""
    rule = matching_rule(KERNEL_RULES, name)
    return Kind.UNKNOWN if rule is None else rule.kind


@lru_cache(maxsize=65536)
def short_name(name: str) -> str:
    """A kernel's name without its list of parameters, and cut where templates make it long."""
    text = " ".join(name.removeprefix("void ").split())
    depth = 0
    for at, sign in enumerate(text):
        if sign in "<{":
            depth += 1
        elif sign in ">}":
            depth -= 1
        elif sign == "(" and depth == 0 and not text.startswith("(anonymous namespace)", at) and at > 0:
            text = text[:at].rstrip()
            break
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


_LONGEST = 140
