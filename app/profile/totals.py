"""Tables of kernels without a timeline: sums by name, from Nsight Systems or written by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.profile.classify import Clues, Evidence, classified, kind_of_kernel, short_name
from app.profile.groups import KernelGroup
from app.profile.kinds import Kind
from app.profile.profile import LONGEST_TEXT, KernelRow, Moment, Profile, Source
from app.profile.scopes import kind_of_operator
from app.profile.summarise import MOST_ROWS

_NOTE = "A table has no timeline: overlap, idle time and steps cannot be seen, and shares are of the kernels' time."


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelTotal:
    """One line of a table: a kernel, its launches, their time together [s], and a group where the table names one."""

    name: str
    calls: int
    time_s: float
    group: KernelGroup | None = None


def tabulated(totals: Sequence[KernelTotal], *, format: str, file: str = "") -> Profile:
    """The profile of a table. Without a timeline every kernel runs alone. ValueError where nothing took any time."""
    ranked = sorted((one for one in totals if one.time_s > 0), key=lambda one: -one.time_s)
    rows = [_row(one) for one in ranked[:MOST_ROWS]]
    rows += _joined([_row(one) for one in ranked[MOST_ROWS:]])
    return Profile(
        source=Source(format=format, file=" ".join(file[:LONGEST_TEXT].split()), timeline=False),
        rows=tuple(rows),
        moments=tuple(Moment(rows=(at,), time_s=row.time_s) for at, row in enumerate(rows)),
        n_steps=1,
        steps_found_by="whole",
        notes=(_NOTE,),
    )


def _row(one: KernelTotal) -> KernelRow:
    kind, by_operator = kind_of_kernel(one.name), False
    if kind is Kind.UNKNOWN and "::" in one.name:
        kind = kind_of_operator(one.name)
        by_operator = kind is not Kind.UNKNOWN
    group, evidence = classified(Clues(kind=kind, by_operator=by_operator))
    if one.group is not None:
        group, evidence = one.group, Evidence.PERSON
    return KernelRow(
        name=short_name(one.name), kind=kind, group=group, evidence=evidence, calls=one.calls, time_s=one.time_s
    )


def _joined(rows: list[KernelRow]) -> list[KernelRow]:
    """The shortest kernels of a table, one row a kind and group."""
    sums: dict[tuple[Kind, KernelGroup, Evidence], tuple[int, float]] = {}
    for row in rows:
        key = (row.kind, row.group, row.evidence)
        calls, time_s = sums.get(key, (0, 0.0))
        sums[key] = (calls + row.calls, time_s + row.time_s)
    return [
        KernelRow(name="other kernels", kind=kind, group=group, evidence=evidence, calls=calls, time_s=time_s)
        for (kind, group, evidence), (calls, time_s) in sums.items()
    ]
