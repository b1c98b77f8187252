"""Where the time of a profile went: each moment is booked once, so that the groups sum to the busy time.

While anything computes, the moment belongs to what computes; communication is booked where it is exposed, and copies
where neither runs. Kernels that compute at the same time share the moment equally.
"""

from dataclasses import dataclass
from functools import cached_property

from app.engine.amdahl import ceiling
from app.engine.groups import Group
from app.profile.groups import GEMM_GROUPS, KERNEL_GROUPS, KernelGroup, Unassigned
from app.profile.profile import Profile

_LATER: dict[KernelGroup, int] = {Group.COMMUNICATION: 1, Unassigned.COPIES: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTime:
    """One group [s]: `time_s` of the busy time, `kernel_s` with all launches added up; shares of wall and busy time."""

    group: KernelGroup
    time_s: float
    kernel_s: float
    calls: int
    share_of_busy: float
    share_of_wall: float | None
    flops: float
    bytes_moved: float

    @property
    def share(self) -> float:
        """Share of the wall time, or of the busy time where no wall time was measured [0..1]."""
        return self.share_of_busy if self.share_of_wall is None else self.share_of_wall

    @property
    def ceiling(self) -> float:
        """Speed-up of the whole if the group took no time [x]."""
        return ceiling(self.share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Communication [s]: while it ran, while something computed beside it, and while nothing did."""

    total_s: float
    hidden_s: float
    exposed_s: float


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """The accounts of one profile."""

    profile: Profile

    @cached_property
    def row_s(self) -> tuple[float, ...]:
        """Busy time booked to each row [s]."""
        sums = [0.0] * len(self.profile.rows)
        for moment in self.profile.moments:
            booked = self._booked(moment.rows)
            for row in booked:
                sums[row] += moment.time_s / len(booked)
        return tuple(sums)

    @cached_property
    def groups(self) -> tuple[GroupTime, ...]:
        """The groups that occur, the one with the most time first."""
        found = [self._group(group) for group in KERNEL_GROUPS if any(r.group is group for r in self.profile.rows)]
        return tuple(sorted(found, key=lambda one: -one.time_s))

    @cached_property
    def overlap(self) -> Overlap:
        """Communication, hidden and exposed."""
        total = exposed = 0.0
        for moment in self.profile.moments:
            groups = {self.profile.rows[row].group for row in moment.rows}
            if Group.COMMUNICATION in groups:
                total += moment.time_s
                if groups <= set(_LATER):
                    exposed += moment.time_s
        return Overlap(total_s=total, hidden_s=total - exposed, exposed_s=exposed)

    def time_of(self, group: KernelGroup) -> GroupTime:
        """One group, with zeros where it does not occur."""
        return next((one for one in self.groups if one.group is group), self._group(group))

    @property
    def bottleneck(self) -> GroupTime:
        """The group with the most time."""
        return self.groups[0]

    @property
    def next_bottleneck(self) -> GroupTime | None:
        """The group that would have the most time if the first took none."""
        return self.groups[1] if len(self.groups) > 1 else None

    @property
    def idle_share(self) -> float | None:
        """Share of the wall time in which nothing ran [0..1]."""
        idle = self.profile.idle_s
        return None if idle is None or not self.profile.wall_s else idle / self.profile.wall_s

    def range_of(self, group: KernelGroup) -> tuple[float, float]:
        """The least and the most that a group's share can be: without and with all unassigned time that may be its own.

        Unassigned matmuls may belong to any group that multiplies by weights, unknown kernels to any group at all.
        """
        own = self.time_of(group).share
        unknown = self.time_of(Unassigned.UNKNOWN).share
        matmuls = self.time_of(Unassigned.MATMUL).share if group in GEMM_GROUPS else 0.0
        return own, own + unknown + matmuls

    def _booked(self, rows: tuple[int, ...]) -> tuple[int, ...]:
        ranks = [_LATER.get(self.profile.rows[row].group, 0) for row in rows]
        first = min(ranks)
        return tuple(row for row, rank in zip(rows, ranks, strict=True) if rank == first)

    def _group(self, group: KernelGroup) -> GroupTime:
        places = [at for at, row in enumerate(self.profile.rows) if row.group is group]
        rows = [self.profile.rows[at] for at in places]
        time_s = sum(self.row_s[at] for at in places)
        wall_s = self.profile.wall_s
        return GroupTime(
            group=group,
            time_s=time_s,
            kernel_s=sum(row.time_s for row in rows),
            calls=sum(row.calls for row in rows),
            share_of_busy=time_s / self.profile.busy_s,
            share_of_wall=time_s / wall_s if wall_s else None,
            flops=sum(row.flops for row in rows),
            bytes_moved=sum(row.bytes_moved for row in rows),
        )


def accounts(profile: Profile) -> Accounts:
    """The accounts of a profile."""
    return Accounts(profile=profile)
