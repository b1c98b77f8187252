"""From a query to the arguments of a law: a value that does not fit is reported, and the key's own computed instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from app.bank.question import Slider
from app.engine.facts import UnknownFact
from app.engine.law_facts import law_of
from app.web.forms import number_from, plain_number


@dataclass(frozen=True, slots=True, kw_only=True)
class LawSetting:
    """Where the sliders of a law stand, what was typed, what is wrong with it, and the address of the state."""

    arguments: Mapping[str, float]
    values: Mapping[str, str]
    problems: Mapping[str, str]
    query: str


def law_setting(
    law: str, arguments: Mapping[str, float], sliders: Sequence[Slider], query: Mapping[str, str]
) -> LawSetting:
    """Read the query against the sliders of a law."""
    values = {slider.name: plain_number(arguments[slider.name]) for slider in sliders}
    chosen, problems = dict(arguments), {}
    for slider in sliders:
        text = query.get(slider.name, "").strip()
        if not text:
            continue
        values[slider.name] = text
        try:
            chosen[slider.name] = _read(slider, text)
            law_of(law, chosen)
        except (ValueError, UnknownFact) as error:
            problems[slider.name] = f"{slider.label}: {error}".rstrip(".") + "."
            chosen[slider.name] = arguments[slider.name]
    kept = [(name, plain_number(chosen[name])) for name in values if chosen[name] != arguments[name]]
    return LawSetting(arguments=chosen, values=values, problems=problems, query=urlencode(kept))


def _read(slider: Slider, text: str) -> float:
    value = number_from(text)
    if slider.low is not None and slider.high is not None and not slider.low <= value <= slider.high:
        raise ValueError(f"{text} is not between {slider.low:g} and {slider.high:g}")
    return value
