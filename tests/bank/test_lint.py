"""Words of the key where a candidate reads them first."""

import pytest

from app.bank.errors import BadQuestion
from app.bank.load import load_question


@pytest.mark.parametrize("word", ["mlp", "ffn", "feed-forward", "compute-bound", "attention", "quadratic"])
def test_a_word_of_the_key_is_refused_in_a_title_whatever_the_reason(edit, complaints, word):
    edit("question.yaml", "title: Where", f"title: {word.title()}, or where")
    assert any(f"question.yaml: title: {word!r} gives the key away" in line for line in complaints())


@pytest.mark.parametrize("word", ["amply", "attentive", "compute", "headline", "feed"])
def test_a_word_that_only_looks_like_one_is_fine(folder, edit, word):
    edit("question.yaml", "title: Where", f"title: {word.title()}, or where")
    load_question(folder, topic="training")


@pytest.mark.parametrize("name", ["mlp", "where-mlp"])
def test_a_word_of_the_key_is_refused_in_an_id(folder, edit, name):
    edit("question.yaml", "id: where-175b", f"id: {name}")
    with pytest.raises(BadQuestion, match="id: 'mlp' gives the key away"):
        load_question(folder.rename(folder.with_name(name)), topic="training")


@pytest.mark.parametrize("tag", ["mlp-first", "fat-mlp", "not-attention-but"])
def test_a_word_of_the_key_is_refused_within_a_tag(edit, complaints, tag):
    edit("question.yaml", "tags: [training", f"tags: [{tag}, training")
    assert any("gives the key away" in line for line in complaints())
