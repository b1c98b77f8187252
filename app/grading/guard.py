"""Sentences that give no claims: the copied prompt, instructions to the grader, keyword lists, shuffled words."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from app.grading.lexicon_guard import (
    AFTER_NO_DETERMINER,
    AFTER_NO_PREPOSITION,
    ALWAYS,
    DEMAND,
    DETERMINERS,
    FUNCTION,
    GRADER,
    PAIRS,
    PREPOSITIONS,
    STARTERS,
    VERB,
)
from app.grading.text import Sentence, Span, Text


class Reason(StrEnum):
    """Why a sentence was set aside, as the result page says it."""

    PROMPT = "repeats the question"
    INSTRUCTION = "speaks to the grader, not about the system"
    LIST = "lists terms without saying anything about them"
    SHUFFLED = "is not in an order that can be read"
    FOREIGN = "is in a script that cannot be read here"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """One sentence that was not read; `span` counts characters of the original."""

    sentence: int
    reason: Reason
    span: Span


def set_aside(text: Text, *, prompt: str = "") -> tuple[SetAside, ...]:
    """What is not read, and why."""
    reasons: dict[int, Reason] = {}
    shuffled = _is_shuffled_text(text)
    shingles = _shingles_of(prompt)
    for sentence in text.sentences:
        reason = Reason.SHUFFLED if shuffled else _reason(text, sentence, shingles)
        if reason:
            reasons[sentence.index] = reason
    reasons |= _inside_brackets(text, reasons)
    reasons |= _listed_lines(text, reasons)
    reasons |= _beside_lists(text, reasons)
    return tuple(
        SetAside(sentence=index, reason=reason, span=text.origin(text.sentences[index].span))
        for index, reason in sorted(reasons.items())
    )


def _reason(text: Text, sentence: Sentence, shingles: frozenset[tuple[str, ...]]) -> Reason | None:
    plain = text.keys[sentence.span.start : sentence.span.end]
    words = _words(plain)
    if _is_instruction(plain):
        return Reason.INSTRUCTION
    if shingles and _is_copied(words, shingles):
        return Reason.PROMPT
    if _is_list(plain, words):
        return Reason.LIST
    return Reason.FOREIGN if _is_foreign(plain) else None


def _words(keys: str) -> list[str]:
    return re.findall(r"[a-z0-9^%]+", keys)


# --- The copied prompt -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=128)
def _shingles_of(prompt: str) -> frozenset[tuple[str, ...]]:
    return _shingles(_words(Text.of(prompt).keys))


def _shingles(words: list[str], size: int = 4) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words[at : at + size]) for at in range(len(words) - size + 1))


def _is_copied(words: list[str], prompt: frozenset[tuple[str, ...]]) -> bool:
    own = _shingles(words)
    return len(words) >= 8 and len(own & prompt) >= 0.6 * len(own)


# --- Instructions to the grader --------------------------------------------------------------------------------------

_SECOND_PERSON = re.compile(rf"(?:{GRADER})")
_ORDER = re.compile(rf"(?:{DEMAND})")


def _is_instruction(plain: str) -> bool:
    if ALWAYS.search(plain) or ALWAYS.search(unicodedata.normalize("NFKC", plain)):
        return True
    return bool(_SECOND_PERSON.search(plain)) and bool(_ORDER.search(plain))


def _inside_brackets(text: Text, reasons: dict[int, Reason]) -> dict[int, Reason]:
    """A bracket or comment that opens with an instruction is an instruction to its end."""
    found: dict[int, Reason] = {}
    for index, reason in reasons.items():
        start = text.sentences[index].span.start
        if reason is not Reason.INSTRUCTION or text.plain[start : start + 1] not in ("[", "{", "<"):
            continue
        close = text.plain.find("]" if text.plain[start] == "[" else "}", start, start + 2000)
        inside = (s.index for s in text.sentences[index + 1 : index + 12] if s.span.start < close)
        found.update(dict.fromkeys(inside, Reason.INSTRUCTION))
    return found


# --- Lists of terms --------------------------------------------------------------------------------------------------


def _is_list(plain: str, words: list[str]) -> bool:
    """Six or more short segments between commas, and next to no verb or relation."""
    segments = [part for part in re.split(r"[,;/]\s|\s\|\s", plain) if part.strip()]
    if len(segments) < 6:
        return _is_bag(words, plain)
    if len(segments) >= 12 and sum(len(part.split()) <= 3 for part in segments) >= 0.8 * len(segments):
        return True
    short = sum(len(part.split()) <= 5 for part in segments)
    relations = len(VERB.findall(plain))
    return short >= 0.8 * len(segments) and relations <= len(segments) / 6


def _listed_lines(text: Text, reasons: dict[int, Reason]) -> dict[int, Reason]:
    """Five bare lines or more of one to four words, or eight scraps, where they are most of the text."""
    own = [s for s in text.sentences if s.index not in reasons]
    bare = [s.index for s in own if _is_bare_line(text.keys[s.span.start : s.span.end])]
    scraps = [s.index for s in own if _is_scrap(text.keys[s.span.start : s.span.end])]
    listed = {*(bare if len(bare) >= 5 else ()), *(scraps if len(scraps) >= 8 else ())}
    return dict.fromkeys(sorted(listed), Reason.LIST) if len(listed) >= 0.6 * len(own) else {}


def _is_bare_line(plain: str) -> bool:
    return len(plain.split()) <= 4 and not VERB.search(plain) and not re.search(r"\d\s?[%x]|:", plain)


_SAYS_SOMETHING = re.compile(r"[\d=<>~≈→:/]|\b(?:no|not|yes|i|we|it|agree|disagree)\b")


def _is_scrap(plain: str) -> bool:
    """One to three words without a number or a sign: eight of them and more are a list, verbs or not."""
    return len(plain.split()) <= 3 and not _SAYS_SOMETHING.search(plain)


def _beside_lists(text: Text, reasons: dict[int, Reason]) -> dict[int, Reason]:
    """Where most of a text is lists, what stands beside them without a verb or relation is more of the same."""
    sizes = [len(_words(text.keys[s.span.start : s.span.end])) for s in text.sentences]
    listed = sum(sizes[index] for index, reason in reasons.items() if reason is Reason.LIST)
    others = sum(sizes[index] for index, reason in reasons.items() if reason is not Reason.LIST)
    if not listed or listed < 0.4 * (sum(sizes) - others):
        return {}
    bare = (s.index for s in text.sentences if not VERB.search(text.keys[s.span.start : s.span.end]))
    return {index: Reason.LIST for index in bare if index not in reasons}


_RELATES = re.compile(r"[=+*/<>~≈→:(]")


def _is_bag(words: list[str], plain: str) -> bool:
    """Four numbers and nothing else, or twelve words without any function word, verb or relation."""
    if len(words) >= 4 and all(word[0].isdigit() for word in words) and not _RELATES.search(plain):
        return True
    if len(words) < 12 or VERB.search(plain) or any(word[0].isdigit() for word in words):
        return False
    return sum(word in FUNCTION for word in words) <= len(words) / 15


# --- Shuffled words --------------------------------------------------------------------------------------------------


def _is_shuffled_text(text: Text) -> bool:
    """Function words in an order that no sentence has: "the of", "a is", "with." or "and only The"."""
    wrong = total = 0
    for sentence in text.sentences:
        words = _TOKEN.findall(text.cased[sentence.span.start : sentence.span.end])
        for first, second in pairwise([*words, "|"]):
            misplaced = second in STARTERS and first.islower()
            total += misplaced or first.lower() in DETERMINERS or first.lower() in PREPOSITIONS
            wrong += misplaced or _never_adjoin(first.lower(), second.lower())
    return wrong >= SHUFFLED_PAIRS and wrong >= SHUFFLED_SHARE * total


SHUFFLED_PAIRS, SHUFFLED_SHARE = 2, 0.1  # of the real answers at hand none has more than 0.08
_TOKEN = re.compile(r"[\w'^]+|[.,;:!?](?=\s|$)|[^\s\w]")


def _never_adjoin(first: str, second: str) -> bool:
    if first in DETERMINERS:
        return second in AFTER_NO_DETERMINER
    return first in PREPOSITIONS and second in AFTER_NO_PREPOSITION and f"{first} {second}" not in PAIRS


# --- Other scripts ---------------------------------------------------------------------------------------------------


def _is_foreign(plain: str) -> bool:
    letters = [char for char in plain if char.isalpha()]
    return len(letters) >= 8 and sum(char > "\u024f" for char in letters) > 0.5 * len(letters)


def reasons_in_words(found: tuple[SetAside, ...]) -> Iterator[str]:
    """One note for each reason, with how many sentences it set aside."""
    for reason in Reason:
        count = sum(item.reason is reason for item in found)
        if count:
            yield f"{count} sentence{'s' if count > 1 else ''} not read: {reason}."
