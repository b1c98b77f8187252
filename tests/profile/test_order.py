"""Blocks told by the order of kernels: forward and backward, before and after norms, with and without fusion."""

import pytest

from app.engine.groups import Group
from app.profile.kinds import Kind
from app.profile.order import groups_by_order

LETTERS = {
    "N": Kind.NORM,
    "G": Kind.GEMM,
    "A": Kind.ATTENTION,
    "S": Kind.SOFTMAX,
    "B": Kind.BATCHED_GEMM,
    "F": Kind.ACTIVATION,
    "L": Kind.LOSS,
    "E": Kind.EMBEDDING,
    "O": Kind.OPTIMIZER,
    "e": Kind.ELEMENTWISE,
    "c": Kind.COMMUNICATION,
}
GROUPS = {
    "p": Group.PROJECTIONS,
    "m": Group.MLP,
    "h": Group.HEAD,
    "a": Group.ATTENTION_CORE,
    "?": None,
}


def told(text):
    """The groups of the GEMMs, as letters; a kernel in brackets belongs to a backward pass."""
    kinds, backward, back = [], [], False
    for letter in text.replace(" ", ""):
        if letter in "[]":
            back = letter == "["
            continue
        kinds.append(LETTERS[letter])
        backward.append(back)
    found = groups_by_order(kinds, backward)
    letters = {group: letter for letter, group in GROUPS.items()}
    return "".join(letters[found.get(at)] for at, kind in enumerate(kinds) if kind is Kind.GEMM)


@pytest.mark.parametrize(
    ("kernels", "groups"),
    [
        ("E NGAG NGFG NGAG NGFG N G L", "ppmmppmmh"),  # pre-norm, fused attention, one fused qkv
        ("E NGGGeeAGeNGGFeGe N GL", "ppppmmmh"),  # three projections, gated MLP, element-wise between
        ("E GAGN GFGN GAGN GFGN G L", "ppmmppmmh"),  # post-norm
        ("NGGGGSGGNGFG", "pppaapmm"),  # unfused: QK and AV by name no different from projections
        ("NGGGBSBGNGFG", "ppppmm"),  # unfused with products that their operators name
        ("NGAGcNGFGc", "ppmm"),  # collectives between blocks
        ("NGeNNAGNGFG NG L", "ppmmh"),  # norms of queries and keys between projection and attention
        ("E NGAGNGFG N G E NGAGNGFG N G E", "ppmmhppmmh"),  # decode steps: the head leads to the next embedding
        ("L [L GG N GGFGG N GGAGG N] E O", "hhmmmmpppp"),  # backward: the same blocks the other way round
        ("N GAGeGFG N", "ppmm"),  # attention and MLP in one block
        ("NGNGN", "??"),  # nothing tells
        ("GGG", "???"),
        ("", ""),
    ],
)
def test_a_block_is_told_by_what_stands_between_its_norms(kernels, groups):
    assert told(kernels) == groups
