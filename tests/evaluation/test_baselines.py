"""The baselines: what they see, and that none marks an answer that it was fitted on."""

import numpy as np
import pytest

from app.evaluation.baselines import baselines, left_out
from app.evaluation.vectors import tf_idf, words

KEYS = {"a": "the mlp binds", "b": "the cache binds"}


def test_words_are_lower_case_and_numbers_whole():
    assert words("The MLP: 2.7 % on H100, d_ff") == ["the", "mlp", "2.7", "on", "h", "100", "d", "ff"]


def test_rows_of_tf_idf_are_of_unit_length_and_rare_words_weigh_more():
    rows = tf_idf(["mlp cache", "mlp head", ""])
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1, 0])
    cache, head, mlp = rows[0]  # in the order of the alphabet
    assert (head, cache > mlp) == (0, True)


def test_a_line_is_found_again():
    features = np.arange(6.0).reshape(6, 1)
    wanted = 3 * features + 1
    assert left_out(features, wanted, list("aabbcc"), 1e-9) == pytest.approx(wanted, rel=1e-6)


def test_no_scenario_is_marked_by_its_own_labels():
    features, scenarios = np.arange(6.0).reshape(6, 1), list("aabbcc")
    wanted = features.copy()
    before = left_out(features, wanted, scenarios, 1.0)
    wanted[:2] = 1000
    after = left_out(features, wanted, scenarios, 1.0)
    assert (after[:2] == before[:2]).all()
    assert (after[2:] != before[2:]).all()


def test_of_one_scenario_each_answer_is_marked_by_the_others():
    features = np.ones((4, 1))
    wanted = np.array([[0.0], [0], [0], [100]])
    assert left_out(features, wanted, ["a"] * 4, 1.0).ravel() == pytest.approx([100 / 3, 100 / 3, 100 / 3, 0])


def test_marks_stay_within_what_can_be_given(labelled):
    answers = [labelled("mlp " * n, 100.0 * (n > 3), scenario=name) for n in (1, 2, 4, 50) for name in "ab"]
    found = baselines(answers, KEYS)
    assert len(found) == 4
    for marks in found.values():
        assert marks.table.shape == (8, 6)
        assert (marks.table >= 0).all() and (marks.overall <= 100).all() and (marks.table[:, 1:] <= 4).all()


def test_length_alone_marks_by_length(labelled):
    answers = [labelled("word " * n, n, scenario=name) for n in (10, 20, 40, 80) for name in "ab"]
    marks = baselines(answers, KEYS)["length alone"].overall
    assert list(np.argsort(marks[::2])) == [0, 1, 2, 3]


def test_the_key_is_the_one_of_the_answers_own_scenario(labelled):
    answers = [
        labelled("the mlp binds", 90, scenario="a"),
        labelled("the cache binds", 10, scenario="a"),
        labelled("the mlp binds", 10, scenario="b"),
        labelled("the cache binds", 90, scenario="b"),
    ]
    found = baselines(answers, KEYS)
    for name in ("bag of words: share of the key's words", "TF-IDF cosine to the key"):
        assert found[name].overall == pytest.approx([90, 10, 10, 90], abs=1)
    # All words alone learn from the other scenario the wrong way round.
    assert found["TF-IDF ridge"].overall[0] < found["TF-IDF ridge"].overall[1]
