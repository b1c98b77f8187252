"""Around a scenario, asked and answered as plain mappings: the bottleneck map, sensitivity, a quoted claim."""

from typing import Any

import numpy as np

from app.engine.analysis import Bottleneck
from app.engine.facts import parse_groups
from app.engine.fields import Written, number, required
from app.engine.queries.asked import mapping_in, only, scenario_in
from app.engine.studies.maps import borders, bottleneck_map
from app.engine.studies.quoted import Claim, Reading, examine
from app.engine.studies.sensitivity import sensitivity


def answer_map(written: Written) -> dict[str, Any]:
    """What binds over two variables; rows follow y."""
    asked = only(written, "scenario", "x", "y")
    (x, xs), (y, ys) = _axis(asked, "x"), _axis(asked, "y")
    drawn = bottleneck_map(scenario_in(asked, "scenario"), x, xs, y, ys)
    return {
        "x": {"variable": x, "values": list(drawn.xs)},
        "y": {"variable": y, "values": list(drawn.ys)},
        "groups": [str(group) for group in drawn.groups],
        "resources": [str(resource) for resource in drawn.resources],
        "group": drawn.group.tolist(),
        "resource": drawn.resource.tolist(),
        "time_s": drawn.time_s.tolist(),
        "fits": drawn.fits.tolist(),
        "borders": [
            {"x": point.x, "y": point.y, "below": str(point.below), "above": str(point.above)}
            for point in borders(drawn)
        ],
    }


def answer_sensitivity(written: Written) -> dict[str, Any]:
    """Whether the verdict survives its assumptions."""
    found = sensitivity(scenario_in(only(written, "scenario"), "scenario"))
    return {
        "verdict": bottleneck_to_mapping(found.verdict),
        "stability": str(found.stability),
        "trials": [
            {
                "assumption": trial.assumption,
                "words": trial.words,
                "survives": trial.survives,
                "bottleneck": bottleneck_to_mapping(trial.bottleneck),
            }
            for trial in found.trials
        ],
    }


def answer_claim(written: Written) -> dict[str, Any]:
    """Under which way of counting, if any, a quoted share is true."""
    asked = only(written, "scenario", "groups", "share")
    named = required(asked, "groups")
    if not isinstance(named, list) or not named:
        raise ValueError(f"groups: {named!r} is not a list of component groups")
    low, high = _range(asked)
    groups = tuple(group for name in named for group in parse_groups(str(name), "groups"))
    found = examine(Claim(groups=groups, low=low, high=high), scenario_in(asked, "scenario"))
    return {
        "holds": found.holds,
        "sentence": found.sentence,
        "nearest": _reading(found.nearest),
        "readings": [_reading(reading) for reading in found.readings],
    }


def bottleneck_to_mapping(found: Bottleneck) -> dict[str, str]:
    """What binds, by time and by FLOPs."""
    return {
        "component": str(found.component),
        "resource": str(found.resource),
        "component_by_flops": str(found.component_by_flops),
    }


def _axis(asked: Written, name: str) -> tuple[str, list[float]]:
    axis = mapping_in(asked, name)
    variable = str(required(axis, "variable"))
    if "values" in axis:
        only(axis, "variable", "values")
        values = axis["values"]
        if not isinstance(values, list):
            raise ValueError(f"{name}.values: {values!r} is not a list of numbers")
        return variable, [number({name: value}, name, None) for value in values]
    only(axis, "variable", "low", "high", "points", "scale")
    low, high, points = number(axis, "low", None), number(axis, "high", None), int(number(axis, "points", 50))
    scale = axis.get("scale", "log")
    if scale not in ("log", "linear") or not 0 < low < high or not 1 < points <= 1000:
        raise ValueError(f"{name}: needs 0 < low < high, 2 to 1000 points, and a scale that is log or linear")
    spread = np.geomspace(low, high, points) if scale == "log" else np.linspace(low, high, points)
    return variable, spread.tolist()


def _range(asked: Written) -> tuple[float, float]:
    share = required(asked, "share")
    if not isinstance(share, list):
        return number(asked, "share", None), number(asked, "share", None)
    if len(share) != 2:
        raise ValueError(f"share: {share!r} is neither a share nor a list of the lowest and the highest")
    low, high = (number({"share": end}, "share", None) for end in share)
    return low, high


def _reading(reading: Reading) -> dict[str, Any]:
    return {"kind": str(reading.kind), "words": reading.words, "share": reading.share, "holds": reading.holds}
