"""The words of an analysis: component groups (where time goes) and resources (what it waits for)."""

from enum import StrEnum


class Group(StrEnum):
    """A component group: the unit of shares, bottlenecks and charts."""

    MLP = "mlp"
    PROJECTIONS = "projections"
    ATTENTION_CORE = "attention_core"
    HEAD = "head"
    EXPERTS = "experts"
    ROUTER = "router"
    NORMS = "norms"
    EMBEDDING = "embedding"
    OPTIMIZER = "optimizer"
    COMMUNICATION = "communication"


class Resource(StrEnum):
    """What a kernel, or a whole step, waits for."""

    COMPUTE = "compute"
    MEMORY = "memory"
    COMMUNICATION = "communication"
    LATENCY = "latency"
    CAPACITY = "capacity"


GROUP_LABELS: dict[Group, str] = {
    Group.MLP: "MLP",
    Group.PROJECTIONS: "Q/K/V/O projections",
    Group.ATTENTION_CORE: "attention core",
    Group.HEAD: "output head",
    Group.EXPERTS: "experts",
    Group.ROUTER: "router",
    Group.NORMS: "norms and element-wise",
    Group.EMBEDDING: "embedding",
    Group.OPTIMIZER: "optimizer",
    Group.COMMUNICATION: "communication",
}

RESOURCE_LABELS: dict[Resource, str] = {
    Resource.COMPUTE: "compute",
    Resource.MEMORY: "memory bandwidth",
    Resource.COMMUNICATION: "communication",
    Resource.LATENCY: "launch latency",
    Resource.CAPACITY: "memory capacity",
}
