from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.catalog import MODELS
from app.engine.transformer import (
    Biases,
    Experts,
    LatentAttention,
    Transformer,
    mlp_weights,
    multiplying_parameters,
    out_weights,
    parameters,
    qkv_weights,
)

TINY = Transformer(name="tiny", n_layers=2, d_model=8, n_heads=4, n_kv_heads=2, d_head=3, d_ff=20, vocab_size=11)


def total(**changes):
    return parameters(replace(TINY, **changes)).total


def test_a_tiny_model_has_the_parameters_counted_by_hand():
    attention = 8 * (4 + 2 + 2) * 3 + 4 * 3 * 8
    norms = 8 + 8
    assert total() == 11 * 8 + 2 * (attention + 2 * 8 * 20 + norms) + 8 + 11 * 8


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        pytest.param({"gated": True}, 2 * 8 * 20, id="a gate is a third matrix in each layer"),
        pytest.param({"tied_embeddings": True}, -11 * 8, id="a tied head adds nothing"),
        pytest.param({"learned_positions": 5}, 5 * 8, id="learned positions are rows of the width"),
        pytest.param({"qk_norm": True}, 2 * 2 * 3, id="query and key norms have the width of a head"),
        pytest.param({"biases": Biases.QKV}, 2 * 8 * 3, id="biases on Q, K and V"),
        pytest.param({"biases": Biases.MLP_AND_HEAD}, 2 * (20 + 8) + 11, id="biases on MLP and head"),
        pytest.param({"biases": Biases.ALL}, 2 * (8 * 3 + 8 + 20 + 8), id="biases everywhere"),
        pytest.param({"norm_vectors": 2}, (2 * 2 + 1) * 8, id="LayerNorm has a bias"),
    ],
)
def test_each_detail_adds_its_parameters(changes, more):
    assert total(**changes) - total() == more


def test_d_ff_sets_the_mlp_and_is_not_taken_as_four_widths():
    assert mlp_weights(MODELS["llama3.1-8b"], 14_336) == 3 * 4096 * 14_336
    assert total(d_ff=40) - total(d_ff=20) == 2 * 2 * 8 * 20


def test_heads_need_not_fill_the_width():
    palm = MODELS["palm-540b"]
    assert palm.n_heads * palm.d_head != palm.d_model
    assert qkv_weights(palm) == palm.d_model * (48 + 2) * 256
    assert out_weights(palm) == 48 * 256 * palm.d_model


@given(n_kv_heads=st.sampled_from([1, 2, 4, 8, 16, 32]))
def test_fewer_kv_heads_never_add_parameters(n_kv_heads):
    model = MODELS["gpt3-2.7b"]
    assert parameters(replace(model, n_kv_heads=n_kv_heads)).total <= parameters(model).total


@pytest.mark.parametrize(
    "slug", [slug for slug, model in MODELS.items() if model.experts is None], ids=lambda slug: slug
)
def test_a_dense_model_meets_all_its_parameters(slug):
    count = parameters(MODELS[slug])
    assert count.active == count.total


def test_a_tied_head_still_multiplies():
    tied = replace(TINY, tied_embeddings=True)
    assert multiplying_parameters(tied) == multiplying_parameters(TINY) == parameters(tied).total


@pytest.mark.parametrize("slug", MODELS)
def test_the_kinds_of_layers_make_up_the_model(slug):
    model = MODELS[slug]
    kinds = model.layer_kinds
    assert sum(kind.n_layers for kind in kinds) == model.n_layers
    assert sum(kind.n_layers for kind in kinds if kind.window is not None) == model.n_window_layers
    routed = 0 if model.experts is None else model.n_layers - model.experts.n_dense_layers
    assert sum(kind.n_layers for kind in kinds if kind.routed) == routed


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_layers": 0}, "n_layers: 0"),
        ({"d_head": -1}, "d_head: -1"),
        ({"n_kv_heads": 3}, "n_kv_heads: 3 does not divide n_heads 4"),
        ({"window": 4, "n_window_layers": 3}, "n_window_layers: 3 is more than n_layers 2"),
        ({"window": 4}, "window: 4"),
        ({"n_window_layers": 1}, "window: None"),
        ({"learned_positions": -1}, "learned_positions: -1"),
        ({"window": -4, "n_window_layers": 1}, "window: -4"),
        ({"norm_vectors": -1}, "norm_vectors: -1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "no",
)
def test_an_impossible_shape_is_refused_by_field_and_value(changes, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        replace(TINY, **changes)


def test_experts_and_latent_paths_refuse_impossible_widths():
    with pytest.raises(ValueError, match=r"^n_active_experts: 9 is more than n_experts 8"):
        Experts(n_experts=8, n_active_experts=9, d_ff_expert=4)
    with pytest.raises(ValueError, match=r"^kv_lora_rank: 0"):
        LatentAttention(q_lora_rank=0, kv_lora_rank=0, d_nope=1, d_rope=1, d_v=1)
    with pytest.raises(ValueError, match=r"^n_dense_layers: 3 is more than n_layers 2"):
        replace(TINY, experts=Experts(n_experts=8, n_active_experts=1, d_ff_expert=4, n_dense_layers=3))
