"""Formulas in an answer ("16d^2", "s/(6d+s)"): found, read by precedence, evaluated with a scenario's numbers."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from app.grading.text import Span


class Formula(NamedTuple):
    """A formula as written; `variables` are its letters, as names of scenario numbers."""

    text: str
    span: Span
    variables: frozenset[str]


def formulas(plain: str, span: Span) -> Iterator[Formula]:
    """Formulas in a stretch: at least one variable with a coefficient or an operator, or 1/(1 - number)."""
    position = span.start
    while start := _START.search(plain, position, span.end):
        tokens, end = _run(plain, start.start(), span.end)
        variables = frozenset(_NAMES[token] for token in tokens if token in _NAMES)
        if _says_something(tokens, variables):
            yield Formula(plain[start.start() : end].strip(), Span(start.start(), end), variables)
        position = max(end, start.start() + 1)


def value_of(formula: str, numbers: Mapping[str, float]) -> float | None:
    """The formula's value, or None when it has a letter that the scenario does not know or makes no sense."""
    tokens, end = _run(formula, 0, len(formula))
    if end < len(formula.rstrip()) or len(tokens) > 60:
        return None
    try:
        value, rest = _sum(tokens, 0, numbers)
    except (KeyError, IndexError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return value if rest == len(tokens) else None


_NAMES = {
    "s": "seq_len", "n": "seq_len", "seq_len": "seq_len", "seq": "seq_len", "d": "d_model",
    "d_model": "d_model", "hidden": "d_model", "d_ff": "d_ff", "f": "d_ff", "b": "batch", "l": "n_layers",
    "n_layers": "n_layers", "v": "vocab_size",
}  # fmt: skip
_TOKEN = re.compile(
    r"\s?(?:(?P<number>\d{1,12}(?:,\d{3})*(?:\.\d{1,9})?(?:e[+-]?\d{1,2}(?!\w))?)(?P<k>k(?![a-z]))?"
    r"|(?P<name>d_model|d_ff|n_layers|seq_len|seq(?![a-z])|hidden(?![a-z]))"
    r"|(?P<letters>[sndblvf]{1,3}(?![a-z'_]))|(?P<operator>[-+*/^()·×]))"
)
_START = re.compile(r"(?<![\w.'^])(?:\((?=[\ds])|\d|(?:d_model|d_ff|seq_len)\b|[sndblvf]{1,3}(?![a-z'_]))")


def _run(plain: str, start: int, end: int) -> tuple[list[str], int]:
    """Tokens from `start` as far as they go; a space ends the run unless an operator stands at one side of it."""
    tokens: list[str] = []
    position, depth, kept, whole = start, 0, start, 0
    while position < end and len(tokens) < 60 and (match := _TOKEN.match(plain, position, end)):
        token = match.group().strip()
        spaced = match.group()[:1].isspace()
        of_width = (
            bool(tokens) and tokens[-1][0].isdigit() and token in ("d", "d_model")
        )  # "4 d" is 4d, "4 s" may be time
        if spaced and not match["operator"] and not of_width and (not tokens or tokens[-1] not in _OPERATORS):
            break
        if (token == ")" and depth == 0) or (match["number"] and tokens and tokens[-1] in _NAMES):
            break
        depth += (token == "(") - (token == ")")
        tokens += list(match["letters"]) if match["letters"] else [_plain_number(match)] if match["number"] else [token]
        position = match.end()
        if depth == 0 and not (match["operator"] and token != ")"):
            kept = position
            whole = len(tokens)
    return (tokens[:whole], kept) if kept > start else ([], start)


_OPERATORS = frozenset("+-*/^(·×")


def _plain_number(match: re.Match[str]) -> str:
    number = float(match["number"].replace(",", "")) * (1000 if match["k"] else 1)
    return repr(number)


def _says_something(tokens: list[str], variables: frozenset[str]) -> bool:
    operators = sum(token in _OPERATORS for token in tokens)
    if variables:
        coefficient = tokens[0][0].isdigit() and variables - {"batch"}
        return operators > 0 or bool(coefficient)
    return operators >= 3 and "(" in tokens and tokens[:2] == ["1.0", "/"]


def _sum(tokens: list[str], at: int, numbers: Mapping[str, float]) -> tuple[float, int]:
    value, at = _product(tokens, at, numbers)
    while at < len(tokens) and tokens[at] in "+-":
        sign = 1 if tokens[at] == "+" else -1
        term, at = _product(tokens, at + 1, numbers)
        value += sign * term
    return value, at


def _product(tokens: list[str], at: int, numbers: Mapping[str, float]) -> tuple[float, int]:
    value, at = _tight(tokens, at, numbers)
    while at < len(tokens) and tokens[at] in "*/·×":
        divides = tokens[at] == "/"
        factor, at = _tight(tokens, at + 1, numbers)
        value = value / factor if divides else value * factor
    return value, at


def _tight(tokens: list[str], at: int, numbers: Mapping[str, float]) -> tuple[float, int]:
    """Factors without a sign between them belong together: s/6d is s/(6d)."""
    value, at = _power(tokens, at, numbers)
    while at < len(tokens) and tokens[at] not in "+-*/^)·×":
        factor, at = _power(tokens, at, numbers)
        value *= factor
    return value, at


def _power(tokens: list[str], at: int, numbers: Mapping[str, float]) -> tuple[float, int]:
    value, at = _atom(tokens, at, numbers)
    if at < len(tokens) and tokens[at] == "^":
        exponent, at = _atom(tokens, at + 1, numbers)
        value **= min(exponent, 9.0)
    return value, at


def _atom(tokens: list[str], at: int, numbers: Mapping[str, float]) -> tuple[float, int]:
    token = tokens[at]
    if token == "(":
        value, at = _sum(tokens, at + 1, numbers)
        if tokens[at] != ")":
            raise ValueError("unbalanced")
        return value, at + 1
    if token in _NAMES:
        return float(numbers[_NAMES[token]]), at + 1
    return float(token), at + 1
