"""What a prompt gives: the table beside it. Not a scenario: it may have several chips or batches, or no model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.catalog import accelerator, near_misses, transformer
from app.engine.fields import one_of, required
from app.engine.hardware import Hardware
from app.engine.transformer import Transformer
from app.engine.workload import Phase

# Labels of what may be given besides model, hardware and phase, in the order of the table.
LABELS = {
    "seq_len": "Sequence length",
    "prompt_len": "Prompt",
    "context_len": "Context",
    "tokens_per_microbatch": "Tokens per micro-batch",
    "batch": "Batch",
    "micro_batch": "Micro-batch",
    "n_microbatches": "Micro-batches",
    "n_gpus": "Devices",
    "tp": "Tensor parallel",
    "pp": "Pipeline stages",
    "ep": "Expert parallel",
    "attention": "Attention kernel",
    "recompute": "Recomputation",
    "kv_dtype": "KV cache",
    "weight_dtype": "Weights",
    "math_dtype": "Arithmetic",
    "efficiency": "Fraction of peak reached",
    "mfu": "MFU",
    "tokens": "Training tokens",
    "gemm_share_of_time": "Matmuls, share of time",
    "acceptance": "Acceptance rate",
    "k": "Drafted tokens",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """How a given fact is called, and its unit where it is not plain from the name."""

    text: str
    unit: str | None = None


Number = float | str
Values = tuple[Number, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Model and chips by value, the phase, and every other given number or word, lists as several values."""

    phase: Phase
    model: Transformer | None
    hardware: tuple[tuple[int, Hardware], ...]  # how many of which chip; several rows when chips are compared
    others: tuple[tuple[str, Values], ...]
    labels: Mapping[str, Label]  # of the others


def given_from_mapping(written: Mapping[str, Any], labels: Mapping[str, Label] | None = None) -> Given:
    """Read the given facts; ValueError, one line, names the field and the value. `labels`: the question's own."""
    known = {**{name: Label(text=text) for name, text in LABELS.items()}, **dict(sorted((labels or {}).items()))}
    for name in written:
        if name not in (*known, "model", "hardware", "phase"):
            raise ValueError(f"{name}: not a given fact{near_misses(str(name), known)}; or label it in given_labels")
    return Given(
        phase=one_of("phase", required(written, "phase"), Phase),
        model=transformer(str(written["model"])) if "model" in written else None,
        hardware=tuple(_chips(item) for item in _several(written.get("hardware", []))),
        others=tuple((name, _several(written[name])) for name in known if name in written),
        labels={name: known[name] for name in known if name in written},
    )


def given_numbers(given: Given) -> dict[str, float]:
    """The given numbers that a key may refer to, as in `given.mfu`: those with one value."""
    single = ((name, values[0]) for name, values in given.others if len(values) == 1)
    return {name: value for name, value in single if not isinstance(value, str)}


def _several(value: Any) -> tuple[Any, ...]:  # noqa: ANN401 - one value or a list of them
    items = value if isinstance(value, list) else [value]
    for item in items:
        if isinstance(item, bool) or not isinstance(item, (int, float, str)):
            raise ValueError(f"given: {item!r} is neither a number nor a word")
    return tuple(items)


def _chips(written: str) -> tuple[int, Hardware]:
    """`8x h100-sxm`, or one chip by its slug."""
    count, times, slug = str(written).partition("x ")
    if times and count.isdecimal():
        return int(count), accelerator(slug.strip())
    return 1, accelerator(str(written))
