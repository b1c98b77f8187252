"""A Hugging Face config.json as a Transformer. Architectures that the engine does not know are refused by name."""

from collections.abc import Callable, Mapping
from typing import Any

from app.engine.transformer import Biases, Experts, LatentAttention, Transformer

Config = Mapping[str, Any]


def is_huggingface_config(written: Config) -> bool:
    """Whether a mapping looks like a config.json."""
    return "architectures" in written or "model_type" in written


def transformer_from_huggingface(config: Config) -> Transformer:
    """The shape that a config.json describes; ValueError names the architecture or the field that is in the way."""
    kind = str(config.get("model_type", "")) or _kind_of(config)
    if kind not in _READERS:
        raise ValueError(f"model.model_type: {kind!r} is not an architecture that the engine knows; it knows {KNOWN}")
    return Transformer(**_READERS[kind](config), name=_name(config, kind), source="config.json as given")


def _kind_of(config: Config) -> str:
    names = config.get("architectures") or [""]
    return str(names[0]).removesuffix("ForCausalLM").removesuffix("LMHeadModel").lower()


def _name(config: Config, kind: str) -> str:
    return str(config.get("_name_or_path") or config.get("name") or kind)


def _need(config: Config, *names: str) -> int:
    """The first of the fields that is there; different families name the same width differently."""
    for name in names:
        if config.get(name) is not None:
            value = config[name]
            if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
                raise ValueError(f"model.{name}: {value!r} is not a whole number above zero")
            return value
    raise ValueError(f"model.{names[0]}: missing in the config")


def _llama(config: Config) -> dict[str, Any]:
    heads = _need(config, "num_attention_heads")
    d_model = _need(config, "hidden_size")
    return {
        "n_layers": _need(config, "num_hidden_layers"),
        "d_model": d_model,
        "n_heads": heads,
        "n_kv_heads": config.get("num_key_value_heads") or heads,
        "d_head": config.get("head_dim") or d_model // heads,
        "d_ff": _need(config, "intermediate_size"),
        "vocab_size": _need(config, "vocab_size"),
        "gated": True,
        "tied_embeddings": bool(config.get("tie_word_embeddings", False)),
        "biases": Biases.QKV if config.get("attention_bias") else Biases.NONE,
        "max_context": config.get("max_position_embeddings"),
    }


def _mistral(config: Config) -> dict[str, Any]:
    shape, window = _llama(config), config.get("sliding_window")
    return shape if window is None else {**shape, "window": window, "n_window_layers": shape["n_layers"]}


def _qwen2(config: Config) -> dict[str, Any]:
    return {**_llama(config), "biases": Biases.QKV}


def _qwen3(config: Config) -> dict[str, Any]:
    return {**_llama(config), "qk_norm": True}


def _qwen3_moe(config: Config) -> dict[str, Any]:
    experts = Experts(
        n_experts=_need(config, "num_experts"),
        n_active_experts=_need(config, "num_experts_per_tok"),
        d_ff_expert=_need(config, "moe_intermediate_size"),
        n_dense_layers=len(config.get("mlp_only_layers") or ()),
    )
    return {**_qwen3(config), "experts": experts}


def _mixtral(config: Config) -> dict[str, Any]:
    experts = Experts(
        n_experts=_need(config, "num_local_experts"),
        n_active_experts=_need(config, "num_experts_per_tok"),
        d_ff_expert=_need(config, "intermediate_size"),
    )
    return {**_mistral(config), "experts": experts}


def _gemma2(config: Config) -> dict[str, Any]:
    shape = {**_llama(config), "tied_embeddings": config.get("tie_word_embeddings", True), "norms_per_layer": 4}
    layers = shape["n_layers"] // 2
    return {**shape, "window": _need(config, "sliding_window"), "n_window_layers": layers}


def _deepseek(config: Config) -> dict[str, Any]:
    latent = LatentAttention(
        q_lora_rank=config.get("q_lora_rank") or 0,
        kv_lora_rank=_need(config, "kv_lora_rank"),
        d_nope=_need(config, "qk_nope_head_dim"),
        d_rope=_need(config, "qk_rope_head_dim"),
        d_v=_need(config, "v_head_dim"),
    )
    experts = Experts(
        n_experts=_need(config, "n_routed_experts"),
        n_active_experts=_need(config, "num_experts_per_tok"),
        d_ff_expert=_need(config, "moe_intermediate_size"),
        n_shared_experts=config.get("n_shared_experts") or 0,
        n_dense_layers=config.get("first_k_dense_replace") or 0,
        router_bias=config.get("topk_method") == "noaux_tc",
    )
    d_head = latent.d_nope + latent.d_rope
    return {**_llama(config), "d_head": d_head, "latent": latent, "experts": experts}


def _phi3(config: Config) -> dict[str, Any]:
    return _llama(config)


def _gpt2(config: Config) -> dict[str, Any]:
    d_model, heads = _need(config, "n_embd"), _need(config, "n_head")
    return {
        **_gpt(config, d_model=d_model, heads=heads),
        "n_layers": _need(config, "n_layer"),
        "d_ff": config.get("n_inner") or 4 * d_model,
        "learned_positions": _need(config, "n_positions"),
    }


def _opt(config: Config) -> dict[str, Any]:
    d_model = _need(config, "hidden_size")
    if config.get("word_embed_proj_dim", d_model) != d_model:
        raise ValueError(f"model.word_embed_proj_dim: {config['word_embed_proj_dim']} is not hidden_size {d_model}")
    return {
        **_gpt(config, d_model=d_model, heads=_need(config, "num_attention_heads")),
        "n_layers": _need(config, "num_hidden_layers"),
        "d_ff": _need(config, "ffn_dim"),
        "learned_positions": _need(config, "max_position_embeddings") + 2,  # an offset of two rows is never used
    }


def _bloom(config: Config) -> dict[str, Any]:
    d_model = _need(config, "hidden_size", "n_embed")
    return {
        **_gpt(config, d_model=d_model, heads=_need(config, "n_head", "num_attention_heads")),
        "n_layers": _need(config, "n_layer", "num_hidden_layers"),
        "d_ff": 4 * d_model,
        "norms_outside_layers": 2,
    }


def _gpt(config: Config, *, d_model: int, heads: int) -> dict[str, Any]:
    return {
        "d_model": d_model,
        "n_heads": heads,
        "n_kv_heads": heads,
        "d_head": d_model // heads,
        "vocab_size": _need(config, "vocab_size"),
        "tied_embeddings": bool(config.get("tie_word_embeddings", True)),
        "biases": Biases.ALL,
        "norm_vectors": 2,
    }


_READERS: dict[str, Callable[[Config], dict[str, Any]]] = {
    "llama": _llama,
    "mistral": _mistral,
    "qwen2": _qwen2,
    "qwen3": _qwen3,
    "qwen3_moe": _qwen3_moe,
    "qwen3moe": _qwen3_moe,
    "mixtral": _mixtral,
    "gemma2": _gemma2,
    "deepseek_v2": _deepseek,
    "deepseek_v3": _deepseek,
    "phi3": _phi3,
    "gpt2": _gpt2,
    "opt": _opt,
    "bloom": _bloom,
}
KNOWN = ", ".join(sorted(set(_READERS) - {"qwen3moe"}))
