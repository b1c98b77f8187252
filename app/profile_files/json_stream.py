"""A large JSON document piece by piece: members of the top object, and the items of one array in it.

The standard library's decoder reads each piece from a sliding window: it is as fast as the incremental parsers on PyPI,
and its depth is bounded. (ijson 3.6 needs memory in the square of the nesting: 20,000 brackets took 970 MB.)
"""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from app.profile_files.errors import UnreadableProfile

_CHUNK = 1024 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")
_UNFINISHED = re.compile(r"[-+.eE]{0,3}\Z")
_decode: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder(
    strict=False
).raw_decode  # strict=False: raw control characters in a name do no harm


class Item:
    """The key under which items of the streamed array are yielded."""


ITEM = Item()


def members(read: Callable[[int], bytes], *, streamed: str, item_bytes: int) -> Iterator[tuple[str | Item, Any]]:
    """(key, value) of each member of the top object; for the array called `streamed`, or a top array, (ITEM, item)."""
    text = _Window(read, item_bytes)
    match text.next():
        case "[":
            yield from _items(text)
        case "{":
            yield from _object(text, streamed)
        case "":
            raise UnreadableProfile("the file holds nothing but white space")
        case _:
            raise UnreadableProfile("the file is neither JSON in UTF-8 nor a table that is known here")


def _object(text: "_Window", streamed: str) -> Iterator[tuple[str | Item, Any]]:
    text.step()
    if text.next() == "}":
        return
    while True:
        if text.next() != '"':
            raise text.wrong("a name in quotes")
        key = text.value()
        text.expect(":")
        if key == streamed and text.next() == "[":
            yield from _items(text)
        else:
            yield key, text.value()
        if text.next() == "}":
            return
        text.expect(",")


def _items(text: "_Window") -> Iterator[tuple[Item, Any]]:
    text.step()
    if text.next() == "]":
        text.step()
        return
    while True:
        yield ITEM, text.value()
        sign = text.next()
        text.step()
        if sign == "]":
            return
        if sign != ",":
            raise text.wrong("a comma or ]")


class _Window:
    """The part of the text that is in memory, and where in it reading stands."""

    def __init__(self, read: Callable[[int], bytes], item_bytes: int) -> None:
        self._read = read
        self._most = item_bytes
        self._utf8 = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self._text = ""
        self._at = 0
        self._before = 0  # characters that have left the window
        self._ended = False

    def next(self) -> str:
        """The next character that is not white space, without taking it; empty at the end of the file."""
        while True:
            found = _SPACE.match(self._text, self._at)
            assert found is not None
            self._at = found.end()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def step(self) -> None:
        """Take one character."""
        self._at += 1

    def expect(self, sign: str) -> None:
        """Take one sign, which must be there."""
        if self.next() != sign:
            raise self.wrong(sign)
        self.step()

    def value(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Take one whole value."""
        self.next()
        while True:
            try:
                value, end = _decode(self._text, self._at)
            except RecursionError:
                raise UnreadableProfile(f"the JSON is nested too deeply at character {self._place}") from None
            except ValueError as error:
                if len(self._text) - self._at > self._most or not self._more():
                    raise self._broken(error) from None
                continue
            if _UNFINISHED.match(self._text, end) and self._more():  # a number may go on in the next chunk
                continue
            self._at = end
            return value

    def wrong(self, expected: str) -> UnreadableProfile:
        """The error where something else stands than was expected."""
        if not self.next():
            return UnreadableProfile(f"the JSON ends too early, after {self._place:,} characters: the file is cut off")
        return UnreadableProfile(f"the JSON is broken at character {self._place:,}: expected {expected}")

    @property
    def _place(self) -> int:
        return self._before + self._at

    def _broken(self, error: Exception) -> UnreadableProfile:
        if self._ended and "digits" not in str(error):
            cut_off = not self._text[self._at :] or getattr(error, "pos", len(self._text)) >= len(self._text) - 1
            if cut_off or "Unterminated" in str(error):
                where = self._before + len(self._text)
                return UnreadableProfile(f"the JSON ends too early, after {where:,} characters: the file is cut off")
        reason = getattr(error, "msg", "a value that cannot be read").split(";")[0]
        place = self._before + getattr(error, "pos", self._at)
        return UnreadableProfile(f"the JSON is broken at character {place:,}: {reason}")

    def _more(self) -> bool:
        if self._ended:
            return False
        chunk = self._read(_CHUNK)
        self._ended = not chunk
        self._before += self._at
        self._text = self._text[self._at :] + self._utf8.decode(chunk, final=self._ended)
        self._at = 0
        return True
