"""Short ways to write a line, and sums of lines that are there already."""

from collections.abc import Iterable, Sequence

from app.engine.derivation import Inputs, Line

Lines = tuple[Line, ...]


def line(symbol: str, formula: str, inputs: Inputs, value: float, unit: str, source: str = "") -> Line:
    """A line; without a source of its own it is arithmetic on what stands before it."""
    return Line(symbol=symbol, formula=formula, inputs=inputs, value=value, unit=unit, source=source or "arithmetic")


def total_of(symbol: str, parts: Sequence[Line], unit: str, source: str = "") -> Line:
    """The sum of lines that stand before it; zero where there are none."""
    formula = " + ".join(part.symbol for part in parts) or "0"
    return line(symbol, formula, (), sum(number(part) for part in parts), unit, source or "sum")


def number(found: Line) -> float:
    """The value of a line that is a number."""
    if isinstance(found.value, str):
        raise TypeError(f"{found.symbol} is a word, not a number")
    return found.value


def largest_of(symbol: str, parts: Sequence[Line], words: Sequence[str], source: str) -> Line:
    """The name of the largest of some lines: `words` are their names, in the same order."""
    inputs = tuple((part.symbol, number(part)) for part in parts)
    best = max(range(len(parts)), key=lambda i: inputs[i][1])
    formula = f"the largest of {', '.join(part.symbol for part in parts)}"
    return Line(symbol=symbol, formula=formula, inputs=inputs, value=words[best], unit="", source=source)


def once(lines: Iterable[Line]) -> Lines:
    """The lines in order, each symbol once."""
    found: dict[str, Line] = {}
    for one in lines:
        found.setdefault(one.symbol, one)
    return tuple(found.values())
