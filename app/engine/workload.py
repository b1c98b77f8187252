"""What runs: a training step, a prefill, or one decode step. Lengths and batches, and the counts that follow."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from app.engine.checks import require_not_negative, require_positive
from app.engine.grid import everywhere, is_grid, larger, smaller


class Phase(StrEnum):
    """The three kinds of work."""

    TRAINING = "training"
    PREFILL = "prefill"
    DECODE = "decode"


LENGTH_NAMES = {Phase.TRAINING: "seq_len", Phase.PREFILL: "prompt_len", Phase.DECODE: "context_len"}


class Recompute(StrEnum):
    """Which activations the backward pass makes again (Korthikanti et al. 2022)."""

    NONE = "none"
    SELECTIVE = "selective"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One optimizer step of each replica: `n_micro_batches` of `micro_batch` sequences.

    `lora_rank` above zero freezes the model and trains low-rank adapters on every projection (Hu et al. 2021).
    """

    seq_len: float
    micro_batch: float = 1
    n_micro_batches: float = 1
    recompute: Recompute = Recompute.NONE
    optimizer_bytes_per_parameter: float = 16
    lora_rank: float = 0

    def __post_init__(self) -> None:
        require_positive(self, "seq_len", "micro_batch", "n_micro_batches", "optimizer_bytes_per_parameter")
        require_not_negative(self, "lora_rank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefill:
    """The pass over a prompt that fills the KV cache and yields the first token; a cached prefix is only read."""

    prompt_len: float
    batch: float = 1
    prefix_len: float = 0

    def __post_init__(self) -> None:
        require_positive(self, "prompt_len", "batch")
        require_not_negative(self, "prefix_len")
        if not everywhere(self.prefix_len < self.prompt_len):
            raise ValueError(f"prefix_len: {self.prefix_len} leaves nothing of prompt_len {self.prompt_len} to compute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decode:
    """One step over sequences with `context_len` tokens in their caches.

    `new_tokens` a sequence: 1, or k+1 when k drafts are verified at once. `chunk_len` above zero mixes a chunk of
    somebody's prompt, with `chunk_prefix` tokens already cached, into the step (chunked prefill).
    """

    context_len: float
    batch: float = 1
    new_tokens: float = 1
    chunk_len: float = 0
    chunk_prefix: float = 0

    def __post_init__(self) -> None:
        require_not_negative(self, "context_len", "chunk_len", "chunk_prefix")
        require_positive(self, "batch", "new_tokens")


Workload = Training | Prefill | Decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Sequences alike; of each: new tokens, cached tokens, keys that the last token meets, positions with logits."""

    n_sequences: float
    n_queries: float
    n_cached: float
    n_keys: float
    n_logits: float

    def keys_met(self, window: int | None) -> float:
        """Keys that a late query meets [token]."""
        return self.n_keys if window is None else smaller(self.n_keys, window)

    def full_pairs(self, window: int | None) -> float:
        """Query-key pairs without credit for the causal mask [1]: each query meets min(keys, w)."""
        return self.n_sequences * self.n_queries * self.keys_met(window)

    def causal_pairs(self, window: int | None) -> float:
        """Query-key pairs that the mask leaves [1].

        From an empty cache half the square, s**2/2, or w*s - w**2/2 under a window w < s; a decode step meets
        min(context, w) keys and is never halved. The early queries, which see less than a late one, are the ramp.
        """
        keys = self.keys_met(window)
        gap = larger(keys - self.n_cached, 0)
        ramp = smaller(gap, self.n_queries)
        return self.n_sequences * (self.n_queries * keys - ramp * gap + _half(ramp * ramp))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One forward pass of one replica: the streams that run through the weights together."""

    streams: tuple[Stream, ...]

    @property
    def n_tokens(self) -> float:
        """New tokens in the pass [token]."""
        return sum(stream.n_sequences * stream.n_queries for stream in self.streams)

    @property
    def n_sequences(self) -> float:
        """Sequences in the pass [1]."""
        return sum(stream.n_sequences for stream in self.streams)

    @property
    def n_logits(self) -> float:
        """Positions that go through the head when run: a server needs the last ones only [token]."""
        return sum(stream.n_sequences * stream.n_logits for stream in self.streams)

    @property
    def n_keys(self) -> float:
        """Keys that the last token of the main stream meets: the length in question [token]."""
        return self.streams[0].n_keys

    def full_pairs(self, window: int | None) -> float:
        """Query-key pairs of all sequences without credit for the causal mask [1]."""
        return sum(stream.full_pairs(window) for stream in self.streams)

    def causal_pairs(self, window: int | None) -> float:
        """Query-key pairs of all sequences that the mask leaves [1]."""
        return sum(stream.causal_pairs(window) for stream in self.streams)

    def keys_read(self, window: int | None) -> float:
        """Keys of all sequences that are read once [token]."""
        return sum(stream.n_sequences * stream.keys_met(window) for stream in self.streams)


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
            return Pass(streams=(_prompt(batch, length, prefix=0, n_logits=length),))
        case Prefill(prompt_len=length, batch=batch, prefix_len=prefix):
            return Pass(streams=(_prompt(batch, length, prefix=prefix, n_logits=1),))
        case Decode(context_len=length, batch=batch, new_tokens=new):
            # The cache holds `length` tokens; what a new token adds to it for the next one is left out.
            steps = Stream(n_sequences=batch, n_queries=new, n_cached=length, n_keys=length, n_logits=new)
            if not is_grid(workload.chunk_len) and workload.chunk_len == 0:
                return Pass(streams=(steps,))
            prefix = workload.chunk_prefix
            return Pass(streams=(steps, _prompt(1, prefix + workload.chunk_len, prefix=prefix, n_logits=1)))
    assert_never(workload)


def _prompt(n_sequences: float, length: float, *, prefix: float, n_logits: float) -> Stream:
    return Stream(n_sequences=n_sequences, n_queries=length - prefix, n_cached=prefix, n_keys=length, n_logits=n_logits)


def _half(square: float) -> float:
    # Integer lengths stay exact: long contexts count beyond the 2**53 that a float can hold.
    return square // 2 if isinstance(square, int) and square % 2 == 0 else square / 2
