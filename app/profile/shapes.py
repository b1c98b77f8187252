"""What recorded shapes tell: the work of an operator, and which weight a matrix multiplication belongs to."""

from dataclasses import dataclass
from math import prod

from app.engine.groups import Group
from app.engine.transformer import Transformer
from app.profile.kinds import Kind
from app.profile.trace import Shape

_BYTES_OF_TYPE = {
    "float": 4,
    "double": 8,
    "c10::half": 2,
    "c10::bfloat16": 2,
    "int": 4,
    "long": 8,
    "long int": 8,
    "bool": 1,
    "unsigned char": 1,
    "signed char": 1,
}
_BACKWARD_PASSES = 2.5  # a recomputing backward pass of attention: five matmuls for the two of the forward pass


Sizes = tuple[int, int, int, int]
"""Batch, rows, inner and columns of a product of matrices."""

Weights = dict[frozenset[int], Group | None]


@dataclass(frozen=True, slots=True)
class Work:
    """What an operator does at least: its multiplications [FLOP], and each tensor moved once [B]."""

    flops: float = 0.0
    bytes_moved: float = 0.0


def work_of(kind: Kind, shape: Shape, *, backward: bool = False) -> Work:
    """The work of an operator of that kind on tensors of that shape; none where the shape does not tell."""
    tensors = [dims for dims in shape.dims if dims]
    if not tensors:
        return Work()
    width = _width(shape)
    read = sum(prod(dims) for dims in tensors) * width
    if kind in (Kind.GEMM, Kind.BATCHED_GEMM):
        sizes = gemm_sizes(shape)
        if sizes is None:
            return Work()
        batch, rows, inner, columns = sizes
        elements = batch * (rows * inner + inner * columns + rows * columns)
        return Work(2.0 * batch * rows * inner * columns, elements * width)
    if kind is Kind.ATTENTION:
        return Work(_attention_flops(shape, tensors, backward=backward), read + prod(tensors[0]) * width)
    return Work(0.0, read + max(prod(dims) for dims in tensors) * width)


def gemm_sizes(shape: Shape) -> Sizes | None:
    """The sizes of a product, from the last two tensors that can be multiplied."""
    matrices = [dims for dims in shape.dims if len(dims) in (2, 3)]
    for at in range(len(matrices) - 2, -1, -1):
        left, right = matrices[at], matrices[at + 1]
        if left[-1] == right[-2] and len(left) == len(right) and left[:-2] == right[:-2]:
            return prod(left[:-2]), left[-2], left[-1], right[-1]
    if len(matrices) >= 2 and matrices[0][-1] == matrices[1][-1] and len(matrices[1]) == 2:  # linear: weight [out, in]
        return 1, prod(matrices[0][:-1]), matrices[0][-1], matrices[1][0]
    return None


def weight_groups(model: Transformer, *, tp: int = 1) -> Weights:
    """The group of a weight by its two sizes, whole or cut over `tp`; None where two groups share the sizes."""
    sizes = [pair for degree in {1, tp} for pair in _weights(model, degree)]
    found: Weights = {}
    for rows, columns, group in sizes:
        pair = frozenset((rows, columns))
        found[pair] = group if found.get(pair, group) is group else None
    return found


def group_by_shape(sizes: Sizes, weights: Weights) -> Group | None:
    """The group of a product by the weight among its sizes.

    A product with a weight has it as (inner, columns), or as (rows, inner) where it is transposed; the gradient of a
    weight has its sizes in (rows, columns). The third size are tokens, which may equal a width by chance.
    """
    _, rows, inner, columns = sizes
    pairs = (frozenset(pair) for pair in ((inner, columns), (rows, columns), (rows, inner)))
    return next((weights[pair] for pair in pairs if pair in weights), None)


def _weights(model: Transformer, tp: int) -> list[tuple[int, int, Group]]:
    width, heads = int(model.d_model), int(model.n_heads * model.d_head) // tp
    keys = max(int(model.n_kv_heads * model.d_head) // tp, int(model.d_head))
    inner, vocabulary = int(model.d_ff) // tp, int(model.vocab_size) // tp
    sizes = [
        (width, heads, Group.PROJECTIONS),
        (width, keys, Group.PROJECTIONS),
        (width, heads + 2 * keys, Group.PROJECTIONS),
        (width, 2 * keys, Group.PROJECTIONS),
        (width, vocabulary, Group.HEAD),
    ]
    if model.experts is None or model.experts.n_dense_layers:
        sizes += [(width, inner, Group.MLP), (width, 2 * inner, Group.MLP)]
    if model.experts is not None:
        expert = int(model.experts.d_ff_expert) // tp
        sizes += [(width, expert, Group.EXPERTS), (width, 2 * expert, Group.EXPERTS)]
        sizes += [(width, int(model.experts.n_experts), Group.ROUTER)]
    return sizes


def _attention_flops(shape: Shape, tensors: list[tuple[int, ...]], *, backward: bool) -> float:
    """QK^T and AV of [batch, heads, tokens, width] tensors; half of it under a causal mask that kernels skip."""
    whole = [dims for dims in tensors if len(dims) == 4]
    if len(whole) < 3 + backward:
        return 0.0
    queries, keys = whole[backward], whole[backward + 1]
    batch, heads, n_queries, width = queries
    flops = 4.0 * batch * heads * n_queries * keys[2] * width
    return flops * (0.5 if shape.causal else 1.0) * (_BACKWARD_PASSES if backward else 1.0)


def _width(shape: Shape) -> float:
    """Bytes of one value of the operator's first tensor."""
    for dims, word in zip(shape.dims, shape.types, strict=False):
        if dims:
            low = word.lower()
            return 1 if "float8" in low else _BYTES_OF_TYPE.get(low, 4)
    return 4
