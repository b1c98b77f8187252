"""The transformer as a shape: widths, heads, experts, windows, and the parameters that follow from them."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.engine.checks import require_not_negative, require_positive
from app.engine.grid import everywhere, is_grid


class Biases(StrEnum):
    """Which linear layers carry a bias vector."""

    NONE = "none"
    QKV = "qkv"
    MLP_AND_HEAD = "mlp_and_head"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class LatentAttention:
    """Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434): widths of the low-rank paths.

    `q_lora_rank` 0 means that queries are not compressed. `n_heads` and `d_head` of the Transformer hold as well;
    there `d_head` is `d_nope + d_rope`.
    """

    q_lora_rank: int
    kv_lora_rank: int
    d_nope: int
    d_rope: int
    d_v: int

    def __post_init__(self) -> None:
        require_not_negative(self, "q_lora_rank", "d_rope")
        require_positive(self, "kv_lora_rank", "d_nope", "d_v")


@dataclass(frozen=True, slots=True, kw_only=True)
class Experts:
    """A mixture-of-experts MLP: routed and shared experts, and how many layers stay dense."""

    n_experts: int
    n_active_experts: int
    d_ff_expert: int
    n_shared_experts: int = 0
    n_dense_layers: int = 0
    router_bias: bool = False

    def __post_init__(self) -> None:
        require_positive(self, "n_experts", "n_active_experts", "d_ff_expert")
        require_not_negative(self, "n_shared_experts", "n_dense_layers")
        if self.n_active_experts > self.n_experts:
            raise ValueError(f"n_active_experts: {self.n_active_experts} is more than n_experts {self.n_experts}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerKind:
    """Layers that cost the same: how many there are, their attention window, and whether their MLP is routed."""

    n_layers: float
    window: int | None
    routed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Parameter counts by part [1]; `active` is what one token meets."""

    embedding: int
    positions: int
    attention: int
    mlp: int
    norms: int
    head: int
    inactive_experts: int

    @property
    def total(self) -> int:
        """All parameters [1]."""
        return self.embedding + self.positions + self.attention + self.mlp + self.norms + self.head

    @property
    def active(self) -> int:
        """Parameters that one token meets: all but the experts it is not routed to [1]."""
        return self.total - self.inactive_experts


@dataclass(frozen=True, slots=True, kw_only=True)
class Transformer:
    """A decoder-only transformer. `n_heads * d_head` may differ from `d_model` (PaLM, Gemma, Qwen3)."""

    name: str
    n_layers: int
    d_model: int
    n_heads: int
    n_kv_heads: int
    d_head: int
    d_ff: int
    vocab_size: int
    gated: bool = False
    tied_embeddings: bool = False
    biases: Biases = Biases.NONE
    norm_vectors: int = 1  # vectors of width d_model in one norm: LayerNorm 2, RMSNorm 1, none 0
    norms_per_layer: int = 2
    norms_outside_layers: int = 1
    qk_norm: bool = False
    learned_positions: int = 0
    window: int | None = None
    n_window_layers: int = 0
    experts: Experts | None = None
    latent: LatentAttention | None = None
    max_context: int | None = None
    source: str = ""
    slug: str = ""  # its row in the catalogue; empty for one that the caller describes
    # What follows from the shape and is asked for by every analysis.
    layer_kinds: tuple[LayerKind, ...] = field(init=False, repr=False, compare=False)
    parameters: Parameters = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        require_positive(self, "n_layers", "d_model", "n_heads", "n_kv_heads", "d_head", "d_ff", "vocab_size")
        require_not_negative(self, "learned_positions", "n_window_layers")
        require_not_negative(self, "norm_vectors", "norms_per_layer", "norms_outside_layers")
        if self.window is not None:
            require_positive(self, "window")
        if not everywhere(self.n_heads % self.n_kv_heads == 0):
            raise ValueError(f"n_kv_heads: {self.n_kv_heads} does not divide n_heads {self.n_heads}")
        if not everywhere(self.n_window_layers <= self.n_layers):
            raise ValueError(f"n_window_layers: {self.n_window_layers} is more than n_layers {self.n_layers}")
        if bool(self.n_window_layers) != (self.window is not None):
            raise ValueError(f"window: {self.window} and n_window_layers {self.n_window_layers} must be given together")
        if self.experts is not None and not everywhere(self.experts.n_dense_layers <= self.n_layers):
            raise ValueError(f"n_dense_layers: {self.experts.n_dense_layers} is more than n_layers {self.n_layers}")
        object.__setattr__(self, "layer_kinds", _layer_kinds(self))
        object.__setattr__(self, "parameters", _parameters(self))


def parameters(model: Transformer) -> Parameters:
    """Parameters of `model`, exactly, biases and norms included [1]."""
    return model.parameters


def _parameters(model: Transformer) -> Parameters:
    routed_layers = 0 if model.experts is None else model.n_layers - model.experts.n_dense_layers
    dense_mlp = mlp_weights(model, model.d_ff) + _mlp_biases(model, model.d_ff)
    outside_norms = model.norms_outside_layers * model.norm_vectors * model.d_model
    return Parameters(
        embedding=model.vocab_size * model.d_model,
        positions=model.learned_positions * model.d_model,
        attention=model.n_layers * _attention_parameters(model),
        mlp=(model.n_layers - routed_layers) * dense_mlp + routed_layers * _expert_layer(model),
        norms=model.n_layers * model.norms_per_layer * model.norm_vectors * model.d_model + outside_norms,
        head=_head_parameters(model),
        inactive_experts=routed_layers * _inactive_per_layer(model),
    )


def multiplying_parameters(model: Transformer) -> int:
    """Parameters that multiply activations for one token: N of the approximation 6*N*D [1].

    Active parameters without the input lookup (embedding rows and positions are read, not multiplied). With tied
    embeddings the one matrix still multiplies as the head, so it stays.
    """
    count = parameters(model)
    lookup = count.positions + (0 if model.tied_embeddings else count.embedding)
    return count.active - lookup


def mlp_weights(model: Transformer, d_ff: int) -> int:
    """Weights of one MLP: two matrices, three when gated [1]."""
    return (3 if model.gated else 2) * model.d_model * d_ff


def activated_width(model: Transformer, layer: LayerKind) -> int:
    """Width between the matrices of the MLP that one token meets in a layer of that kind [1]."""
    if model.experts is None or not layer.routed:
        return model.d_ff
    return (model.experts.n_active_experts + model.experts.n_shared_experts) * model.experts.d_ff_expert


def qkv_weights(model: Transformer) -> int:
    """Weights that make queries, keys and values in one layer [1]."""
    latent = model.latent
    if latent is None:
        return model.d_model * (model.n_heads + 2 * model.n_kv_heads) * model.d_head
    q_width = model.n_heads * (latent.d_nope + latent.d_rope)
    queries = (
        model.d_model * latent.q_lora_rank + latent.q_lora_rank * q_width
        if latent.q_lora_rank
        else model.d_model * q_width
    )
    compress = model.d_model * (latent.kv_lora_rank + latent.d_rope)
    expand = latent.kv_lora_rank * model.n_heads * (latent.d_nope + latent.d_v)
    return queries + compress + expand


def out_weights(model: Transformer) -> int:
    """Weights of the output projection of one layer [1]."""
    d_v = model.d_head if model.latent is None else model.latent.d_v
    return model.n_heads * d_v * model.d_model


def _layer_kinds(model: Transformer) -> tuple[LayerKind, ...]:
    """The distinct layers with their number: what an analysis costs does not grow with depth.

    Where windows and experts both alternate, they are taken as independent of each other.
    """
    n_routed = 0 if model.experts is None else model.n_layers - model.experts.n_dense_layers
    windows = ((model.n_layers - model.n_window_layers, None), (model.n_window_layers, model.window))
    kinds = [
        LayerKind(n_layers=n_by_mlp * n_by_window / model.n_layers, window=window, routed=routed)
        for n_by_mlp, routed in ((model.n_layers - n_routed, False), (n_routed, True))
        for n_by_window, window in windows
    ]
    return tuple(kind for kind in kinds if is_grid(kind.n_layers) or kind.n_layers > 0)


def _attention_parameters(model: Transformer) -> int:
    weights = qkv_weights(model) + out_weights(model)
    if model.latent is not None:
        return weights + model.latent.q_lora_rank + model.latent.kv_lora_rank  # one norm on each compressed path
    qkv_biases = (model.n_heads + 2 * model.n_kv_heads) * model.d_head
    biases = {Biases.ALL: qkv_biases + model.d_model, Biases.QKV: qkv_biases}.get(model.biases, 0)
    return weights + biases + (2 * model.d_head if model.qk_norm else 0)


def _mlp_biases(model: Transformer, d_ff: int) -> int:
    if model.biases not in (Biases.ALL, Biases.MLP_AND_HEAD):
        return 0
    return (2 if model.gated else 1) * d_ff + model.d_model


def _expert_layer(model: Transformer) -> int:
    if model.experts is None:
        return 0
    experts = model.experts
    one = mlp_weights(model, experts.d_ff_expert)
    router = (model.d_model + experts.router_bias) * experts.n_experts
    return router + (experts.n_experts + experts.n_shared_experts) * one


def _inactive_per_layer(model: Transformer) -> int:
    if model.experts is None:
        return 0
    experts = model.experts
    return (experts.n_experts - experts.n_active_experts) * mlp_weights(model, experts.d_ff_expert)


def _head_parameters(model: Transformer) -> int:
    if model.tied_embeddings:
        return 0
    return model.vocab_size * model.d_model + (model.vocab_size if model.biases is Biases.MLP_AND_HEAD else 0)
