"""Tables of kernels as CSV: the kernel summary of Nsight Systems, and plain ones."""

import csv
import io
import re
from collections.abc import Callable, Iterator

from app.profile.groups import KernelGroup, kernel_group
from app.profile.profile import Profile
from app.profile.totals import KernelTotal, tabulated
from app.profile_files.errors import UnreadableProfile

_NAME = re.compile(r"(?i)^(kernel|kernel[ _]name|name|operator|op|operation)$")
_CALLS = re.compile(r"(?i)^(calls|instances|count|launches|num[ _]calls|# of calls|n)$")
_GROUP = re.compile(r"(?i)^(group|component)$")
_TOTAL = re.compile(
    r"(?i)^(total[ _]?time|total|time|duration|cuda[ _]?time|self cuda time)?[ _(\[]*(ns|us|µs|ms|s)[)\]]?$"
)
_WITHOUT_UNIT = re.compile(r"(?i)^(total[ _]?time|total|time|duration)$")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0}
_MOST_SECONDS = 1e9
_SECTION = re.compile(r"^\s*\*\*")


def profile_from_table(read: Callable[[int], bytes], *, file: str, most_bytes: int) -> Profile:
    """The profile in a CSV file; UnreadableProfile names the line and what is wrong with it."""
    lines = _lines(read, most_bytes)
    rows = csv.reader(lines)
    try:
        header, columns = _header(rows)
        totals = list(_totals(rows, columns, rows.line_num))
    except csv.Error as error:
        raise UnreadableProfile(f"line {rows.line_num}: not a line of CSV ({error})") from None
    if not totals:
        raise UnreadableProfile("the table has a header and no kernel below it")
    is_nsight = "instances" in {word.strip().lower() for word in header}
    try:
        return tabulated(totals, format="Nsight Systems kernel summary" if is_nsight else "table of kernels", file=file)
    except ValueError as error:
        raise UnreadableProfile(f"the table holds no kernel that took any time ({error})") from None


class _Columns:
    """Which column says what."""

    def __init__(self, header: list[str]) -> None:
        words = [word.strip().lstrip("\ufeff") for word in header]
        self.name = _first(words, _NAME)
        self.calls = _first(words, _CALLS)
        self.group = _first(words, _GROUP)
        self.time = next((at for at, word in enumerate(words) if _TOTAL.match(word)), None)
        self.unitless = next((word for word in words if _WITHOUT_UNIT.match(word)), None)
        found = _TOTAL.match(words[self.time]) if self.time is not None else None
        self.unit = _UNITS[found.group(2).lower()] if found else 1.0


def _header(rows: Iterator[list[str]]) -> tuple[list[str], _Columns]:
    """The first line that names kernels and a time, past what nsys prints before it."""
    for n, row in enumerate(rows):
        if n > 200:
            break
        columns = _Columns(row)
        if columns.name is not None and columns.time is not None:
            return row, columns
        if columns.name is not None and columns.unitless is not None:
            raise UnreadableProfile(
                f"the column {columns.unitless!r} has no unit: call it time_ns, time_us, time_ms or time_s"
            )
    raise UnreadableProfile(
        "no known form: neither JSON nor a CSV table with columns for name and time, such as kernel,calls,time_us"
    )


def _totals(rows: Iterator[list[str]], columns: _Columns, line: int) -> Iterator[KernelTotal]:
    assert columns.name is not None
    assert columns.time is not None
    for row in rows:
        line += 1
        if not any(cell.strip() for cell in row) or _SECTION.match(row[0]):
            return
        if len(row) <= max(columns.name, columns.time, columns.calls or 0):
            raise UnreadableProfile(f"line {line}: {len(row)} cells are fewer than the header has")
        time_s = _number(row[columns.time], line) * columns.unit
        if not 0 <= time_s <= _MOST_SECONDS:
            raise UnreadableProfile(f"line {line}: a time of {row[columns.time].strip()[:40]} is not possible")
        calls = 1.0 if columns.calls is None else _number(row[columns.calls], line)
        if not 0 <= calls <= 1e15:
            raise UnreadableProfile(f"line {line}: {row[columns.calls or 0].strip()[:40]} calls are not possible")
        yield KernelTotal(
            name=row[columns.name].strip()[:1000], calls=int(calls), time_s=time_s, group=_group(row, columns, line)
        )


def _group(row: list[str], columns: _Columns, line: int) -> KernelGroup | None:
    if columns.group is None or len(row) <= columns.group or not row[columns.group].strip():
        return None
    try:
        return kernel_group(row[columns.group].strip())
    except ValueError as error:
        raise UnreadableProfile(f"line {line}: {error}") from None


def _number(text: str, line: int) -> float:
    plain = text.strip().replace(",", "").replace("\u202f", "").replace("_", "")
    try:
        return float(plain)
    except ValueError:
        raise UnreadableProfile(f"line {line}: {text.strip()[:40]!r} is not a number") from None


def _lines(read: Callable[[int], bytes], most_bytes: int) -> Iterator[str]:
    raw = b""
    while chunk := read(1024 * 1024):
        raw += chunk
        if len(raw) > most_bytes:
            raise UnreadableProfile(f"the table is larger than {most_bytes // 1024**2} MiB, the most that is read")
    if b"\0" in raw[:4096]:
        raise UnreadableProfile("the file is neither JSON nor CSV in UTF-8")
    yield from io.StringIO(raw.decode("utf-8", errors="replace"))


def _first(words: list[str], pattern: re.Pattern[str]) -> int | None:
    return next((at for at, word in enumerate(words) if pattern.match(word)), None)
