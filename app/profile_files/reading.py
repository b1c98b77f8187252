"""read_profile(stream) -> Profile: whatever the file is, within limits, or one line that says why not."""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from app.profile.profile import Profile
from app.profile.report import FORMAT, profile_from_mapping
from app.profile.summarise import summarised
from app.profile_files.chrome_trace import trace_from_members
from app.profile_files.errors import UnreadableProfile
from app.profile_files.json_stream import Item, members
from app.profile_files.tables import profile_from_table
from app.profile_files.unpacking import Limits, Unpacked

_BEGINNING = 4096


def read_profile(file: BinaryIO, *, name: str, limits: Limits | None = None) -> Profile:
    """The profile in a file. Nothing of it is kept or executed; UnreadableProfile where it is none."""
    allowed = limits or Limits()
    unpacked = Unpacked(file, allowed)
    start = unpacked.read(_BEGINNING)
    read = _after(start, unpacked.read)
    if not start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return profile_from_table(read, file=name, most_bytes=allowed.table_bytes)
    try:
        found = members(read, streamed="traceEvents", item_bytes=allowed.item_bytes)
        first, rest = _first_member(found)
        if first == ("format", FORMAT):
            return profile_from_mapping({"format": FORMAT, **{str(key): value for key, value in rest}})
        trace = trace_from_members(_joined(first, rest), file=name, max_events=allowed.events)
        return summarised(trace)
    except UnreadableProfile:
        raise
    except RecursionError:
        raise UnreadableProfile("the JSON is nested too deeply") from None
    except ValueError as error:
        raise UnreadableProfile(str(error)) from None


_Member = tuple[str | Item, Any]


def _first_member(found: Iterator[_Member]) -> tuple[_Member | None, Iterator[_Member]]:
    return next(found, None), found


def _joined(first: _Member | None, rest: Iterator[_Member]) -> Iterator[_Member]:
    if first is not None:
        yield first
    yield from rest


def _after(start: bytes, read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """A reader that gives the bytes already read before those that follow."""
    ahead = [start]

    def again(size: int) -> bytes:
        return ahead.pop() if ahead else read(size)

    return again
