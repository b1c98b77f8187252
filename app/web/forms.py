"""From a request to a Scenario: the instrument's query read against its sliders, nothing lost when a value is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.bank.question import Slider
from app.bank.sliders import SPEEDUP
from app.engine.mapping import scenario_from_mapping, scenario_to_mapping
from app.engine.scenario import Scenario, default_formats

_FORMATS = ("weight_dtype", "activation_dtype", "kv_dtype", "math_dtype")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where the sliders stand: the scenario they make, the speed-up in mind, what was typed, what is wrong with it."""

    scenario: Scenario
    speedup: float
    values: Mapping[str, str]
    problems: Mapping[str, str]
    query: str  # canonical: defaults dropped, in the sliders' order


def setting(base: Scenario, sliders: Sequence[Slider], query: Mapping[str, str], *, speedup: float = 4.0) -> Setting:
    """Read the query; a value that does not fit is reported beside its slider and the default computed instead."""
    written = scenario_to_mapping(base)
    defaults = {slider.name: _default(slider, written, speedup) for slider in sliders}
    values, problems, chosen = dict(defaults), {}, {}
    for slider in sliders:
        text = query.get(slider.name, "").strip()
        if not text:
            continue
        values[slider.name] = text
        try:
            chosen[slider.name] = _read(slider, text)
        except ValueError as error:
            problems[slider.name] = str(error)
    factor = chosen.get(SPEEDUP, speedup)
    try:
        scenario = _varied(base, {name: value for name, value in chosen.items() if name != SPEEDUP})
    except ValueError as error:
        scenario, problems = base, {**problems, "form": str(error)}
    canonical = {name: value if isinstance(value, str) else plain_number(value) for name, value in chosen.items()}
    kept = [(name, canonical[name]) for name in defaults if canonical.get(name, defaults[name]) != defaults[name]]
    return Setting(scenario=scenario, speedup=float(factor), values=values, problems=problems, query=urlencode(kept))


def number_from(text: str) -> float:
    """A number as people type it: 2,048 or 2 048 or 1.5; ValueError says what was found."""
    plain = text.replace(",", "").replace("\u202f", "").replace("\u00a0", "").replace(" ", "")
    try:
        value = float(plain)
    except ValueError:
        raise ValueError(f"{text!r} is not a number.") from None
    if not abs(value) < float("inf"):
        raise ValueError(f"{text!r} is not a finite number.")
    return int(value) if value.is_integer() else value


def plain_number(value: float) -> str:
    """A number as a form field holds it: no separators, no trailing zeros."""
    return str(int(value)) if float(value).is_integer() else f"{value:g}"


def _default(slider: Slider, written: Mapping[str, Any], speedup: float) -> str:
    if slider.name == SPEEDUP:
        return plain_number(speedup)
    value = written[slider.name]
    return value if isinstance(value, str) else plain_number(value)


def _read(slider: Slider, text: str) -> float | str:
    if slider.choices:
        if text not in slider.choices:
            raise ValueError(f"{slider.label}: {text!r} is not one of {', '.join(slider.choices)}.")
        return text
    try:
        value = number_from(text)
    except ValueError as error:
        raise ValueError(f"{slider.label}: {error}") from None
    if slider.name != SPEEDUP and not isinstance(value, int):
        raise ValueError(f"{slider.label}: {text} is not a whole number.")
    if slider.low is not None and slider.high is not None and not slider.low <= value <= slider.high:
        raise ValueError(f"{slider.label}: {text} is not between {slider.low:g} and {slider.high:g}.")
    return value


def _varied(base: Scenario, chosen: Mapping[str, float | str]) -> Scenario:
    written = scenario_to_mapping(base)
    if "hardware" in chosen and base.formats == default_formats(base.hardware):
        # Formats that nobody chose follow the chip: a V100 has no BF16.
        written = {name: value for name, value in written.items() if name not in _FORMATS}
    return scenario_from_mapping({**written, **chosen})
