"""Texts as vectors: words, counts, TF-IDF; what baselines see of an answer."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from app.evaluation.agreement import Numbers

_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")


def words(text: str) -> list[str]:
    """Words and numbers in lower case; "2.7" is one, "h100" two."""
    return _WORD.findall(text.lower())


def tf_idf(texts: Sequence[str]) -> Numbers:
    """A row of unit length for each text: (1 + log count) * (1 + log((1 + n) / (1 + texts with the word)))."""
    counted = [Counter(words(text)) for text in texts]
    vocabulary = {word: place for place, word in enumerate(sorted(set().union(*counted)))}
    found = np.zeros((len(texts), len(vocabulary)))
    for row, counts in enumerate(counted):
        for word, count in counts.items():
            found[row, vocabulary[word]] = 1 + np.log(count)
    found *= 1 + np.log((1 + len(texts)) / (1 + (found > 0).sum(axis=0)))
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return found / np.where(lengths > 0, lengths, 1)
