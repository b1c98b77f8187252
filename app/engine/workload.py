"""What runs: a training step, a prefill, or one decode step. Lengths and batches, and the counts that follow."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from app.engine.checks import require_not_negative, require_positive
from app.engine.grid import larger, smaller


class Phase(StrEnum):
    """The three kinds of work."""

    TRAINING = "training"
    PREFILL = "prefill"
    DECODE = "decode"


class Recompute(StrEnum):
    """Which activations the backward pass makes again (Korthikanti et al. 2022)."""

    NONE = "none"
    SELECTIVE = "selective"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One optimizer step of each replica: `n_micro_batches` of `micro_batch` sequences."""

    seq_len: float
    micro_batch: float = 1
    n_micro_batches: float = 1
    recompute: Recompute = Recompute.NONE
    optimizer_bytes_per_parameter: float = 16

    def __post_init__(self) -> None:
        require_positive(self, "seq_len", "micro_batch", "n_micro_batches", "optimizer_bytes_per_parameter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefill:
    """The pass over a whole prompt that fills the KV cache and yields the first token."""

    prompt_len: float
    batch: float = 1

    def __post_init__(self) -> None:
        require_positive(self, "prompt_len", "batch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decode:
    """One step that makes one token for each sequence, with `context_len` tokens in its cache."""

    context_len: float
    batch: float = 1

    def __post_init__(self) -> None:
        require_not_negative(self, "context_len")
        require_positive(self, "batch")


Workload = Training | Prefill | Decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One forward pass of one replica; per sequence: new tokens, cached tokens, keys that the last token meets."""

    n_sequences: float
    n_queries: float
    n_cached: float
    n_keys: float
    n_logits: float  # positions that go through the head when run (a server needs the last one only)

    @property
    def n_tokens(self) -> float:
        """New tokens in the pass [token]."""
        return self.n_sequences * self.n_queries

    def keys_met(self, window: int | None) -> float:
        """Keys that a late query meets [token]."""
        return self.n_keys if window is None else smaller(self.n_keys, window)

    def full_pairs(self, window: int | None) -> float:
        """Query-key pairs of one sequence without credit for the causal mask [1]: each query meets min(keys, w)."""
        return self.n_queries * self.keys_met(window)

    def causal_pairs(self, window: int | None) -> float:
        """Query-key pairs of one sequence that the mask leaves [1].

        From an empty cache half the square, s**2/2, or w*s - w**2/2 under a window w < s; a decode step meets
        min(context, w) keys and is never halved. The early queries, which see less than a late one, are the ramp.
        """
        keys = self.keys_met(window)
        gap = larger(keys - self.n_cached, 0)
        ramp = smaller(gap, self.n_queries)
        return self.n_queries * keys - ramp * gap + _half(ramp * ramp)


def phase_of(workload: Workload) -> Phase:
    """The phase that a workload belongs to."""
    match workload:
        case Training():
            return Phase.TRAINING
        case Prefill():
            return Phase.PREFILL
        case Decode():
            return Phase.DECODE
    assert_never(workload)


def forward_pass(workload: Workload) -> Pass:
    """The forward pass of one replica: a micro-batch in training, the whole batch when serving."""
    match workload:
        case Training(seq_len=length, micro_batch=batch):
            return Pass(n_sequences=batch, n_queries=length, n_cached=0, n_keys=length, n_logits=length)
        case Prefill(prompt_len=length, batch=batch):
            return Pass(n_sequences=batch, n_queries=length, n_cached=0, n_keys=length, n_logits=1)
        case Decode(context_len=length, batch=batch):
            return Pass(n_sequences=batch, n_queries=1, n_cached=length, n_keys=length, n_logits=1)
    assert_never(workload)


def _half(square: float) -> float:
    # Integer lengths stay exact: long contexts count beyond the 2**53 that a float can hold.
    return square // 2 if isinstance(square, int) and square % 2 == 0 else square / 2
