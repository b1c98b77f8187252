"""Rules that only several questions can break, each seen breaking."""

import re

import pytest

from app.bank.across import across_problems
from app.bank.load import load_bank

OTHER_LEVER = ("key.yaml", "lever: mlp_fusion", "lever: another-{}")


@pytest.fixture
def problems(questions):
    return lambda: list(across_problems(load_bank(questions).rooms.questions))


def test_the_shipped_bank_breaks_none(bank):
    assert list(across_problems(bank.rooms.questions)) == []


def test_no_two_questions_share_lever_resource_and_phase(copied, problems):
    copied("second")
    (line,) = [line for line in problems() if line.startswith("lever: ")]
    assert (
        line
        == "lever: second and where-175b share lever, resource and phase (mlp_fusion, compute, training); change one"
    )


def test_a_sentence_stands_in_one_question(copied, problems):
    copied("second")
    said = [line for line in problems() if "stands in second as well" in line]
    assert any(re.match(r"where-175b: trap: .*'Quadratic says how a cost grows", line) for line in said)
    assert any(re.match(r"where-175b: samples\.0: ", line) for line in said)
    assert not any("Prove it with" in line and "moves.2" in line for line in said)


def test_short_sentences_may_stand_in_two(copied, problems):
    copied("second")
    told = [re.search(r": (['\"])(.*)\1; rephrase$", line) for line in problems() if "as well" in line]
    assert min(len(found[2].split()) for found in told) == 5


@pytest.mark.parametrize(("copies", "told"), [(2, False), (3, True)])
def test_at_most_three_questions_share_a_trap(copied, problems, copies, told):
    for n in range(copies):
        copied(f"copy-{n}", edits=[tuple(part.format(n) for part in OTHER_LEVER)])
    assert any("at most 3 questions share a trap" in line for line in problems()) is told


@pytest.mark.parametrize(("copies", "told"), [(3, False), (4, True)])
def test_at_most_four_questions_are_without_a_model(questions, edit, copied, problems, copies, told):
    edit("question.yaml", "scenarios:", "qualitative: true\nqualitative_reason: No model.\nscenarios:")
    for n in range(copies):
        copied(f"copy-{n}")
    assert any(line.startswith("qualitative: ") for line in problems()) is told


def test_a_draft_may_still_be_a_copy(copied, problems):
    copied("second", edits=[("question.yaml", "status: active", "status: draft")])
    assert problems() == []
