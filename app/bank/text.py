"""Text as authors write it in files: paragraphs and sentences."""

import re

_SENTENCE_END = re.compile(r"(?<=[.?!])[\"”’)]*\s+")


def paragraphs(text: str) -> tuple[str, ...]:
    """Paragraphs of a block of text, each on one line."""
    return tuple(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, each on one line."""
    return tuple(sentence for sentence in _SENTENCE_END.split(" ".join(text.split())) if sentence)
