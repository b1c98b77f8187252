"""Sliders of a question, checked against the scenario that they move."""

from app.bank.question import Scale, Slider
from app.bank.schema.question import SliderForm
from app.engine.catalog import near_misses
from app.engine.mapping import fields_of, scenario_from_mapping, scenario_to_mapping
from app.engine.scenario import Scenario

SPEEDUP = "speedup"  # not a field of a scenario: how much faster a group is imagined


def slider_from_form(form: SliderForm, scenario: Scenario | None) -> Slider:
    """A slider as a value; ValueError when it names nothing that the scenario has, or a choice that is not there."""
    if form.scale is Scale.LOG and (form.low or 0) <= 0:
        raise ValueError(f"low: {form.low} is not above zero, as a log scale needs")
    if form.name == SPEEDUP and form.group is None:
        raise ValueError("group: missing; say which component group a speedup slider speeds up")
    if scenario is not None and form.name != SPEEDUP:
        _try_out(form, scenario)
    return slider_value(form)


def slider_value(form: SliderForm) -> Slider:
    """The form as a value, with a label."""
    return Slider(
        name=form.name,
        label=form.label or form.name.replace("_", " ").capitalize(),
        low=form.low,
        high=form.high,
        scale=form.scale,
        choices=tuple(form.choices),
        group=form.group,
    )


def _try_out(form: SliderForm, scenario: Scenario) -> None:
    written = scenario_to_mapping(scenario)
    if form.name not in written:
        raise ValueError(
            f"name: {form.name!r} is not a field of the scenario{near_misses(form.name, fields_of(scenario.phase))}"
        )
    formats = {name for name in written if name.endswith("_dtype")} if form.name == "hardware" else set()
    rest = {name: value for name, value in written.items() if name not in formats}
    for value in form.choices or (form.low, form.high):
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        scenario_from_mapping({**rest, form.name: whole})
