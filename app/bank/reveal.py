"""The reveal: what a candidate sees of a key once the answer is locked, as it is stored with the grade.

A reveal is stored, not looked up again, so that what was graded and what is shown come from one engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.bank.key import Key
from app.bank.prose import Part, Prose
from app.engine import ENGINE_VERSION
from app.engine.facts import Fact
from app.engine.report import fact_to_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSaying:
    """A common claim and the engine's verdict, for the page."""

    claim: str
    verdict: Prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """Trap, numbers, flip, moves, and what the prediction is held against."""

    engine: str
    trap: Prose
    numbers: tuple[Prose, ...]
    flip: Prose
    moves: tuple[Prose, ...]
    people_say: tuple[ShownSaying, ...]
    component: str
    resource: str
    predicted_number: float
    sources: tuple[str, ...]


def reveal_to_mapping(key: Key) -> dict[str, Any]:
    """The part of a key that the reveal shows, with its figures as this engine computes them."""
    return {
        "engine": ENGINE_VERSION,
        "trap": _written(key.trap),
        "numbers": [_written(prose) for prose in key.numbers],
        "flip": _written(key.flip),
        "moves": [_written(prose) for prose in key.moves],
        "people_say": [{"claim": saying.claim, "verdict": _written(saying.verdict)} for saying in key.people_say],
        "component": key.component,
        "resource": key.resource,
        "predicted_number": key.predicted_number,
        "sources": list(key.sources),
    }


def reveal_from_mapping(stored: Mapping[str, Any]) -> Reveal:
    """The reveal as it was stored."""
    return Reveal(
        engine=stored["engine"],
        trap=_read(stored["trap"]),
        numbers=tuple(_read(prose) for prose in stored["numbers"]),
        flip=_read(stored["flip"]),
        moves=tuple(_read(prose) for prose in stored["moves"]),
        people_say=tuple(
            ShownSaying(claim=saying["claim"], verdict=_read(saying["verdict"])) for saying in stored["people_say"]
        ),
        component=stored["component"],
        resource=stored["resource"],
        predicted_number=stored["predicted_number"],
        sources=tuple(stored["sources"]),
    )


def _written(prose: Prose) -> list[Any]:
    return [part if isinstance(part, str) else {"name": part.name, **fact_to_mapping(part)} for part in prose]


def _read(stored: list[Any]) -> Prose:
    return tuple(_part(part) for part in stored)


def _part(stored: Any) -> Part:  # noqa: ANN401 - what JSON holds
    if isinstance(stored, str):
        return stored
    value = float("inf") if stored["value"] is None else stored["value"]
    return Fact(**{**stored, "value": value})
