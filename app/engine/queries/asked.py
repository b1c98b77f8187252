"""Reading what is asked of the engine: the parts of a plain mapping that are mappings themselves."""

from collections.abc import Mapping
from typing import Any

from app.engine.fields import Written, number, required
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Scenario


def only(written: Written, *names: str) -> Written:
    """The mapping, when it has no other fields than these; ValueError names the first."""
    for name in written:
        if name not in names:
            raise ValueError(f"{name}: not a field of this question; there are {', '.join(names)}")
    return written


def mapping_in(asked: Written, name: str) -> Mapping[str, Any]:
    """A field that holds a mapping."""
    value = required(asked, name)
    if not isinstance(value, Mapping):
        raise ValueError(f"{name}: expected a mapping of fields, found {type(value).__name__}")
    return value


def numbers_in(asked: Written, name: str) -> dict[str, float]:
    """A field that holds a mapping of numbers."""
    given = mapping_in(asked, name)
    return {setting: number(given, setting, None) for setting in given}


def scenario_in(asked: Written, name: str) -> Scenario:
    """A field that holds a scenario."""
    return scenario_from_mapping(mapping_in(asked, name))
