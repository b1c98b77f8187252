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


@pytest.mark.parametrize("word", ["mlp", "ffn", "compute-bound"])
def test_a_word_of_the_key_in_the_probe_needs_a_reason_as_in_the_prompt(edit, folder, complaints, word):
    edit("question.yaml", "Your colleague will", f"Is it the {word}? Your colleague will")
    assert any(f"question.yaml: probe: {word!r} is a word of the key" in line for line in complaints())
    edit("question.yaml", "public_mentions:", f"public_mentions:\n  {word}: the interviewer names it")
    load_question(folder, topic="training")


def test_a_public_id_that_spells_a_word_of_the_key_is_refused(edit, complaints):
    edit("question.yaml", "public_id: q7m4c2xk9d", "public_id: attention")
    assert any("question.yaml: public_id: 'attention' gives the key away" in line for line in complaints())


@pytest.mark.parametrize(
    "link",
    ["https://arxiv", "http://", "https:/arxiv.org/abs/1", "www.arxiv.org/abs/1", "https://arxiv.org/abs/2005.14165."],
)
def test_a_link_that_leads_nowhere_is_named(edit, complaints, link):
    edit("key.yaml", "https://arxiv.org/abs/2005.14165", link)
    assert any(f"key.yaml: sources.0: {link!r} is not a link" in line for line in complaints())


@pytest.mark.parametrize(
    "link", ["https://arxiv.org/abs/2005.14165", "http://a-b.example.org:8080/x?y=1#z", "https://a.io"]
)
def test_a_link_that_could_lead_somewhere_is_fine(edit, folder, link):
    edit("key.yaml", "https://arxiv.org/abs/2005.14165", link)
    load_question(folder, topic="training")
