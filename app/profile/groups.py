"""Where a kernel's time is booked: the engine's component groups, and what a trace does not tell."""

from enum import StrEnum

from app.engine.groups import GROUP_LABELS, Group


class Unassigned(StrEnum):
    """Time that belongs to no component group, or to one that the trace does not tell."""

    MATMUL = "matmul"
    COPIES = "copies"
    UNKNOWN = "unknown"


KernelGroup = Group | Unassigned

KERNEL_GROUPS: tuple[KernelGroup, ...] = (*Group, *Unassigned)

_UNASSIGNED_LABELS: dict[KernelGroup, str] = {
    Unassigned.MATMUL: "matmul, unassigned",
    Unassigned.COPIES: "copies",
    Unassigned.UNKNOWN: "unknown",
}
KERNEL_GROUP_LABELS: dict[KernelGroup, str] = {**dict(GROUP_LABELS.items()), **_UNASSIGNED_LABELS}

GEMM_GROUPS: tuple[Group, ...] = (Group.MLP, Group.PROJECTIONS, Group.HEAD, Group.EXPERTS, Group.ROUTER)
"""The groups that a matrix multiplication without further evidence may belong to."""


def kernel_group(word: str) -> KernelGroup:
    """The group of that name; ValueError lists the names."""
    for group in KERNEL_GROUPS:
        if word == group:
            return group
    raise ValueError(f"group: {word!r} is not one of {', '.join(KERNEL_GROUPS)}")
