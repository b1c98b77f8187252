"""The reveal: what a candidate sees of a key once the answer is locked, as it is stored with the grade.

A reveal is stored, not looked up again, so that what was graded and what is shown come from one engine.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.bank.key import Key
from app.bank.prose import Part, Prose
from app.bank.question import Scale, Slider
from app.engine import ENGINE_VERSION
from app.engine.facts import Fact
from app.engine.report import fact_to_mapping
from app.engine.studies.sensitivity import Stability


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSaying:
    """A common claim and the engine's verdict, for the page."""

    claim: str
    verdict: Prose


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFlip:
    """Where the answer turns along one variable, and what holds on each side."""

    name: str
    variable: str
    where: str
    own: float
    at: float
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBreak:
    """An assumption under which something else binds."""

    assumption: str
    component: str
    resource: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBadge:
    """Whether the verdict survives what it was tried against; where it does not, what breaks it and the reason."""

    stability: Stability
    n_trials: int
    breaks: tuple[ShownBreak, ...]
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLaw:
    """A law that the key applies: Explore moves the arguments of the one named main."""

    name: str
    law: str
    arguments: Mapping[str, float]
    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """Trap, numbers, flip, moves, and what the prediction is held against."""

    engine: str
    trap: Prose
    numbers: tuple[Prose, ...]
    flip: Prose
    moves: tuple[Prose, ...]
    people_say: tuple[ShownSaying, ...]
    component: str | None
    resource: str | None
    predicted_number: float
    flips: tuple[ShownFlip, ...]
    badge: ShownBadge | None
    laws: tuple[ShownLaw, ...]
    law_sliders: tuple[Slider, ...]
    sources: tuple[str, ...]


def reveal_to_mapping(key: Key) -> dict[str, Any]:
    """The part of a key that the reveal shows, with its figures as this engine computes them."""
    return {
        "engine": ENGINE_VERSION,
        "trap": prose_to_list(key.trap),
        "numbers": [prose_to_list(prose) for prose in key.numbers],
        "flip": prose_to_list(key.flip),
        "moves": [prose_to_list(prose) for prose in key.moves],
        "people_say": [{"claim": saying.claim, "verdict": prose_to_list(saying.verdict)} for saying in key.people_say],
        "component": key.component,
        "resource": key.resource,
        "predicted_number": key.predicted_number,
        "flips": [_flip(flip) for flip in key.flips],
        "badge": _badge(key),
        "laws": [
            {
                "name": name,
                "law": law.law,
                "arguments": dict(law.arguments),
                "value": law.fact.value,
                "unit": law.fact.unit,
            }
            for name, law in key.laws.items()
        ],
        "law_sliders": [asdict(slider) for slider in key.law_sliders],
        "sources": list(key.sources),
    }


def reveal_from_mapping(stored: Mapping[str, Any]) -> Reveal:
    """The reveal as it was stored."""
    badge = stored["badge"]
    return Reveal(
        engine=stored["engine"],
        trap=prose_from_list(stored["trap"]),
        numbers=tuple(prose_from_list(prose) for prose in stored["numbers"]),
        flip=prose_from_list(stored["flip"]),
        moves=tuple(prose_from_list(prose) for prose in stored["moves"]),
        people_say=tuple(
            ShownSaying(claim=saying["claim"], verdict=prose_from_list(saying["verdict"]))
            for saying in stored["people_say"]
        ),
        component=stored["component"],
        resource=stored["resource"],
        predicted_number=stored["predicted_number"],
        flips=tuple(ShownFlip(**flip) for flip in stored["flips"]),
        badge=None if badge is None else _shown_badge(badge),
        laws=tuple(ShownLaw(**law) for law in stored["laws"]),
        law_sliders=tuple(_slider(slider) for slider in stored["law_sliders"]),
        sources=tuple(stored["sources"]),
    )


def prose_to_list(prose: Prose) -> list[Any]:
    """Prose as JSON keeps it: texts, and figures with their unit and convention."""
    return [part if isinstance(part, str) else {"name": part.name, **fact_to_mapping(part)} for part in prose]


def prose_from_list(stored: list[Any]) -> Prose:
    """Prose as it was stored."""
    return tuple(_part(part) for part in stored)


def _part(stored: Any) -> Part:  # noqa: ANN401 - what JSON holds
    if isinstance(stored, str):
        return stored
    value = float("inf") if stored["value"] is None else stored["value"]
    return Fact(**{**stored, "value": value})


def _flip(flip: Any) -> dict[str, Any]:  # noqa: ANN401 - a FoundFlip, whose module belongs to the key
    return {name: getattr(flip, name) for name in ("name", "variable", "where", "own", "at", "before", "after")}


def _badge(key: Key) -> dict[str, Any] | None:
    found = key.robustness
    if found is None:
        return None
    breaks = [asdict(one) for one in found.breaks]
    return {"stability": str(found.stability), "n_trials": found.n_trials, "breaks": breaks, "reason": key.fragile}


def _shown_badge(stored: Mapping[str, Any]) -> ShownBadge:
    return ShownBadge(
        stability=Stability(stored["stability"]),
        n_trials=stored["n_trials"],
        breaks=tuple(ShownBreak(**one) for one in stored["breaks"]),
        reason=stored["reason"],
    )


def _slider(stored: Mapping[str, Any]) -> Slider:
    return Slider(**{**stored, "scale": Scale(stored["scale"]), "choices": tuple(stored["choices"])})
