"""What a kernel does, as its name tells: the first half of finding the group it belongs to."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from re import Pattern

from app.engine.groups import Group
from app.profile.groups import KernelGroup, Unassigned


class Kind(StrEnum):
    """What a kernel or an operator does."""

    GEMM = "gemm"
    BATCHED_GEMM = "batched_gemm"
    EXPERT_GEMM = "expert_gemm"
    ATTENTION = "attention"
    SOFTMAX = "softmax"
    NORM = "norm"
    ACTIVATION = "activation"
    ELEMENTWISE = "elementwise"
    EMBEDDING = "embedding"
    ROUTING = "routing"
    LOSS = "loss"
    SAMPLING = "sampling"
    OPTIMIZER = "optimizer"
    COMMUNICATION = "communication"
    COPY = "copy"
    UNKNOWN = "unknown"


GROUP_OF_KIND: dict[Kind, KernelGroup] = {
    Kind.GEMM: Unassigned.MATMUL,
    Kind.BATCHED_GEMM: Group.ATTENTION_CORE,
    Kind.EXPERT_GEMM: Group.EXPERTS,
    Kind.ATTENTION: Group.ATTENTION_CORE,
    Kind.SOFTMAX: Group.ATTENTION_CORE,
    Kind.NORM: Group.NORMS,
    Kind.ACTIVATION: Group.NORMS,
    Kind.ELEMENTWISE: Group.NORMS,
    Kind.EMBEDDING: Group.EMBEDDING,
    Kind.ROUTING: Group.ROUTER,
    Kind.LOSS: Group.HEAD,
    Kind.SAMPLING: Group.HEAD,
    Kind.OPTIMIZER: Group.OPTIMIZER,
    Kind.COMMUNICATION: Group.COMMUNICATION,
    Kind.COPY: Unassigned.COPIES,
    Kind.UNKNOWN: Unassigned.UNKNOWN,
}
"""The group of a kernel when nothing but its kind is known; a scope, a shape or its neighbours may know better."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Names that `pattern` finds are of `kind`; `example` is a real name, `source` where it was seen or is defined."""

    kind: Kind
    pattern: Pattern[str]
    example: str
    source: str


def matching_rule(rules: tuple[Rule, ...], name: str) -> Rule | None:
    """The first rule that knows the name."""
    return next((rule for rule in rules if rule.pattern.search(name)), None)


@lru_cache(maxsize=16384)
def is_backward(name: str) -> bool:
    """Whether a kernel or an operator belongs to a backward pass, as far as its name tells."""
    low = name.lower()
    return any(word in low for word in ("backward", "bwd", "bprop", "grad", "dgrad", "wgrad"))
