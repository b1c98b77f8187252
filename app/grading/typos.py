"""Typos in technical words put right, with the way back to what was written."""

import re
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.grading.lexicon import Tag, entries, forms
from app.grading.lexicon_components import EVERYDAY, NOT_TYPOS
from app.grading.text import Span

_LONG_WORD = re.compile(r"[a-z]{8,24}")


@cache
def _vocabulary() -> tuple[frozenset[str], dict[str, list[str]]]:
    """Every word of the lexicon, and the technical ones by first letter."""
    known: set[str] = set(NOT_TYPOS)
    technical: set[str] = set()
    for tag, _, phrase in entries():
        words = {word for form in forms(phrase) for word in _LONG_WORD.findall(form)}
        known |= words
        if tag in (Tag.COMPONENT, Tag.RESOURCE, Tag.BOUND, Tag.LEVER):
            technical |= words
    by_letter: dict[str, list[str]] = {}
    for word in sorted((technical | {"dominates", "bottleneck", "negligible", "quadratic", "profiler"}) - EVERYDAY):
        by_letter.setdefault(word[0], []).append(word)
    return frozenset(known), by_letter


@cache
def _correction(word: str) -> str:
    known, by_letter = _vocabulary()
    if word in known or word.removesuffix("s") in known or word + "s" in known:
        return word
    allowed = 1 if len(word) < 12 else 2
    best = process.extractOne(word, by_letter.get(word[0], ()), scorer=OSA.distance, score_cutoff=allowed)
    return best[0] if best else word


def corrected(keys: str) -> tuple[str, list[int] | None]:
    """The text with technical typos put right, and the way back when lengths differ."""
    changes = [
        (m.start(), m.end(), fix) for m in _LONG_WORD.finditer(keys) if (fix := _correction(m.group())) != m.group()
    ]
    if not changes:
        return keys, None
    pieces: list[str] = []
    offsets: list[int] = []
    position = 0
    for start, end, fix in changes:
        pieces += (keys[position:start], fix)
        offsets += range(position, start)
        offsets += [min(start + index, end - 1) for index in range(len(fix))]
        position = end
    pieces.append(keys[position:])
    offsets += range(position, len(keys) + 1)
    return "".join(pieces), offsets


def placed(span: Span, offsets: list[int] | None) -> Span:
    if offsets is None:
        return span
    return Span(offsets[span.start], offsets[span.end - 1] + 1)
