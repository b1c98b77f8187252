"""What an answer can speak of: the tree of components, and every mention of the lexicon in a text."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import ahocorasick

from app.engine.groups import Group
from app.grading.lexicon import PREDICATES, Tag, entries, forms, key
from app.grading.lexicon_components import COMPONENTS
from app.grading.text import Span, Text
from app.grading.typos import corrected, placed


class Mention(NamedTuple):
    tag: Tag
    id: str
    span: Span


STEP = "step"


def mentions(text: Text, aliases: Iterable[tuple[str, str]] = ()) -> tuple[Mention, ...]:
    """Every mention in order; within one tag the longest wins. `aliases` are a question's (phrase, component) pairs."""
    keys, offsets = corrected(text.keys)
    hits = [*_hits(keys, _automaton()), *(_hits(keys, _aliases(tuple(aliases))) if aliases else ())]
    read = (Mention(tag, name, placed(span, offsets)) for span, tag, name in hits if _is_meant(keys, span, tag, name))
    return tuple(_longest(_retold(text, mention) for mention in read))


@cache
def ancestors(component: str) -> frozenset[str]:
    """The component, everything that contains it, and nothing else."""
    found = {component}
    for parent in COMPONENTS.get(component, ((), ""))[0]:
        found |= ancestors(parent)
    return frozenset(found)


@cache
def descendants(component: str) -> frozenset[str]:
    """The component and everything inside it."""
    return frozenset(name for name in [*COMPONENTS, component] if component in ancestors(name))


@cache
def groups(component: str) -> frozenset[str]:
    """The engine's groups that a component covers: linear covers mlp, projections, head and experts."""
    if component in _GROUP_OF:
        return frozenset({_GROUP_OF[component]})
    if component == "weights":
        return groups("linear")
    return frozenset(name for name in descendants(component) if name in set(Group))


_GROUP_OF = {
    "qk": "attention_core",
    "av": "attention_core",
    "softmax": "attention_core",
    "scores": "attention_core",
    "kv_read": "attention_core",
}


@cache
def _automaton() -> Any:  # noqa: ANN401  (pyahocorasick has no types)
    table: dict[str, list[tuple[Tag, str]]] = {}
    for tag, name, phrase in entries():
        for form in forms(phrase):
            table.setdefault(form, []).append((tag, name))
    return _built(table)


@cache
def _aliases(pairs: tuple[tuple[str, str], ...]) -> Any:  # noqa: ANN401
    table: dict[str, list[tuple[Tag, str]]] = {}
    for phrase, component in pairs:
        table.setdefault(key(phrase), []).append((Tag.COMPONENT, component))
    return _built(table)


def _built(table: dict[str, list[tuple[Tag, str]]]) -> Any:  # noqa: ANN401
    automaton = ahocorasick.Automaton()
    for form, meanings in table.items():
        automaton.add_word(form, (len(form), tuple(meanings)))
    automaton.make_automaton()
    return automaton


def _hits(keys: str, automaton: Any) -> Iterator[tuple[Span, Tag, str]]:  # noqa: ANN401
    if not len(automaton):
        return
    for last, (length, meanings) in automaton.iter(keys):
        start, end = last - length + 1, last + 1
        if keys[start].isalnum() and start and (keys[start - 1].isalnum() or keys[start - 1] == "'"):
            continue
        if keys[last].isalnum() and end < len(keys) and keys[end].isalnum():
            plural = length > 2 and keys[end] == "s" and not keys[end + 1 : end + 2].isalnum()
            if not plural:
                continue
        for tag, name in meanings:
            yield Span(start, end), tag, name


_MATH = re.compile(r"\s?(?:[=<>~^/*·+)]|is comparable|is about|->|grows|of about|is small|is large)")
_LETTER_BEFORE = re.compile(
    r"(?:[(=<>~/*·+^]|\b(?:in|of|with|when|until|beyond|once|if|unless|than|as|by|and|larger|at|raise|increase|"
    r"smaller))\s?$"
)


def _is_meant(keys: str, span: Span, tag: Tag, name: str) -> bool:
    """Single letters are variables only where something is done with them."""
    if span.end - span.start > 1 or tag not in (Tag.VARIABLE, Tag.INCREASE, Tag.DECREASE):
        return True
    if not keys[span.start].isalpha():
        return keys[max(span.start - 1, 0)] not in "-=<>" and keys[span.end : span.end + 1] not in ("-", "=", "<", ">")
    return bool(_MATH.match(keys, span.end) or _LETTER_BEFORE.search(keys[max(span.start - 12, 0) : span.start]))


_SCORE_BEFORE = re.compile(r"\b(?:qk\^?t?|score|scores|attention|attn|av|quadratic)(?:/av| and av|\+av)?\s$")


def _retold(text: Text, mention: Mention) -> Mention:
    """Matmuls are linear layers, unless they stand beside QK or scores."""
    if mention.tag is Tag.COMPONENT and mention.id == "linear":
        before = text.keys[max(mention.span.start - 16, 0) : mention.span.start]
        if _SCORE_BEFORE.search(before):
            return mention._replace(id="attention_core")
    return mention


def _longest(found: Iterable[Mention]) -> Iterator[Mention]:
    """Within a tag (and among predicates, whatever their tag) a longer mention hides what it contains."""
    by_family: dict[str, list[Mention]] = {}
    for mention in found:
        name = "predicate" if mention.tag in PREDICATES else mention.tag.value
        by_family.setdefault(name, []).append(mention)
    noise = sorted(mention.span for mention in by_family.get("noise", []))
    components = sorted(mention.span for mention in by_family.get("component", []))
    kept: list[Mention] = []
    for family in by_family.values():
        family.sort(key=lambda mention: (mention.span.start, -mention.span.end))
        end = -1
        last: Span | None = None
        for mention in family:
            if mention.span == last or mention.span.start >= end:
                kept.append(mention)
                last, end = mention.span, mention.span.end
    hidden = {Tag.COMPONENT, Tag.VARIABLE, Tag.BASIS, Tag.INCREASE, Tag.DECREASE, Tag.DOMINATES, Tag.RECOMMEND}
    quiet = (
        mention
        for mention in kept
        if not (mention.tag in hidden and _inside_any(mention.span, noise))
        and not (mention.tag is Tag.RECOMMEND and _inside_any(mention.span, components))
    )
    yield from sorted(quiet, key=lambda mention: (mention.span.start, -mention.span.end, mention.tag))


def _inside_any(span: Span, outers: list[Span]) -> bool:
    """Is the span inside one of these, which are sorted and do not overlap?"""
    index = bisect_right(outers, (span.start, float("inf"))) - 1
    return index >= 0 and span.end <= outers[index].end
