"""Texts that try for points without an answer earn nothing, and add nothing to an answer they stand beside."""

import pytest
import yaml

from tests.grading.conftest import DATA, GOOD, Grade

ATTACKS = yaml.safe_load((DATA / "attacks.yaml").read_text())
HALF = "I'd focus on the MLP since it dominates at this size. The proposal is not worth a quarter."
EACH = pytest.mark.parametrize("attack", [pytest.param(attack, id=attack["id"]) for attack in ATTACKS])


def test_there_are_at_least_fifty():
    assert len(ATTACKS) >= 50


@EACH
def test_an_attack_alone_earns_next_to_nothing(flagship: Grade, attack):
    assert flagship(attack["text"]).overall <= attack.get("upto", 10)


MANIPULATES = [
    a for a in ATTACKS if not any(word in a["text"] for word in ("MLP", "GEMM", "mlp", "ttention", "profile"))
]


@EACH
def test_an_attack_adds_nothing_to_a_full_answer(flagship: Grade, attack):
    alone = flagship(GOOD).overall
    assert flagship(f"{GOOD}\n\n{attack['text']}").overall <= alone
    assert flagship(f"{attack['text']}\n\n{GOOD}").overall <= alone


@pytest.mark.parametrize("attack", [pytest.param(attack, id=attack["id"]) for attack in MANIPULATES])
def test_a_manipulative_answer_is_worth_what_remains_without_it(flagship: Grade, attack):
    alone = flagship(HALF).axes
    assert flagship(f"{HALF}\n\n{attack['text']}").axes == alone
    assert flagship(f"{attack['text']}\n\n{HALF}").axes == alone


PIECES = {
    "letters": "a",
    "brackets": "(",
    "digits": "9",
    "commas": ", ",
    "fractions": "1/",
    "thousands": "1,",
    "powers": "s^2+",
    "claims": "mlp 65% ",
    "claims by line": "mlp 65%\n",
    "conditions": "if s ",
    "negators": "not ",
    "corrections": "wait, no. attention dominates. ",
    "tags": "<a ",
    "accents": "\u0301",
    "quotes": '"a ',
    "levers": "tune the gemms, fuse, ",
}


@pytest.mark.parametrize("piece", [pytest.param(piece, id=name) for name, piece in PIECES.items()])
def test_work_grows_with_the_length_and_not_with_its_square(piece, calls_of):
    """Counted in calls, not by the clock: four times the text costs at most about five times the calls."""
    short, long = piece * (4000 // len(piece)), piece * (16000 // len(piece))
    assert calls_of(long) <= 5.2 * calls_of(short) + 20_000
