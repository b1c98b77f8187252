"""Texts and values as every database can hold them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime


def kept_text(text: str) -> str:
    """The text as every database can hold it and as the browser counts it.

    Forms send CRLF where the page counted one character; PostgreSQL refuses NUL, and UTF-8 has no lone surrogates.
    """
    lines = text.replace("\r\n", "\n").replace("\x00", "\ufffd")
    return lines.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def as_stored(value: Mapping[str, object]) -> Mapping[str, object]:
    """A copy as the database will give it back (tuples are lists then), so that equal grades compare equal."""
    copy: Mapping[str, object] = json.loads(json.dumps(dict(value), allow_nan=False))
    return copy


def clock(at: datetime) -> str:
    """A moment as a sentence names it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
