"""What the command line and HTTP can ask the engine: a plain mapping in, a plain mapping out, in base units.

One list serves both, so that a question exists in both or in neither. Each carries an example, which a test runs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.engine.analysis import analyze
from app.engine.facts import fact, facts, parse_groups
from app.engine.fields import Written, one_of, required
from app.engine.flips import Basis, Flip, flips
from app.engine.law_facts import law_fact
from app.engine.mapping import scenario_from_mapping
from app.engine.queries.advice import answer_compare, answer_levers, answer_solve
from app.engine.queries.asked import only, scenario_in
from app.engine.queries.survey import answer_claim, answer_map, answer_sensitivity
from app.engine.report import analysis_to_mapping, fact_to_mapping, line_to_mapping
from app.engine.unfold.unfold import unfold, unfold_law


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Something to ask: its name, what it answers in words, how, and an example. ValueError names what does not fit."""

    name: str
    words: str
    answer: Callable[[Written], dict[str, Any]]
    example: dict[str, Any]


def answer_analyze(written: Written) -> dict[str, Any]:
    """Everything about a scenario."""
    return analysis_to_mapping(analyze(scenario_from_mapping(written)))


def answer_facts(written: Written) -> dict[str, Any]:
    """Every named fact of a scenario."""
    named = facts(analyze(scenario_from_mapping(written)))
    return {name: fact_to_mapping(fact) for name, fact in named.items()}


def answer_derive(written: Written) -> dict[str, Any]:
    """A fact of a scenario, or a law applied to numbers, with the lines that it follows from."""
    asked = only(written, "scenario", "fact", "law")
    if "law" in asked:
        reference = str(only(asked, "law")["law"])
        found, lines = law_fact(reference), unfold_law(reference)
    else:
        name = str(required(asked, "fact"))
        analysis = analyze(scenario_in(asked, "scenario"))
        found, lines = fact(analysis, name), unfold(analysis, name)
    return {"name": found.name, **fact_to_mapping(found), "lines": [line_to_mapping(line) for line in lines]}


def answer_flip(written: Written) -> dict[str, Any]:
    """Where the larger of two component groups changes along one variable."""
    asked = only(written, "scenario", "variable", "groups", "basis")
    variable = str(required(asked, "variable"))
    groups = required(asked, "groups")
    if not isinstance(groups, list) or len(groups) != 2:
        raise ValueError(f"groups: {groups!r} is not a list of two component groups")
    (a,), (b,) = (parse_groups(str(name), "groups") for name in groups)
    basis = one_of("basis", asked.get("basis", "flops"), Basis)
    found = flips(scenario_in(asked, "scenario"), variable, a, b, basis=basis)
    return {"variable": variable, "basis": str(basis), "flips": [_flip_to_mapping(flip) for flip in found]}


_SCENARIO = {"model": "gpt3-175b", "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": 2048}

_SERVING = {
    "model": "llama3.1-70b",
    "hardware": "h100-sxm",
    "phase": "decode",
    "context_len": 8192,
    "batch": 64,
    "n_devices": 8,
}

QUERIES: tuple[Query, ...] = (
    Query(name="analyze", words="everything about a scenario", answer=answer_analyze, example=_SCENARIO),
    Query(name="facts", words="every named fact of a scenario", answer=answer_facts, example=_SCENARIO),
    Query(
        name="derive",
        words="a fact with the lines that it follows from: formula, numbers put in, value, unit, source",
        answer=answer_derive,
        example={"scenario": _SERVING, "fact": "tokens_per_s"},
    ),
    Query(
        name="flip",
        words="where the larger of two component groups changes along one variable",
        answer=answer_flip,
        example={
            "scenario": _SCENARIO,
            "variable": "seq_len",
            "groups": ["attention_core", "mlp"],
            "basis": "flops",
        },
    ),
    Query(
        name="levers",
        words="every lever on a scenario, ranked, and why the others do not apply",
        answer=answer_levers,
        example={"scenario": _SERVING, "settings": {"speculative_decoding": {"k": 4, "acceptance": 0.8}}},
    ),
    Query(
        name="compare",
        words="where the time goes from one scenario to another",
        answer=answer_compare,
        example={"before": _SERVING, "after": {**_SERVING, "hardware": "h200-sxm"}},
    ),
    Query(
        name="solve",
        words="the fewest devices, largest batch, longest context or cheapest layout that will do",
        answer=answer_solve,
        example={"scenario": _SERVING, "find": "largest_batch", "latency_s": 0.03},
    ),
    Query(
        name="map",
        words="what binds over two variables",
        answer=answer_map,
        example={
            "scenario": _SERVING,
            "x": {"variable": "batch", "low": 1, "high": 512, "points": 8},
            "y": {"variable": "context_len", "low": 128, "high": 131072, "points": 8},
        },
    ),
    Query(
        name="sensitivity",
        words="whether the verdict survives its assumptions",
        answer=answer_sensitivity,
        example={"scenario": _SCENARIO},
    ),
    Query(
        name="claim",
        words="under which way of counting, if any, a quoted share is true",
        answer=answer_claim,
        example={"scenario": _SCENARIO, "groups": ["mlp"], "share": [0.8, 0.9]},
    ),
)


def _flip_to_mapping(flip: Flip) -> dict[str, Any]:
    return {"at": flip.at, "below": str(flip.below), "above": str(flip.above)}
