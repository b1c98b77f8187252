"""Statements: what a rubric listens for in its own words, as terms that must stand together in one sentence.

A statement is a list of ways to say it; a way is terms joined by " & ", a term is words with "|" between them:
"kv heads|gqa & only|cached|stored". "recomput*" takes every ending; "!word" must not stand in the sentence;
"<attention_core>" is whatever the lexicon reads as that.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from typing import Any

import ahocorasick

from app.grading.text import Sentence, Span, Text
from app.grading.typos import corrected, placed

NEAR = "near:"  # before the name of a figure whose own term is listened for
NOT = "n't"
MAX_WIDTH = 220  # characters from the first word of a statement to its last


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to say a statement: indices of the terms that must be there, and of those that must not."""

    wanted: tuple[int, ...]
    unwanted: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """All statements of a rubric over one table of terms."""

    ways: tuple[tuple[str, tuple[Way, ...]], ...]  # by the statement's name
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A statement in a sentence: the stretches of its terms, in order, in the plain text."""

    name: str
    spans: tuple[Span, ...]


def statements_of(written: Mapping[str, Iterable[str]]) -> Statements:
    """The statements by name, each a list of ways; ValueError for a way without a term."""
    table: dict[str, int] = {}
    ways = tuple(
        (name, tuple(_way(text, table) for text in alternatives)) for name, alternatives in sorted(written.items())
    )
    return Statements(ways=ways, terms=tuple(table))


def heard(text: Text, statements: Statements, named: Iterable[tuple[str, Span]] = ()) -> tuple[tuple[Heard, ...], ...]:
    """For each sentence the statements in it; `named` are the lexicon's readings (id, span) for "<id>" terms."""
    found = _dealt(text, statements, named)
    return tuple(tuple(_in_sentence(sentence, statements, found[sentence.index])) for sentence in text.sentences)


def _way(text: str, table: dict[str, int]) -> Way:
    wanted: list[int] = []
    unwanted: list[int] = []
    for written in text.split("&"):
        term = written.strip()
        listed = unwanted if term.startswith("!") else wanted
        term = term.removeprefix("!").strip()
        if not all(word.strip(" *") for word in term.split("|")):
            raise ValueError(f"{text!r}: an empty term; write words joined by | and terms joined by &")
        listed.append(table.setdefault(term, len(table)))
    if not wanted:
        raise ValueError(f"{text!r}: only says what must not be there; name what must be")
    return Way(wanted=tuple(wanted), unwanted=tuple(unwanted))


Places = dict[int, list[Span]]


def _dealt(text: Text, statements: Statements, named: Iterable[tuple[str, Span]]) -> list[Places]:
    automaton, by_name = _automaton(statements.terms)
    keys, offsets = corrected(text.keys)
    hits = [(term, placed(span, offsets)) for span, terms in _hits(keys, automaton) for term in terms]
    hits += [(term, span) for name, span in named for term in by_name.get(name, ())]
    hits.sort(key=lambda hit: hit[1])
    dealt: list[Places] = [{} for _ in text.sentences]
    at = 0
    for term, span in hits:
        while at < len(text.sentences) and text.sentences[at].span.end <= span.start:
            at += 1
        if at < len(text.sentences) and text.sentences[at].span.start <= span.start:
            dealt[at].setdefault(term, []).append(span)
    return dealt


def _in_sentence(sentence: Sentence, statements: Statements, places: Places) -> Iterator[Heard]:
    if not places:
        return
    for name, ways in statements.ways:
        for way in ways:
            if all(term in places for term in way.wanted) and not any(term in places for term in way.unwanted):
                spans = _nearest([places[term] for term in way.wanted])
                if spans is not None:
                    yield Heard(name=name, spans=spans)
                    break


def _nearest(choices: list[list[Span]]) -> tuple[Span, ...] | None:
    """One stretch for each term, none used twice, as close together as they stand; None when they stand too far off."""
    best: tuple[int, tuple[Span, ...]] | None = None
    for spans in product(*(options[:4] for options in choices)):
        ordered = tuple(sorted(spans))
        if any(first.touches(second) for first, second in pairwise(ordered)):
            continue
        width = ordered[-1].end - ordered[0].start
        if width <= MAX_WIDTH and (best is None or width < best[0]):
            best = (width, ordered)
    return best[1] if best else None


@lru_cache(maxsize=256)
def _automaton(terms: tuple[str, ...]) -> tuple[Any, dict[str, list[int]]]:
    automaton = ahocorasick.Automaton()
    by_name: dict[str, list[int]] = {}
    forms: dict[str, list[tuple[int, bool]]] = {}
    for index, term in enumerate(terms):
        for word in (written.strip() for written in term.split("|")):
            if word.startswith("<") and word.endswith(">"):
                by_name.setdefault(word[1:-1], []).append(index)
                continue
            for form in _forms(word.removesuffix("*")):
                forms.setdefault(form, []).append((index, word.endswith("*")))
    for form, meanings in forms.items():
        automaton.add_word(form, (len(form), tuple(meanings)))
    automaton.make_automaton()
    return automaton, by_name


def _forms(word: str) -> set[str]:
    """The word folded as a text is (s² becomes s^2), and 40 % without its space."""
    form = Text.of(word).keys.strip()
    return {form, form.replace(" %", "%"), re.sub(r"(?<=\d)%", " %", form)}


def _hits(keys: str, automaton: Any) -> Iterator[tuple[Span, list[int]]]:  # noqa: ANN401 - pyahocorasick has no types
    if not len(automaton):
        return
    for last, (length, meanings) in automaton.iter(keys):
        start, end = last - length + 1, last + 1
        inside = keys.startswith(NOT, start)  # "n't" ends a word; everything else begins one
        if not inside and keys[start].isalnum() and start and (keys[start - 1].isalnum() or keys[start - 1] in "'."):
            continue
        terms = [term for term, open_ended in meanings if open_ended or _ends(keys, last)]
        if terms:
            yield Span(start, end), terms


def _ends(keys: str, last: int) -> bool:
    if not keys[last].isalnum() or not keys[last + 1 : last + 2].isalnum():
        return True
    return keys[last].isalpha() and keys[last + 1] == "s" and not keys[last + 2 : last + 3].isalnum()
