import re

import pytest

from app.engine.catalog import HARDWARE, MODELS, accelerator, near_misses, transformer

ROWS = {**MODELS, **HARDWARE}


@pytest.mark.parametrize(
    ("find", "slug", "field", "suggested"),
    [
        pytest.param(transformer, "gpt3-176b", "model", "gpt3-175b", id="a digit off"),
        pytest.param(transformer, "llama3.1", "model", "llama3.1-70b", id="a family without a size"),
        pytest.param(transformer, "GPT3-175B", "model", "gpt3-175b", id="in capitals"),
        pytest.param(transformer, "lama3.1-8b", "model", "llama3.1-8b", id="a letter short"),
        pytest.param(accelerator, "h100", "hardware", "h100-sxm", id="a chip without a variant"),
        pytest.param(accelerator, "a100-80-sxm", "hardware", "a100-80gb-sxm", id="a chip with a slip"),
    ],
)
def test_an_unknown_slug_is_refused_with_near_misses(find, slug, field, suggested):
    with pytest.raises(ValueError, match="is not in the catalogue") as refusal:
        find(slug)
    message = str(refusal.value)
    assert message.startswith(f"{field}: {slug!r}")
    assert suggested in message.partition("did you mean")[2]


def test_a_slug_that_resembles_nothing_gets_no_suggestion():
    with pytest.raises(ValueError, match=r"is not in the catalogue$"):
        transformer("zzzzzz")


def test_near_misses_are_the_ending_of_a_sentence():
    assert near_misses("prompt_length", ["prompt_len", "batch"]) == "; did you mean prompt_len?"
    assert near_misses("zzz", ["prompt_len", "batch"]) == ""


@pytest.mark.parametrize("slug", ROWS)
def test_every_row_names_itself_and_its_source(slug):
    assert ROWS[slug].slug == slug
    assert ROWS[slug].source
    assert ROWS[slug].name


@pytest.mark.parametrize("slug", ROWS)
def test_a_slug_is_lower_case_family_size_and_variant(slug):
    assert re.fullmatch(r"[a-z0-9]+([.-][a-z0-9]+)*", slug)


@pytest.mark.parametrize(
    ("alias", "slug"), [("v100", "v100-32gb-sxm"), ("h200", "h200-sxm"), ("b200", "b200-sxm")], ids=str
)
def test_a_spelling_that_can_mean_only_one_chip_finds_it(alias, slug):
    assert accelerator(alias) is HARDWARE[slug]


@pytest.mark.parametrize(("alias", "slug"), [("gpt2", "gpt2-small"), ("deepseek-r1", "deepseek-v3")], ids=str)
def test_a_spelling_that_can_mean_only_one_model_finds_it(alias, slug):
    assert transformer(alias) is MODELS[slug]
