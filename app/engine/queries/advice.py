"""What to do about a scenario, asked and answered as plain mappings: levers, compare, solve.

Each `answer_...` has the shape that `app.engine.queries.ask` lists: a mapping in, a mapping out, in base units.
"""

from math import isfinite
from typing import Any

from app.engine.analysis import analyze
from app.engine.fields import Written, number, required
from app.engine.levers import LeverResult, adjusted, weigh
from app.engine.mapping import scenario_to_mapping
from app.engine.queries.asked import mapping_in, numbers_in, only, scenario_in
from app.engine.queries.survey import bottleneck_to_mapping
from app.engine.scenario import Scenario
from app.engine.studies.compare import Difference, compare
from app.engine.studies.solve import (
    Outcome,
    Unsolved,
    cheapest_layout,
    fewest_devices,
    largest_batch,
    largest_batch_within,
    longest_context,
)

_FOUND = ("fewest_devices", "largest_batch", "longest_context", "cheapest_layout")


def answer_levers(written: Written) -> dict[str, Any]:
    """Every lever on a scenario, ranked, and why the others do not apply."""
    asked = only(written, "scenario", "settings")
    settings = _settings(asked)
    analysis = analyze(scenario_in(asked, "scenario"))
    weighed = weigh(analysis, adjusted(settings))
    following = weighed.next_bottleneck
    return {
        "bottleneck": bottleneck_to_mapping(analysis.bottleneck),
        "time_s": analysis.time_s.estimate,
        "levers": [_result(result) for result in weighed.results],
        "next_bottleneck": None if following is None else bottleneck_to_mapping(following),
        "not_applicable": [
            {"id": one.lever.id, "name": one.lever.name, "reason": one.reason} for one in weighed.refused
        ],
    }


def answer_compare(written: Written) -> dict[str, Any]:
    """Where the time goes from one scenario to another."""
    asked = only(written, "before", "after")
    found = compare(scenario_in(asked, "before"), scenario_in(asked, "after"))
    return {
        "before_s": found.before_s,
        "after_s": found.after_s,
        "difference_s": found.difference_s,
        "tokens_before": found.tokens_before,
        "tokens_after": found.tokens_after,
        "speedup": found.speedup,
        "differences": [_difference(part) for part in found.differences],
    }


def answer_solve(written: Written) -> dict[str, Any]:
    """The fewest devices, largest batch, longest context or cheapest layout that will do."""
    asked = only(written, "scenario", "find", "latency_s", "price_per_device_hour", "most_devices")
    found = _solved(scenario_in(asked, "scenario"), asked)
    if isinstance(found, Unsolved):
        return {"find": asked["find"], "found": False, "reason": found.reason}
    return {
        "find": asked["find"],
        "found": True,
        "value": found.value,
        "unit": found.unit,
        "time_s": found.time_s,
        "n_devices": found.scenario.n_devices,
        "limit": found.limit,
        "scenario": scenario_to_mapping(found.scenario),
    }


def _solved(scenario: Scenario, asked: Written) -> Outcome:
    wanted = required(asked, "find")
    latency_s = number(asked, "latency_s", None) if "latency_s" in asked else None
    most = {"most_devices": int(number(asked, "most_devices", None))} if "most_devices" in asked else {}
    match wanted:
        case "fewest_devices":
            return fewest_devices(scenario, **most)
        case "largest_batch" if latency_s is None:
            return largest_batch(scenario)
        case "largest_batch" if latency_s is not None:
            return largest_batch_within(scenario, latency_s=latency_s)
        case "longest_context":
            return longest_context(scenario)
        case "cheapest_layout":
            price = number(asked, "price_per_device_hour", None)
            target_s = number(asked, "latency_s", None)
            return cheapest_layout(scenario, latency_s=target_s, price_per_device_hour=price, **most)
    raise ValueError(f"find: {wanted!r} is not one of {', '.join(_FOUND)}")


def _settings(asked: Written) -> dict[str, dict[str, float]]:
    if "settings" not in asked:
        return {}
    settings = mapping_in(asked, "settings")
    return {lever_id: numbers_in(settings, lever_id) for lever_id in settings}


def _result(result: LeverResult) -> dict[str, Any]:
    bound = result.bound
    return {
        "id": result.lever.id,
        "name": result.lever.name,
        "speedup": result.speedup,
        "speedup_per_device": result.speedup_per_device,
        "amdahl": {
            "share": bound.share,
            "basis": str(bound.basis),
            "speedup": bound.speedup if isfinite(bound.speedup) else None,
        },
        "acts_on": [str(group) for group in result.lever.acts_on],
        "relieves": [str(resource) for resource in result.lever.relieves],
        "cost": result.lever.cost,
        "risk": result.lever.risk,
        "time_s": result.after.time_s.estimate,
        "n_devices": result.after.scenario.n_devices,
        "fits": result.fits,
        "bottleneck": bottleneck_to_mapping(result.bottleneck),
    }


def _difference(part: Difference) -> dict[str, Any]:
    return {
        "component": part.name,
        "group": str(part.group),
        "before_s": part.before_s,
        "after_s": part.after_s,
        "difference_s": part.difference_s,
        "causes": [{"kind": str(cause.kind), "factor": cause.factor, "words": cause.words} for cause in part.causes],
    }
