"""A question whose figures come from laws: no scenario, arguments that follow what is given, words for what binds."""

import json

import pytest

from app.bank.laws import law_from_fields
from app.bank.load import load_question
from app.bank.reveal import reveal_from_mapping, reveal_to_mapping


@pytest.fixture
def said(law_folder, complaints):
    """What is said when the law question's text is changed."""

    def change(file, old, new):
        path = law_folder / f"{file}.yaml"
        written = path.read_text()
        assert old in written
        path.write_text(written.replace(old, new))
        return "\n".join(complaints())

    return change


def test_a_question_of_laws_alone_is_read(law_folder):
    question = load_question(law_folder, topic="training")
    assert question.public.scenarios == {}
    assert question.public.main is None
    assert question.key.analyses == {}
    assert question.key.predicted_number == pytest.approx(7 / 39)
    assert (question.key.component, question.key.resource) == (None, "latency")
    assert question.key.robustness is None


def test_an_argument_follows_what_is_given(law_folder):
    path = law_folder / "question.yaml"
    path.write_text(path.read_text().replace("n_microbatches: 32", "n_microbatches: 30"))
    key = law_folder / "key.yaml"
    key.write_text(key.read_text().replace("0.1795", "0.1892"))
    law = load_question(law_folder, topic="training").key.laws["main"]
    assert law.arguments == {"pp": 8, "n_micro_batches": 30}
    assert law.reference == "bubble_share(n_micro_batches=30, pp=8)"


def test_the_rubric_gets_laws_and_boundaries_as_the_grader_knows_them(law_folder):
    rubric = load_question(law_folder, topic="training").key.rubric
    assert set(rubric.paths()) == {"bubble_share(n_micro_batches=32, pp=8)", "(7.0)"}


def test_a_reveal_keeps_the_laws_and_their_sliders(law_folder):
    key = load_question(law_folder, topic="training").key
    reveal = reveal_from_mapping(json.loads(json.dumps(reveal_to_mapping(key))))
    assert [(law.name, law.law, law.unit) for law in reveal.laws] == [
        ("main", "bubble_share", "1"),
        ("few", "bubble_share", "1"),
    ]
    assert reveal.laws[0].arguments == {"pp": 8, "n_micro_batches": 32}
    assert reveal.law_sliders == key.law_sliders
    assert reveal.badge is None
    assert (reveal.component, reveal.resource) == (None, "latency")


def test_a_law_moves_in_one_argument(law_folder):
    law = load_question(law_folder, topic="training").key.laws["main"]
    assert law.moved("n_micro_batches", 8).fact.value == pytest.approx(7 / 15)
    with pytest.raises(ValueError, match="microbatches: not an argument here; did you mean n_micro_batches"):
        law.moved("microbatches", 8)


def test_a_later_law_may_use_an_earlier_one(law_folder):
    path = law_folder / "key.yaml"
    path.write_text(
        path.read_text().replace(
            "few: {law: bubble_share, pp: 8, n_micro_batches: 8}", "few: {law: ceiling, share: law.main}"
        )
    )
    path.write_text(
        path.read_text().replace("by_hand: 0.4667", "by_hand: 1.2188").replace("{law.few | %}", "{law.few}")
    )
    assert load_question(law_folder, topic="training").key.laws["few"].fact.value == pytest.approx(39 / 32)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "key",
            "law: bubble_share, pp: given.pp",
            "law: bubbles, pp: given.pp",
            "laws: main: law: 'bubbles' is not a law",
        ),
        ("key", "pp: given.pp", "pp: given.stages", "laws: main: given.stages: not known here"),
        ("key", "pp: given.pp", "pp: [8]", "laws: main: [8] is neither a number nor a figure"),
        ("key", "{law: bubble_share, pp: 8, n", "{law: bubble_share, stages: 8, n", "has no argument 'stages'"),
        ("key", "{resource: latency}", "{}", "bottleneck: Value error, name a component, a resource, or both"),
        (
            "key",
            "{resource: latency}",
            "{resource: waiting}",
            "'waiting' is no fact and not one of capacity, communication",
        ),
        ("key", "name: n_micro_batches", "name: stages", "law_sliders.0: stages: not an argument here"),
        (
            "key",
            "low: 1, high: 256, scale: log",
            "choices: [a, b]",
            "an argument of a law is a number: give low and high",
        ),
        ("question", "predict: {ask", "predict: {scenario: main, ask", "predict.scenario: 'main' is not one of none"),
        (
            "question",
            "predict:",
            "sliders: [{name: seq_len, low: 1, high: 2}]\npredict:",
            "sliders: there is no scenario to move",
        ),
        ("question", "n_microbatches: 32", "n_batches: 32", "n_batches: not a given fact; did you mean n_microbatches"),
        ("rubric", "[law.main]", "[law.man]", "law.man"),
    ],
)
def test_what_does_not_fit_is_named(said, file, old, new, expected):
    assert expected in said(file, old, new)


def test_a_given_fact_may_bring_its_own_label(law_folder):
    path = law_folder / "question.yaml"
    labelled = "stages_in_use: 8}\ngiven_labels: {stages_in_use: {label: Stages in use, unit: count}}"
    path.write_text(path.read_text().replace("n_microbatches: 32}", f"n_microbatches: 32, {labelled}"))
    given = load_question(law_folder, topic="training").public.given
    assert (given.labels["stages_in_use"].text, given.labels["stages_in_use"].unit) == ("Stages in use", "count")


def test_a_law_without_a_name_is_refused():
    with pytest.raises(ValueError, match="law: None is not a law of the engine"):
        law_from_fields({"pp": 8}, None)
