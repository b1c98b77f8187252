import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.catalog import MODELS, transformer
from app.engine.components.adapters import (
    ALL_PROJECTIONS,
    ATTENTION_PROJECTIONS,
    MLP_PROJECTIONS,
    Projection,
    adapters_that_fit,
    lora_bytes,
    lora_parameters,
)
from app.engine.transformer import mlp_weights, out_weights, parameters, qkv_weights

LLAMA_8B = transformer("llama3.1-8b")
DENSE = sorted(slug for slug, model in MODELS.items() if model.latent is None and model.experts is None and model.gated)


@pytest.mark.parametrize(
    ("projections", "millions"),
    [
        pytest.param(ALL_PROJECTIONS, "41.9", id="J5, all seven: 42 M"),
        pytest.param(ATTENTION_PROJECTIONS, "13.6", id="Q, K, V, O"),
        pytest.param({Projection.Q, Projection.V}, "6.8", id="Q and V, as in the first paper"),
        pytest.param(MLP_PROJECTIONS, "28.3", id="the MLP"),
        pytest.param(set(), "0.0", id="none"),
    ],
)
def test_a_rank_16_adapter_of_an_8b_model(projections, millions):
    assert f"{lora_parameters(LLAMA_8B, rank=16, projections=projections) / 1e6:.1f}" == millions


def test_about_190_adapters_fit_in_the_memory_of_one_more_copy():  # J5
    copy = 2 * parameters(LLAMA_8B).total
    adapter = lora_bytes(lora_parameters(LLAMA_8B, rank=16, projections=ALL_PROJECTIONS))
    assert f"{adapter / 1e6:.0f}" == "84"
    assert f"{copy / 1e9:.0f}" == "16"
    assert adapters_that_fit(free_bytes=copy, adapter_bytes=adapter) == 191


def test_about_760_adapters_fit_beside_one_copy_on_80_gb():
    adapter = lora_bytes(lora_parameters(LLAMA_8B, rank=16, projections=ALL_PROJECTIONS))
    assert adapters_that_fit(free_bytes=80e9 - 2 * parameters(LLAMA_8B).total, adapter_bytes=adapter) == 762


@given(slug=st.sampled_from(DENSE), rank=st.integers(1, 256))
def test_parameters_grow_with_the_rank_and_add_up_over_projections(slug, rank):
    def count(rank, projections):
        return lora_parameters(transformer(slug), rank=rank, projections=projections)

    assert count(rank, ALL_PROJECTIONS) == rank * count(1, ALL_PROJECTIONS)
    assert count(rank, ALL_PROJECTIONS) == sum(count(rank, {one}) for one in Projection)


@pytest.mark.parametrize("slug", DENSE)
def test_no_projection_of_a_model_is_forgotten(slug):
    # At any rank below the break-even in*out/(in+out) of its weights an adapter is smaller than what it adapts.
    model = transformer(slug)
    whole = model.n_layers * (qkv_weights(model) + out_weights(model) + mlp_weights(model, model.d_ff))
    assert 0 < lora_parameters(model, rank=8, projections=ALL_PROJECTIONS) < whole


def test_naming_a_projection_twice_counts_it_once():
    assert lora_parameters(LLAMA_8B, rank=4, projections=[Projection.Q, Projection.Q]) == lora_parameters(
        LLAMA_8B, rank=4, projections=[Projection.Q]
    )


@pytest.mark.parametrize(
    ("slug", "projection"),
    [
        pytest.param("gpt3-175b", Projection.GATE, id="a gate in a plain MLP"),
        pytest.param("mixtral-8x7b", Projection.UP, id="the MLP of a routed model"),
        pytest.param("deepseek-v3", Projection.K, id="K of latent attention"),
    ],
)
def test_a_projection_that_a_model_lacks_is_refused(slug, projection):
    with pytest.raises(ValueError, match=f"^projections: .* has no plain {projection}$"):
        lora_parameters(transformer(slug), rank=16, projections=[projection])


def test_attention_of_a_routed_model_can_be_adapted():
    assert lora_parameters(transformer("mixtral-8x7b"), rank=16, projections=ATTENTION_PROJECTIONS) > 0


@pytest.mark.parametrize(
    ("call", "field"),
    [
        pytest.param(lambda: lora_parameters(LLAMA_8B, rank=0, projections=ALL_PROJECTIONS), "rank", id="rank"),
        pytest.param(lambda: adapters_that_fit(free_bytes=-1, adapter_bytes=1), "free_bytes", id="no memory left"),
        pytest.param(lambda: adapters_that_fit(free_bytes=1, adapter_bytes=0), "adapter_bytes", id="no adapter"),
    ],
)
def test_the_impossible_is_refused(call, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        call()


def test_a_grid_equals_its_scalars():
    ranks = np.array([4, 16, 64])
    assert list(lora_parameters(LLAMA_8B, rank=ranks, projections=ALL_PROJECTIONS)) == [
        lora_parameters(LLAMA_8B, rank=rank, projections=ALL_PROJECTIONS) for rank in ranks.tolist()
    ]
