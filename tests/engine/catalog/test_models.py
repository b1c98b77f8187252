import csv
from pathlib import Path

import pytest

from app.engine.catalog import MODELS
from app.engine.transformer import multiplying_parameters, parameters

with (Path(__file__).parents[1] / "data" / "model_configs.csv").open(newline="") as file:
    ROWS = {row["model"]: row for row in csv.DictReader(file)}

SLUGS = {
    "GPT-2 small": "gpt2-small",
    "GPT-2 medium": "gpt2-medium",
    "GPT-2 large": "gpt2-large",
    "GPT-2 XL": "gpt2-xl",
    "GPT-3 Small 125M": "gpt3-125m",
    "GPT-3 Medium 350M": "gpt3-350m",
    "GPT-3 Large 760M": "gpt3-760m",
    "GPT-3 XL 1.3B": "gpt3-1.3b",
    "GPT-3 2.7B": "gpt3-2.7b",
    "GPT-3 6.7B": "gpt3-6.7b",
    "GPT-3 13B": "gpt3-13b",
    "GPT-3 175B": "gpt3-175b",
    "OPT-125M": "opt-125m",
    "OPT-1.3B": "opt-1.3b",
    "OPT-2.7B": "opt-2.7b",
    "OPT-6.7B": "opt-6.7b",
    "OPT-13B": "opt-13b",
    "OPT-30B": "opt-30b",
    "OPT-175B": "opt-175b",
    "Llama-2-7B": "llama2-7b",
    "Llama-2-13B": "llama2-13b",
    "Llama-2-70B": "llama2-70b",
    "Llama-3.1-8B": "llama3.1-8b",
    "Llama-3.1-70B": "llama3.1-70b",
    "Llama-3.1-405B": "llama3.1-405b",
    "Mistral-7B-v0.1": "mistral-7b",
    "Llama-3.2-1B": "llama3.2-1b",
    "Llama-3.2-3B": "llama3.2-3b",
    "Mixtral-8x7B": "mixtral-8x7b",
    "Mistral-Large-2407": "mistral-large-2407",
    "Llama-4-Scout (text)": "llama4-scout",
    "Llama-4-Maverick (text)": "llama4-maverick",
    "Qwen2.5-0.5B": "qwen2.5-0.5b",
    "Qwen2.5-1.5B": "qwen2.5-1.5b",
    "Qwen2.5-3B": "qwen2.5-3b",
    "Qwen2.5-7B": "qwen2.5-7b",
    "Qwen2.5-14B": "qwen2.5-14b",
    "Qwen2.5-32B": "qwen2.5-32b",
    "Qwen3-0.6B": "qwen3-0.6b",
    "Qwen3-1.7B": "qwen3-1.7b",
    "Qwen3-4B": "qwen3-4b",
    "Qwen3-8B": "qwen3-8b",
    "Qwen3-14B": "qwen3-14b",
    "Qwen3-32B": "qwen3-32b",
    "Qwen3-30B-A3B": "qwen3-30b-a3b",
    "Gemma-2-2B": "gemma2-2b",
    "Gemma-2-9B": "gemma2-9b",
    "Gemma-2-27B": "gemma2-27b",
    "DeepSeek-V2-Lite": "deepseek-v2-lite",
    "DeepSeek-V3/R1": "deepseek-v3",
    "BLOOM-176B": "bloom-176b",
    "PaLM-540B": "palm-540b",
    "Phi-3-mini": "phi3-mini",
    "Phi-4": "phi4",
    "MPT-7B": "mpt-7b",
    "GPT-J-6B": "gpt-j-6b",
}
WIDTHS = {
    "n_layers": "n_layers",
    "d_model": "d_model",
    "heads": "n_heads",
    "kv_heads": "n_kv_heads",
    "head_dim": "d_head",
    "d_ff": "d_ff",
    "vocab": "vocab_size",
    "context": "max_context",
}


def test_every_reference_row_has_a_model():
    assert set(SLUGS) == set(ROWS)
    assert set(SLUGS.values()) <= set(MODELS)


@pytest.mark.parametrize("name", SLUGS)
def test_parameters_equal_the_reference_to_the_unit(name):
    count = parameters(MODELS[SLUGS[name]])
    assert count.total == int(ROWS[name]["params_computed"])
    assert count.active == int(ROWS[name]["active_params_computed"])


@pytest.mark.parametrize("name", [name for name in SLUGS if float(ROWS[name]["rel_err_pct"]) == 0])
def test_parameters_equal_what_the_authors_published_to_the_unit(name):
    assert parameters(MODELS[SLUGS[name]]).total == int(ROWS[name]["params_published"])


@pytest.mark.parametrize("name", SLUGS)
def test_parameters_that_multiply_are_the_active_ones_without_the_input_lookup(name):
    model = MODELS[SLUGS[name]]
    without_lookup = int(ROWS[name]["active_params_excl_input_embedding"])
    assert multiplying_parameters(model) == without_lookup - model.learned_positions * model.d_model


@pytest.mark.parametrize("name", SLUGS)
def test_the_widths_are_those_of_the_reference(name):
    row, model = ROWS[name], MODELS[SLUGS[name]]
    assert {column: getattr(model, field) for column, field in WIDTHS.items()} == {
        column: int(row[column]) for column in WIDTHS
    }
    assert (str(model.gated), str(model.tied_embeddings)) == (row["gated_mlp"], row["tied_embeddings"])
