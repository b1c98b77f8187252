"""Laws of a question: a formula of the engine and the numbers that the situation puts in. Part of the key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.bank.figures import BadFigure, Names, applied_law, law_reference, named, number
from app.bank.question import Slider
from app.bank.schema.question import SliderForm
from app.bank.sliders import slider_value
from app.engine.catalog import near_misses
from app.engine.facts import Fact
from app.engine.law_facts import LAWS

_OWN_NAME = re.compile(r"(?<![\w.])(?:(law|flips|given)\.([a-z]\w*)|(profile)\.([a-z][\w.+]*\w))(?![\w.(])")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedLaw:
    """A law by its name in the engine, its arguments, and what it comes to."""

    law: str
    arguments: Mapping[str, float]
    fact: Fact

    @property
    def reference(self) -> str:
        """The law as a rubric and the engine write it: `bubble_share(n_micro_batches=32, pp=8)`."""
        return law_reference(self.law, self.arguments)

    def moved(self, argument: str, value: float) -> "AppliedLaw":
        """The same law with one argument changed; ValueError when it has none of that name, or takes no such value."""
        if argument not in self.arguments:
            raise ValueError(f"{argument}: not an argument here{near_misses(argument, self.arguments)}")
        return _applied(self.law, {**self.arguments, argument: value})


def law_from_fields(fields: Mapping[str, Any], names: Names) -> AppliedLaw:
    """Read `{law: bubble_share, pp: 8, n_micro_batches: given.n_microbatches}`; ValueError names what does not fit."""
    law = fields.get("law")
    if law not in LAWS:
        raise ValueError(f"law: {law!r} is not a law of the engine{near_misses(str(law), LAWS)}")
    return _applied(str(law), {name: _argument(value, names) for name, value in fields.items() if name != "law"})


def laws_from_forms(forms: Mapping[str, Mapping[str, Any]], names: Names) -> dict[str, AppliedLaw]:
    """All laws of a key in order; a later one may use an earlier one."""
    read: dict[str, AppliedLaw] = {}
    for name, fields in forms.items():
        known = replace(names, laws={**names.laws, **{earlier: law.fact for earlier, law in read.items()}})
        try:
            read[name] = law_from_fields(fields, known)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return read


def law_slider(form: SliderForm, law: AppliedLaw | None) -> Slider:
    """A slider over an argument of a law, both ends tried out."""
    if law is None:
        raise ValueError("there is no law named main; sliders of laws move its arguments")
    if form.low is None or form.high is None:
        raise ValueError("an argument of a law is a number: give low and high")
    for value in (form.low, form.high):
        law.moved(form.name, value)
    return slider_value(form)


def with_figures(written: object, names: Names, laws: Mapping[str, AppliedLaw]) -> object:
    """A rubric as written, with what only the bank knows put in: `law.NAME` as the law applied, `flips.NAME`,
    `given.NAME` and `profile.NAME` as numbers. The grader knows facts and laws, no question."""
    match written:
        case str() if written.startswith("profile.") and _OWN_NAME.fullmatch(written):
            found = _measured(written, names)
            return written if found is None else f"{_as_law(found.value)} | {found.unit}"
        case str():
            return _OWN_NAME.sub(
                lambda found: _for_grader(found[1] or found[3], found[2] or found[4], names, laws) or found[0], written
            )
        case Mapping():
            return {name: with_figures(value, names, laws) for name, value in written.items()}
        case list():
            return [with_figures(value, names, laws) for value in written]
    return written


def _for_grader(kind: str, name: str, names: Names, laws: Mapping[str, AppliedLaw]) -> str | None:
    if kind == "law":
        return laws[name].reference if name in laws else None
    if kind == "profile":
        measured = _measured(f"profile.{name}", names)
        return None if measured is None else _as_law(measured.value)
    value = names.flips[name].value if kind == "flips" and name in names.flips else names.given.get(name)
    return None if value is None else f"({value!r})"


def _measured(name: str, names: Names) -> Fact | None:
    """A measured number; None for a word, and for a name that the check of the rubric will refuse."""
    try:
        found = named(name, names)
    except BadFigure:
        return None
    return None if isinstance(found.value, str) else found


def _as_law(value: float | str) -> str:
    """A measured number as the grader reads it: typed numbers stand in laws only."""
    return f"measured(value={float(value)!r})"


def _applied(law: str, arguments: Mapping[str, float]) -> AppliedLaw:
    return AppliedLaw(law=law, arguments=arguments, fact=applied_law(law, arguments))


def _argument(value: Any, names: Names) -> float:  # noqa: ANN401 - what YAML holds
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{value!r} is neither a number nor a figure")
    return number(value, names) if isinstance(value, str) else value
