"""A law to explore: its arguments as sliders, what it comes to, and how that moves along each argument."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from app.bank.question import Scale, Slider
from app.bank.reveal import Reveal
from app.engine.facts import UnknownFact
from app.engine.law_facts import law_of
from app.web import parts
from app.web.format import count, number, quantity
from app.web.forms import plain_number
from app.web.law_form import LawSetting
from app.web.plots.line import Line, LinePlot, line_plot
from app.web.views.instrument import Control
from app.web.views.prose import Sentence, Words

_POINTS = 25
_TABLE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class AlongView:
    """The law along one of its arguments, the others as they stand."""

    title: str
    plot: LinePlot
    sentence: str
    table: parts.NumbersTable


@dataclass(frozen=True, slots=True, kw_only=True)
class LawView:
    """What the page shows of a law."""

    controls: tuple[Control, ...]
    problems: tuple[str, ...]
    verdict: Sentence
    basis: str
    along: tuple[AlongView, ...]
    permalink: str
    action: str


def law_view(reveal: Reveal, setting: LawSetting, *, action: str) -> LawView:
    """The law that the key calls main, at a setting of its sliders."""
    main = next(law for law in reveal.laws if law.name == "main")
    value = _value(main.law, setting.arguments)
    unit = _unit(main.unit)
    labels = {slider.name: slider.label.lower() for slider in reveal.law_sliders}
    arguments = ", ".join(
        f"{labels.get(name, _words(name))} {_plain(value)}" for name, value in setting.arguments.items()
    )
    before = (
        () if setting.arguments == main.arguments else (Words(text=f"; before it was {quantity(main.value, unit)}"),)
    )
    return LawView(
        controls=tuple(_control(slider, setting) for slider in reveal.law_sliders),
        problems=tuple(setting.problems.values()),
        verdict=(
            Words(text=f"The {_words(main.law)} is "),
            Words(text="out of reach" if value is None else quantity(value, unit), strong=True),
            *before,
            Words(text="."),
        ),
        basis=f"With {arguments}.",
        along=tuple(_along(main.law, unit, setting.arguments, slider) for slider in reveal.law_sliders),
        permalink=f"{action}?{setting.query}" if setting.query else action,
        action=action,
    )


# Private


def _control(slider: Slider, setting: LawSetting) -> Control:
    low, high = slider.low or 0.0, slider.high or 0.0
    return Control(
        slider=parts.Slider(
            name=slider.name,
            label=slider.label,
            value=setting.values[slider.name],
            lower=plain_number(low),
            upper=plain_number(high),
            step="1" if low.is_integer() and high - low >= 2 else "any",
            log=slider.scale is Scale.LOG,
        ),
        problem=setting.problems.get(slider.name, ""),
    )


def _along(law: str, unit: str, arguments: Mapping[str, float], slider: Slider) -> AlongView:
    points = tuple(_points(law, arguments, slider))
    scale = 100.0 if unit == "%" else 1.0
    own = arguments[slider.name], _value(law, arguments)
    line = Line(end=_words(law), points=_scaled(points, scale))
    ends = f"from {quantity(points[0][1], unit)} at {plain_number(points[0][0])}"
    ends += f" to {quantity(points[-1][1], unit)} at {plain_number(points[-1][0])}"
    step = max(1, len(points) // _TABLE)
    return AlongView(
        title=f"Along {slider.label.lower()}",
        plot=line_plot(
            [line],
            x_title=slider.label.lower(),
            x_unit="",
            y_unit=" %" if unit == "%" else "",
            here=None if own[1] is None or own[0] <= 0 else (own[0], own[1] * scale),
        ),
        sentence=f"{_words(law).capitalize()} along {slider.label.lower()}: {ends}.",
        table=parts.NumbersTable(
            caption=f"{_words(law).capitalize()} along {slider.label.lower()}",
            head=(slider.label, _words(law)),
            rows=tuple((plain_number(x), quantity(y, unit)) for x, y in points[::step]),
        ),
    )


def _points(law: str, arguments: Mapping[str, float], slider: Slider) -> Iterator[tuple[float, float]]:
    low, high = max(slider.low or 0.0, 1e-9), slider.high or 1.0
    whole = float(slider.low or 0.0).is_integer() and high - low >= _POINTS
    seen = set()
    for i in range(_POINTS):
        x = low * (high / low) ** (i / (_POINTS - 1))
        x = float(round(x)) if whole else float(f"{x:.4g}")
        y = _value(law, {**arguments, slider.name: x})
        if y is not None and x not in seen:
            seen.add(x)
            yield x, y


def _scaled(points: Sequence[tuple[float, float]], scale: float) -> tuple[tuple[float, float], ...]:
    return tuple((x, y * scale) for x, y in points)


def _value(law: str, arguments: Mapping[str, float]) -> float | None:
    try:
        value = law_of(law, dict(arguments)).value
    except UnknownFact:
        return None
    return float(value) if isinstance(value, int | float) and isfinite(value) else None


def _plain(value: float) -> str:
    return count(value) if value == round(value) else number(value)


def _unit(unit: str) -> str:
    """A law's share is shown as percent."""
    return "%" if unit == "1" else unit


def _words(name: str) -> str:
    return name.removesuffix("_s").replace("_", " ")
