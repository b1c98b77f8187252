"""The few operations that a formula needs beyond + - * /, for one number and for a grid of them alike.

Formulas are annotated `float`; a NumPy array may stand wherever a number does, so that a map of 100 x 100
situations is one evaluation.
"""

from typing import Any

import numpy as np

_Array: Any = np.ndarray  # looked up once: an analysis asks some two hundred times


def is_grid(value: object) -> bool:
    """Whether an array stands where a number is annotated."""
    return isinstance(value, _Array)


def everywhere(truth: Any) -> bool:  # noqa: ANN401 - a bool, or an array of them
    """Whether a condition holds, for a grid in each of its cells."""
    return bool(np.all(truth)) if is_grid(truth) else bool(truth)


def larger(a: float, b: float) -> float:
    """The larger of two, cell by cell."""
    if isinstance(a, _Array) or isinstance(b, _Array):
        cells: float = np.maximum(a, b)
        return cells
    return a if a >= b else b


def smaller(a: float, b: float) -> float:
    """The smaller of two, cell by cell."""
    if isinstance(a, _Array) or isinstance(b, _Array):
        cells: float = np.minimum(a, b)
        return cells
    return a if a <= b else b


def where(condition: Any, a: float, b: float) -> float:  # noqa: ANN401 - a bool, or an array of them
    """`a` where the condition holds, else `b`, cell by cell."""
    if not isinstance(condition, _Array):
        return a if condition else b
    cells: Any = np.where(condition, a, b)
    return float(cells) if cells.ndim == 0 else cells


def ceil(value: float) -> float:
    """The next whole number up, cell by cell."""
    return -(-value // 1)


def log2(value: float) -> float:
    """The logarithm to base two, cell by cell."""
    cells: float = np.log2(value)
    return cells if is_grid(value) else float(cells)
