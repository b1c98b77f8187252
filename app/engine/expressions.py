"""Expressions over named facts and laws: "(main.hbm_bytes - main.weight_bytes) / main.kv_bytes_per_token | token"."""

import ast
from collections.abc import Callable
from math import ceil, floor

from app.engine.facts import Fact, UnknownFact
from app.engine.law_facts import LAWS, law_of

Lookup = Callable[[str], Fact]
MAX_CHARACTERS = 400


def expression_fact(written: str, lookup: Lookup) -> Fact:
    """The value of an expression over facts, laws, + - * / ** min max floor ceil; after a bar stands its unit (else 1).

    `lookup` gives the fact of a dotted name. A name alone, or a law alone, keeps its own unit. UnknownFact says what
    cannot be read.
    """
    text, _, unit = (part.strip() for part in written.partition("|"))
    if len(text) > MAX_CHARACTERS:
        raise UnknownFact(f"an expression of {len(text)} characters; at most {MAX_CHARACTERS} are read")
    try:
        tree = _parsed(text)
    except (SyntaxError, ValueError, RecursionError):
        signs = "+ - * / ** min max floor ceil"
        raise UnknownFact(f"{written}: not readable; write facts, laws, numbers and {signs}") from None
    try:
        value, own_unit = _value(tree, lookup)
    except (ArithmeticError, TypeError, ValueError) as error:
        raise UnknownFact(f"{written}: {error}") from None
    return Fact(name=text, value=value, unit=unit or own_unit, basis="identity", convention="computed from facts")


def is_expression(written: str) -> bool:
    """Whether a reference computes something, rather than naming one fact or applying one law to plain numbers."""
    try:
        tree = _parsed(written.partition("|")[0].strip())
    except (SyntaxError, ValueError, RecursionError):
        return "|" in written
    if "|" in written:
        return True
    if isinstance(tree, ast.Call):
        return _is_computed_call(tree)
    return not isinstance(tree, ast.Attribute) and not _is_name(tree)


def _is_name(tree: ast.AST) -> bool:
    """A fact's name may hold signs: share.flops.mlp+projections."""
    match tree:
        case ast.Name():
            return True
        case ast.BinOp(left=left, op=ast.Add(), right=ast.Name()):
            return isinstance(left, ast.Attribute) or _is_name(left)
    return False


_COUNTED = ".counted_"


def _parsed(text: str) -> ast.expr:
    """The expression as a tree; share.flops.mlp@causal, to Python a matrix product, is a name here."""
    return ast.parse(text.replace("@", _COUNTED), mode="eval").body


Valued = tuple[float, str]


def _is_computed_call(tree: ast.AST) -> bool:
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name):
        return False
    plain = all(isinstance(keyword.value, ast.Constant) for keyword in tree.keywords)
    return tree.func.id in ("min", "max", *_WHOLE) or not plain


def _value(tree: ast.AST, lookup: Lookup) -> Valued:
    match tree:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number), "1"
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value, unit = _value(operand, lookup)
            return -value, unit
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            return _OPERATORS[type(operator)](_value(left, lookup)[0], _value(right, lookup)[0]), "1"
        case ast.Call(func=ast.Name(id="min" | "max" as name), args=[_, *_] as parts, keywords=[]):
            values = [_value(part, lookup) for part in parts]
            return (min if name == "min" else max)(value for value, _ in values), values[0][1]
        case ast.Call(func=ast.Name(id=name), args=[part], keywords=[]) if name in _WHOLE:
            value, unit = _value(part, lookup)
            return float(_WHOLE[name](value)), unit
        case ast.Call(func=ast.Name(id=name), args=[], keywords=keywords) if name in LAWS:
            law = law_of(name, {str(given.arg): _value(given.value, lookup)[0] for given in keywords})
            return float(law.value), law.unit
        case ast.Attribute():
            return _number(lookup(ast.unparse(tree).replace(_COUNTED, "@")))
    raise ValueError(f"{ast.unparse(tree)!r} is no fact, law or number")


def _number(fact: Fact) -> Valued:
    if isinstance(fact.value, (bool, str)):
        raise ValueError(f"{fact.name} is {fact.value!r}, not a number")
    return float(fact.value), fact.unit


def _power(base: float, exponent: float) -> float:
    if abs(exponent) > 60:
        raise ValueError(f"an exponent of {exponent:g}; at most 60")
    return float(base**exponent)


_WHOLE: dict[str, Callable[[float], int]] = {"floor": floor, "ceil": ceil}

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: _power,
}
