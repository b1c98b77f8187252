import pytest

from app.engine.groups import Group
from app.engine.mapping import scenario_from_mapping
from app.engine.studies.quoted import Claim, Kind, examine

MLP, CORE = (Group.MLP,), (Group.ATTENTION_CORE,)


def scenario(model="gpt3-175b", seq_len=2048, hardware="a100-80gb-sxm", **changes):
    written = {"model": model, "hardware": hardware, "phase": "training", "seq_len": seq_len, "n_micro_batches": 64}
    return scenario_from_mapping({**written, **changes})


def examined(groups, low, high=None, **changes):
    return examine(Claim(groups=groups, low=low, high=low if high is None else high), scenario(**changes))


def reading(found, words):
    return next(one for one in found.readings if words in one.words)


def test_eighty_to_ninety_percent_at_175b_is_true_of_the_2022_table_only():
    found = examined(MLP, 0.80, 0.90)
    assert not found.holds
    assert [one.kind for one in found.true_under] == [Kind.FITTED]
    assert found.nearest.kind is Kind.FITTED
    assert found.nearest.share == pytest.approx(0.797, abs=5e-4)
    assert "not what the architecture has" in found.sentence
    assert "64.6 %" in found.sentence
    assert "79.7 %" in found.sentence


def test_eighty_to_ninety_percent_is_true_of_405b():
    found = examined(MLP, 0.80, 0.90, model="llama3.1-405b", hardware="h100-sxm")
    assert found.holds
    assert found.nearest.kind is Kind.COUNTED
    assert found.nearest.share == pytest.approx(0.80, abs=1e-3)
    assert found.sentence.startswith("80 to 90 % is right for the MLP of Llama-3.1-405B at 2,048 tokens: 80 %")


@pytest.mark.parametrize(
    ("words", "share"),
    [
        pytest.param("of all FLOPs, full attention, head on all positions", 0.6464, id="as PyTorch counts"),
        pytest.param("of all FLOPs, causal half of attention, head on all positions", 0.6552, id="causal half"),
        pytest.param("of all FLOPs, full attention, head left out", 0.6486, id="no head"),
        pytest.param("of core and MLP only, full attention", 0.96, id="core versus MLP"),
        pytest.param("all dense matmuls of the layers", 0.9696, id="all dense matmuls"),
        pytest.param("2022 table", 0.797, id="as the table counts"),
    ],
)
def test_every_reading_of_the_mlp_at_175b_has_its_share(words, share):
    assert reading(examined(MLP, 0.85), words).share == pytest.approx(share, abs=5e-4)


@pytest.mark.parametrize(
    ("groups", "quoted", "kind"),
    [
        pytest.param(MLP, 0.65, Kind.COUNTED, id="65 % MLP: right"),
        pytest.param((Group.MLP, Group.PROJECTIONS), 0.97, Kind.COUNTED, id="97 % dense layers: right"),
        pytest.param(MLP, 0.96, Kind.RELABELLED, id="96 % MLP: beside the core alone"),
        pytest.param(MLP, 0.97, Kind.RELABELLED, id="97 % MLP: all dense matmuls"),
        pytest.param(CORE, 0.35, Kind.RELABELLED, id="35 % attention: the block with its projections"),
        pytest.param(CORE, 0.03, Kind.COUNTED, id="3 % core: right to the whole percent"),
        pytest.param(CORE, 0.08, Kind.TIMED, id="8 % core: of the time, unfused"),
    ],
)
def test_a_quoted_share_is_true_under_a_reading(groups, quoted, kind):
    found = examined(groups, quoted)
    assert found.nearest.holds
    assert found.nearest.kind is kind


def test_a_share_that_nobody_has_is_false_with_the_nearest():
    found = examined(CORE, 0.60)
    assert found.true_under == ()
    assert not found.holds
    assert found.sentence.startswith(f"None of {len(found.readings)} readings gives 60 % for the attention core")
    assert found.nearest.share == pytest.approx(0.35, abs=0.01)


def test_the_literal_reading_comes_first_under_the_scenarios_own_convention():
    own = examined(MLP, 0.65, conventions={"attention": "causal", "head": "none"})
    assert own.readings[0].words == "of all FLOPs, causal half of attention, head left out"
    assert own.nearest is own.readings[0] if own.readings[0].holds else own.nearest.kind is Kind.COUNTED


@pytest.mark.parametrize(
    ("model", "seq_len"),
    [
        pytest.param("gpt3-175b", 4096, id="another length"),
        pytest.param("llama3.1-405b", 2048, id="gated and grouped"),
        pytest.param("mpt-7b", 8192, id="another length of a plain shape"),
    ],
)
def test_the_2022_table_speaks_of_plain_shapes_at_2048_tokens_only(model, seq_len):
    kinds = {one.kind for one in examined(MLP, 0.8, model=model, seq_len=seq_len, hardware="h100-sxm").readings}
    assert kinds == {Kind.COUNTED, Kind.TIMED, Kind.RELABELLED}


def test_nor_does_it_speak_of_an_mlp_that_is_not_four_times_as_wide():
    shape = {"n_layers": 2, "d_model": 512, "n_heads": 8, "n_kv_heads": 8, "d_head": 64, "vocab_size": 51200}
    plain, wide = (examined(MLP, 0.8, model={**shape, "d_ff": d_ff}) for d_ff in (2048, 4096))
    assert Kind.FITTED in {one.kind for one in plain.readings}
    assert Kind.FITTED not in {one.kind for one in wide.readings}


@pytest.mark.parametrize(
    ("quoted", "holds"),
    [
        pytest.param(0.65, True, id="64.6 to 65.8 %, rounded"),
        pytest.param(0.66, True, id="65.8 %, rounded"),
        pytest.param(0.67, False, id="no counting rounds to 67 %"),
    ],
)
def test_a_claim_is_taken_to_the_whole_percent(quoted, holds):
    assert examined(MLP, quoted).holds is holds


def test_experts_stand_in_for_the_mlp():
    found = examined((Group.EXPERTS,), 0.9, model="mixtral-8x7b", hardware="h100-sxm")
    assert reading(found, "of core and MLP only").share > reading(found, "of all FLOPs").share


@pytest.mark.parametrize(
    ("groups", "low", "high", "named"),
    [
        pytest.param((), 0.1, 0.2, "groups", id="no group"),
        pytest.param(MLP, 0.9, 0.8, "low, high", id="falling"),
        pytest.param(MLP, 80, 90, "low, high", id="percent"),
    ],
)
def test_an_impossible_claim_is_named(groups, low, high, named):
    with pytest.raises(ValueError, match=named):
        Claim(groups=groups, low=low, high=high)
