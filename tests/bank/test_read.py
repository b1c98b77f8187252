import dataclasses
import hashlib
import json
from collections.abc import Mapping

import pytest
import yaml

from app.bank.bank import Bank
from app.bank.load import load_bank, load_question
from app.bank.read import FILES, paragraphs, question_from_canonical, question_from_files
from app.engine.groups import Group, Resource
from app.engine.scenario import Scenario


@pytest.fixture
def question(folder):
    return load_question(folder, topic="training")


def digest(folder):
    return load_question(folder, topic="training").public.digest


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("question.yaml", "minutes: 12", "minutes: 13"),
        ("question.yaml", "  Where would you", "  Tell where you would"),
        ("key.yaml", "so it dominates", "so it prevails"),
        ("key.yaml", "by_hand: 0.6464", "by_hand: 0.6465"),
        ("key.yaml", "table 2.1", "table 2.2"),
        ("rubric.yaml", "at_most: 2", "at_most: 1"),
    ],
)
def test_the_digest_changes_with_every_file(folder, edit, file, old, new):
    before = digest(folder)
    edit(file, old, new)
    assert digest(folder) != before


def test_the_digest_does_not_change_otherwise(folder, edit):
    before = digest(folder)
    edit("key.yaml", "# The key", "# A comment. The key")
    edit("question.yaml", "tags: [training, planning]", "tags:\n- training\n- planning")
    for name in FILES:
        (folder / f"{name}.yaml").touch()
    path = folder / "question.yaml"
    path.write_text(yaml.safe_dump(dict(reversed(yaml.safe_load(path.read_text()).items()))))
    assert digest(folder) == before


def test_the_digest_is_the_hash_of_what_is_stored(question):
    assert question.public.digest == hashlib.sha256(question.canonical.encode()).hexdigest()


def test_a_stored_version_reads_back_as_the_same_question(bank):
    for question in bank.rooms.questions:
        again = question_from_canonical(question.canonical, topic=question.public.topic)
        assert again.public == question.public
        assert again.canonical == question.canonical
        assert again.key.rubric == question.key.rubric
        assert again.key == question.key


def test_reading_leaves_the_files_as_they_were(folder):
    files = {name: yaml.safe_load((folder / f"{name}.yaml").read_text()) for name in FILES}
    before = json.dumps(files, sort_keys=True)
    question_from_files(files, topic="training", path="here")
    assert json.dumps(files, sort_keys=True) == before


def test_paragraphs_are_folded_and_split_at_empty_lines():
    assert paragraphs("  One\n  two.\n\nThree.\n") == ("One two.", "Three.")


def strings(value, skip=()):
    """Every string in a value, however deep: of dataclasses, mappings, sequences."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from strings(getattr(value, field.name), skip)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if name not in skip:
                yield from strings(name)
                yield from strings(item, skip)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from strings(item, skip)


def secrets(folder):
    """What stands in the key's files and is no word of the engine's or of the public half."""
    files = {name: yaml.safe_load((folder / f"{name}.yaml").read_text()) for name in FILES}
    public = set(strings(files["question"]))
    known = {*Group, *Resource, "training", "prefill", "decode", "fused", "unfused", "none", "all", "any", "+", "-"}
    key = set(strings(files["key"], skip=("model", "hardware"))) | set(strings(files["rubric"]))
    return {text for text in key if text not in public | known and len(text) > 3}


def test_nothing_of_key_or_rubric_is_anywhere_in_the_public_half(folder, question):
    public = list(strings(question.public))
    assert len(secrets(folder)) > 150
    found = {secret for secret in secrets(folder) if any(secret in text for text in public)}
    assert found <= {"d_model", "linear", "wrong"}, "names of a width and of a scale; a verdict and a word of the probe"


def test_the_search_for_secrets_finds_one_that_was_put_there(folder, question):
    trap = yaml.safe_load((folder / "key.yaml").read_text())["trap"]
    for leak in (
        {"title": trap},
        {"prompt": (f"So: {trap}",)},
        {"ask": dataclasses.replace(question.public.ask, text=trap)},
    ):
        public = list(strings(dataclasses.replace(question.public, **leak)))
        assert any(secret in text for secret in secrets(folder) for text in public)


def test_the_public_half_holds_only_scenarios_that_the_question_names(folder, question):
    written = yaml.safe_load((folder / "question.yaml").read_text())
    assert set(question.public.scenarios) == set(written["scenarios"])
    assert all(isinstance(scenario, Scenario) for scenario in question.public.scenarios.values())
    assert set(question.key.analyses) > set(question.public.scenarios)


def test_a_draft_is_loaded_and_checked_but_not_served(questions, edit):
    edit("question.yaml", "status: active", "status: draft")
    bank: Bank = load_bank(questions)
    assert bank.practice.question("where-175b") is not None
    assert bank.practice.public == ()
    assert bank.practice.served("q7m4c2xk9d") is None


def test_the_canonical_text_of_no_question_is_an_error(bank):
    with pytest.raises(KeyError, match="nothere"):
        bank.practice.canonical("nothere")
