"""The flagship's rubric and analyses, and what grades a text with them."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from app.engine.analysis import Analysis, analyze
from app.engine.mapping import scenario_from_mapping
from app.grading.criteria import Rubric
from app.grading.grade import grade
from app.grading.rubric import rubric_from_mapping
from app.grading.score import Axis, Score

DATA = Path(__file__).parent / "data"
FLAGSHIP = Path(__file__).parents[2] / "questions" / "training" / "where-175b"
SITUATION = {
    "model": "gpt3-175b",
    "hardware": "a100-80gb-sxm",
    "phase": "training",
    "seq_len": 2048,
    "n_micro_batches": 64,
    "attention": "fused",
}
PROMPT = yaml.safe_load((FLAGSHIP / "question.yaml").read_text())["prompt"]
OWN_ANSWERS = yaml.safe_load((DATA / "own_answers.yaml").read_text())
GOOD = next(answer["text"] for answer in OWN_ANSWERS if answer["id"] == "complete")
Grade = Callable[[str], Score]


def analyses(**changes: object) -> dict[str, Analysis]:
    fused = {**SITUATION, **changes}
    unfused = {**fused, "attention": "unfused"}
    return {"main": analyze(scenario_from_mapping(fused)), "unfused": analyze(scenario_from_mapping(unfused))}


def levels(score: Score) -> list[int]:
    return [score.axes[axis] for axis in Axis]


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    return rubric_from_mapping(yaml.safe_load((FLAGSHIP / "rubric.yaml").read_text()), prompt=PROMPT)


@pytest.fixture(scope="session")
def flagship(rubric: Rubric) -> Grade:
    situation = analyses()
    return lambda text: grade(text, rubric=rubric, analyses=situation)


@pytest.fixture(scope="session")
def shared_answers() -> list[dict]:
    lines = (DATA / "where_175b_answers.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def attacks() -> list[dict]:
    return yaml.safe_load((DATA / "attacks.yaml").read_text())


@pytest.fixture(scope="session")
def calls_of(flagship: Grade) -> Callable[[str], int]:
    """Python and C calls that grading a text makes."""

    def count(text: str) -> int:
        calls = 0

        def seen(_frame: object, event: str, _argument: object) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        sys.setprofile(seen)
        try:
            flagship(text)
        finally:
            sys.setprofile(None)
        return calls

    return count
