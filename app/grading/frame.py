"""A Frame: one sentence with its mentions and quantities, and what it inherits from the sentences before it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.grading.lexicon import Tag
from app.grading.ontology import Mention
from app.grading.quantity import Quantity
from app.grading.text import Sentence, Span, Text


class Topic(StrEnum):
    """What a heading or a question just before announced."""

    NONE = ""
    FLIP = "flip"
    MOVE = "move"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    text: Text
    sentence: Sentence
    mentions: tuple[Mention, ...]
    quantities: tuple[Quantity, ...]
    topic: Topic = Topic.NONE
    remembered: dict[str, Any] = field(default_factory=dict)  # what several rules ask of the same sentence
    prior: str = ""  # the component spoken of last, for "it" and "that part"

    @property
    def words(self) -> str:
        return self.text.keys[self.sentence.span.start : self.sentence.span.end]

    def of(self, *tags: Tag) -> tuple[Mention, ...]:
        if len(tags) == 1:
            return self._by_tag().get(tags[0], ())
        return tuple(mention for mention in self.mentions if mention.tag in tags) if self.has(*tags) else ()

    def has(self, *tags: Tag) -> bool:
        by_tag = self._by_tag()
        return any(tag in by_tag for tag in tags)

    def _by_tag(self) -> dict[Tag, tuple[Mention, ...]]:
        if "tags" not in self.remembered:
            found: dict[Tag, list[Mention]] = {}
            for mention in self.mentions:
                found.setdefault(mention.tag, []).append(mention)
            self.remembered["tags"] = {tag: tuple(listed) for tag, listed in found.items()}
        by_tag: dict[Tag, tuple[Mention, ...]] = self.remembered["tags"]
        return by_tag

    def clause(self, position: int) -> int:
        return self.sentence.clause_at(position)

    def in_clause(self, index: int, *tags: Tag) -> tuple[Mention, ...]:
        if "clauses" not in self.remembered:
            self.remembered["clauses"] = _by_clause(self)
        here: list[Mention] = self.remembered["clauses"].get(index, [])
        return tuple(mention for mention in here if mention.tag in tags)

    def clause_words(self, index: int) -> str:
        span = self.sentence.clauses[index].span
        return self.text.keys[span.start : span.end].strip()

    def between(self, first: Span, second: Span) -> str:
        return self.text.keys[min(first.end, second.end) : max(first.start, second.start)]

    def before(self, position: int, width: int = 40) -> str:
        return self.text.keys[max(position - width, self.sentence.span.start) : position]

    def after(self, position: int, width: int = 40) -> str:
        return self.text.keys[position : min(position + width, self.sentence.span.end)]

    def components(self) -> tuple[Mention, ...]:
        return self.of(Tag.COMPONENT)


def _by_clause(frame: Frame) -> dict[int, list[Mention]]:
    found: dict[int, list[Mention]] = {}
    for mention in frame.mentions:
        found.setdefault(frame.clause(mention.span.start), []).append(mention)
    return found


def frames(text: Text, found: tuple[Mention, ...], numbers: tuple[Quantity, ...]) -> Iterator[Frame]:
    """The frames of a text, each with the topic that a heading or a question before it has set."""
    topic, paragraph = Topic.NONE, -1
    mentions_of = _dealt(text, [mention.span.start for mention in found])
    numbers_of = _dealt(text, [number.span.start for number in numbers])
    for sentence in text.sentences:
        words = text.keys[sentence.span.start : sentence.span.end]
        announced, alone = _announced(words, question=sentence.question)
        if topic and paragraph not in (-1, sentence.paragraph) and not sentence.bullet:
            topic = Topic.NONE
        yield Frame(
            text=text,
            sentence=sentence,
            mentions=tuple(found[index] for index in mentions_of[sentence.index]),
            quantities=tuple(numbers[index] for index in numbers_of[sentence.index]),
            topic=announced or topic,
        )
        if announced and alone:
            topic, paragraph = announced, -1
        elif topic:
            paragraph = sentence.paragraph


def _dealt(text: Text, starts: list[int]) -> list[list[int]]:
    """For each sentence the indices of what starts in it; both lists are in order."""
    dealt: list[list[int]] = [[] for _ in text.sentences]
    at = 0
    for index, start in enumerate(starts):
        while at < len(text.sentences) and text.sentences[at].span.end <= start:
            at += 1
        if at < len(text.sentences) and text.sentences[at].span.start <= start:
            dealt[at].append(index)
    return dealt


_HEADINGS: tuple[tuple[Topic, re.Pattern[str]], ...] = (
    (
        Topic.FLIP,
        re.compile(
            r"\b(?:flips?|what (?:would|could|might)? ?(?:make|change)|what changes|changes (?:the|my)|exceptions?|"
            r"caveats?|becomes? right|right when|"
            r"when (?:would|does|is|do|will|it|could)|(?:make|be) (?:it )?different|where (?:the|is the) (?:switch|"
            r"doc)|limits of this|turns? over|crossover|break ?even)\b"
        ),
    ),
    (Topic.VERIFY, re.compile(r"\b(?:verif\w+|checks?|measure\w*|metrics?|prove|proof|validat\w+|to control)\b")),
    (
        Topic.MOVE,
        re.compile(
            r"\b(?:levers?|moves?|to ?do|what (?:would i|i'd|i would) (?:do|change|build|fund)|next(?: steps?)?|"
            r"instead|in order|alt|plan|recommend\w*|"
            r"to get more|first|actions?|priorit\w+|proposal|order of attack|so|do)\b"
        ),
    ),
)
_PREFIX = re.compile(r"[^:?]{1,60}(?::(?=\s|$)|\?$)")


def _announced(words: str, *, question: bool) -> tuple[Topic, bool]:
    """The topic that a heading names, and whether the heading stands alone (so that it speaks for what follows)."""
    match = _PREFIX.match(words)
    if not match or len(match.group().split()) > 10:
        return Topic.NONE, False
    for topic, pattern in _HEADINGS:
        if pattern.search(match.group()):
            return topic, question or match.end() >= len(words)
    return Topic.NONE, False
