"""Arithmetic over figures, as prose writes it in braces: `(a - b) / c`, `min(a, b)`, `law(argument=a)`.

`main.share.flops.mlp+projections` is one name: a name has no space in it, so operators stand between spaces.
Only a small whole number may be typed, as in `2 * a`, and any number that a law is applied to.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import NamedTuple, TypeVar

from app.engine.facts import Fact, Value

LARGEST_TYPED = 100
ARITHMETIC = "arithmetic"  # the basis of a figure that several others make

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))"
    r"|(?P<name>[A-Za-z_][\w.@]*(?:\+[A-Za-z_][\w.@]*)*)"
    r"|(?P<sign>[-+*/(),=]))"
)
_FUNCTIONS: dict[str, Callable[..., float]] = {"min": min, "max": max, "floor": floor, "ceil": ceil}


Listed = TypeVar("Listed")


class BadExpression(ValueError):
    """What is wrong with an expression, in words for its author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Where an expression's names and laws are found."""

    name: Callable[[str], Fact]
    law: Callable[[str, Mapping[str, float]], Fact]


def evaluated_expression(text: str, lookup: Lookup) -> Fact:
    """The fact that the text names, or the figure that it comes to; BadExpression says what does not fit."""
    reader = _Reader(text, lookup)
    found = reader.sum()
    reader.end()
    if isinstance(found, Fact):
        return found
    return Fact(name=text.strip(), value=found, unit="1", basis=ARITHMETIC, convention="exact")


class _Token(NamedTuple):
    kind: str  # number, name, sign, or end
    text: str


Operand = Fact | float


class _Reader:
    """Recursive descent, a method a rule."""

    def __init__(self, text: str, lookup: Lookup) -> None:
        self.text, self.lookup = text.strip(), lookup
        self.tokens = [*_tokens(self.text), _Token("end", "")]
        self.at = 0
        self.laws = 0  # how deep in the brackets of laws

    def sum(self) -> Operand:
        left = self.product()
        while sign := self.taken("+", "-"):
            right = self.number(self.product())
            left = self.number(left) + right if sign == "+" else self.number(left) - right
        return left

    def product(self) -> Operand:
        left = self.factor()
        while sign := self.taken("*", "/"):
            right = self.number(self.factor())
            if sign == "/" and right == 0:
                raise BadExpression(f"{self.text!r}: divides by zero")
            left = self.number(left) * right if sign == "*" else self.number(left) / right
        return left

    def factor(self) -> Operand:
        if self.taken("-"):
            return -self.number(self.factor())
        if self.taken("("):
            inner = self.sum()
            self.expect(")")
            return inner
        token = self.next()
        if token.kind == "number":
            return self.typed(token.text)
        if token.kind != "name":
            raise BadExpression(f"{self.text!r}: a figure is missing{f' before {token.text!r}' if token.text else ''}")
        return self.call(token.text) if self.taken("(") else self.lookup.name(token.text)

    def call(self, name: str) -> Operand:
        if name in _FUNCTIONS:
            values = self.listed(lambda: self.number(self.sum()))
            if len(values) < 1 + (name in ("min", "max")) or (name in ("floor", "ceil") and len(values) > 1):
                raise BadExpression(f"{self.text!r}: {name} takes {'one figure' if name[-1] in 'rl' else 'several'}")
            return _FUNCTIONS[name](*values)
        self.laws += 1
        arguments = dict(self.listed(self.argument))
        self.laws -= 1
        return self.lookup.law(name, arguments)

    def argument(self) -> tuple[str, float]:
        token = self.next()
        if token.kind != "name" or not self.taken("="):
            raise BadExpression(f"{self.text!r}: a law's arguments are written argument=figure")
        return token.text, self.number(self.sum())

    def listed(self, read: Callable[[], Listed]) -> list[Listed]:
        found: list[Listed] = []
        while not self.taken(")"):
            if found:
                self.expect(",")
            found.append(read())
        return found

    def typed(self, text: str) -> float:
        value = float(text)
        if not self.laws and not (value.is_integer() and value <= LARGEST_TYPED):
            raise BadExpression(
                f"{self.text!r}: the number {text} is typed; only whole ones up to {LARGEST_TYPED} may be"
            )
        return int(value) if value.is_integer() else value

    def number(self, operand: Operand) -> float:
        value: Value = operand.value if isinstance(operand, Fact) else operand
        if isinstance(value, bool | str):
            raise BadExpression(f"{self.text!r}: {value!r} is not a number")
        return value

    def next(self) -> _Token:
        token = self.tokens[self.at]
        self.at += token.kind != "end"
        return token

    def taken(self, *signs: str) -> str:
        token = self.tokens[self.at]
        if token.kind != "sign" or token.text not in signs:
            return ""
        self.at += 1
        return token.text

    def expect(self, sign: str) -> None:
        if not self.taken(sign):
            raise BadExpression(f"{self.text!r}: {sign!r} is missing{self.before()}")

    def end(self) -> None:
        if self.tokens[self.at].kind != "end":
            raise BadExpression(f"{self.text!r}: an operator is missing{self.before()}")

    def before(self) -> str:
        token = self.tokens[self.at]
        return f" before {token.text!r}" if token.text else ""


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadExpression(f"{text!r}: {text[at:].strip()[:1]!r} is not understood")
        assert match.lastgroup is not None
        yield _Token(match.lastgroup, match[match.lastgroup])
        at = match.end()
