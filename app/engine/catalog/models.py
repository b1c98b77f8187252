"""Transformers by slug: the seven widths that set the cost, the details that set the parameter count, the source."""

from typing import Any

from app.engine.transformer import Biases, Experts, LatentAttention, Transformer

_MAXTEXT = "AI-Hypercomputer/maxtext@e591f30c configs/models/"
_LITGPT = "Lightning-AI/litgpt@26857050 litgpt/config.py"
_GPT3 = "GPT-3 paper (arXiv 2005.14165) table 2.1; vocabulary of GPT-2"
_OPT = "OPT paper (arXiv 2205.01068) table 1; Hugging Face positions 2050"


def _model(name: str, widths: tuple[int, int, int, int, int, int, int], **details: Any) -> Transformer:  # noqa: ANN401
    """`widths`: n_layers, d_model, n_heads, n_kv_heads, d_head, d_ff, vocab_size."""
    n_layers, d_model, n_heads, n_kv_heads, d_head, d_ff, vocab_size = widths
    return Transformer(
        name=name,
        n_layers=n_layers,
        d_model=d_model,
        n_heads=n_heads,
        n_kv_heads=n_kv_heads,
        d_head=d_head,
        d_ff=d_ff,
        vocab_size=vocab_size,
        **details,
    )


def _gpt(name: str, widths: tuple[int, int, int, int, int, int, int], **details: Any) -> Transformer:  # noqa: ANN401
    """GPT style: biases everywhere, LayerNorm with bias, the head tied to the embedding."""
    return _model(name, widths, **({"tied_embeddings": True, "biases": Biases.ALL, "norm_vectors": 2} | details))


def _llama(name: str, widths: tuple[int, int, int, int, int, int, int], **details: Any) -> Transformer:  # noqa: ANN401
    """Llama style: gated MLP, RMSNorm, no biases."""
    return _model(name, widths, gated=True, **details)


MODELS: dict[str, Transformer] = {
    "gpt2-small": _gpt(
        "GPT-2 small",
        (12, 768, 12, 12, 64, 3072, 50_257),
        learned_positions=1024,
        max_context=1024,
        source="Hugging Face gpt2 configurations",
    ),
    "gpt2-medium": _gpt(
        "GPT-2 medium",
        (24, 1024, 16, 16, 64, 4096, 50_257),
        learned_positions=1024,
        max_context=1024,
        source="Hugging Face gpt2 configurations",
    ),
    "gpt2-large": _gpt(
        "GPT-2 large",
        (36, 1280, 20, 20, 64, 5120, 50_257),
        learned_positions=1024,
        max_context=1024,
        source="Hugging Face gpt2 configurations",
    ),
    "gpt2-xl": _gpt(
        "GPT-2 XL",
        (48, 1600, 25, 25, 64, 6400, 50_257),
        learned_positions=1024,
        max_context=1024,
        source="Hugging Face gpt2 configurations",
    ),
    "gpt3-125m": _gpt(
        "GPT-3 Small 125M", (12, 768, 12, 12, 64, 3072, 50_257), learned_positions=2048, max_context=2048, source=_GPT3
    ),
    "gpt3-350m": _gpt(
        "GPT-3 Medium 350M",
        (24, 1024, 16, 16, 64, 4096, 50_257),
        learned_positions=2048,
        max_context=2048,
        source=_GPT3,
    ),
    "gpt3-760m": _gpt(
        "GPT-3 Large 760M", (24, 1536, 16, 16, 96, 6144, 50_257), learned_positions=2048, max_context=2048, source=_GPT3
    ),
    "gpt3-1.3b": _gpt(
        "GPT-3 XL 1.3B",
        (24, 2048, 16, 16, 128, 8192, 50_257),
        learned_positions=2048,
        max_context=2048,
        source=_GPT3 + "; printed 24 heads do not fit d_model 2048, 16 do",
    ),
    "gpt3-2.7b": _gpt(
        "GPT-3 2.7B", (32, 2560, 32, 32, 80, 10_240, 50_257), learned_positions=2048, max_context=2048, source=_GPT3
    ),
    "gpt3-6.7b": _gpt(
        "GPT-3 6.7B", (32, 4096, 32, 32, 128, 16_384, 50_257), learned_positions=2048, max_context=2048, source=_GPT3
    ),
    "gpt3-13b": _gpt(
        "GPT-3 13B",
        (40, 5120, 40, 40, 128, 20_480, 50_257),
        learned_positions=2048,
        max_context=2048,
        source=_GPT3 + "; printed d_model 5140 does not fit 40 heads of 128, 5120 does",
    ),
    "gpt3-175b": _gpt(
        "GPT-3 175B",
        (96, 12_288, 96, 96, 128, 49_152, 50_257),
        learned_positions=2048,
        max_context=2048,
        source=_GPT3 + "; its banded-sparse layers are taken as dense",
    ),
    "opt-125m": _gpt(
        "OPT-125M", (12, 768, 12, 12, 64, 3072, 50_272), learned_positions=2050, max_context=2048, source=_OPT
    ),
    "opt-1.3b": _gpt(
        "OPT-1.3B", (24, 2048, 32, 32, 64, 8192, 50_272), learned_positions=2050, max_context=2048, source=_OPT
    ),
    "opt-2.7b": _gpt(
        "OPT-2.7B", (32, 2560, 32, 32, 80, 10_240, 50_272), learned_positions=2050, max_context=2048, source=_OPT
    ),
    "opt-6.7b": _gpt(
        "OPT-6.7B", (32, 4096, 32, 32, 128, 16_384, 50_272), learned_positions=2050, max_context=2048, source=_OPT
    ),
    "opt-13b": _gpt(
        "OPT-13B", (40, 5120, 40, 40, 128, 20_480, 50_272), learned_positions=2050, max_context=2048, source=_OPT
    ),
    "opt-30b": _gpt(
        "OPT-30B", (48, 7168, 56, 56, 128, 28_672, 50_272), learned_positions=2050, max_context=2048, source=_OPT
    ),
    "opt-175b": _gpt(
        "OPT-175B", (96, 12_288, 96, 96, 128, 49_152, 50_272), learned_positions=2050, max_context=2048, source=_OPT
    ),
    "llama2-7b": _llama(
        "Llama-2-7B", (32, 4096, 32, 32, 128, 11_008, 32_000), max_context=4096, source=_MAXTEXT + "llama2-7b.yml"
    ),
    "llama2-13b": _llama(
        "Llama-2-13B", (40, 5120, 40, 40, 128, 13_824, 32_000), max_context=4096, source=_MAXTEXT + "llama2-13b.yml"
    ),
    "llama2-70b": _llama(
        "Llama-2-70B", (80, 8192, 64, 8, 128, 28_672, 32_000), max_context=4096, source=_MAXTEXT + "llama2-70b.yml"
    ),
    "llama3.1-8b": _llama(
        "Llama-3.1-8B",
        (32, 4096, 32, 8, 128, 14_336, 128_256),
        max_context=131_072,
        source=_MAXTEXT + "llama3.1-8b.yml",
    ),
    "llama3.1-70b": _llama(
        "Llama-3.1-70B",
        (80, 8192, 64, 8, 128, 28_672, 128_256),
        max_context=131_072,
        source=_MAXTEXT + "llama3.1-70b.yml",
    ),
    "llama3.1-405b": _llama(
        "Llama-3.1-405B",
        (126, 16_384, 128, 8, 128, 53_248, 128_256),
        max_context=131_072,
        source=_MAXTEXT + "llama3.1-405b.yml",
    ),
    "mistral-7b": _llama(
        "Mistral-7B-v0.1",
        (32, 4096, 32, 8, 128, 14_336, 32_000),
        window=4096,
        n_window_layers=32,
        max_context=32_768,
        source=_MAXTEXT + "mistral-7b.yml",
    ),
    "llama3.2-1b": _llama(
        "Llama-3.2-1B", (16, 2048, 32, 8, 64, 8192, 128_256), tied_embeddings=True, max_context=131_072, source=_LITGPT
    ),
    "llama3.2-3b": _llama(
        "Llama-3.2-3B", (28, 3072, 24, 8, 128, 8192, 128_256), tied_embeddings=True, max_context=131_072, source=_LITGPT
    ),
    "mixtral-8x7b": _llama(
        "Mixtral-8x7B",
        (32, 4096, 32, 8, 128, 14_336, 32_000),
        experts=Experts(n_experts=8, n_active_experts=2, d_ff_expert=14_336),
        max_context=32_768,
        source=_MAXTEXT + "mixtral-8x7b.yml",
    ),
    "mistral-large-2407": _llama(
        "Mistral-Large-2407", (88, 12_288, 96, 8, 128, 28_672, 32_768), max_context=131_072, source=_LITGPT
    ),
    "llama4-scout": _llama(
        "Llama-4-Scout",
        (48, 5120, 40, 8, 128, 8192, 202_048),
        window=8192,
        n_window_layers=36,
        experts=Experts(n_experts=16, n_active_experts=1, d_ff_expert=8192, n_shared_experts=1),
        max_context=10_485_760,
        source=_MAXTEXT + "llama4-17b-16e.yml",
    ),
    "llama4-maverick": _llama(
        "Llama-4-Maverick",
        (48, 5120, 40, 8, 128, 16_384, 202_048),
        window=8192,
        n_window_layers=36,
        experts=Experts(n_experts=128, n_active_experts=1, d_ff_expert=8192, n_shared_experts=1, n_dense_layers=24),
        max_context=1_048_576,
        source=_MAXTEXT + "llama4-17b-128e.yml",
    ),
    "qwen2.5-0.5b": _llama(
        "Qwen2.5-0.5B",
        (24, 896, 14, 2, 64, 4864, 151_936),
        tied_embeddings=True,
        biases=Biases.QKV,
        max_context=131_072,
        source=_LITGPT,
    ),
    "qwen2.5-1.5b": _llama(
        "Qwen2.5-1.5B",
        (28, 1536, 12, 2, 128, 8960, 151_936),
        tied_embeddings=True,
        biases=Biases.QKV,
        max_context=131_072,
        source=_LITGPT,
    ),
    "qwen2.5-3b": _llama(
        "Qwen2.5-3B",
        (36, 2048, 16, 2, 128, 11_008, 151_936),
        tied_embeddings=True,
        biases=Biases.QKV,
        max_context=131_072,
        source=_LITGPT,
    ),
    "qwen2.5-7b": _llama(
        "Qwen2.5-7B", (28, 3584, 28, 4, 128, 18_944, 152_064), biases=Biases.QKV, max_context=131_072, source=_LITGPT
    ),
    "qwen2.5-14b": _llama(
        "Qwen2.5-14B", (48, 5120, 40, 8, 128, 13_824, 152_064), biases=Biases.QKV, max_context=131_072, source=_LITGPT
    ),
    "qwen2.5-32b": _llama(
        "Qwen2.5-32B", (64, 5120, 40, 8, 128, 27_648, 152_064), biases=Biases.QKV, max_context=131_072, source=_LITGPT
    ),
    "qwen3-0.6b": _llama(
        "Qwen3-0.6B",
        (28, 1024, 16, 8, 128, 3072, 151_936),
        tied_embeddings=True,
        qk_norm=True,
        max_context=40_960,
        source=_LITGPT,
    ),
    "qwen3-1.7b": _llama(
        "Qwen3-1.7B",
        (28, 2048, 16, 8, 128, 6144, 151_936),
        tied_embeddings=True,
        qk_norm=True,
        max_context=40_960,
        source=_LITGPT,
    ),
    "qwen3-4b": _llama(
        "Qwen3-4B",
        (36, 2560, 32, 8, 128, 9728, 151_936),
        tied_embeddings=True,
        qk_norm=True,
        max_context=40_960,
        source=_LITGPT,
    ),
    "qwen3-8b": _llama(
        "Qwen3-8B", (36, 4096, 32, 8, 128, 12_288, 151_936), qk_norm=True, max_context=40_960, source=_LITGPT
    ),
    "qwen3-14b": _llama(
        "Qwen3-14B", (40, 5120, 40, 8, 128, 17_408, 151_936), qk_norm=True, max_context=40_960, source=_LITGPT
    ),
    "qwen3-32b": _llama(
        "Qwen3-32B", (64, 5120, 64, 8, 128, 25_600, 151_936), qk_norm=True, max_context=40_960, source=_LITGPT
    ),
    "qwen3-30b-a3b": _llama(
        "Qwen3-30B-A3B",
        (48, 2048, 32, 4, 128, 6144, 151_936),
        qk_norm=True,
        experts=Experts(n_experts=128, n_active_experts=8, d_ff_expert=768),
        max_context=40_960,
        source=_MAXTEXT + "qwen3-30b-a3b.yml",
    ),
    "gemma2-2b": _llama(
        "Gemma-2-2B",
        (26, 2304, 8, 4, 256, 9216, 256_000),
        tied_embeddings=True,
        norms_per_layer=4,
        window=4096,
        n_window_layers=13,
        max_context=8192,
        source=_LITGPT,
    ),
    "gemma2-9b": _llama(
        "Gemma-2-9B",
        (42, 3584, 16, 8, 256, 14_336, 256_000),
        tied_embeddings=True,
        norms_per_layer=4,
        window=4096,
        n_window_layers=21,
        max_context=8192,
        source=_LITGPT,
    ),
    "gemma2-27b": _llama(
        "Gemma-2-27B",
        (46, 4608, 32, 16, 128, 36_864, 256_000),
        tied_embeddings=True,
        norms_per_layer=4,
        window=4096,
        n_window_layers=23,
        max_context=8192,
        source=_LITGPT,
    ),
    "deepseek-v2-lite": _llama(
        "DeepSeek-V2-Lite",
        (27, 2048, 16, 16, 192, 10_944, 102_400),
        experts=Experts(n_experts=64, n_active_experts=6, d_ff_expert=1408, n_shared_experts=2, n_dense_layers=1),
        latent=LatentAttention(q_lora_rank=0, kv_lora_rank=512, d_nope=128, d_rope=64, d_v=128),
        max_context=32_768,
        source=_MAXTEXT + "deepseek2-16b.yml",
    ),
    "deepseek-v3": _llama(
        "DeepSeek-V3/R1",
        (61, 7168, 128, 128, 192, 18_432, 129_280),
        experts=Experts(
            n_experts=256, n_active_experts=8, d_ff_expert=2048, n_shared_experts=1, n_dense_layers=3, router_bias=True
        ),
        latent=LatentAttention(q_lora_rank=1536, kv_lora_rank=512, d_nope=128, d_rope=64, d_v=128),
        max_context=163_840,
        source=_MAXTEXT + "deepseek3-671b.yml",
    ),
    "bloom-176b": _gpt(
        "BLOOM-176B",
        (70, 14_336, 112, 112, 128, 57_344, 250_880),
        norms_outside_layers=2,
        max_context=2048,
        source="bigscience train/tr11-176B-ml/README.md",
    ),
    "palm-540b": _model(
        "PaLM-540B",
        (118, 18_432, 48, 1, 256, 73_728, 256_000),
        gated=True,
        tied_embeddings=True,
        norm_vectors=0,
        norms_per_layer=1,
        max_context=2048,
        source="PaLM paper (arXiv 2204.02311) table 1; norms without parameters",
    ),
    "phi3-mini": _llama("Phi-3-mini", (32, 3072, 32, 32, 96, 8192, 32_064), max_context=4096, source=_LITGPT),
    "phi4": _llama("Phi-4", (40, 5120, 40, 10, 128, 17_920, 100_352), max_context=16_384, source=_LITGPT),
    "mpt-7b": _model(
        "MPT-7B",
        (32, 4096, 32, 32, 128, 16_384, 50_432),
        tied_embeddings=True,
        max_context=2048,
        source="mosaicml/llm-foundry mpt-7b.yaml; LayerNorm with weight only",
    ),
    "gpt-j-6b": _model(
        "GPT-J-6B",
        (28, 4096, 16, 16, 256, 16_384, 50_400),
        biases=Biases.MLP_AND_HEAD,
        norm_vectors=2,
        norms_per_layer=1,
        max_context=2048,
        source="EleutherAI/gpt-j-6b model card; it prints 6,053,381,344 parameters, the shape gives 6,050,882,784",
    ),
}
