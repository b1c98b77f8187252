"""Bootstrap intervals: how far a figure moves when the answers are drawn again, with replacement (Efron 1979)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]

DRAWS = 1000
LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure and the middle 95 % of what it is on answers drawn again; low and high are not a number of too few."""

    value: float
    low: float
    high: float


def draws(places: Places, rng: np.random.Generator) -> Places:
    """DRAWS samples of the places, as many each as there are. Figures that share them move together."""
    return rng.choice(places, size=(DRAWS, len(places))) if places.size else np.empty((0, 0), dtype=np.intp)


def estimated(measure: Callable[[Places], float], places: Places, sampled: Places) -> Estimate:
    """`measure` takes places of answers; a draw on which it is not defined is left out."""
    value = measure(places) if places.size else float("nan")
    found = np.array([measure(drawn) for drawn in sampled])
    found = found[np.isfinite(found)]
    if len(places) < 2 or not found.size:
        return Estimate(value=value, low=float("nan"), high=float("nan"))
    low, high = np.quantile(found, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Estimate(value=value, low=float(low), high=float(high))
