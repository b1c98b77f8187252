import pytest

from app.engine.levers import NotApplicable, lever
from app.engine.levers.designs import gqa, moe, sliding_window
from app.engine.mapping import scenario_from_mapping
from app.engine.memory import kv_bytes_per_token
from app.engine.transformer import parameters

LENGTH = {"training": "seq_len", "prefill": "prompt_len", "decode": "context_len"}


def scenario(phase="decode", model="llama3.1-70b", **changes):
    written = {"model": model, "hardware": "h100-sxm", "phase": phase}
    return scenario_from_mapping({**written, **({LENGTH[phase]: 8192} | changes)})


@pytest.mark.parametrize(
    ("lever_id", "situation", "read", "expected"),
    [
        pytest.param(
            "sliding_window", scenario(), lambda s: (s.model.window, s.model.n_window_layers), (4096, 80), id="window"
        ),
        pytest.param(
            "sliding_window",
            scenario(model="gemma2-9b"),
            lambda s: s.model.n_window_layers,
            42,
            id="the other half as well",
        ),
        pytest.param("gqa", scenario(model="gpt3-175b"), lambda s: s.model.n_kv_heads, 8, id="grouped queries"),
        pytest.param("mla", scenario(model="gpt3-175b"), lambda s: s.model.latent.kv_lora_rank, 512, id="latents"),
        pytest.param("moe", scenario(), lambda s: s.model.experts.d_ff_expert, 3584, id="experts"),
    ],
)
def test_a_lever_changes_what_it_is_named_after(lever_id, situation, read, expected):
    assert read(lever(lever_id).apply(situation)) == expected


@pytest.mark.parametrize(
    ("lever_id", "situation", "reason"),
    [
        pytest.param("sliding_window", scenario(context_len=4096), "meets 4,096 keys", id="short context"),
        pytest.param("sliding_window", scenario(model="mistral-7b"), "has a window of 4,096", id="windowed"),
        pytest.param("gqa", scenario(), "has 8 KV heads already", id="grouped already"),
        pytest.param("gqa", scenario(model="deepseek-v3"), "caches latents", id="latents"),
        pytest.param("mla", scenario(model="deepseek-v3"), "latent attention already", id="latent already"),
        pytest.param("moe", scenario(model="mixtral-8x7b"), "has experts already", id="routed already"),
    ],
)
def test_a_lever_that_does_not_apply_says_why(lever_id, situation, reason):
    refused = lever(lever_id).apply(situation)
    assert isinstance(refused, NotApplicable)
    assert reason in refused.reason


def test_latent_attention_takes_the_proportions_of_deepseek():
    before = scenario(model="gpt3-175b")
    after = lever("mla").apply(before)
    latent = after.model.latent
    assert (latent.kv_lora_rank, latent.d_rope, latent.d_nope, latent.d_v) == (512, 64, 128, 128)
    assert kv_bytes_per_token(after) / kv_bytes_per_token(before) == pytest.approx((512 + 64) / (2 * 96 * 128))


def test_experts_hold_as_many_parameters_as_the_mlp_they_replace_and_a_token_meets_fewer():
    before, after = scenario().model, moe().apply(scenario()).model
    router = before.n_layers * 8 * before.d_model
    assert parameters(after).total - parameters(before).total == router
    assert parameters(after).active < parameters(before).active / 1.5


def test_a_changed_model_is_no_longer_the_row_of_the_catalogue():
    for each in (gqa(n_kv_heads=4), sliding_window(), moe()):
        model = each.apply(scenario()).model
        assert model.slug == ""
        assert model.name.startswith(scenario().model.name)
