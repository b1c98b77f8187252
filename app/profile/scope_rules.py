"""Scopes of a trace, modules of the model and annotations, and the role that each gives to what runs inside."""

import re
from dataclasses import dataclass
from enum import StrEnum
from re import Pattern

from app.engine.groups import Group
from app.profile.groups import KernelGroup
from app.profile.kinds import Kind


class Role(StrEnum):
    """What a scope says of the kernels inside it."""

    NONE = "none"
    LAYER = "layer"
    TOP_LINEAR = "top_linear"
    MLP = "mlp"
    ATTENTION = "attention"
    EXPERTS = "experts"
    ROUTER = "router"
    NORM = "norm"
    EMBEDDING = "embedding"
    HEAD = "head"
    OPTIMIZER = "optimizer"


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """Modules whose class `pattern` finds have the role; `examples` are classes of real libraries."""

    role: Role
    pattern: Pattern[str]
    examples: tuple[str, ...]
    source: str


_HF = "huggingface/transformers src/transformers/models"


def _rule(role: Role, pattern: str, examples: tuple[str, ...], source: str) -> ScopeRule:
    return ScopeRule(role, re.compile(pattern), examples, source)


MODULE_RULES: tuple[ScopeRule, ...] = (
    _rule(Role.NORM, r"Rotary|RoPE|Rope", ("LlamaRotaryEmbedding",), f"{_HF}/llama/modeling_llama.py"),
    _rule(
        Role.ROUTER,
        r"Router|MoEGate|MoeGate|TopKGate|TopkRouter",
        ("MixtralTopKRouter", "DeepseekV3TopkRouter"),
        f"{_HF}/mixtral, deepseek_v3",
    ),
    _rule(
        Role.EXPERTS,
        r"MoE|Moe(?!del)|Experts?(?!Router)|SwitchMLP|GroupedMLP|SparseMoe",
        ("MixtralSparseMoeBlock", "MixtralExperts", "FusedMoE", "GroupedMLP"),
        f"{_HF}/mixtral; vllm-project/vllm fused_moe/layer.py; NVIDIA/Megatron-LM megatron/core/transformer/moe",
    ),
    _rule(
        Role.NORM,
        r"Norm",
        ("LayerNorm", "LlamaRMSNorm", "T5LayerNorm"),
        "pytorch/pytorch torch/nn/modules/normalization.py",
    ),
    _rule(
        Role.ATTENTION,
        r"Attention|Attn|ATTN|SelfOutput|SDPA|MultiHead",
        ("LlamaAttention", "CausalSelfAttention", "MultiheadAttention", "BertSelfOutput"),
        f"{_HF}; karpathy/nanoGPT model.py",
    ),
    _rule(
        Role.MLP,
        r"MLP|Mlp|FeedForward|FFN|LayerFF|DenseAct|DenseGatedAct|Intermediate|(Bert|Roberta|Electra|ViT)Output",
        ("LlamaMLP", "GPT2MLP", "FeedForward", "BertIntermediate", "BertOutput", "T5LayerFF"),
        _HF,
    ),
    _rule(
        Role.HEAD,
        r"LM_?Head|LmHead|LMPrediction|PredictionHead|LogitsProcessor|CrossEntropy|Loss$|Sampler",
        ("ParallelLMHead", "BertLMPredictionHead", "CrossEntropyLoss"),
        "vllm-project/vllm vocab_parallel_embedding.py",
    ),
    _rule(
        Role.EMBEDDING,
        r"Embedding|Embeddings$|PatchEmbed",
        ("Embedding", "VocabParallelEmbedding", "BertEmbeddings"),
        "pytorch/pytorch torch/nn/modules/sparse.py",
    ),
    _rule(
        Role.LAYER,
        r"(Encoder|Decoder)Layer$|Block$|Layer$",
        ("TransformerEncoderLayer", "LlamaDecoderLayer", "Block"),
        "pytorch/pytorch torch/nn/modules/transformer.py",
    ),
)
"""By class of module (`nn.Module: LlamaMLP_0`); the first rule that matches decides."""

ANNOTATION_RULES: tuple[ScopeRule, ...] = (
    _rule(
        Role.OPTIMIZER,
        r"(?i)^optimizer[.:#]|## ?(optimizer|zero_grad) ?##|\b(optimizer|optim)[_ .]?(step|zero_grad)?\b|clip_grad",
        ("Optimizer.step#AdamW.step", "## optimizer ##"),
        "torch.optim records its steps so; HolisticTraceAnalysis test data",
    ),
    _rule(Role.ROUTER, r"(?i)\brouter|\bgating\b", ("moe router",), "user annotations"),
    _rule(Role.EXPERTS, r"(?i)\bexperts?\b|\bmoe\b", ("moe experts",), "user annotations"),
    _rule(Role.ATTENTION, r"(?i)attention|\battn\b|self_attn", ("attention",), "user annotations"),
    _rule(Role.MLP, r"(?i)\bmlp\b|\bffn\b|feed[_ -]?forward", ("mlp", "ffn"), "user annotations"),
    _rule(Role.HEAD, r"(?i)lm_head|logits|\bloss\b|cross[_ ]?entropy", ("lm_head", "loss"), "user annotations"),
    _rule(Role.EMBEDDING, r"(?i)\bembedding|embed_tokens|\bembed\b|sparse_arch", ("embed_tokens",), "user annotations"),
    _rule(Role.NORM, r"(?i)(layer|rms|input|post|pre)[_ -]?norm", ("rms_norm",), "user annotations"),
)
"""By the text that an author gave to record_function, or an NVTX range."""

_ALL_OF_IT = frozenset(Kind) - {Kind.COMMUNICATION, Kind.COPY}
_UNCLEAR = frozenset({Kind.UNKNOWN})

_BOOKED: dict[Role, tuple[tuple[frozenset[Kind], Group], ...]] = {
    Role.OPTIMIZER: ((_ALL_OF_IT, Group.OPTIMIZER),),
    Role.ROUTER: ((_ALL_OF_IT - {Kind.EXPERT_GEMM}, Group.ROUTER),),
    Role.HEAD: ((_ALL_OF_IT - {Kind.NORM}, Group.HEAD),),
    Role.TOP_LINEAR: ((frozenset({Kind.GEMM}), Group.HEAD),),
    Role.EMBEDDING: ((_ALL_OF_IT - {Kind.NORM}, Group.EMBEDDING),),
    Role.MLP: ((frozenset({Kind.GEMM, Kind.BATCHED_GEMM}) | _UNCLEAR, Group.MLP),),
    Role.LAYER: ((frozenset({Kind.GEMM}), Group.MLP),),
    Role.EXPERTS: (
        (frozenset({Kind.GEMM, Kind.BATCHED_GEMM}) | _UNCLEAR, Group.EXPERTS),
        (frozenset({Kind.SOFTMAX}), Group.ROUTER),
    ),
    Role.ATTENTION: (
        (frozenset({Kind.GEMM}), Group.PROJECTIONS),
        (frozenset({Kind.BATCHED_GEMM, Kind.SOFTMAX}) | _UNCLEAR, Group.ATTENTION_CORE),
    ),
    Role.NORM: ((_UNCLEAR, Group.NORMS),),
    Role.NONE: (),
}


def group_in(role: Role, kind: Kind) -> KernelGroup | None:
    """The group that a scope of that role gives to a kernel of that kind; None where it says nothing about it."""
    return next((group for kinds, group in _BOOKED[role] if kind in kinds), None)
