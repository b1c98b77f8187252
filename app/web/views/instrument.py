"""The instrument: sliders, and the readings that follow them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.bank.question import Scale, Slider
from app.bank.sliders import SPEEDUP
from app.engine.analysis import analyze
from app.web import parts
from app.web.forms import Setting, plain_number
from app.web.views.readings import Readings, full_readings, neutral_readings
from app.web.views.situation import choice_label


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One slider as the template draws it: a numeric range, or a select."""

    slider: parts.Slider | None = None
    select: parts.Select | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentView:
    """The sliders and their readings."""

    action: str
    controls: tuple[Control, ...]
    problems: tuple[str, ...]
    readings: Readings
    neutral: bool
    permalink: str


def instrument_view(
    setting: Setting, sliders: Sequence[Slider], *, action: str, neutral: bool = False
) -> InstrumentView:
    """The instrument at a setting. `neutral` builds nothing that tells what binds: it is absent, not hidden."""
    shown = [slider for slider in sliders if not (neutral and slider.name == SPEEDUP)]
    group = next((slider.group for slider in sliders if slider.group is not None), None)
    analysis = analyze(setting.scenario)
    readings = neutral_readings(analysis) if neutral else full_readings(analysis, factor=setting.speedup, group=group)
    return InstrumentView(
        action=action,
        controls=tuple(_control(slider, setting) for slider in shown),
        problems=tuple(setting.problems.values()),
        readings=readings,
        neutral=neutral,
        permalink=f"{action}?{setting.query}" if setting.query else action,
    )


def _control(slider: Slider, setting: Setting) -> Control:
    value, problem = setting.values[slider.name], setting.problems.get(slider.name, "")
    if slider.choices:
        choices = tuple(
            parts.Choice(value=choice, label=choice_label(slider.name, choice)) for choice in slider.choices
        )
        return Control(
            select=parts.Select(name=slider.name, label=slider.label, value=value, choices=choices),
            problem=problem,
        )
    low, high = slider.low or 0.0, slider.high or 0.0
    return Control(
        slider=parts.Slider(
            name=slider.name,
            label=slider.label,
            value=value,
            lower=plain_number(low),
            upper=plain_number(high),
            unit="×" if slider.name == SPEEDUP else "",
            step="any" if slider.name == SPEEDUP else "1",
            log=slider.scale is Scale.LOG,
        ),
        problem=problem,
    )
