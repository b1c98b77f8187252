"""Flips: where the larger of two component groups changes along one variable, found on a grid, refined by bisection."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from app.engine.flops import COUNTED_GROUPS, counted_flops
from app.engine.groups import Group
from app.engine.scenario import Scenario
from app.engine.step import step


class Basis(StrEnum):
    """What a share or a comparison is taken of."""

    FLOPS = "flops"
    TIME = "time"


Points = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """At `variable` = `at` two groups are equal: `below` is the larger before, `above` after."""

    variable: str
    at: float
    below: Group
    above: Group
    basis: Basis


_POINTS = 193  # about eight to a doubling over the default range
_PARTS = 64
_ROUNDS = 7
_RANGE = (1.0, float(2**24))


def flips(scenario: Scenario, variable: str, a: Group, b: Group, *, basis: Basis) -> tuple[Flip, ...]:
    """Every change of the larger of `a` and `b` for `variable` between 1 and 2**24, in rising order."""
    low, high = _RANGE
    points = np.geomspace(max(low, _least(scenario, variable)), high, _POINTS)
    found = []
    for low, high, falling in _changes(scenario, variable, (a, b), basis, points):
        at = _narrowed(scenario, variable, (a, b), basis, (low, high))
        below, above = (a, b) if falling else (b, a)
        found.append(Flip(variable=variable, at=at, below=below, above=above, basis=basis))
    return tuple(found)


def nearest_flip(scenario: Scenario, variable: str, a: Group, b: Group, *, basis: Basis) -> Flip | None:
    """The flip closest to the scenario's own value of `variable`, as a ratio; None where there is none."""
    found = flips(scenario, variable, a, b, basis=basis)
    own = max(value_of(scenario, variable), 1.0)
    return min(found, key=lambda flip: abs(np.log(flip.at / own)), default=None)


def group_sizes(scenario: Scenario, basis: Basis) -> dict[Group, float]:
    """FLOPs [FLOP] or time [s] by component group; grids stay grids."""
    sizes: dict[Group, float] = {}
    if basis is Basis.FLOPS:
        for name, flops in counted_flops(scenario).items():
            group = COUNTED_GROUPS[name]
            sizes[group] = sizes.get(group, 0.0) + flops
        return sizes
    for part in step(scenario).components:
        sizes[part.group] = sizes.get(part.group, 0.0) + part.time_s
    return sizes


def value_of(scenario: Scenario, variable: str) -> float:
    """The scenario's own value of a variable that `vary` takes."""
    for part in (scenario.workload, scenario.plan, scenario.model, scenario.hardware, scenario):
        if hasattr(part, variable):
            value: float = getattr(part, variable)
            return value
    raise ValueError(f"{variable}: not a number of this scenario")


def _least(scenario: Scenario, variable: str) -> float:
    # A prompt is longer than the prefix of it that is cached.
    prefix = getattr(scenario.workload, "prefix_len", 0)
    return prefix + 1 if variable == "prompt_len" else 0


def _changes(
    scenario: Scenario, variable: str, groups: tuple[Group, Group], basis: Basis, points: Points
) -> list[tuple[float, float, bool]]:
    """Neighbouring points between which the lead changes hands, and whether the first group loses it."""
    lead = _lead(scenario.vary(variable, points), *groups, basis)  # type: ignore[arg-type]  # a grid, see app.engine.grid
    at = np.flatnonzero(np.sign(lead[:-1]) * np.sign(lead[1:]) < 0)
    # A point where both are equal to the last bit lies between its neighbours.
    level = np.flatnonzero((lead[1:-1] == 0) & (lead[:-2] * lead[2:] < 0))
    between = [(i, i + 1) for i in at] + [(i, i + 2) for i in level]
    return [(float(points[i]), float(points[j]), bool(lead[i] > 0)) for i, j in sorted(between)]


def _lead(scenario: Scenario, a: Group, b: Group, basis: Basis) -> Points:
    sizes = group_sizes(scenario, basis)
    for group in (a, b):
        if group not in sizes:
            raise ValueError(f"flip: {scenario.model.name} in {scenario.phase} has no {group} by {basis}")
    return np.asarray(sizes[a] - sizes[b], dtype=np.float64)


def _narrowed(
    scenario: Scenario, variable: str, groups: tuple[Group, Group], basis: Basis, bracket: tuple[float, float]
) -> float:
    """Bisection in as many parts as one vectorised evaluation takes, until the bracket is as narrow as a float."""
    low, high = bracket
    for _ in range(_ROUNDS):
        points = np.linspace(low, high, _PARTS + 1)
        inner = _changes(scenario, variable, groups, basis, points)
        if not inner:
            break
        low, high, _ = inner[0]
    return round((low + high) / 2, 6)
