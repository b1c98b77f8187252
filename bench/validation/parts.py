"""Pieces that the sources share: models that the catalogue lacks, and short ways to write a row."""

from collections.abc import Iterator
from typing import Any

from validation.rows import Record, Role, Row

Described = dict[str, Any]


def gpt(*, n_layers: int, d_model: int, n_heads: int, vocab_size: int, seq_len: int, d_ff: int = 0) -> Described:
    """A GPT of the usual proportions: d_ff = 4d, biases, learned positions, head tied to the embedding."""
    return {
        "n_layers": n_layers,
        "d_model": d_model,
        "n_heads": n_heads,
        "n_kv_heads": n_heads,
        "d_head": d_model // n_heads,
        "d_ff": d_ff or 4 * d_model,
        "vocab_size": vocab_size,
        "tied_embeddings": True,
        "biases": "all",
        "norm_vectors": 2,
        "learned_positions": seq_len,
    }


def gated(*, n_layers: int, d_model: int, n_heads: int, d_head: int, d_ff: int, vocab_size: int) -> Described:
    """A gated MLP with rotary positions and as many KV heads as heads."""
    return {
        "n_layers": n_layers,
        "d_model": d_model,
        "n_heads": n_heads,
        "n_kv_heads": n_heads,
        "d_head": d_head,
        "d_ff": d_ff,
        "vocab_size": vocab_size,
        "gated": True,
    }


# openai/gpt-oss-120b config.json: every second layer has a window of 128.
GPT_OSS_120B: Described = {
    "n_layers": 36,
    "d_model": 2880,
    "n_heads": 64,
    "n_kv_heads": 8,
    "d_head": 64,
    "d_ff": 2880,
    "vocab_size": 201088,
    "gated": True,
    "window": 128,
    "n_window_layers": 18,
    "experts": {"n_experts": 128, "n_active_experts": 4, "d_ff_expert": 2880, "router_bias": True},
}


def training(model: str | Described, hardware: str, *, seq_len: int, **rest: object) -> Described:
    """A training scenario."""
    return {"model": model, "hardware": hardware, "phase": "training", "seq_len": seq_len, **rest}


def prefill(model: str | Described, hardware: str, *, prompt_len: int, batch: int, **rest: object) -> Described:
    """A prefill scenario; what is decoded afterwards stands beside it."""
    return {"model": model, "hardware": hardware, "phase": "prefill", "prompt_len": prompt_len, "batch": batch, **rest}


def excluded(file: str, lines: list[Record], why: str) -> Iterator[Row]:
    """A file of which no row is predicted, with the one reason."""
    for line, _ in enumerate(lines, start=1):
        yield Row(file=file, row=str(line), role=Role.EXCLUDE, why=why)


def micro_batches(global_batch: float, *, dp: float, micro_batch: float) -> int | None:
    """Micro-batches of one replica; None where they do not come out even."""
    rounds = global_batch / (dp * micro_batch)
    return int(rounds) if rounds == int(rounds) and rounds >= 1 else None
