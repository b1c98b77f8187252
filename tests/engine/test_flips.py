import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.flips import Basis, flips, group_sizes, nearest_flip, value_of
from app.engine.groups import Group
from app.engine.mapping import scenario_from_mapping
from app.engine.step import step

CORE_AND_MLP = (Group.ATTENTION_CORE, Group.MLP)


def scenario(model="gpt3-175b", phase="training", attention="full", **changes):
    length = {"training": "seq_len", "prefill": "prompt_len", "decode": "context_len"}[phase]
    written = {"model": model, "hardware": "h100-sxm", "phase": phase, "conventions": {"attention": attention}}
    return scenario_from_mapping({**written, **({length: 2048} | changes)})


def largest(situation, basis=Basis.FLOPS):
    sizes = group_sizes(situation, basis)
    return max(CORE_AND_MLP, key=lambda group: sizes[group])


@pytest.mark.parametrize(
    ("model", "phase", "variable", "attention", "expected"),
    [
        pytest.param("gpt3-175b", "training", "seq_len", "full", 49_152, id="175B, every pair"),
        pytest.param("gpt3-175b", "training", "seq_len", "causal", 98_304, id="175B, causal half"),
        pytest.param("gpt3-6.7b", "training", "seq_len", "full", 16_384, id="6.7B, every pair"),
        pytest.param("gpt3-6.7b", "training", "seq_len", "causal", 32_768, id="6.7B, causal half"),
        pytest.param("llama3.1-8b", "prefill", "prompt_len", "full", 21_504, id="8B, every pair"),
        pytest.param("llama3.1-8b", "prefill", "prompt_len", "causal", 43_008, id="8B, causal half"),
        pytest.param("llama3.1-8b", "decode", "context_len", "causal", 21_504, id="8B, decoding is never halved"),
    ],
)
def test_the_core_catches_the_mlp_where_their_flops_are_equal(model, phase, variable, attention, expected):
    situation = scenario(model, phase, attention)
    (flip,) = flips(situation, variable, *CORE_AND_MLP, basis=Basis.FLOPS)
    assert flip.at == pytest.approx(expected, abs=1e-3)
    assert (flip.below, flip.above) == (Group.MLP, Group.ATTENTION_CORE)
    assert largest(situation.vary(variable, expected - 2)) is Group.MLP
    assert largest(situation.vary(variable, expected + 2)) is Group.ATTENTION_CORE


def test_the_order_in_which_groups_are_named_does_not_matter():
    situation = scenario()
    one, other = (
        flips(situation, "seq_len", *order, basis=Basis.FLOPS) for order in (CORE_AND_MLP, CORE_AND_MLP[::-1])
    )
    assert one == other


@pytest.mark.parametrize("power", range(4, 24))
def test_a_flip_on_a_point_of_the_grid_is_found(power):
    length = 2**power
    shape = {"n_layers": 1, "d_model": 4, "n_heads": 4, "n_kv_heads": 4, "d_head": 1, "d_ff": length, "vocab_size": 2}
    (flip,) = flips(scenario(shape), "seq_len", *CORE_AND_MLP, basis=Basis.FLOPS)
    assert flip.at == pytest.approx(length, rel=1e-6)


@settings(max_examples=30, deadline=None)
@given(d_ff=st.integers(64, 10**6), n_heads=st.integers(1, 64))
def test_any_dense_model_flips_where_the_formula_says(d_ff, n_heads):
    shape = {"n_layers": 2, "d_model": 512, "n_heads": n_heads, "n_kv_heads": n_heads, "d_head": 64, "vocab_size": 9}
    expected = 512 * d_ff / (n_heads * 64)
    found = flips(scenario({**shape, "d_ff": d_ff}), "seq_len", *CORE_AND_MLP, basis=Basis.FLOPS)
    assert [flip.at for flip in found] == pytest.approx([expected])


def test_windows_put_the_flip_off_or_away():
    assert flips(scenario("mistral-7b"), "seq_len", *CORE_AND_MLP, basis=Basis.FLOPS) == ()
    (half_of_the_layers,) = flips(scenario("gemma2-9b"), "seq_len", *CORE_AND_MLP, basis=Basis.FLOPS)
    everywhere = 3 * 2 * 3584 * 14_336 / (4 * 16 * 256)
    assert half_of_the_layers.at == pytest.approx(2 * everywhere - 4096)


def test_a_variable_that_moves_both_alike_flips_nothing():
    assert flips(scenario(), "micro_batch", *CORE_AND_MLP, basis=Basis.FLOPS) == ()
    assert nearest_flip(scenario(), "micro_batch", *CORE_AND_MLP, basis=Basis.FLOPS) is None


@pytest.mark.parametrize("phase", ["training", "prefill", "decode"])
def test_a_flip_in_time_has_both_sides_right(phase):
    variable = {"training": "seq_len", "prefill": "prompt_len", "decode": "context_len"}[phase]
    situation = scenario("llama3.1-8b", phase, **({} if phase == "training" else {"batch": 8}))
    flip = nearest_flip(situation, variable, *CORE_AND_MLP, basis=Basis.TIME)
    below, above = (group_sizes(situation.vary(variable, flip.at * factor), Basis.TIME) for factor in (0.999, 1.001))
    assert below[flip.below] > below[flip.above]
    assert above[flip.above] > above[flip.below]


def test_the_nearest_flip_is_nearest_as_a_ratio():
    situation = scenario()
    assert nearest_flip(situation, "seq_len", *CORE_AND_MLP, basis=Basis.FLOPS).at == pytest.approx(49_152)


def test_a_decode_without_context_has_a_nearest_flip_too():
    situation = scenario("llama3.1-8b", "decode", context_len=0)
    flip = nearest_flip(situation, "context_len", *CORE_AND_MLP, basis=Basis.FLOPS)
    assert flip.at == pytest.approx(21_504)


def test_sizes_by_time_are_those_of_the_step():
    situation = scenario()
    assert sum(group_sizes(situation, Basis.TIME).values()) == pytest.approx(step(situation).estimate_s)


def test_a_group_that_the_model_lacks_is_refused():
    with pytest.raises(ValueError, match=r"^flip: GPT-3 175B in training has no experts by flops"):
        flips(scenario(), "seq_len", Group.EXPERTS, Group.MLP, basis=Basis.FLOPS)


def test_a_variable_that_the_scenario_lacks_is_refused():
    with pytest.raises(ValueError, match=r"^temperature: not a number of this scenario"):
        flips(scenario(), "temperature", *CORE_AND_MLP, basis=Basis.FLOPS)
    with pytest.raises(ValueError, match=r"^temperature: not a number of this scenario"):
        value_of(scenario(), "temperature")


@pytest.mark.parametrize(
    ("variable", "expected"), [("seq_len", 2048), ("tp", 1), ("d_model", 12_288), ("hbm_bytes", 80e9), ("n_devices", 1)]
)
def test_a_scenario_tells_its_own_value(variable, expected):
    assert value_of(scenario(), variable) == expected
