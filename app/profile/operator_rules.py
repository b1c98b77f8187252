"""PyTorch's operators and what they do: for traces of a CPU, and for kernels whose own name tells nothing."""

import re

from app.profile.kinds import Kind, Rule

_OPS = "pytorch/pytorch aten/src/ATen/native/native_functions.yaml"
_RECORDED = "tests/profile/data, recorded with PyTorch on a CPU"


def _rule(kind: Kind, pattern: str, example: str, source: str) -> Rule:
    return Rule(kind, re.compile(pattern), example, source)


OPERATOR_RULES: tuple[Rule, ...] = (
    _rule(
        Kind.COMMUNICATION,
        r"^(c10d|_c10d_functional|nccl|gloo|record_param_comms)|^nccl:",
        "c10d::allreduce_",
        "pytorch/pytorch torch/csrc/distributed/c10d/Ops.cpp",
    ),
    _rule(
        Kind.OPTIMIZER,
        r"_fused_(adam|adamw|sgd|adagrad)|_foreach_|^Optimizer\.|clip_grad|linalg_vector_norm|_amp_",
        "aten::_fused_adamw_",
        _OPS,
    ),
    _rule(
        Kind.ATTENTION,
        r"scaled_dot_product|_flash_attention|_efficient_attention|flex_attention|FlashAttn|_native_multi_head_attention",
        "aten::_scaled_dot_product_flash_attention_for_cpu",
        _RECORDED,
    ),
    _rule(Kind.EXPERT_GEMM, r"_grouped_mm|fused_moe|moe_(mm|forward)", "aten::_grouped_mm", _OPS),
    _rule(Kind.ROUTING, r"topk_softmax|moe_align", "_moe_C::moe_align_block_size", "vllm-project/vllm-omni#553"),
    _rule(Kind.BATCHED_GEMM, r"::(baddbmm|bmm)(_|$)|BmmBackward", "aten::bmm", _RECORDED),
    _rule(
        Kind.GEMM,
        r"::(mm|addmm|addmv|mv|linear|matmul|_scaled_mm|_int_mm|addbmm|_addmm_activation|mkldnn_linear|convolution"
        r"|_convolution|mkldnn_convolution|convolution_backward|conv\d?d|linear_backward|_weight_int\w*)(_|$)"
        r"|(Addmm|Mm|Linear)Backward",
        "aten::addmm",
        _RECORDED,
    ),
    _rule(
        Kind.LOSS,
        r"log_softmax|nll_loss|cross_entropy|LogSoftmax|NllLoss|mse_loss|binary_cross",
        "aten::nll_loss_forward",
        _RECORDED,
    ),
    _rule(Kind.SAMPLING, r"::(argmax|multinomial|exponential_)$", "aten::argmax", _OPS),
    _rule(Kind.SOFTMAX, r"softmax|SoftmaxBackward", "aten::_softmax", _RECORDED),
    _rule(Kind.ELEMENTWISE, r"rotary|rope\b", "_C::rotary_embedding", "vllm-project/vllm csrc/torch_bindings.cpp"),
    _rule(
        Kind.EMBEDDING,
        r"embedding|EmbeddingBackward",
        "aten::embedding_dense_backward",
        _RECORDED,
    ),
    _rule(
        Kind.NORM,
        r"layer_norm|rms_norm|group_norm|batch_norm|LayerNorm|RmsNorm|::rsqrt|RsqrtBackward",
        "aten::native_layer_norm_backward",
        _RECORDED,
    ),
    _rule(
        Kind.ACTIVATION,
        r"::(gelu|silu|relu|glu|threshold|mish|hardswish|leaky_relu|tanh|erf)\w*$|(Gelu|Silu|Relu|Threshold|Tanh|Erf)Backward",
        "aten::gelu_backward",
        _RECORDED,
    ),
    _rule(Kind.ELEMENTWISE, r"^(aten|prims|autograd|torch|profiler|inductor|triton)\b", "aten::add", _RECORDED),
    _rule(Kind.ELEMENTWISE, r"Backward\d*$", "MulBackward0", _RECORDED),
)
"""The first rule that matches decides; what an operator only wraps is decided by the operators inside it."""

VIEW = re.compile(
    r"::(view\w*|as_strided\w*|t|transpose|permute|expand\w*|slice|select|(un)?squeeze|detach|alias|reshape|_unsafe_view"
    r"|_reshape_alias|unbind|split\w*|chunk|narrow|resolve_(conj|neg)|(un)?flatten|lift_fresh|empty\w*|result_type)$|^detach"
)
"""Operators that look at a tensor in another way and move none of it."""
