"""Chrome traces of torch.profiler (Kineto), of NVIDIA, AMD and CPU runs, into the columns of a Trace."""

from array import array
from collections.abc import Iterable
from math import isfinite
from typing import Any

import numpy as np

from app.profile.trace import About, Activities, Launches, Shape, SpanKind, Spans, Trace
from app.profile_files.errors import UnreadableProfile
from app.profile_files.interning import Interned
from app.profile_files.json_stream import ITEM, Item

_DEVICE = frozenset({"kernel", "gpu_memcpy", "gpu_memset", "memcpy", "memset", "concurrent_kernel"})
_RUNTIME = frozenset({"cuda_runtime", "cuda_driver", "runtime", "hip_runtime", "xpu_runtime"})
_OPERATORS = frozenset({"cpu_op", "operator"})
_ANNOTATION = "user_annotation"
_TIMED = _DEVICE | _RUNTIME | _OPERATORS | {_ANNOTATION}
_PYTHON = "python_function"
_MODULE = "nn.Module: "
_LONGEST_NAME = 1000
_GRAPH_LAUNCH = "graphlaunch"  # cudaGraphLaunch, cuGraphLaunch, hipGraphLaunch
_LATEST_US = 1e18  # beyond any clock, and still far inside what a float can hold


def trace_from_members(members: Iterable[tuple[str | Item, Any]], *, file: str, max_events: int) -> Trace:
    """The trace in the members of a JSON document; UnreadableProfile where it holds no event with a time."""
    columns = _Columns()
    meta: dict[str, Any] = {}
    for key, value in members:
        if key is ITEM:
            columns.add(value)
            if columns.n_events > max_events:
                raise UnreadableProfile(f"the trace has more than {max_events:,} events, the most that is read")
        elif isinstance(key, str):
            meta[key] = value
    return columns.trace(meta, file)


class _Columns:
    """The columns as they grow."""

    def __init__(self) -> None:
        self.n_events = 0
        self.names: Interned[str] = Interned()
        self.shapes: Interned[Shape] = Interned()
        self._shape_of_text: dict[str, int] = {}
        self._threads: Interned[tuple[Any, Any]] = Interned()
        self._streams: Interned[tuple[Any, Any]] = Interned()
        self._device = _Rows("ddqqqqd")
        self._spans = _Rows("ddqqqqqq")
        self._launches = _Rows("qddqq")

    def add(self, event: Any) -> None:  # noqa: ANN401 - whatever the file holds
        """One event; what is no complete event with a sound time is passed over."""
        self.n_events += 1
        if type(event) is not dict or event.get("ph") != "X":
            return
        category = event.get("cat")
        if not isinstance(category, str):
            return
        category = category.lower()
        if category == _PYTHON:
            name = event.get("name")
            if not isinstance(name, str) or not name.startswith(_MODULE):
                return
        elif category not in _TIMED:
            return
        start, duration = _number(event.get("ts")), _number(event.get("dur", 0))
        if start is None or duration is None or duration < 0 or start < 0:
            return
        args = event.get("args")
        if not isinstance(args, dict):
            args = {}
        self._place(category, event, (start, duration), args)

    def _place(self, category: str, event: dict[str, Any], time: tuple[float, float], args: dict[str, Any]) -> None:
        if category in _DEVICE:
            self._add_activity(event, time, args)
        elif category in _RUNTIME:
            correlation = _whole(args.get("correlation"))
            if correlation >= 0:
                is_graph = _GRAPH_LAUNCH in _name(event).lower()
                self._launches.add(correlation, *time, self._threads.number(_where(event)), int(is_graph))
        else:
            self._add_span(category, event, time, args)

    def _add_activity(self, event: dict[str, Any], time: tuple[float, float], args: dict[str, Any]) -> None:
        where = _where(event)
        device = _whole(args.get("device", where[0]))
        stream = self._streams.number((device, where[1]))
        moved = _number(args.get("bytes")) or 0.0
        name = self.names.number(_name(event))
        self._device.add(*time, name, stream, device, _whole(args.get("correlation")), moved)

    def _add_span(self, category: str, event: dict[str, Any], time: tuple[float, float], args: dict[str, Any]) -> None:
        kind = SpanKind.OPERATOR
        shape = -1
        if category == _PYTHON:
            kind = SpanKind.MODULE
        elif category == _ANNOTATION:
            kind = SpanKind.ANNOTATION
        else:
            shape = self._shape(args)
        self._spans.add(
            *time,
            self.names.number(_name(event)),
            self._threads.number(_where(event)),
            int(kind),
            _whole(args.get("Sequence number")),
            _whole(args.get("Fwd thread id")),
            shape,
        )

    def _shape(self, args: dict[str, Any]) -> int:
        dims = args.get("Input Dims")
        if not isinstance(dims, list) or not dims:
            return -1
        types, concrete = args.get("Input type", args.get("Input Types")), args.get("Concrete Inputs")
        text = f"{dims}{types}{concrete}"
        known = self._shape_of_text.get(text)
        if known is None:
            causal = isinstance(concrete, list) and "True" in concrete
            words = tuple(str(word) for word in types) if isinstance(types, list) else ()
            shape = Shape(tuple(_dims(dims)), words, causal)
            known = self._shape_of_text[text] = self.shapes.number(shape)
        return known

    def trace(self, meta: dict[str, Any], file: str) -> Trace:
        """The columns as arrays, in seconds since the first event."""
        times = [rows.columns[at] for rows, at in ((self._device, 0), (self._spans, 0)) if len(rows)]
        if not times:
            raise UnreadableProfile("the trace holds no kernel and no operator with a time (events of phase X)")
        origin = min(min(column) for column in times)
        device, spans, launches = self._device, self._spans, self._launches
        return Trace(
            about=_about(meta, file, origin, self.n_events),
            names=self.names.values,
            shapes=self.shapes.values,
            activities=Activities(
                **dict(
                    zip(
                        ("start", "end", "name", "stream", "device", "correlation", "bytes_moved"),
                        device.arrays(origin, start=0),
                        strict=True,
                    )
                )
            ),
            spans=Spans(
                **dict(
                    zip(
                        ("start", "end", "name", "thread", "kind", "sequence", "forward_thread", "shape"),
                        spans.arrays(origin, start=0),
                        strict=True,
                    )
                )
            ),
            launches=Launches(
                **dict(
                    zip(
                        ("correlation", "start", "end", "thread", "graph"),
                        launches.arrays(origin, start=1),
                        strict=True,
                    )
                )
            ),
        )


class _Rows:
    """Columns of numbers that grow together; `codes` are those of the array module."""

    def __init__(self, codes: str) -> None:
        self.columns = tuple(array(code) for code in codes)

    def __len__(self) -> int:
        return len(self.columns[0])

    def add(self, *values: float) -> None:
        for column, value in zip(self.columns, values, strict=True):
            column.append(value)  # type: ignore[arg-type]

    def arrays(self, origin_us: float, *, start: int) -> list[Any]:
        """As NumPy arrays; the start and the duration after it become start and end, in seconds since `origin_us`.

        The origin goes first: a time since 1970 in microseconds leaves a float no room for a short duration.
        """
        found = [np.array(column) for column in self.columns]
        found[start] = found[start] - origin_us
        found[start + 1] = (found[start] + found[start + 1]) * 1e-6
        found[start] = found[start] * 1e-6
        return found


def _about(meta: dict[str, Any], file: str, origin_us: float, n_events: int) -> About:
    listed, spread = meta.get("deviceProperties"), meta.get("distributedInfo")
    devices = listed if isinstance(listed, list) else []
    group = spread if isinstance(spread, dict) else {}
    return About(
        format="torch.profiler trace",
        file=file,
        devices=tuple(str(one.get("name", ""))[:80] for one in devices[:64] if isinstance(one, dict)),
        rank=_whole(group.get("rank")) if "rank" in group else None,
        world_size=_whole(group.get("world_size")) if "world_size" in group else None,
        origin_us=origin_us,
        n_events=n_events,
    )


def _where(event: dict[str, Any]) -> tuple[Any, Any]:
    """Process and thread, or device and stream."""
    pid, tid = event.get("pid"), event.get("tid")
    return (pid if isinstance(pid, (int, str)) else None, tid if isinstance(tid, (int, str)) else None)


def _name(event: dict[str, Any]) -> str:
    name = event.get("name")
    return name[:_LONGEST_NAME] if isinstance(name, str) else "without a name"


def _number(value: object) -> float | None:
    if type(value) is float:
        return value if isfinite(value) and abs(value) < _LATEST_US else None
    if type(value) is int:
        return float(value) if abs(value) < _LATEST_US else None
    if isinstance(value, str):  # some exporters write times as text
        try:
            return _number(float(value))
        except ValueError:
            return None
    return None


def _whole(value: object) -> int:
    """A number that identifies something; -1 where there is none."""
    if type(value) is int and 0 <= value < 2**62:
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 18 else -1


def _dims(listed: list[Any]) -> Iterable[tuple[int, ...]]:
    """The dims of each tensor; those of a list of tensors one after the other."""
    for one in listed:
        if isinstance(one, list) and one and isinstance(one[0], list):
            yield from _dims(one[:1000])
        elif isinstance(one, list):
            yield tuple(size if type(size) is int and 0 <= size < 2**40 else 0 for size in one[:16])
