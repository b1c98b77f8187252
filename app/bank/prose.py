"""Prose with figures: text in which `{scenario.fact}` or `{arithmetic | unit}` is put in by the engine, never typed."""

import re
from collections.abc import Iterator

from app.bank.figures import Names, figure
from app.engine.facts import Fact

_FIGURE = re.compile(r"\{([^{}]*)\}")
# A digit that starts a word is a typed number; GPT-3, FP8, A100 and d_model**2 are names.
_TYPED_NUMBER = re.compile(r"(?<![\w.*^-])[~≈<>]?\d[\w.,]*(?:\s?[%×x])?")

Part = str | Fact
Prose = tuple[Part, ...]


class BadProse(ValueError):
    """What is wrong with a piece of prose, in words for its author."""


def prose(text: str, names: Names) -> Prose:
    """The text with its figures put in; BadProse for a typed number, BadFigure for an unknown one."""
    return tuple(_parts(" ".join(text.split()), names))


def references(text: str) -> tuple[str, ...]:
    """The figures that a text refers to, as written."""
    return tuple(reference.strip() for reference in _FIGURE.findall(" ".join(text.split())))


def _parts(text: str, names: Names) -> Iterator[Part]:
    pieces = _FIGURE.split(text)
    for index, piece in enumerate(pieces):
        if index % 2:
            yield figure(piece, names)
            continue
        if typed := _TYPED_NUMBER.search(piece):
            raise BadProse(
                f"the number {typed.group().strip()!r} is typed; write the fact, as in {{main.share.flops.mlp}}"
            )
        if piece:
            yield piece
