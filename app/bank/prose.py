"""Prose with figures: text in which `{scenario.fact}` is put in by the engine, never typed."""

import re
from collections.abc import Iterator, Mapping

from app.engine.analysis import Analysis
from app.engine.facts import Fact, UnknownFact, fact
from app.engine.law_facts import is_law, law_fact

_FIGURE = re.compile(r"\{([^{}]*)\}")
# A digit that starts a word is a typed number; GPT-3, FP8, A100 and d_model**2 are names.
_TYPED_NUMBER = re.compile(r"(?<![\w.-])[~≈<>]?\d[\w.,]*(?:\s?[%×x])?")

Part = str | Fact
Prose = tuple[Part, ...]


class BadProse(ValueError):
    """What is wrong with a piece of prose, in words for its author."""


def prose(text: str, analyses: Mapping[str, Analysis]) -> Prose:
    """The text with its figures looked up; BadProse for a typed number or an unknown fact."""
    return tuple(_parts(" ".join(text.split()), analyses))


def figure(reference: str, analyses: Mapping[str, Analysis]) -> Fact:
    """The fact that `scenario.name` refers to, or that `law(argument=number)` gives; BadProse when there is none."""
    if is_law(reference):
        return _of_law(reference)
    scenario, _, name = reference.strip().partition(".")
    if scenario not in analyses:
        raise BadProse(f"{reference!r}: no scenario {scenario!r}; there are {', '.join(analyses)}")
    try:
        return fact(analyses[scenario], name)
    except UnknownFact as error:
        raise BadProse(f"{reference!r}: {error}") from None


def _of_law(reference: str) -> Fact:
    try:
        return law_fact(reference)
    except UnknownFact as error:
        raise BadProse(str(error)) from None


def _parts(text: str, analyses: Mapping[str, Analysis]) -> Iterator[Part]:
    pieces = _FIGURE.split(text)
    for index, piece in enumerate(pieces):
        if index % 2:
            yield figure(piece, analyses)
            continue
        if typed := _TYPED_NUMBER.search(piece):
            raise BadProse(
                f"the number {typed.group().strip()!r} is typed; write the fact, as in {{main.share.flops.mlp}}"
            )
        if piece:
            yield piece
