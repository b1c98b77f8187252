"""An analysis as plain mappings, the form of JSON: what the command line prints and what is stored with a grade."""

from math import isfinite
from typing import Any

from app.engine import ENGINE_VERSION
from app.engine.analysis import Analysis, Component
from app.engine.derivation import Line
from app.engine.error_bars import error_bar
from app.engine.facts import Fact, facts
from app.engine.groups import Group
from app.engine.mapping import scenario_to_mapping


def analysis_to_mapping(analysis: Analysis) -> dict[str, Any]:
    """Everything about one analysis, in base units."""
    memory = analysis.memory
    return {
        "engine": ENGINE_VERSION,
        "scenario": scenario_to_mapping(analysis.scenario),
        "convention": analysis.scenario.conventions.label,
        "flops": {
            "total": analysis.flops_total,
            "forward": analysis.flops_forward,
            "by_component": _flops_by_component(analysis),
            "by_group": {str(group): _flops_of(analysis, group) for group in analysis.groups},
        },
        "components": [_component_to_mapping(part) for part in analysis.components],
        "bottleneck": {
            "component": str(analysis.bottleneck.component),
            "resource": str(analysis.bottleneck.resource),
            "component_by_flops": str(analysis.bottleneck.component_by_flops),
        },
        "time_s": {
            "lower": analysis.time_s.lower,
            "estimate": analysis.time_s.estimate,
            "upper": analysis.time_s.upper,
            "validated": _error_bar_to_mapping(analysis),
            "by_resource": {str(resource): seconds for resource, seconds in analysis.resource_s.items()},
        },
        "parameters": {
            "total": analysis.parameters.total,
            "active": analysis.parameters.active,
            "multiplying": analysis.multiplying_parameters,
        },
        "memory": {
            "fits": memory.shortfall <= 0,
            "bytes_per_device": memory.bytes_per_device,
            "shortfall": memory.shortfall,
            "capacity": memory.capacity,
            "weights": memory.weights,
            "gradients": memory.gradients,
            "optimizer": memory.optimizer,
            "activations": memory.activations,
            "kv_cache": memory.kv_cache,
        },
        "facts": {name: fact_to_mapping(fact) for name, fact in facts(analysis).items()},
    }


def fact_to_mapping(fact: Fact) -> dict[str, Any]:
    """A fact without its name, which is the key it is stored under; an infinite value is null."""
    finite = isinstance(fact.value, (str, bool)) or isfinite(fact.value)
    return {
        "value": fact.value if finite else None,
        "unit": fact.unit,
        "basis": fact.basis,
        "convention": fact.convention,
    }


def line_to_mapping(line: Line) -> dict[str, Any]:
    """One line of a derivation."""
    return {
        "symbol": line.symbol,
        "formula": line.formula,
        "inputs": [list(pair) for pair in line.inputs],
        "value": line.value,
        "unit": line.unit,
        "source": line.source,
    }


def _error_bar_to_mapping(analysis: Analysis) -> dict[str, float] | None:
    """How far estimates of this family were from measurements; null where none is of its kind."""
    bar = error_bar(analysis.scenario)
    return None if bar is None else {"median": bar.median, "p90": bar.p90, "rows": bar.n}


def _flops_by_component(analysis: Analysis) -> dict[str, float]:
    """Leaves as PyTorch's modules name them; the matrices of the MLP together."""
    sums: dict[str, float] = {}
    for part in analysis.components:
        if part.flops:
            name = str(part.group) if part.group is Group.MLP else part.name
            sums[name] = sums.get(name, 0) + part.flops
    return sums


def _flops_of(analysis: Analysis, group: Group) -> float:
    return sum(part.flops for part in analysis.components if part.group is group)


def _component_to_mapping(part: Component) -> dict[str, Any]:
    return {
        "name": part.name,
        "group": str(part.group),
        "flops": part.flops,
        "flops_share": part.flops_share,
        "executed_flops": part.executed_flops,
        "bytes_moved": part.bytes_moved,
        "time_s": part.time_s,
        "time_share": part.time_share,
        "bound": str(part.bound),
    }
