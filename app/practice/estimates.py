"""Quick estimates: a seeded family of situations, each asking for one number that the engine knows."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from app.engine.analysis import Analysis, analyze
from app.engine.catalog import HARDWARE, MODELS
from app.engine.facts import fact
from app.engine.mapping import scenario_from_mapping
from app.engine.workload import LENGTH_NAMES, Phase

N_IN_A_ROUND = 8
_MODELS = ("llama3.1-8b", "llama3.1-70b", "llama3.1-405b", "qwen2.5-7b", "qwen3-32b", "mistral-large-2407", "gpt3-175b")
_SMALL = ("llama3.1-8b", "qwen2.5-7b", "llama2-7b")  # fit on every chip
_CHIPS = ("a100-80gb-sxm", "h100-sxm", "h200-sxm", "b200-sxm", "mi300x")
_FORMATS = ("bf16", "fp8")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One question: what is asked, the unit that a plain number counts in, the engine's value, how to get there."""

    words: str
    given: str  # the shape, where it is needed
    unit: str  # base unit; "%" for a share
    value: float
    how: str


@dataclass(frozen=True, slots=True)
class Draw:
    """Choices that a seed makes, always the same ones; `place` is that of the question in its round."""

    seed: int
    place: int

    def one(self, word: str, choices: Sequence[T]) -> T:
        """One of the choices, for a use named by a word."""
        digest = hashlib.sha256(f"{self.seed}:{self.place}:{word}".encode()).digest()
        return choices[int.from_bytes(digest[:8], "big") % len(choices)]


def estimates(seed: int) -> tuple[Estimate, ...]:
    """The questions of a round; no kind comes twice."""
    kinds = list(KINDS)
    chosen = []
    for place in range(N_IN_A_ROUND):
        draw = Draw(seed, place)
        kind = draw.one("kind", kinds)
        kinds.remove(kind)
        chosen.append(kind(draw))
    return tuple(chosen)


# ---------------------------------------------------------------------------------------------------------------------


def _weights(draw: Draw) -> Estimate:
    slug, dtype = draw.one("model", _MODELS), draw.one("format", _FORMATS)
    found = _decode(slug, "b200-sxm", weight_dtype=dtype)
    return Estimate(
        words=f"How large are the weights of {_name(slug)} in {dtype.upper()}?",
        given="",
        unit="B",
        value=_value(found, "weight_bytes"),
        how=f"parameters × {2 if dtype == 'bf16' else 1} bytes",
    )


def _cache(draw: Draw) -> Estimate:
    slug, dtype = draw.one("model", _MODELS), draw.one("format", _FORMATS)
    found = _decode(slug, "b200-sxm", kv_dtype=dtype)
    model = MODELS[slug]
    return Estimate(
        words=f"How much KV cache does one token of {_name(slug)} take in {dtype.upper()}, over all layers?",
        given=_shape(slug),
        unit="B",
        value=_value(found, "kv_bytes_per_token"),
        how=f"2 × layers × KV heads ({model.n_kv_heads}) × head width × {2 if dtype == 'bf16' else 1} bytes",
    )


def _forward(draw: Draw) -> Estimate:
    slug = draw.one("model", _MODELS)
    found = _decode(slug, "b200-sxm", context_len=128)
    return Estimate(
        words=f"How many FLOPs does one token take through {_name(slug)}, forward, with almost nothing in its cache?",
        given="",
        unit="FLOP",
        value=_value(found, "flops.forward"),
        how="2 × parameters that multiply",
    )


def _ridge(draw: Draw) -> Estimate:
    chip = HARDWARE[draw.one("chip", _CHIPS)]
    found = _decode("llama3.1-8b", chip.slug)
    return Estimate(
        words=f"How many FLOPs must {chip.name} do for each byte from memory before arithmetic binds (dense BF16)?",
        given="",
        unit="FLOP/B",
        value=_value(found, "ridge_point"),
        how="peak FLOP/s ÷ memory bandwidth",
    )


def _floor(draw: Draw) -> Estimate:
    slug, chip = draw.one("model", _SMALL), draw.one("chip", _CHIPS)
    found = _decode(slug, chip, context_len=1)
    read_s = _value(found, "weight_bytes") / HARDWARE[chip].hbm_bandwidth
    return Estimate(
        words=f"{_name(slug)} in BF16 decodes one sequence on one {HARDWARE[chip].name}. At full memory bandwidth, how "
        "long does reading the weights take for each token?",
        given="",
        unit="s",
        value=read_s,
        how="bytes of the weights ÷ memory bandwidth",
    )


def _batch(draw: Draw) -> Estimate:
    slug, chip = draw.one("model", _SMALL), draw.one("chip", _CHIPS)
    context = draw.one("context", (4096, 8192, 32768))
    found = _decode(slug, chip, context_len=context)
    return Estimate(
        words=f"How many sequences of {context:,} tokens fit beside the weights of {_name(slug)} on one "
        f"{HARDWARE[chip].name}, all in BF16?",
        given=_shape(slug),
        unit="sequence",
        value=_value(found, "fits.max_batch"),
        how="(memory − weights) ÷ (KV cache a token × tokens)",
    )


def _prefill(draw: Draw) -> Estimate:
    slug, chip = draw.one("model", _MODELS), draw.one("chip", _CHIPS)
    length = draw.one("length", (2048, 8192))
    found = _analysis(Phase.PREFILL, slug, chip, length)  # the FLOPs are the same however they are laid out
    peak = 8 * HARDWARE[chip].peak(found.scenario.formats.math)
    return Estimate(
        words=f"A prompt of {length:,} tokens goes through {_name(slug)} in BF16 on 8 × {HARDWARE[chip].name}. At full "
        "dense peak, how long does the arithmetic take?",
        given="",
        unit="s",
        value=_value(found, "flops.total") / peak,
        how="2 × parameters × tokens ÷ (8 × peak), and the attention core on top",
    )


def _core(draw: Draw) -> Estimate:
    slug = draw.one("model", _MODELS)
    length = draw.one("length", (2048, 8192, 32768, 131072))
    found = _analysis(Phase.TRAINING, slug, "h100-sxm", length)
    return Estimate(
        words=f"Which share of the FLOPs of {_name(slug)} is the attention core at {length:,} tokens, every query-key "
        "pair counted?",
        given=_shape(slug),
        unit="%",
        value=_value(found, "share.flops.attention_core"),
        how="4 × length × heads × head width a token and layer, against 2 × the weights of a layer",
    )


def _training(draw: Draw) -> Estimate:
    slug, tokens = draw.one("model", _MODELS), draw.one("tokens", (0.3e12, 2e12, 15e12))
    found = _analysis(Phase.TRAINING, slug, "h100-sxm", 1024)
    return Estimate(
        words=f"How many FLOPs does it take to train {_name(slug)} on {tokens / 1e12:g} trillion tokens, the attention "
        "core left out?",
        given="",
        unit="FLOP",
        value=6 * _value(found, "parameters.multiplying") * tokens,
        how="6 × parameters that multiply × tokens",
    )


def _state(draw: Draw) -> Estimate:
    slug = draw.one("model", _MODELS)
    found = _analysis(Phase.TRAINING, slug, "h100-sxm", 1024)
    return Estimate(
        words=f"How much memory do weights, gradients and Adam's states of {_name(slug)} take together in usual mixed "
        "precision, at 16 bytes a parameter?",
        given="",
        unit="B",
        value=16 * _value(found, "parameters.total"),
        how="16 bytes × parameters: 2 + 2 for weights and gradients, 12 for the optimizer",
    )


def _crossover(draw: Draw) -> Estimate:
    slug = draw.one("model", _MODELS)
    found = _analysis(Phase.TRAINING, slug, "h100-sxm", 4096)
    return Estimate(
        words=f"At which sequence length do the attention core and the MLP of {_name(slug)} take equally many FLOPs, "
        f"every pair counted?",
        given=_shape(slug),
        unit="token",
        value=_value(found, "flip.seq_len.attention_core_vs_mlp"),
        how="FLOPs of the MLP ÷ (4 × heads × head width)",
    )


KINDS: tuple[Callable[[Draw], Estimate], ...] = (
    _weights,
    _cache,
    _forward,
    _ridge,
    _floor,
    _batch,
    _prefill,
    _core,
    _training,
    _state,
    _crossover,
)


def _analysis(phase: Phase, model: str, chip: str, length: int, **others: object) -> Analysis:
    written: Mapping[str, Any] = {
        "model": model,
        "hardware": chip,
        "phase": str(phase),
        LENGTH_NAMES[phase]: length,
        **others,
    }
    return analyze(scenario_from_mapping(written))


def _decode(model: str, chip: str, *, context_len: int = 1024, **others: object) -> Analysis:
    return _analysis(Phase.DECODE, model, chip, context_len, **others)


def _value(analysis: Analysis, name: str) -> float:
    found = fact(analysis, name).value
    if isinstance(found, str | bool):
        raise TypeError(f"{name} is {found!r}, not a number")
    return found


def _name(slug: str) -> str:
    return MODELS[slug].name


def _shape(slug: str) -> str:
    model = MODELS[slug]
    kind = "gated" if model.gated else "not gated"
    return (
        f"{model.n_layers} layers, width {model.d_model:,}, {model.n_heads} heads of {model.d_head}, "
        f"{model.n_kv_heads} KV heads, MLP {model.d_ff:,}, {kind}"
    )
