import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.catalog import MODELS
from app.engine.components.attention import core_kernels, kv_heads_per_device, projection_kernels
from app.engine.mapping import scenario_from_mapping


def scenario(phase="prefill", model="llama3.1-70b", **changes):
    length = {"prefill": "prompt_len", "decode": "context_len", "training": "seq_len"}[phase]
    return scenario_from_mapping({"model": model, "hardware": "h100-sxm", "phase": phase, **({length: 8192} | changes)})


def core(situation):
    kernels = core_kernels(situation, situation.model.layer_kinds[0])
    return {
        "flops": sum(kernel.flops * kernel.times for kernel in kernels),
        "bytes": sum(kernel.bytes_moved * kernel.times for kernel in kernels),
        "launches": sum(kernel.n_launches * kernel.times for kernel in kernels),
    }


def projections(situation):
    return {kernel.component: kernel for kernel in projection_kernels(situation, situation.model.layer_kinds[0])}


def test_projections_follow_heads_and_kv_heads():
    found = projections(scenario(prompt_len=10))
    assert found["qkv_proj"].flops == 2 * 10 * 8192 * (64 + 2 * 8) * 128
    assert found["out_proj"].flops == 2 * 10 * 64 * 128 * 8192


def test_heads_need_not_fill_the_width():
    found = projections(scenario(model="palm-540b", prompt_len=10))
    assert found["out_proj"].flops == 2 * 10 * 48 * 256 * 18_432


@pytest.mark.parametrize("tp", [1, 2, 4, 8])
def test_tensor_parallelism_shares_the_heads(tp):
    alone, shared = scenario(), scenario(tp=tp)
    for name, kernel in projections(alone).items():
        assert projections(shared)[name].flops == kernel.flops / tp
    assert core(shared)["flops"] == core(alone)["flops"] / tp
    assert core(shared)["bytes"] == core(alone)["bytes"] / tp


def test_more_devices_than_kv_heads_hold_copies():
    assert kv_heads_per_device(scenario(tp=8)) == 1
    assert kv_heads_per_device(scenario(tp=16)) == 1
    assert kv_heads_per_device(scenario(model="gpt3-175b", tp=8)) == 12


def test_a_fused_kernel_skips_masked_pairs_and_an_unfused_one_does_not():
    fused, unfused = core(scenario()), core(scenario(attention="unfused"))
    assert fused["flops"] == 4 * 8192**2 / 2 * 64 * 128
    assert unfused["flops"] == 2 * fused["flops"]


def test_fused_attention_moves_q_k_v_and_o_once():
    assert core(scenario())["bytes"] == (64 + 8 + 8 + 64) * 128 * 8192 * 2


def test_unfused_attention_moves_the_scores_several_times():
    scores = 64 * 8192**2 * 2
    assert scores == pytest.approx(8.59e9, rel=1e-3)
    extra = core(scenario(attention="unfused"))["bytes"] - core(scenario())["bytes"]
    assert extra / scores == pytest.approx(round(extra / scores))
    assert extra / scores >= 4


def test_a_window_caps_the_keys_that_are_met():
    short, long = scenario(model="mistral-7b", prompt_len=4096), scenario(model="mistral-7b", prompt_len=8192)
    assert core(short)["flops"] == 4 * (4096**2 / 2) * 32 * 128
    assert core(long)["flops"] == 4 * (4096 * 8192 - 4096**2 / 2) * 32 * 128


def test_a_decode_step_reads_the_cache_of_kv_heads_and_not_of_query_heads():
    read = core(scenario("decode", batch=4))["bytes"]
    cache_of_a_layer = 4 * 8192 * 2 * 8 * 128 * 2
    assert read == cache_of_a_layer + 2 * 4 * 64 * 128 * 2
    wrong = 4 * 8192 * 2 * 64 * 128 * 2
    assert wrong / cache_of_a_layer == 8


def test_a_decode_step_has_a_compute_term():
    assert core(scenario("decode", batch=4))["flops"] == 4 * 4 * 8192 * 64 * 128


def test_a_narrow_cache_is_read_faster():
    wide, narrow = scenario("decode", batch=64), scenario("decode", batch=64, kv_dtype="fp8")
    assert core(narrow)["bytes"] / core(wide)["bytes"] == pytest.approx(0.5, rel=0.01)
    assert core(narrow)["flops"] == core(wide)["flops"]


@settings(deadline=None)
@given(slug=st.sampled_from(["gpt3-13b", "llama2-70b", "phi4", "palm-540b"]), context=st.integers(1, 10**6))
def test_more_kv_heads_never_read_fewer_bytes(slug, context):
    n_heads = MODELS[slug].n_heads
    situation = scenario("decode", model=slug, context_len=context)
    divisors = [n for n in range(1, n_heads + 1) if n_heads % n == 0]
    read = [core(situation.vary("n_kv_heads", n))["bytes"] for n in divisors]
    assert read == sorted(read)
