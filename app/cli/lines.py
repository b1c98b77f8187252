"""Files with a JSON object a line: all of it read before anything is done, all of it written or nothing."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from app.cli.reading import BadInput, text_of

T = TypeVar("T")


def lines_of(place: str, read: Callable[[Mapping[str, Any]], T]) -> tuple[T, ...]:
    """What `read` makes of every line; BadInput names the first line that does not fit. Blank lines are skipped."""
    found: list[T] = []
    for number, line in enumerate(text_of(place).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found.append(read(_mapping(line)))
        except ValueError as error:
            name = "standard input" if place == "-" else place
            raise BadInput(f"{name}, line {number}: {error}") from None
    return tuple(found)


def as_lines(rows: Iterable[Mapping[str, Any]]) -> str:
    """A line of ASCII for each row, so that no text can break it."""
    return "".join(json.dumps(row, allow_nan=False) + "\n" for row in rows)


def write_whole(place: str, text: str) -> None:
    """Write a file, or print for "-"; a file is replaced in one step, so that nobody finds half of it."""
    if place == "-":
        print(text, end="")
        return
    path = Path(place)
    try:
        if path.exists() and not path.is_file():  # /dev/null must stay what it is
            path.write_text(text, encoding="utf-8")
            return
        part = path.with_name(f"{path.name}.part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise BadInput(f"--out {place}: {error.strerror}") from None


def _mapping(line: str) -> Mapping[str, Any]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise ValueError("not JSON that can be read: nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError(f"expected an object with id, scenario and text, found {type(found).__name__}")
    return found
