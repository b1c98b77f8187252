"""A profile as plain mappings, the form of JSON: what is exported, stored when a person asks, and read back."""

from collections.abc import Mapping
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar

from app.engine.fields import one_of
from app.profile.classify import Evidence
from app.profile.groups import kernel_group
from app.profile.kinds import Kind
from app.profile.profile import LONGEST_TEXT, Idle, KernelRow, Moment, Profile, Recording, Source, Stream
from app.profile.shapes import Sizes

FORMAT = "chokepoint-profile"
VERSION = 1

_MOST_ROWS, _MOST_MOMENTS, _MOST_NOTES = 1000, 5000, 20
_LONGEST_S = 1e9
Word = TypeVar("Word", bound=StrEnum)


def profile_to_mapping(profile: Profile) -> dict[str, Any]:
    """Everything that a profile holds, in base units; reading it back gives an equal profile."""
    source = profile.source
    return {
        "format": FORMAT,
        "version": VERSION,
        "source": {name: getattr(source, name) for name in Source.__slots__},
        "steps": {
            "counted": profile.n_steps,
            "left_out": profile.n_left_out,
            "found_by": profile.steps_found_by,
            "durations_s": list(profile.step_s),
        },
        "wall_s": profile.wall_s,
        "window_us": None if profile.window_us is None else list(profile.window_us),
        "recording": _parts(profile.recording),
        "idle": _parts(profile.idle),
        "critical_stream": _parts(profile.critical),
        "kernels": [_row_to_mapping(row) for row in profile.rows],
        "moments": [[list(moment.rows), moment.time_s] for moment in profile.moments],
        "notes": list(profile.notes),
    }


def profile_from_mapping(given: Mapping[str, Any]) -> Profile:
    """Read a profile that was written by `profile_to_mapping`. ValueError, one line, names the field and the value."""
    if given.get("format") != FORMAT or given.get("version") != VERSION:
        raise ValueError(f"format: not a summary of version {VERSION} that Chokepoint wrote")
    steps = _mapping(given, "steps")
    rows = tuple(_row(one, f"kernels[{at}]") for at, one in enumerate(_list(given, "kernels", _MOST_ROWS)))
    window = given.get("window_us")
    profile = Profile(
        source=_source(_mapping(given, "source")),
        rows=rows,
        moments=tuple(_moment(one, at, len(rows)) for at, one in enumerate(_list(given, "moments", _MOST_MOMENTS))),
        n_steps=_whole(steps, "counted", 1),
        n_left_out=_whole(steps, "left_out", 0),
        steps_found_by=_text(steps, "found_by"),
        wall_s=None if given.get("wall_s") is None else _seconds(given, "wall_s"),
        window_us=None if window is None else _window(window),
        step_s=tuple(_plain_seconds(one, "steps.durations_s") for one in _list(steps, "durations_s", 1000)),
        recording=_recording(given.get("recording")),
        idle=_idle(given.get("idle")),
        critical=_stream(given.get("critical_stream")),
        notes=tuple(str(note)[:LONGEST_TEXT] for note in _list(given, "notes", _MOST_NOTES)),
    )
    if profile.wall_s is not None and profile.busy_s > profile.wall_s * (1 + 1e-6):
        raise ValueError(f"wall_s: {profile.wall_s} is less than the busy time {profile.busy_s}")
    return profile


def _row_to_mapping(row: KernelRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "kind": str(row.kind),
        "group": str(row.group),
        "evidence": str(row.evidence),
        "detail": row.detail,
        "sizes": None if row.sizes is None else list(row.sizes),
        "calls": row.calls,
        "time_s": row.time_s,
        "flops": row.flops,
        "bytes_moved": row.bytes_moved,
    }


def _row(given: object, path: str) -> KernelRow:
    if not isinstance(given, Mapping):
        raise ValueError(f"{path}: not a mapping of fields")
    try:
        return KernelRow(
            name=_text(given, "name"),
            kind=_word(given, "kind", Kind),
            group=kernel_group(_text(given, "group")),
            evidence=_word(given, "evidence", Evidence),
            detail=_text(given, "detail"),
            sizes=_sizes(given.get("sizes")),
            calls=_whole(given, "calls", 0),
            time_s=_seconds(given, "time_s"),
            flops=_amount(given, "flops"),
            bytes_moved=_amount(given, "bytes_moved"),
        )
    except ValueError as error:
        raise ValueError(f"{path}.{error}") from None


def _sizes(given: object) -> Sizes | None:
    match given:
        case None:
            return None
        case [int(batch), int(rows), int(inner), int(columns)] if all(0 <= one < 2**53 for one in given):
            return batch, rows, inner, columns
    raise ValueError("sizes: not four whole numbers")


def _moment(given: object, at: int, n_rows: int) -> Moment:
    match given:
        case [[*found], time_s]:
            rows = {row for row in found if type(row) is int and 0 <= row < n_rows}
            if rows and len(rows) == len(found):
                return Moment(rows=tuple(sorted(rows)), time_s=_plain_seconds(time_s, f"moments[{at}]"))
    raise ValueError(f"moments[{at}]: not a list of rows and a time")


def _source(given: Mapping[str, Any]) -> Source:
    return Source(
        format=_text(given, "format"),
        file=_text(given, "file"),
        device=_text(given, "device"),
        rank=None if given.get("rank") is None else _whole(given, "rank", 0),
        world_size=None if given.get("world_size") is None else _whole(given, "world_size", 0),
        n_streams=_whole(given, "n_streams", 0),
        on_cpu=given.get("on_cpu") is True,
        timeline=given.get("timeline") is True,
    )


def _idle(given: object) -> Idle | None:
    if not isinstance(given, Mapping):
        return None
    return Idle(
        launch_s=_seconds(given, "launch_s"),
        graph_s=_seconds(given, "graph_s"),
        other_s=_seconds(given, "other_s"),
        n_gaps=_whole(given, "n_gaps", 0),
    )


def _recording(given: object) -> Recording | None:
    if not isinstance(given, Mapping):
        return None
    return Recording(wall_s=_seconds(given, "wall_s"), busy_s=_seconds(given, "busy_s"))


def _stream(given: object) -> Stream | None:
    if not isinstance(given, Mapping):
        return None
    return Stream(
        busy_s=_seconds(given, "busy_s"),
        waits_s=_seconds(given, "waits_s"),
        idle_s=_seconds(given, "idle_s"),
    )


def _window(given: object) -> tuple[float, float]:
    match given:
        case [int() | float() as start, int() | float() as end] if isfinite(start) and isfinite(end):
            return float(start), float(end)
    raise ValueError("window_us: not a start and an end")


def _parts(value: Idle | Recording | Stream | None) -> dict[str, Any] | None:
    return None if value is None else {name: getattr(value, name) for name in type(value).__slots__}


def _mapping(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = given.get(name)
    if not isinstance(value, Mapping):
        raise ValueError(f"{name}: missing")
    return value


def _list(given: Mapping[str, Any], name: str, most: int) -> list[Any]:
    value = given.get(name)
    if not isinstance(value, list):
        raise ValueError(f"{name}: missing")
    if len(value) > most:
        raise ValueError(f"{name}: {len(value)} are more than {most}")
    return value


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name}: not text")
    return " ".join(value[:LONGEST_TEXT].split())


def _word(given: Mapping[str, Any], name: str, kind: type[Word]) -> Word:
    return one_of(name, given.get(name), kind)


def _whole(given: Mapping[str, Any], name: str, least: int) -> int:
    value = given.get(name)
    if type(value) is not int or not least <= value < 2**53:
        raise ValueError(f"{name}: not a whole number of {least} or more")
    return value


def _amount(given: Mapping[str, Any], name: str, most: float = 1e30) -> float:
    value = given.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        raise ValueError(f"{name}: not a number between 0 and {most:g}")
    return float(value)


def _seconds(given: Mapping[str, Any], name: str) -> float:
    return _amount(given, name, _LONGEST_S)


def _plain_seconds(value: object, path: str) -> float:
    return _amount({path: value}, path, _LONGEST_S)
