"""A profile as a question gives it: one step as a table of kernels, small enough to be read by a person."""

from collections.abc import Mapping
from typing import Any

from app.engine.fields import number, required
from app.engine.groups import Group
from app.profile.classify import Clues, classified, kind_of_kernel, short_name
from app.profile.kinds import Kind
from app.profile.profile import Idle, KernelRow, Moment, Profile, Source
from app.profile.scopes import kind_of_operator, role_of_module

_FIELDS = ("source", "device", "step_s", "not_launched_s", "in_graphs_s", "hidden_communication_s", "kernels")
_ROW_FIELDS = ("kernel", "module", "calls", "time_s")
_MOST_ROWS = 30


def profile_of_step(written: Mapping[str, Any]) -> Profile:
    """The profile of one step: `step_s` is its wall time, of which `not_launched_s` passed before a late launch,
    and `in_graphs_s` inside captured graphs without a recorded kernel.

    Kernels run one after the other, but for `hidden_communication_s` that pass beside computation. A `module` says
    where a kernel was launched, as a trace with modules does. ValueError, one line, names the field and the value.
    """
    for name in written:
        if name not in _FIELDS:
            raise ValueError(f"{name}: not a field of a profile; there are {', '.join(_FIELDS)}")
    rows = tuple(_row(one, f"kernels.{at}") for at, one in enumerate(_listed(written)))
    step_s, hidden_s = number(written, "step_s", None), number(written, "hidden_communication_s", 0)
    moments = _moments(rows, hidden_s)
    busy_s = sum(moment.time_s for moment in moments)
    if busy_s > step_s:
        raise ValueError(f"step_s: {step_s} is less than its kernels take, {busy_s:g}")
    late_s, in_graphs_s = number(written, "not_launched_s", 0), number(written, "in_graphs_s", 0)
    if not 0 <= late_s <= step_s - busy_s:
        raise ValueError(f"not_launched_s: {late_s} is more than the idle time, {step_s - busy_s:g}")
    if not 0 <= in_graphs_s <= step_s - busy_s - late_s:
        raise ValueError(
            f"in_graphs_s: {in_graphs_s} is more than the rest of the idle time, {step_s - busy_s - late_s:g}"
        )
    return Profile(
        source=Source(
            format="table", file=str(written.get("source", "")), device=str(required(written, "device")), n_streams=1
        ),
        rows=rows,
        moments=moments,
        n_steps=1,
        wall_s=step_s,
        idle=Idle(launch_s=late_s, graph_s=in_graphs_s, other_s=step_s - busy_s - late_s - in_graphs_s, n_gaps=0),
    )


def _listed(written: Mapping[str, Any]) -> list[Any]:
    rows = required(written, "kernels")
    if not isinstance(rows, list) or not 1 <= len(rows) <= _MOST_ROWS:
        raise ValueError(f"kernels: expected a list of 1 to {_MOST_ROWS} rows")
    return rows


def _row(written: Any, path: str) -> KernelRow:  # noqa: ANN401 - what YAML holds
    if not isinstance(written, Mapping):
        raise ValueError(f"{path}: expected fields such as kernel, calls, time_s")
    for name in written:
        if name not in _ROW_FIELDS:
            raise ValueError(f"{path}.{name}: not a field of a kernel; there are {', '.join(_ROW_FIELDS)}")
    name, module = str(required(written, "kernel")), str(written.get("module", ""))
    kind = kind_of_kernel(name)
    if kind is Kind.UNKNOWN:
        kind = kind_of_operator(name)
    group, evidence = classified(Clues(kind=kind, role=role_of_module(module), scope=module))
    time_s = number(written, "time_s", None)
    if time_s <= 0:
        raise ValueError(f"{path}.time_s: {time_s} is not above zero")
    return KernelRow(
        name=short_name(name),
        kind=kind,
        group=group,
        evidence=evidence,
        detail=module,
        calls=int(number(written, "calls", 1)),
        time_s=time_s,
    )


def _moments(rows: tuple[KernelRow, ...], hidden_s: float) -> tuple[Moment, ...]:
    """Each row alone; of the communication, what is hidden runs beside the longest kernel that computes."""
    comm = [at for at, row in enumerate(rows) if row.group is Group.COMMUNICATION]
    computing = [
        at for at, row in enumerate(rows) if row.group is not Group.COMMUNICATION and row.kind is not Kind.COPY
    ]
    total_s = sum(rows[at].time_s for at in comm)
    if hidden_s == 0 or not comm:
        if hidden_s:
            raise ValueError("hidden_communication_s: there is no communication to hide")
        return tuple(Moment(rows=(at,), time_s=row.time_s) for at, row in enumerate(rows))
    longest = max(computing, key=lambda at: rows[at].time_s, default=-1)
    if longest < 0 or not 0 < hidden_s <= min(total_s, rows[longest].time_s):
        raise ValueError(f"hidden_communication_s: {hidden_s} is more than communication or computation takes")
    apart = {at: row.time_s * (1 - hidden_s / total_s) if at in comm else row.time_s for at, row in enumerate(rows)}
    apart[longest] -= hidden_s
    beside = [Moment(rows=tuple(sorted((at, longest))), time_s=hidden_s * rows[at].time_s / total_s) for at in comm]
    return (*(Moment(rows=(at,), time_s=time_s) for at, time_s in apart.items() if time_s > 0), *beside)
