"""From a query to one situation or two: nothing typed is lost, and one state has one address."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import gcd
from typing import Any
from urllib.parse import urlencode

from app.engine import ENGINE_VERSION
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Scenario
from app.engine.workload import Phase
from app.web.forms import number_from, plain_number
from app.web.workbench.fields import COUNTS, MODEL, ON, PHASE, WHOLE, Field, fields_of
from app.web.workbench.model import model_from_text

SECOND = "b."
"""Fields of the second situation start with this; those that are left out are the first one's."""
COMPARE = "compare"
MAP_AXES = ("map_x", "map_y")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A scenario, what was typed for it, what is wrong with that by field, and its part of the address."""

    scenario: Scenario
    values: Mapping[str, str]
    problems: Mapping[str, str]
    query: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """Where the workbench stands: one situation, or two side by side; the axes of the map; who made the link."""

    phase: Phase
    first: Situation
    second: Situation | None
    axes: tuple[str, str] | None
    made_by: str
    """The engine that an opened link names, where it is another one; else empty."""
    query: str

    @property
    def problems(self) -> tuple[str, ...]:
        """All that is wrong with what was typed."""
        second = () if self.second is None else self.second.problems.values()
        return tuple(dict.fromkeys((*self.first.problems.values(), *second)))


def workbench_from(query: Mapping[str, str], *, variables: tuple[str, ...]) -> Workbench:
    """Read a query; `variables` are what a map can be drawn over."""
    phase = Phase(query.get(PHASE, "")) if query.get(PHASE) in set(Phase) else Phase.DECODE
    first = _situation(phase, query, {})
    changed = {name.removeprefix(SECOND): value for name, value in query.items() if name.startswith(SECOND)}
    second = _situation(phase, changed, first.values) if changed or query.get(COMPARE) else None
    axes = _axes(query, phase, variables)
    made_by = query.get("engine", "")
    return Workbench(
        phase=phase,
        first=first,
        second=second,
        axes=axes,
        made_by=made_by if made_by != ENGINE_VERSION else "",
        query=_canonical(phase, first, second, axes),
    )


# Private


def _situation(phase: Phase, query: Mapping[str, str], base: Mapping[str, str]) -> Situation:
    """What is typed over `base`; a value that does not fit is reported at its field and left out."""
    values = {
        field.name: query.get(field.name, "").strip() or base.get(field.name, "") or field.default
        for field in fields_of(phase)
    }
    problems: dict[str, str] = {}
    chosen = dict(_chosen(phase, values, problems))
    scenario = _scenario(phase, chosen, problems)
    return Situation(scenario=scenario, values=values, problems=problems, query=tuple(_kept(phase, chosen, base)))


def _scenario(phase: Phase, chosen: dict[str, Any], problems: dict[str, str]) -> Scenario:
    """The scenario of what was chosen; what the engine refuses is reported and given up, field by field."""
    defaults = {field.name: field.default for field in fields_of(phase)}
    while True:
        try:
            return scenario_from_mapping(_written(phase, chosen))
        except ValueError as error:
            own = [name for name, value in chosen.items() if str(value) != defaults[name]]
            blamed = str(error).partition(":")[0].partition(".")[0]
            name = blamed if blamed in own else own[-1]  # the engine names one of two fields that do not agree
            problems.setdefault(name, str(error))
            del chosen[name]
            chosen |= dict(_chosen(phase, {name: defaults[name]}, {}))


def _chosen(phase: Phase, values: Mapping[str, str], problems: dict[str, str]) -> Iterator[tuple[str, Any]]:
    for field in fields_of(phase):
        text = values.get(field.name, "")
        if not text:
            continue
        try:
            yield field.name, _read(field, text)
        except ValueError as error:
            problems[field.name] = str(error)
            if field.default:
                yield field.name, _read(field, field.default)


def _read(field: Field, text: str) -> float | str:
    if field.name == MODEL:
        return text
    if field.choices:
        if text not in field.choices:
            raise ValueError(f"{field.label}: {text!r} is not one of {', '.join(field.choices)}.")
        return text
    try:
        value = number_from(text)
    except ValueError as error:
        raise ValueError(f"{field.label}: {error}") from None
    if field.name in WHOLE and not isinstance(value, int):
        raise ValueError(f"{field.label}: {text} is not a whole number.")
    if not field.low <= value <= field.high:
        raise ValueError(f"{field.label}: {text} is not between {plain_number(field.low)} and {field.high:,g}.")
    return value


def _written(phase: Phase, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping that the engine reads."""
    written: dict[str, Any] = {PHASE: str(phase), "conventions": {}}
    for name, value in chosen.items():
        if name == MODEL:
            written[name] = model_from_text(str(value))
        elif name in COUNTS:
            written["conventions"][COUNTS[name]] = value
        elif name == "sequence_parallel":
            written[name] = value == ON
        else:
            written[name] = int(value) if name == "zero" else value
    if phase is not Phase.TRAINING and not any(name in chosen for name in ("tp", "pp", "cp")):
        written["tp"] = _usual_tp(written)
    return written


def _usual_tp(written: Mapping[str, Any]) -> int:
    """As many devices as share the heads evenly inside a node: the engine's own default refuses an odd number."""
    one = scenario_from_mapping({**written, "n_devices": 1, "ep": 1})
    shared = gcd(int(one.model.n_heads), int(written["n_devices"]))
    return max(degree for degree in range(1, one.hardware.devices_per_node + 1) if shared % degree == 0)


def _kept(phase: Phase, chosen: Mapping[str, Any], base: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the address says: what differs from the default, or for a second situation from the first."""
    for field in fields_of(phase):
        if field.name in chosen:
            value = chosen[field.name]
            text = value if isinstance(value, str) else plain_number(value)
            if text != (base.get(field.name) or field.default):
                yield field.name, text


def _axes(query: Mapping[str, str], phase: Phase, variables: tuple[str, ...]) -> tuple[str, str] | None:
    names = {field.name for field in fields_of(phase)} | {"d_model"}
    x, y = (query.get(name, "") for name in MAP_AXES)
    return (x, y) if x != y and {x, y} <= names.intersection(variables) else None


def _canonical(phase: Phase, first: Situation, second: Situation | None, axes: tuple[str, str] | None) -> str:
    """Defaults dropped, one order, the engine named last."""
    kept = [(PHASE, str(phase)), *first.query]
    if second is not None:
        kept += [(SECOND + name, value) for name, value in second.query] or [(COMPARE, "1")]
    if axes is not None:
        kept += zip(MAP_AXES, axes, strict=True)
    return urlencode([*kept, ("engine", ENGINE_VERSION)])
