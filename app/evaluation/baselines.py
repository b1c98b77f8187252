"""What a grader must beat: marks predicted from length, words in common with the key, and TF-IDF.

Each is a ridge regression on its features, fitted on the answers to the other scenarios (of one scenario: on its other
answers), so that no baseline has seen what it marks. The grader itself is fitted to nothing.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from app.evaluation.agreement import Numbers
from app.evaluation.answers import LabelledAnswer
from app.evaluation.marks import Marks, mean_marks
from app.evaluation.vectors import tf_idf, words

Features = Callable[[Sequence[str], Sequence[str]], Numbers]  # of answers and of the key of each: a row an answer
RIDGE = 0.1  # on rows of unit length: near the best for it on the shared answers
HARDLY = 1e-6  # for a single feature there is nothing to hold back


def baselines(answers: Sequence[LabelledAnswer], keys: Mapping[str, str]) -> dict[str, Marks]:
    """Marks by each baseline's name; `keys` holds the key's prose by scenario."""
    texts = [labelled.answer.text for labelled in answers]
    scenarios = [labelled.answer.scenario for labelled in answers]
    wanted = mean_marks(answers).table
    return {
        name: Marks.of(left_out(features(texts, [keys[name] for name in scenarios]), wanted, scenarios, penalty))
        for name, (features, penalty) in _BASELINES.items()
    }


def left_out(features: Numbers, wanted: Numbers, scenarios: Sequence[str], penalty: float) -> Numbers:
    """Predicted rows of `wanted`, those of a scenario from the rows of all the others."""
    names = np.array(scenarios)
    groups = names if len(set(scenarios)) > 1 else np.arange(len(scenarios))
    found = np.empty_like(wanted)
    for group in np.unique(groups):
        held = groups == group
        found[held] = _ridge(features[~held], wanted[~held], features[held], penalty)
    return found


def _ridge(known: Numbers, wanted: Numbers, asked: Numbers, penalty: float) -> Numbers:
    """In the dual form: as many unknowns as answers, however many words there are."""
    if not len(known):
        return np.full((len(asked), wanted.shape[1]), float("nan"))
    middle, level = known.mean(axis=0), wanted.mean(axis=0)
    known, asked = known - middle, asked - middle
    weights = np.linalg.solve(known @ known.T + penalty * np.eye(len(known)), wanted - level)
    found: Numbers = asked @ known.T @ weights + level
    return found


def _length(texts: Sequence[str], keys: Sequence[str]) -> Numbers:
    return np.log1p([[len(words(text))] for text in texts])


def _words_of_the_key(texts: Sequence[str], keys: Sequence[str]) -> Numbers:
    """What share of the key's words the answer uses."""
    pairs = [(set(words(text)), set(words(key))) for text, key in zip(texts, keys, strict=True)]
    return np.array([[len(said & wanted) / max(len(wanted), 1)] for said, wanted in pairs])


def _cosine_to_the_key(texts: Sequence[str], keys: Sequence[str]) -> Numbers:
    rows = tf_idf([*texts, *keys])
    found: Numbers = (rows[: len(texts)] * rows[len(texts) :]).sum(axis=1, keepdims=True)
    return found


def _all_words(texts: Sequence[str], keys: Sequence[str]) -> Numbers:
    return tf_idf(texts)


_BASELINES: dict[str, tuple[Features, float]] = {
    "length alone": (_length, HARDLY),
    "bag of words: share of the key's words": (_words_of_the_key, HARDLY),
    "TF-IDF cosine to the key": (_cosine_to_the_key, HARDLY),
    "TF-IDF ridge": (_all_words, RIDGE),
}
