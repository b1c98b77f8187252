"""A question in figures: what its verdict, numbers and flips are under this engine, and how two such states differ."""

from collections.abc import Iterator, Mapping
from math import isclose
from typing import Any

from app.bank.figures import Names, figure
from app.bank.play import binding_of, world_of
from app.bank.prose import references
from app.bank.read import Question
from app.bank.said import key_prose
from app.engine import ENGINE_VERSION

Snapshot = Mapping[str, Any]


def snapshot(question: Question) -> dict[str, Any]:
    """Everything that an engine or an edit may move, by name: plain numbers and words."""
    key, names = question.key, question.key.names
    said = dict.fromkeys(one for _, text in key_prose(question.recipe.key) for one in references(text))
    claimed = {claim.reference: claim.fact.value for claim in key.claims}
    return {
        "engine": ENGINE_VERSION,
        "verdict": {
            "component": key.component,
            "resource": key.resource,
            "stability": str(key.robustness.stability) if key.robustness else None,
        },
        "numbers": {
            "predicted_number": key.predicted_number,
            **{reference: value for reference in said if (value := _value(reference, names)) is not None},
            **claimed,
        },
        "flips": {flip.name: flip.at for flip in key.flips},
        "variants": dict(_variants(question)),
    }


def moved(old: Mapping[str, Snapshot], new: Mapping[str, Snapshot]) -> Iterator[str]:
    """One line for each verdict, number and flip that differs between two states of a bank."""
    for question in sorted({*old, *new}):
        if question not in new:
            yield f"{question}: removed"
        elif question not in old:
            yield f"{question}: added"
        else:
            for kind in ("verdict", "flips", "variants", "numbers"):
                yield from (f"{question}: {kind}: {line}" for line in _moved(old[question][kind], new[question][kind]))


def _value(reference: str, names: Names) -> Any:  # noqa: ANN401 - a number or a word
    try:
        return figure(reference, names).value
    except ValueError:  # a boundary that this engine does not find
        return None


def _variants(question: Question) -> Iterator[tuple[str, str]]:
    """What binds in each variant, for every choice of it."""
    recipe = question.recipe
    for variant in question.key.variants:
        for chosen in variant.every_choice():
            values = ", ".join(f"{name} {value}" for name, value in chosen.items())
            names = world_of(recipe, recipe.variants[variant.id], chosen).names
            yield f"{variant.id} ({values})", " and ".join(word for word in binding_of(recipe.key, names) if word)


def _moved(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if name not in new:
            yield f"{name} was {_written(before)}, is gone"
        elif name not in old:
            yield f"{name} is new: {_written(after)}"
        elif not _same(before, after):
            yield f"{name} {_written(before)} -> {_written(after)}{_change(before, after)}"


def _same(before: Any, after: Any) -> bool:  # noqa: ANN401 - numbers or words
    if isinstance(before, int | float) and isinstance(after, int | float):
        return isclose(before, after, rel_tol=1e-6)
    return bool(before == after)


def _change(before: Any, after: Any) -> str:  # noqa: ANN401 - as above
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (before, after))
    return f" ({after / before - 1:+.1%})" if numbers and before else ""


def _written(value: Any) -> str:  # noqa: ANN401 - as above
    return f"{value:.6g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
