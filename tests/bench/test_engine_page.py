"""docs/engine.md: fresh, complete, and every example in it runs from the command line and over HTTP."""

import json
import re

import engine_page
import pytest

from app.cli import main
from app.engine.analysis import analyze
from app.engine.described import described
from app.engine.efficiency import IDEAL
from app.engine.facts import fact, fact_names
from app.engine.law_facts import LAWS
from app.engine.levers import LEVERS
from app.engine.mapping import fields_of, scenario_from_mapping
from app.engine.queries.ask import QUERIES
from app.engine.scenario import Plan
from app.engine.workload import Phase

TEXT = engine_page.PAGE.read_text()
EXAMPLES = {name: json.loads(body) for name, body in re.findall(r"```json (\w+)\n(.*?)```", TEXT, re.DOTALL)}


def test_the_page_is_what_the_engine_says():
    assert engine_page.page() == TEXT


def test_every_question_has_an_example_and_every_field_is_told():
    assert set(EXAMPLES) == {query.name for query in QUERIES}
    assert set(engine_page.FIELDS) == {name for phase in Phase for name in fields_of(phase)}
    assert set(engine_page.PLAN) == set(described(Plan()))
    assert set(engine_page.EFFICIENCY) == set(described(IDEAL)) - {"name"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_answers_from_the_command_line(name, tmp_path, capsys):
    path = tmp_path / "asked.json"
    path.write_text(json.dumps(EXAMPLES[name]))
    options = ["--json"] if name in ("analyze", "facts") else []
    assert main([name, str(path), *options]) == 0
    (query,) = (query for query in QUERIES if query.name == name)
    assert json.loads(capsys.readouterr().out) == query.answer(EXAMPLES[name])


SITUATIONS = [
    {
        "model": "gpt3-175b",
        "hardware": "a100-80gb-sxm",
        "phase": "training",
        "seq_len": 2048,
        "plan": {"pp": 8, "dp": 2},
    },
    {"model": "mixtral-8x7b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 8192},
    {"model": "llama3.1-70b", "hardware": "h100-sxm", "phase": "decode", "context_len": 8192, "n_devices": 8},
]


@pytest.mark.parametrize("written", SITUATIONS, ids=lambda written: written["phase"])
def test_every_fact_that_a_scenario_lists_is_on_the_page_or_of_a_family_of_it(written):
    families = tuple({pattern.partition(".")[0] + "." for pattern, *_ in engine_page.FAMILIES})
    for name in fact_names(analyze(scenario_from_mapping(written))):
        assert f"`{name}`" in TEXT or name.startswith(families), name


def test_every_example_of_a_family_is_a_fact():
    training, decode = (analyze(scenario_from_mapping(SITUATIONS[i])) for i in (0, 2))
    for _, _, example, _ in engine_page.FAMILIES:
        where = decode if "batch" in example or "kv" in example else training
        assert fact(where, example).name == example


def test_every_law_and_lever_is_on_the_page():
    assert all(f"`{name}(" in TEXT for name in LAWS)
    assert all(f"| `{lever.id}` |" in TEXT for lever in LEVERS)
