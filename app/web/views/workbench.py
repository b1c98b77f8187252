"""The workbench: the form of one situation or two, what the engine says to them, and the ways out of the page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from textwrap import wrap
from urllib.parse import urlencode

from app.engine import ENGINE_VERSION
from app.engine.analysis import Analysis, analyze
from app.engine.catalog import HARDWARE, MODELS
from app.engine.mapping import scenario_to_mapping
from app.engine.scenario import Scenario
from app.engine.workload import LENGTH_NAMES, Phase
from app.web import parts
from app.web.format import count
from app.web.forms import plain_number
from app.web.plots.bars import KeyItem
from app.web.views.bottleneck_map import VARIABLES, usual_axes
from app.web.views.comparison import ComparisonView, comparison_view
from app.web.views.prose import plain
from app.web.views.readings import Readings, full_readings
from app.web.views.study import StudyView, study_view
from app.web.workbench.fields import COUNTS, HARDWARE_FIELD, MODEL, PHASE, WHOLE, Field, Part, fields_of
from app.web.workbench.setting import SECOND, Situation, Workbench

PATH = "/workbench"
_PHASE_LABELS = {Phase.TRAINING: "Training step", Phase.PREFILL: "Prefill", Phase.DECODE: "Decode step"}
_BATCHES = {Phase.TRAINING: "micro_batch", Phase.PREFILL: "batch", Phase.DECODE: "batch"}
_SPEEDUP = 4.0
_FIGURE_LINE, _FIGURE_WIDTH = 118, 936  # characters, pixels
EXPORTS = (("figure.svg", "SVG"), ("table.csv", "CSV"), ("report.md", "Markdown"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A field as the form draws it: a number, with a slider or without, or a select."""

    number: parts.Slider | None = None
    slides: bool = False
    select: parts.Select | None = None
    placeholder: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """A part of the form; `open` where something in it was changed."""

    title: str
    fields: tuple[FieldView, ...]
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SideView:
    """A situation's figures: its title, and what the engine says."""

    name: str
    title: str
    readings: Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbenchView:
    """All that the workbench shows."""

    action: str
    phase: str
    tabs: tuple[tuple[str, str, bool], ...]
    first: tuple[PartView, ...]
    second: tuple[PartView, ...]
    comparing: bool
    axes: tuple[parts.Select, ...]
    problems: tuple[str, ...]
    made_by: str
    engine: str
    sides: tuple[SideView, ...]
    comparison: ComparisonView | None
    study: StudyView | None
    permalink: str
    exports: tuple[tuple[str, str], ...]
    paste: str
    pasted: str = ""
    paste_problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureBlock:
    """One situation in the figure that is taken along, and how far down it begins."""

    y: int
    title: str
    readings: Readings
    key: tuple[tuple[int, KeyItem], ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureView:
    """The figure that is taken along: sizes are of its own, since it stands alone."""

    height: int
    sentence: str
    blocks: tuple[FigureBlock, ...]
    foot: str
    link: str


def workbench_view(bench: Workbench, *, study: bool = True) -> WorkbenchView:
    """The page; a slider that moves asks for it without the study."""
    analyses = [analyze(bench.first.scenario)]
    if bench.second is not None:
        analyses.append(analyze(bench.second.scenario))
    axes = bench.axes or usual_axes(bench.phase)
    return WorkbenchView(
        action=PATH,
        phase=str(bench.phase),
        tabs=tuple((label, f"{PATH}?{_moved_to(bench, phase)}", phase is bench.phase) for phase, label in _TABS),
        first=_form(bench.phase, bench.first, prefix=""),
        second=_form(bench.phase, bench.second or bench.first, prefix=SECOND, base=bench.first),
        comparing=bench.second is not None,
        axes=_axes(bench.phase, axes),
        problems=bench.problems,
        made_by=bench.made_by,
        engine=ENGINE_VERSION,
        sides=tuple(side_view(analysis, name) for analysis, name in zip(analyses, "AB", strict=False)),
        comparison=None if len(analyses) == 1 else comparison_view(*analyses),
        study=study_view(analyses[0], axes=axes) if study else None,
        permalink=f"{PATH}?{bench.query}",
        exports=tuple((f"{PATH}/{name}?{bench.query}", label) for name, label in EXPORTS),
        paste=f"{PATH}/model?{bench.query}",
    )


def figure_view(bench: Workbench, *, link: str) -> FigureView:
    """The bars of one situation or two, with their sentences as lines of text."""
    sides = workbench_view(bench, study=False).sides
    blocks: list[FigureBlock] = []
    y = 16
    for side in sides:
        words = f"{plain(side.readings.binding)} {plain(side.readings.flip)} {side.readings.memory}"
        lines = tuple(wrap(words, _FIGURE_LINE))
        title = side.title if len(sides) == 1 else f"{side.name}: {side.title}"
        blocks.append(FigureBlock(y=y, title=title, readings=side.readings, key=_key(side.readings), lines=lines))
        y += 204 + 22 * len(lines)
    return FigureView(
        height=y + 58,
        sentence=" ".join(f"{block.title}. {plain(block.readings.binding)}" for block in blocks),
        blocks=tuple(blocks),
        foot=f"Chokepoint, engine {ENGINE_VERSION}. Counted: {sides[0].readings.convention}.",
        link=link,
    )


def side_view(analysis: Analysis, name: str) -> SideView:
    """The figures of one situation; the caption of its table names it, since there may be two."""
    readings = full_readings(analysis, factor=_SPEEDUP, group=None)
    readings = replace(readings, table=replace(readings.table, caption=f"{name}: {readings.table.caption}"))
    return SideView(name=name, title=situation_title(analysis.scenario), readings=readings)


def situation_title(scenario: Scenario) -> str:
    """A situation in one line: model, devices, work."""
    length, batch = LENGTH_NAMES[scenario.phase], _BATCHES[scenario.phase]
    work = f"{VARIABLES[length][0]} {count(getattr(scenario.workload, length))}"
    work += f", {VARIABLES[batch][0]} {count(getattr(scenario.workload, batch))}"
    return f"{scenario.model.name} on {count(scenario.n_devices)} × {scenario.hardware.name}: {scenario.phase}, {work}"


# Private


def _key(readings: Readings) -> tuple[tuple[int, KeyItem], ...]:
    """The key's items and where each begins; as many as fit on one line."""
    placed, x = [], 72
    for item in () if readings.bars is None else readings.bars.key:
        width = 34 + 7 * len(item.label)
        if x + width <= _FIGURE_WIDTH:
            placed.append((x, item))
            x += width
    return tuple(placed)


_TABS = tuple(_PHASE_LABELS.items())


def _form(phase: Phase, situation: Situation, *, prefix: str, base: Situation | None = None) -> tuple[PartView, ...]:
    usual = _usual(situation.scenario if base is None else base.scenario)
    changed = dict(situation.query)
    views = []
    for part in Part:
        members = [field for field in fields_of(phase) if field.part is part]
        fields = tuple(_field(field, situation, prefix=prefix, base=base, usual=usual) for field in members)
        is_open = part in (Part.WHAT, Part.WORK) or any(
            field.name in changed or field.name in situation.problems for field in members
        )
        views.append(PartView(title=part, fields=fields, open=is_open))
    return tuple(views)


def _field(
    field: Field, situation: Situation, *, prefix: str, base: Situation | None, usual: Mapping[str, str]
) -> FieldView:
    typed = situation.values[field.name]
    value = typed if base is None or typed != base.values[field.name] else ""
    name, problem = prefix + field.name, situation.problems.get(field.name, "")
    if field.choices:
        return FieldView(select=_select(field, name, value, base=base, usual=usual), problem=problem)
    number = parts.Slider(
        name=name,
        label=field.label,
        value=value,
        lower=plain_number(field.low),
        upper=plain_number(field.high),
        step="1" if field.name in WHOLE else "any",
        log=field.low > 0,
    )
    placeholder = "as in A" if base is not None else usual.get(field.name, "")
    return FieldView(number=number, slides=field.slides and base is None, placeholder=placeholder, problem=problem)


def _select(field: Field, name: str, value: str, *, base: Situation | None, usual: Mapping[str, str]) -> parts.Select:
    choices = [parts.Choice(value=choice, label=_choice_label(field, choice)) for choice in field.choices]
    if value.startswith("{"):
        choices.insert(0, parts.Choice(value=value, label="the model that you pasted"))
    if base is not None:
        choices.insert(0, parts.Choice(value="", label="as in A"))
    elif not field.default:
        choices.insert(0, parts.Choice(value="", label=f"default: {usual.get(field.name, '')}"))
    return parts.Select(name=name, label=field.label, value=value, choices=tuple(choices))


def _choice_label(field: Field, choice: str) -> str:
    if field.name == MODEL:
        return MODELS[choice].name
    return HARDWARE[choice].name if field.name == HARDWARE_FIELD else choice


def _usual(scenario: Scenario) -> dict[str, str]:
    """What stands in a field that nobody filled."""
    written = scenario_to_mapping(scenario)
    flat = {**written, **written["plan"]}
    flat |= {name: written["conventions"][part] for name, part in COUNTS.items()}
    flat["sequence_parallel"] = "on" if written["plan"]["sequence_parallel"] else "off"
    return {
        name: value if isinstance(value, str) else plain_number(value)
        for name, value in flat.items()
        if isinstance(value, str | int | float)
    }


def _axes(phase: Phase, chosen: tuple[str, str]) -> tuple[parts.Select, ...]:
    names = [name for name in VARIABLES if name == "d_model" or any(field.name == name for field in fields_of(phase))]
    choices = tuple(parts.Choice(value=name, label=VARIABLES[name][0]) for name in names)
    return tuple(
        parts.Select(name=name, label=label, value=value, choices=choices)
        for name, label, value in zip(("map_x", "map_y"), ("Map across", "Map up"), chosen, strict=True)
    )


def _moved_to(bench: Workbench, phase: Phase) -> str:
    """The address of the same situations in another phase: length and batch keep their values."""
    renamed = {LENGTH_NAMES[bench.phase]: LENGTH_NAMES[phase], _BATCHES[bench.phase]: _BATCHES[phase]}
    known = {field.name for field in fields_of(phase)}
    kept = [(PHASE, str(phase))]
    for prefix, situation in (("", bench.first), (SECOND, bench.second)):
        for name, value in () if situation is None else situation.query:
            if renamed.get(name, name) in known:
                kept.append((prefix + renamed.get(name, name), value))
    return urlencode(kept)
