"""Variants: a seed chooses the values, and the engine works prompt, key and numbers out again."""

import pytest
import yaml

from app.bank.load import load_question
from app.bank.play import played, rubric_for
from app.bank.variants import Variant, values_of, variant_for
from app.grading.grade import grade


@pytest.fixture
def question(folder):
    return load_question(folder, topic="training")


@pytest.fixture
def law_question(law_folder):
    return load_question(law_folder, topic="training")


@pytest.fixture
def said(folder, complaints):
    """What is said when the first variant is changed."""

    def change(**fields):
        path = folder / "variants.yaml"
        variants = yaml.safe_load(path.read_text())
        variants["variants"][0] |= fields
        path.write_text(yaml.safe_dump(variants))
        return "\n".join(complaints())

    return change


def variant(question, name):
    return next(one for one in question.key.variants if one.id == name)


# Seeds


def test_a_seed_always_chooses_the_same_and_all_values_come_up(question):
    long = variant(question, "long-documents")
    chosen = [long.chosen(seed)["seq_len"] for seed in range(60)]
    assert chosen == [long.chosen(seed)["seq_len"] for seed in range(60)]
    assert set(chosen) == {65536, 98304, 131072}


def test_fields_are_chosen_apart():
    both = Variant(id="x", flips=True, change={"a": (1, 2), "b": (1, 2)})
    assert {tuple(both.chosen(seed).values()) for seed in range(60)} == {(1, 1), (1, 2), (2, 1), (2, 2)}
    assert len(list(both.every_choice())) == 4


def test_a_seed_draws_a_variant_of_the_wanted_kind(question):
    variants = question.key.variants
    assert {variant_for(variants, seed, flips=True).id for seed in range(20)} == {"long-documents"}
    assert {variant_for(variants, seed, flips=False).id for seed in range(40)} == {"old-kernels", "another-shape"}
    assert {variant_for(variants, seed).id for seed in range(60)} == {one.id for one in variants}
    assert variant_for((), 1) is None


@pytest.mark.parametrize(("written", "values"), [(4, (4,)), ("fused", ("fused",)), ({"choose": [1, 2]}, (1, 2))])
def test_a_change_is_a_value_or_a_choice(written, values):
    assert values_of(written) == values


@pytest.mark.parametrize("written", [{"choose": []}, {"choose": 3}, {"pick": [1]}, {}])
def test_another_mapping_is_no_change(written):
    with pytest.raises(ValueError, match="is neither a value nor"):
        values_of(written)


# A variant of a scenario


def test_a_flipping_variant_is_worked_out_again(question):
    _, key = played(question.recipe, variant(question, "long-documents"), 3)
    assert question.key.component == "mlp"
    assert key.component == "attention_core"
    assert key.predicted_number > 2 > question.key.predicted_number
    assert key.analyses["main"].scenario.workload.seq_len in (65536, 98304, 131072)
    assert key.analyses["unfused"] is question.key.analyses["unfused"]
    figures = {part.name: part.value for part in key.says if not isinstance(part, str)}
    assert figures["share.flops.attention_core"] > 0.4


def test_the_public_half_shows_the_chosen_values_in_prompt_table_and_scenario(question):
    long = variant(question, "long-documents")
    public, _ = played(question.recipe, long, 3)
    length = long.chosen(3)["seq_len"]
    assert f"{length:,} tokens a sequence" in public.prompt[0]
    assert dict(public.given.others)["seq_len"] == (length,)
    assert public.scenarios["main"].workload.seq_len == length
    assert set(public.scenarios) == {"main"}
    assert public.phase == question.public.phase
    assert public.ask.text == question.public.ask.text


def test_models_and_chips_are_called_by_their_names(question):
    public, _ = played(question.recipe, variant(question, "another-shape"), 3)
    assert any(name in public.prompt[0] for name in ("Llama-3.1-70B", "Llama-3.1-405B"))
    assert public.given.model is public.scenarios["main"].model
    assert public.given.hardware[0][1].slug == "h100-sxm"
    assert public.ask.text.startswith("If the attention core of this model")


def test_an_answer_to_a_variant_is_graded_against_the_variant(question):
    made = played(question.recipe, variant(question, "long-documents"), 3)
    answer = "The attention core dominates now, it is the bottleneck."
    own = grade(answer, rubric=question.key.rubric, analyses=question.key.analyses)
    again = grade(answer, rubric=rubric_for(question.recipe, made), analyses=made[1].analyses)
    assert own.axes["bottleneck"] < 2 <= again.axes["bottleneck"]


# A variant of a law


def test_a_law_is_applied_to_the_chosen_number(law_question):
    fewer = law_question.key.variants[0]
    public, key = played(law_question.recipe, fewer, 1)
    n = fewer.chosen(1)["n_micro_batches"]
    assert key.laws["main"].arguments == {"pp": 8, "n_micro_batches": n}
    assert key.predicted_number == pytest.approx(7 / (n + 7))
    assert dict(public.given.others)["n_microbatches"] == (n,)
    assert f"allows {n} micro-batches" in public.prompt[0]
    assert [part.value for part in key.says if not isinstance(part, str)] == pytest.approx([7 / (n + 7), 7 / 39])


def test_a_rubric_gets_the_law_of_the_variant(law_question):
    made = played(law_question.recipe, law_question.key.variants[0], 1)
    n = law_question.key.variants[0].chosen(1)["n_micro_batches"]
    assert f"bubble_share(n_micro_batches={n}, pp=8)" in rubric_for(law_question.recipe, made).paths()


# What a checker says


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param(
            {"change": {"seq_len": {"choose": [65536, 4096]}}, "claims": [{"fact": "variant.mfu", "between": [0, 1]}]},
            "variants.0: with seq_len 4096 the answer stays mlp and compute; choose values beyond the flip",
            id="one choice does not flip",
        ),
        pytest.param(
            {"change": {"length": 4}},
            "variants.0.change: length: not a field of a training scenario",
            id="a field of nothing",
        ),
        pytest.param(
            {"change": {"other.seq_len": 4}},
            "neither a field of a scenario nor an argument of a law",
            id="another scenario",
        ),
        pytest.param(
            {"change": {"seq_len": {"choose": []}}}, "is neither a value nor {choose: [values]}", id="no choice"
        ),
        pytest.param(
            {"prompt": "At {context} tokens."},
            "{context} is not a changed field; there are seq_len",
            id="a placeholder of nothing",
        ),
        pytest.param(
            {"prompt": "Is it the softmax now?"}, "variants.0.prompt: 'softmax' is a word of the key", id="a spoiler"
        ),
        pytest.param({"says": "It is 47 %."}, "variants.0.says: the number '47 %' is typed", id="a typed number"),
        pytest.param({"says": "{variant.mfx}"}, "variants.0.says: 'variant.mfx'", id="an unknown figure"),
        pytest.param(
            {"claims": [{"fact": "variant.share.flops.mlp", "by_hand": 0.9}]},
            "variants.0.claims.0: variant.share.flops.mlp is 0.3",
            id="a claim that is not so",
        ),
        pytest.param({"claims": []}, "variants.0.claims: List should have at least 1 item", id="no claims"),
        pytest.param({"id": "old-kernels"}, "is taken; choose another", id="an id twice"),
        pytest.param(
            {"given": {"seq_len": "{length}"}}, "given: {length} is not one of seq_len", id="given of nothing"
        ),
    ],
)
def test_a_fault_of_a_variant_is_named(said, fields, expected):
    assert expected in said(**fields)


def test_a_variant_that_flips_and_does_not_say_so_is_refused(folder, complaints):
    path = folder / "variants.yaml"
    path.write_text(path.read_text().replace("change: {attention: unfused}", "change: {seq_len: 65536}"))
    (line, *_) = [line for line in complaints() if "say flips: true" in line]
    assert "variants.1: with seq_len 65536 the answer moves from mlp and compute to attention_core" in line


def test_a_choice_that_nobody_can_see_is_refused(folder, complaints):
    path = folder / "variants.yaml"
    written = path.read_text().replace(
        "change: {attention: unfused}", "change: {attention: unfused, micro_batch: {choose: [1, 2]}}"
    )
    path.write_text(written)
    assert any("micro_batch is chosen, but stands neither in the prompt" in line for line in complaints())


def test_a_named_figure_may_be_what_turns(folder):
    path = folder / "variants.yaml"
    variants = yaml.safe_load(path.read_text())
    variants["variants"][1] |= {"flips": True, "by": {"fact": "main.ceiling.time.attention_core", "boundary": 1.05}}
    path.write_text(yaml.safe_dump(variants))
    assert load_question(folder, topic="training").key.variants[1].flips
