"""Text: an answer as written, its normalised form with a map back, and its paragraphs, sentences and clauses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.grading.folding import folded, latin

MAX_CHARACTERS = 20_000


TOO_LONG = f"Answers of up to {MAX_CHARACTERS:,} characters are read. Your text is kept: shorten it and send it again."


class TooLong(ValueError):
    """The answer has more characters than one grade may read; the caller refuses it and keeps the text."""


def require_readable_length(answer: str) -> None:
    """TooLong for what a page must refuse before it asks for a grade."""
    if len(answer) > MAX_CHARACTERS:
        raise TooLong(TOO_LONG)


class Span(NamedTuple):
    """Characters [start, end)."""

    start: int
    end: int

    def touches(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A stretch of a sentence between two connectives; `opener` is the connective or mark that opens it."""

    span: Span
    opener: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    index: int
    span: Span
    paragraph: int
    bullet: bool
    question: bool
    clauses: tuple[Clause, ...]

    def clause_at(self, position: int) -> int:
        found = 0
        for index, clause in enumerate(self.clauses):
            if clause.span.start > position:
                break
            found = index
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """`plain` is lower case, `cased` keeps case (units need it), `keys` has hyphens as spaces; all three align."""

    original: str
    plain: str
    cased: str
    keys: str
    offsets: tuple[int, ...]
    sentences: tuple[Sentence, ...]

    @classmethod
    def of(cls, answer: str) -> "Text":
        cased, offsets = folded(answer)
        cased = latin(cased)
        low = cased.lower()
        plain = low if len(low) == len(cased) else "".join(c if len(c.lower()) > 1 else c.lower() for c in cased)
        keys = _HYPHEN.sub(" ", plain)
        return cls(
            original=answer,
            plain=plain,
            cased=cased,
            keys=keys,
            offsets=tuple(offsets),
            sentences=tuple(_sentences(plain)),
        )

    def origin(self, span: Span) -> Span:
        """The same stretch in characters of the original answer."""
        if span.end <= span.start or not self.plain:
            return Span(0, 0)
        start = self.offsets[min(span.start, len(self.offsets) - 1)]
        end = self.offsets[min(span.end, len(self.offsets)) - 1] + 1
        return Span(start, max(start, end))

    def quote(self, span: Span) -> str:
        found = self.origin(span)
        return self.original[found.start : found.end]


_HYPHEN = re.compile(r"(?<=[a-z0-9])[-‐‑](?=[a-z])|(?<=[a-z])[-‐‑](?=[0-9])|_")
_BULLET = re.compile(r"[ \t]*(?:[-*+>·o]|\(?\d{1,2}[.)]|\(?[a-z][.)])[ \t]+")
_STOP = re.compile(r"[.!?]+[\"')\]]*(?=\s|$)|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|approx|ca|resp|cf|fig|eq|sec|dr|mr|incl|excl|max|min|w\.r\.t|a\.k\.a))$"
)
_OPENERS = (
    "but|so|because|since|although|though|while|whereas|if|when|whenever|unless|until|once|however|yet|therefore|"
    "thus|hence|as long as|even though|in which case|provided|except|which"
)
_CUT = re.compile(
    rf"(?:(?<=\s)|(?<=^))(?:{_OPENERS})(?=\s)|[,:;](?=\s|$)|—|(?<=\s)-(?=\s)|[-=]>|(?<=\s)[(\[]|[)\]](?=[\s.,;:?!]|"
    rf"$)|\s\|\s"
)


def _sentences(plain: str) -> Iterator[Sentence]:
    index = 0
    for paragraph, bullet, span in (piece for stretch in _stretches(plain) for piece in _bounded(plain, *stretch)):
        content = _trimmed(plain, span)
        if content.end <= content.start:
            continue
        question = "?" in plain[max(content.end - 3, content.start) : content.end]
        yield Sentence(
            index=index,
            span=content,
            paragraph=paragraph,
            bullet=bullet,
            question=question,
            clauses=tuple(_clauses(plain, content)),
        )
        index += 1


def _stretches(plain: str) -> Iterator[tuple[int, bool, Span]]:
    """(paragraph, is it a bullet, span) for every stretch that ends with a stop or a line that really ends."""
    paragraph = 0
    line = 0
    start, bullet = _after_bullet(plain, 0)
    for stop in _STOP.finditer(plain):
        if stop.start() < start:
            continue
        if "\n" not in stop.group():
            if not _ABBREVIATION.search(plain[max(stop.start() - 8, 0) : stop.start()]):
                yield paragraph, bullet, Span(start, stop.end())
                start = stop.end()
            continue
        wrapped = stop.group() == "\n" and _is_wrapped(plain, line=line, stop=stop.start())
        line = stop.end()
        if wrapped:
            continue
        yield paragraph, bullet, Span(start, stop.start())
        paragraph += len(stop.group()) > 1
        start, bullet = _after_bullet(plain, stop.end())
    yield paragraph, bullet, Span(start, len(plain))


LONGEST_SENTENCE = 500  # rules compare the words of a sentence with each other: its length bounds their work


def _bounded(plain: str, paragraph: int, bullet: bool, span: Span) -> Iterator[tuple[int, bool, Span]]:  # noqa: FBT001
    """A stretch that no one wrote as a sentence is cut into pieces."""
    start = span.start
    while span.end - start > LONGEST_SENTENCE:
        space = plain.rfind(" ", start + 1, start + LONGEST_SENTENCE)
        cut = space if space > start else start + LONGEST_SENTENCE
        yield paragraph, bullet, Span(start, cut)
        start = cut
    yield paragraph, bullet, Span(start, span.end)


def _is_wrapped(plain: str, *, line: int, stop: int) -> bool:
    """A long line without a stop that goes on in lower case was wrapped by hand, or its spaces were replaced."""
    following = plain[stop + 1 : stop + 2]
    ended = plain[stop - 1 : stop] in ".!?:;"
    return not ended and following.isalnum() and not _BULLET.match(plain, stop + 1) and (stop - line >= 50)


def _after_bullet(plain: str, position: int) -> tuple[int, bool]:
    match = _BULLET.match(plain, position)
    return (match.end(), True) if match else (position, False)


def _trimmed(plain: str, span: Span) -> Span:
    start, end = span
    while start < end and plain[start].isspace():
        start += 1
    while end > start and plain[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _clauses(plain: str, span: Span) -> Iterator[Clause]:
    start, opener, brackets = span.start, "", 0
    for cut in _CUT.finditer(plain, span.start, span.end):
        if cut.group() in ")]" and not brackets:
            continue
        brackets += (cut.group() in "([") - (cut.group() in ")]")
        if cut.start() > start and plain[start : cut.start()].strip():
            yield Clause(span=Span(start, cut.start()), opener=opener)
            opener = ""
        start = cut.end()
        mark = cut.group().strip()
        opener = mark if not opener or mark.isalpha() or " " in mark else opener
    if plain[start : span.end].strip() or start == span.start:
        yield Clause(span=Span(start, span.end), opener=opener)
