"""A profile: the summary of a job that was measured. Small, plain, and enough to compute every share again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.engine.transformer import Transformer
from app.profile.classify import Evidence
from app.profile.groups import KernelGroup
from app.profile.kinds import Kind
from app.profile.shapes import Sizes, group_by_shape, weight_groups

LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelRow:
    """Launches alike: one kernel in one group, found by one kind of evidence; sums over the steps that count.

    `time_s` adds up the launches, whatever ran beside them [s]; `flops` and `bytes_moved` are what recorded
    shapes say, zero where none were recorded [FLOP], [B]. `sizes` are kept where a model's widths could tell more.
    """

    name: str
    kind: Kind
    group: KernelGroup
    evidence: Evidence
    detail: str = ""
    sizes: Sizes | None = None
    calls: int
    time_s: float
    flops: float = 0.0
    bytes_moved: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Time in which exactly these rows ran, by their place among the rows [s]."""

    rows: tuple[int, ...]
    time_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """Time without a recorded kernel [s].

    `launch_s` passed before the host had launched what came next, `graph_s` in long gaps of graphs that were launched
    as one, the rest otherwise. Nothing in a graph waits for the host: there kernels were probably not recorded.
    """

    launch_s: float
    graph_s: float = 0.0
    other_s: float
    n_gaps: int

    @property
    def total_s(self) -> float:
        """All of it [s]."""
        return self.launch_s + self.graph_s + self.other_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The stream that computed most [s]: its own kernels, its waits while others ran, and with the device idle."""

    busy_s: float
    waits_s: float
    idle_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The whole recording, steps or not [s]: from the first work to the last, and while anything ran."""

    wall_s: float
    busy_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a profile comes from; `on_cpu` where operators of a CPU were timed, not kernels of a device."""

    format: str
    file: str = ""
    device: str = ""
    rank: int | None = None
    world_size: int | None = None
    n_streams: int = 1
    on_cpu: bool = False
    timeline: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One job, summarised over the steps that count.

    `wall_s` is None where a file has no timeline: a table of kernels knows neither overlap nor idle time. The moments
    sum to the busy time, so that a kernel can move to another group and everything follows.
    """

    source: Source
    rows: tuple[KernelRow, ...]
    moments: tuple[Moment, ...]
    n_steps: int
    n_left_out: int = 0
    steps_found_by: str = "whole"
    wall_s: float | None = None
    window_us: tuple[float, float] | None = None
    step_s: tuple[float, ...] = ()
    recording: Recording | None = None
    idle: Idle | None = None
    critical: Stream | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.n_steps < 1:
            raise ValueError(f"n_steps: {self.n_steps} is less than one step")
        if not self.rows or self.busy_s <= 0:
            raise ValueError("rows: nothing ran in the part of the recording that counts")

    @property
    def busy_s(self) -> float:
        """Time in which anything ran [s]."""
        return sum(moment.time_s for moment in self.moments)

    @property
    def kernel_s(self) -> float:
        """Time of all launches added up, whatever ran beside them [s]."""
        return sum(row.time_s for row in self.rows)

    @property
    def idle_s(self) -> float | None:
        """Wall time in which nothing ran [s]; None without a timeline."""
        return None if self.wall_s is None else max(self.wall_s - self.busy_s, 0.0)

    def reassigned(self, groups: Mapping[int, KernelGroup]) -> "Profile":
        """The same job with some rows in other groups, as a person says."""
        for row in groups:
            if not 0 <= row < len(self.rows):
                raise ValueError(f"row: there is no row {row} in this profile")
        rows = tuple(
            replace(row, group=groups[at], evidence=Evidence.PERSON)
            if at in groups and groups[at] is not row.group
            else row
            for at, row in enumerate(self.rows)
        )
        return replace(self, rows=rows)

    def with_widths(self, model: Transformer, *, tp: int = 1) -> "Profile":
        """The same job with matmuls grouped by the weight that their sizes belong to, whole or cut over `tp`.

        Only those that no scope told apart have sizes here, and only sizes that one group alone has tell anything.
        """
        weights = weight_groups(model, tp=tp)
        rows = []
        for row in self.rows:
            group = None if row.sizes is None else group_by_shape(row.sizes, weights)
            rows.append(row if group is None else replace(row, group=group, evidence=Evidence.SHAPES))
        return replace(self, rows=tuple(rows))
