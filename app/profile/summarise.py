"""A trace into a profile: steps that count, kernels in groups, moments, idle time."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.profile.classify import Evidence, classified, short_name
from app.profile.groups import KernelGroup
from app.profile.intervals import clipped, gaps, length, moments
from app.profile.kinds import Kind
from app.profile.knowledge import Knowledge, Known, knowledge
from app.profile.operators import operators_of
from app.profile.profile import LONGEST_TEXT, Idle, KernelRow, Moment, Profile, Recording, Source, Stream
from app.profile.running import Running, busiest_device, on_cpu, on_device
from app.profile.scopes import Nesting, nesting
from app.profile.shapes import Sizes
from app.profile.steps import Steps, annotated_steps, annotation_pattern, repeated_steps, whole_recording
from app.profile.trace import Ints, SpanKind, Trace

MOST_ROWS = 150
MOST_MOMENTS = 1500
_REST = "other kernels"
_LONG_IN_GRAPH_S = 50e-6  # ten times what one kernel of a graph takes to follow another
_TOUCHING_S = 1e-9  # a step may begin where the one before it ends, to the rounding of its clock


def summarised(trace: Trace) -> Profile:
    """The profile of a trace; ValueError where nothing ran."""
    nest = nesting(trace.spans, trace.names)
    operators = operators_of(nest, trace.names)
    on_host = not len(trace.activities)
    device = -1 if on_host else busiest_device(trace.activities)
    running = on_cpu(nest, operators) if on_host else on_device(trace, nest, device)
    if length(running.start, running.end) <= 0:
        raise ValueError("trace: no kernel and no operator took any time")
    facts = knowledge(trace, nest, operators, running)
    computing = _computing(running, facts)
    steps = _steps(trace, nest, running, computing)
    window = (steps.start, steps.end)
    rows, row_of_call = _rows(trace, running, facts, window)
    start, end = clipped(running.start, running.end, window)
    together = _kept(moments(start, end, row_of_call[running.call]), rows)
    return Profile(
        source=_source(trace, running, device),
        rows=tuple(rows),
        moments=tuple(Moment(rows=key, time_s=time_s) for key, time_s in together.items()),
        n_steps=steps.n_steps,
        n_left_out=steps.n_left_out,
        steps_found_by=steps.found_by,
        wall_s=steps.end - steps.start,
        window_us=(trace.about.origin_us + 1e6 * steps.start, trace.about.origin_us + 1e6 * steps.end),
        step_s=steps.durations[:100],
        recording=Recording(
            wall_s=float(running.end.max() - running.start.min()), busy_s=length(running.start, running.end)
        ),
        idle=_idle(running, window, on_cpu=on_host),
        critical=None if on_host else _critical(running, computing, window),
        notes=_notes(trace, running, steps),
    )


def _computing(running: Running, facts: Knowledge) -> int:
    """The stream that computes most."""
    computes = np.array([one.clues.kind not in (Kind.COMMUNICATION, Kind.COPY) for one in facts.calls])
    time = running.by_call(running.end - running.start) * computes
    streams = np.unique(running.stream)
    return int(streams[int(np.argmax([time[running.stream == one].sum() for one in streams]))])


def _steps(trace: Trace, nest: Nesting, running: Running, computing: int) -> Steps:
    """Steps by annotation, by repetition, or none."""
    pattern = annotation_pattern(trace.names)
    found = None
    if pattern is not None:
        found = annotated_steps(*_annotated(trace, nest, running, pattern.match))
    if found is None:
        calls = np.flatnonzero(running.stream == computing)
        calls = calls[np.argsort(running.began[calls], kind="stable")]
        time = running.by_call(running.end - running.start)
        found = repeated_steps(running.name[calls], running.began[calls], time[calls])
    return found or whole_recording(float(running.start.min()), float(running.end.max()))


def _annotated(
    trace: Trace, nest: Nesting, running: Running, matches: Callable[[str], object]
) -> tuple[list[tuple[float, float]], float]:
    """(first work, end on the host) of each annotated step that has work, and when the last of that work ends."""
    wanted = [at for at, name in enumerate(trace.names) if matches(name)]
    places = np.flatnonzero((nest.kind == SpanKind.ANNOTATION) & np.isin(nest.name, wanted))
    launched = np.where(np.isnan(running.launched), running.began, running.launched)
    on_host = not len(trace.activities)
    ended = np.zeros(running.n_calls)
    np.maximum.at(ended, running.call, running.end)
    bounds: list[tuple[float, float]] = []
    last_end = 0.0
    for place in places[np.argsort(nest.start[places], kind="stable")].tolist():
        begins, ends = float(nest.start[place]), float(nest.end[place])
        inside = (launched >= begins) & (launched < ends)
        if not inside.any() or (bounds and begins < bounds[-1][1] - _TOUCHING_S):
            continue  # an empty step, or one inside another
        bounds.append((begins if on_host else float(running.began[inside].min()), ends))
        last_end = float(ended[inside].max())
    in_order = all(a[0] < b[0] for a, b in pairwise(bounds))
    return (bounds if in_order else []), last_end


@dataclass(slots=True)
class _Sum:
    calls: int = 0
    time_s: float = 0.0
    flops: float = 0.0
    bytes_moved: float = 0.0


_Key = tuple[str, Kind, KernelGroup, Evidence, str, Sizes | None]


def _rows(
    trace: Trace, running: Running, facts: Knowledge, window: tuple[float, float]
) -> tuple[list[KernelRow], Ints]:
    """Calls alike as rows, the longest first and the shortest joined by group; and the row of each call."""
    start, end = clipped(running.start, running.end, window)
    time = running.by_call(end - start).tolist()
    inside = ((running.began >= window[0]) & (running.began < window[1])).tolist()
    flops, moved = facts.flops.tolist(), facts.bytes_moved.tolist()
    key_of: dict[tuple[int, int], _Key] = {}
    keys: list[_Key] = []
    sums: dict[_Key, _Sum] = {}
    for call, (name, each) in enumerate(zip(running.name.tolist(), facts.calls, strict=True)):
        alike = (name, id(each))  # what is known is kept once for calls alike
        key = key_of.get(alike) or key_of.setdefault(alike, _key(trace.names[name], each))
        keys.append(key)
        one = sums.setdefault(key, _Sum())
        one.time_s += time[call]
        if inside[call]:
            one.calls += 1
            one.flops += flops[call]
            one.bytes_moved += moved[call]
    final, joined = _joined(sums)
    order = sorted((key for key in joined if joined[key].time_s > 0), key=lambda key: (-joined[key].time_s, key[:5]))
    number = {key: at for at, key in enumerate(order)}
    row_of_call = np.array([number.get(final[key], 0) for key in keys], np.int64)
    return [_row(key, joined[key]) for key in order], row_of_call


def _joined(sums: dict[_Key, _Sum]) -> tuple[dict[_Key, _Key], dict[_Key, _Sum]]:
    """The longest rows as they are, the others joined by what they have in common."""
    kept = set(sorted(sums, key=lambda key: -sums[key].time_s)[:MOST_ROWS])
    final = {key: key if key in kept else (_REST, key[1], key[2], key[3], "", None) for key in sums}
    joined: dict[_Key, _Sum] = {}
    for key, one in sums.items():
        into = joined.setdefault(final[key], _Sum())
        into.calls += one.calls
        into.time_s += one.time_s
        into.flops += one.flops
        into.bytes_moved += one.bytes_moved
    return final, joined


def _key(name: str, each: Known) -> _Key:
    group, evidence = classified(each.clues)
    detail = {
        Evidence.SCOPE: each.clues.scope,
        Evidence.SHAPES: each.operator,
        Evidence.OPERATOR: each.operator,
    }.get(evidence, "")
    sizes = each.sizes if evidence in (Evidence.NONE, Evidence.ORDER) else None
    return short_name(name), each.clues.kind, group, evidence, " ".join(detail[:LONGEST_TEXT].split()), sizes


def _row(key: _Key, one: _Sum) -> KernelRow:
    name, kind, group, evidence, detail, sizes = key
    return KernelRow(
        name=name,
        kind=kind,
        group=group,
        evidence=evidence,
        detail=detail,
        sizes=sizes,
        calls=one.calls,
        time_s=one.time_s,
        flops=one.flops,
        bytes_moved=one.bytes_moved,
    )


def _kept(together: dict[tuple[int, ...], float], rows: list[KernelRow]) -> dict[tuple[int, ...], float]:
    """The longest moments as they are; in the others each row is stood for by the longest row of its group."""
    if len(together) <= MOST_MOMENTS:
        return together
    longest: dict[KernelGroup, int] = {}
    for at, row in enumerate(rows):
        longest.setdefault(row.group, at)
    ranked = sorted(together, key=lambda key: -together[key])
    kept = {key: together[key] for key in ranked[:MOST_MOMENTS]}
    for key in ranked[MOST_MOMENTS:]:
        stand_in = tuple(sorted({longest[rows[row].group] for row in key}))
        kept[stand_in] = kept.get(stand_in, 0.0) + together[key]
    return kept


def _idle(running: Running, window: tuple[float, float], *, on_cpu: bool) -> Idle:
    """The gaps of the device, each up to the launch of what ends it booked to the host, the rest to its graph."""
    opens, closes = gaps(running.start, running.end, window)
    total = float((closes - opens).sum())
    if on_cpu:
        return Idle(launch_s=total, other_s=0.0, n_gaps=len(opens))
    following = np.searchsorted(running.start, closes)
    launched = np.append(running.launched, np.nan)[following]
    waits = np.where(np.isnan(launched), opens, np.clip(launched, opens, closes)) - opens
    rest = closes - opens - waits
    in_graph = np.append(running.in_graph, 0)[following].astype(bool) & (rest > _LONG_IN_GRAPH_S)
    host_s, graph_s = float(waits.sum()), float(rest[in_graph].sum())
    return Idle(launch_s=host_s, graph_s=graph_s, other_s=max(total - host_s - graph_s, 0.0), n_gaps=len(opens))


def _critical(running: Running, computing: int, window: tuple[float, float]) -> Stream:
    own = running.stream[running.call] == computing
    start, end = clipped(running.start, running.end, window)
    busy_s, any_s = length(start[own], end[own]), length(start, end)
    wall_s = window[1] - window[0]
    return Stream(busy_s=busy_s, waits_s=any_s - busy_s, idle_s=wall_s - any_s)


def _source(trace: Trace, running: Running, device: int) -> Source:
    about, on_cpu = trace.about, not len(trace.activities)
    named = about.devices[device] if 0 <= device < len(about.devices) else next(iter(about.devices), "")
    return Source(
        format=about.format,
        file=" ".join(about.file[:LONGEST_TEXT].split()),
        device="CPU" if on_cpu else named,
        rank=about.rank,
        world_size=about.world_size,
        n_streams=len(np.unique(running.stream)),
        on_cpu=on_cpu,
    )


def _notes(trace: Trace, running: Running, steps: Steps) -> tuple[str, ...]:
    notes = [steps.note] if steps.note else []
    devices = np.unique(trace.activities.device)
    if len(devices) > 1:
        notes.append(f"The trace has {len(devices)} devices; the busiest one is shown.")
    if len(trace.activities) and np.isnan(running.launched).mean() > 0.5:
        notes.append("Most launches were not recorded, so idle time cannot be told apart by its cause.")
    if not trace.shapes:
        notes.append("Shapes were not recorded (record_shapes=True), so FLOP/s and bytes/s are unknown.")
    return tuple(notes)
