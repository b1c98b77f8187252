from dataclasses import replace

import pytest

from app.engine.catalog import transformer
from app.engine.huggingface import KNOWN, is_huggingface_config, transformer_from_huggingface
from app.engine.transformer import parameters

LLAMA = {
    "num_hidden_layers": 80,
    "hidden_size": 8192,
    "num_attention_heads": 64,
    "num_key_value_heads": 8,
    "intermediate_size": 28672,
    "vocab_size": 128256,
}
DEEPSEEK = {
    "model_type": "deepseek_v3",
    "num_hidden_layers": 61,
    "hidden_size": 7168,
    "num_attention_heads": 128,
    "intermediate_size": 18432,
    "vocab_size": 129280,
    "q_lora_rank": 1536,
    "kv_lora_rank": 512,
    "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64,
    "v_head_dim": 128,
    "n_routed_experts": 256,
    "num_experts_per_tok": 8,
    "moe_intermediate_size": 2048,
    "n_shared_experts": 1,
    "first_k_dense_replace": 3,
    "topk_method": "noaux_tc",
}
MISTRAL = {
    **LLAMA,
    "num_hidden_layers": 32,
    "hidden_size": 4096,
    "num_attention_heads": 32,
    "intermediate_size": 14336,
    "vocab_size": 32000,
}
SMALL = {"num_hidden_layers": 26, "hidden_size": 2304, "num_attention_heads": 8, "num_key_value_heads": 4}
CONFIGS = {
    "llama3.1-70b": {"model_type": "llama", **LLAMA},
    "mistral-7b": {"model_type": "mistral", **MISTRAL, "sliding_window": 4096},
    "mixtral-8x7b": {"model_type": "mixtral", **MISTRAL, "num_local_experts": 8, "num_experts_per_tok": 2},
    "deepseek-v3": DEEPSEEK,
    "gemma2-2b": {
        "model_type": "gemma2",
        **SMALL,
        "head_dim": 256,
        "intermediate_size": 9216,
        "vocab_size": 256000,
        "sliding_window": 4096,
    },
    "qwen2.5-0.5b": {
        "model_type": "qwen2",
        "num_hidden_layers": 24,
        "hidden_size": 896,
        "num_attention_heads": 14,
        "num_key_value_heads": 2,
        "intermediate_size": 4864,
        "vocab_size": 151936,
        "tie_word_embeddings": True,
    },
    "qwen3-8b": {
        "model_type": "qwen3",
        "num_hidden_layers": 36,
        "hidden_size": 4096,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "head_dim": 128,
        "intermediate_size": 12288,
        "vocab_size": 151936,
    },
    "qwen3-30b-a3b": {
        "model_type": "qwen3_moe",
        "num_hidden_layers": 48,
        "hidden_size": 2048,
        "num_attention_heads": 32,
        "num_key_value_heads": 4,
        "head_dim": 128,
        "intermediate_size": 6144,
        "vocab_size": 151936,
        "num_experts": 128,
        "num_experts_per_tok": 8,
        "moe_intermediate_size": 768,
    },
    "gpt2-small": {
        "model_type": "gpt2",
        "n_embd": 768,
        "n_head": 12,
        "n_layer": 12,
        "n_positions": 1024,
        "vocab_size": 50257,
    },
    "opt-1.3b": {
        "model_type": "opt",
        "hidden_size": 2048,
        "num_attention_heads": 32,
        "num_hidden_layers": 24,
        "ffn_dim": 8192,
        "max_position_embeddings": 2048,
        "vocab_size": 50272,
    },
    "bloom-176b": {"model_type": "bloom", "hidden_size": 14336, "n_head": 112, "n_layer": 70, "vocab_size": 250880},
    "phi3-mini": {
        "model_type": "phi3",
        "num_hidden_layers": 32,
        "hidden_size": 3072,
        "num_attention_heads": 32,
        "num_key_value_heads": 32,
        "intermediate_size": 8192,
        "vocab_size": 32064,
    },
}


@pytest.mark.parametrize("slug", CONFIGS)
def test_a_config_has_the_parameters_of_the_catalogue_to_the_unit(slug):
    assert parameters(transformer_from_huggingface(CONFIGS[slug])) == parameters(transformer(slug))


@pytest.mark.parametrize("slug", CONFIGS)
def test_a_config_has_the_shape_of_the_catalogue(slug):
    known = transformer(slug)
    read = transformer_from_huggingface(CONFIGS[slug])
    same = {"name": known.name, "slug": known.slug, "source": known.source, "max_context": known.max_context}
    assert replace(read, **same) == known


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        (
            {"model_type": "mamba"},
            f"model.model_type: 'mamba' is not an architecture that the engine knows; it knows {KNOWN}",
        ),
        ({"architectures": ["RwkvForCausalLM"]}, "'rwkv'"),
        ({"model_type": "llama", **LLAMA, "hidden_size": None}, "model.hidden_size: missing"),
        ({"model_type": "llama", **LLAMA, "vocab_size": "many"}, "model.vocab_size: 'many'"),
        ({"model_type": "llama", **LLAMA, "num_hidden_layers": True}, "model.num_hidden_layers: True"),
        ({"model_type": "opt", "hidden_size": 1024, "word_embed_proj_dim": 512}, "model.word_embed_proj_dim: 512"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(config, complaint):
    with pytest.raises(ValueError, match=complaint.replace("(", r"\(")):
        transformer_from_huggingface(config)


def test_a_config_is_told_from_a_mapping_of_widths():
    assert is_huggingface_config({"model_type": "llama"})
    assert is_huggingface_config({"architectures": ["GPT2LMHeadModel"]})
    assert not is_huggingface_config({"n_layers": 3})
