"""Laws by name, applied to given numbers: facts of questions that need no model.

`bubble_share(pp=8, n_micro_batches=32)` is a fact like any other: a key or a rubric names the law and the numbers that
the prompt gives, and the engine computes the figure.
"""

import ast
from dataclasses import replace

from app.engine.catalog import near_misses
from app.engine.facts import Fact, UnknownFact
from app.engine.law_table import LAWS, Law

__all__ = ["LAWS", "is_law", "law_fact", "law_of", "parsed_law"]


def is_law(reference: str) -> bool:
    """Whether a reference applies a law, rather than naming a fact of a scenario."""
    return "(" in reference


def law_fact(reference: str) -> Fact:
    """The fact that a law gives for the numbers written in its brackets; UnknownFact says what does not fit."""
    name, numbers = parsed_law(reference)
    return replace(law_of(name, numbers), name=reference)


def law_of(name: str, numbers: dict[str, float]) -> Fact:
    """The fact that the law of that name gives for these numbers; UnknownFact says what does not fit."""
    called = f"{name}({', '.join(f'{argument}={value:g}' for argument, value in numbers.items())})"
    if name not in LAWS:
        raise UnknownFact(f"{called}: no such law{near_misses(name, LAWS)}")
    law = LAWS[name]
    for argument in numbers:
        if argument not in law.arguments:
            raise UnknownFact(f"{called}: {name} has no argument {argument!r}; it has {', '.join(law.arguments)}")
    try:
        value = _applied(law, numbers)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise UnknownFact(f"{called}: {error}") from None
    return Fact(name=called, value=value, unit=law.unit, basis="identity", convention="exact")


def _applied(law: Law, numbers: dict[str, float]) -> float:
    # Amdahl's two functions take their share by position in the code; every law is called by name here.
    return float(law.formula(**numbers))


def parsed_law(reference: str) -> tuple[str, dict[str, float]]:
    """The name of a law and the numbers in its brackets; UnknownFact where they cannot be read."""
    try:
        call = ast.parse(reference.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise UnknownFact(f"{reference}: not readable; write law(argument=number, ...)") from None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.args:
        raise UnknownFact(f"{reference}: not readable; write law(argument=number, ...)")
    numbers = {}
    for keyword in call.keywords:
        value = keyword.value
        if keyword.arg is None or not isinstance(value, ast.Constant) or not isinstance(value.value, (int, float)):
            raise UnknownFact(f"{reference}: every argument is a plain number, as in pp=8")
        numbers[keyword.arg] = value.value
    return call.func.id, numbers
