"""The lexicon as one list of (tag, id, phrase): components, resources, levers, variables, and words of stance."""

import re
from collections.abc import Iterator
from enum import StrEnum

from app.grading.lexicon_components import BASES, BOUNDS, COMPONENTS, RESOURCES, VARIABLES
from app.grading.lexicon_levers import LEVERS
from app.grading.lexicon_stance import NEGATORS, PSEUDO_NEGATIONS, STANCE


class Tag(StrEnum):
    """What kind of word a mention is; the stance tags are the keys of the stance lexicon."""

    COMPONENT = "component"
    RESOURCE = "resource"
    BOUND = "bound"
    LEVER = "lever"
    VARIABLE = "variable"
    BASIS = "basis"
    NEGATOR = "negator"
    PSEUDO = "pseudo"
    NOISE = "noise"
    DOMINATES = "dominates"
    MINOR = "minor"
    RECOMMEND = "recommend"
    REJECT = "reject"
    CEILING = "ceiling"
    GAIN = "gain"
    AGREE = "agree"
    DISAGREE = "disagree"
    HEDGE = "hedge"
    LIKELY = "likely"
    DEPENDS = "depends"
    SOURCE = "source"
    SPEECH = "speech"
    SCALING = "scaling"
    VERIFY = "verify"
    CORRECTION = "correction"
    TENTATIVE = "tentative"
    ASSUMPTION = "assumption"
    BOTH = "both"
    ABSOLUTE = "absolute"
    EXCEPTIONAL = "exceptional"
    EQUAL = "equal"
    INCREASE = "increase"
    DECREASE = "decrease"
    FLIP_CUE = "flip_cue"


PREDICATES = frozenset({Tag.DOMINATES, Tag.MINOR, Tag.RECOMMEND, Tag.REJECT, Tag.AGREE, Tag.DISAGREE})


def entries() -> Iterator[tuple[Tag, str, str]]:
    tables: tuple[tuple[Tag, dict[str, str]], ...] = (
        (Tag.COMPONENT, {name: phrases for name, (_, phrases) in COMPONENTS.items()}),
        (Tag.RESOURCE, RESOURCES),
        (Tag.BOUND, BOUNDS),
        (Tag.VARIABLE, VARIABLES),
        (Tag.BASIS, BASES),
        (Tag.LEVER, {name: lever.phrases for name, lever in LEVERS.items()}),
        (Tag.NEGATOR, {"not": NEGATORS}),
        (Tag.PSEUDO, {"": PSEUDO_NEGATIONS}),
        (Tag.NOISE, {"": _NOISE}),
    )
    for tag, table in tables:
        for name, phrases in table.items():
            yield from ((tag, name, phrase) for phrase in phrases.split("|"))
    for stance, phrases in STANCE.items():
        yield from ((Tag(stance), stance, phrase) for phrase in phrases.split("|"))


def forms(phrase: str) -> Iterator[str]:
    """The phrase, and for "optimise*" every form of the verb in both spellings."""
    if not phrase.endswith("*"):
        yield key(phrase)
        return
    verb = key(phrase[:-1])
    spellings = {verb, verb[:-3] + "ize"} if verb.endswith("ise") else {verb}
    for base in spellings:
        stem = base.removesuffix("e")
        yield from sorted({base, base + "s", stem + "ed", stem + "ing", stem + "es"})


def key(phrase: str) -> str:
    return re.sub(r"(?<=\w)[-_](?=\w)", " ", phrase.lower())


def check_tables() -> None:
    """A phrase that two components claim would be read as both; an author of the lexicon must choose."""
    seen: dict[str, str] = {}
    for tag, name, phrase in entries():
        if tag is not Tag.COMPONENT:
            continue
        other = seen.setdefault(key(phrase), name)
        if other != name:
            raise ValueError(f"lexicon_components: {phrase!r} names both {other!r} and {name!r}")


_NOISE = (
    "pay attention|paying attention|attention to detail|deserves attention|needs attention|draw attention|"
    "attention to the|"
    "with attention to|my attention|your attention|our attention|attention is needed|attention span|as a weight|"
    "heads up|"
    "on the other hand|in the long run|as long as|so long as|for as long as|a long way|no longer|at length|"
    "more or less|at the same time|this time|every time|full time|some time|time frame|"
    "most of the time|on time|in time for|in the end|step by step|the first step|first step|next step|in order to|"
    "of course|"
    "for example|for instance|once more|at once|first of all|not only|work out|works out|no time|"
    "context of the question|in this context|in that context|in the context of"
)
