"""What an active question must have; a draft may lack it."""

import pytest
import yaml

from app.bank.load import load_question


def without(folder, file, change):
    path = folder / f"{file}.yaml"
    written = yaml.safe_load(path.read_text())
    change(written)
    path.write_text(yaml.safe_dump(written))


LACKS = {
    "a hint": ("key", lambda key: key["hints"].pop(), "key.yaml: hints: 2 of at least 3"),
    "a second reader": ("key", lambda key: key.pop("second_reader"), "key.yaml: second_reader: missing"),
    "assumptions": ("key", lambda key: key.pop("assumptions"), "key.yaml: assumptions: missing"),
    "variants": ("variants", lambda file: file.update(variants=[]), "variants.yaml: variants: 0 of at least 2"),
    "a flip that is played": ("variants", lambda file: file["variants"].pop(0), "variants.yaml: variants: none flips"),
    "samples": ("samples", lambda file: file["samples"].__delitem__(slice(4, None)), "samples: 4 of at least 5"),
    "a kind of sample": (
        "samples",
        lambda file: [one.update(kind="partial") for one in file["samples"]],
        "samples: no answer of the kind strong, trap, over-correction, hostile",
    ),
}


@pytest.mark.parametrize(("file", "change", "said"), [pytest.param(*case, id=name) for name, case in LACKS.items()])
def test_an_active_question_that_lacks_something_is_refused_and_a_draft_is_not(
    folder, edit, complaints, file, change, said
):
    without(folder, file, change)
    assert any(said in line and "leave the question a draft" in line for line in complaints())
    edit("question.yaml", "status: active", "status: draft")
    load_question(folder, topic="training")


def test_flips_are_asked_for_unless_the_question_is_qualitative(folder, edit, complaints):
    without(folder, "key", lambda key: key.update(flips=[]))
    without(folder, "key", lambda key: key["second_reader"]["claims"].pop())
    assert any("key.yaml: flips: none; say where the answer turns" in line for line in complaints())
    edit("question.yaml", "scenarios:", "qualitative: true\nqualitative_reason: No model.\nscenarios:")
    load_question(folder, topic="training")


@pytest.mark.parametrize("line", ["qualitative: true", "qualitative_reason: None."])
def test_qualitative_and_its_reason_go_together(edit, complaints, line):
    edit("question.yaml", "scenarios:", f"{line}\nscenarios:")
    assert any("qualitative and qualitative_reason go together" in said for said in complaints())
