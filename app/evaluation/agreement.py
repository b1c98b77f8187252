"""How far two markings of the same answers agree: quadratic kappa on bands, rank correlation, mean error."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

BANDS = ("0-19", "20-39", "40-59", "60-79", "80-100")


def band(overall: Numbers) -> Numbers:
    """min(4, floor(overall / 20)): five bands of the overall mark [0..4]."""
    return np.minimum(4.0, np.floor(overall / 20))


def quadratic_kappa(first: Numbers, second: Numbers) -> float:
    """Cohen's kappa with quadratic weights; not a number where both mark everything alike.

    1 - E[(a - b)^2] / E[(a - b')^2] with b' drawn apart from a, whose mean is var(a) + var(b) + (mean a - mean b)^2:
    the table of counts is never needed (Fleiss and Cohen 1973).
    """
    if not first.size:
        return float("nan")
    by_chance = first.var() + second.var() + (first.mean() - second.mean()) ** 2
    return float(1 - ((first - second) ** 2).mean() / by_chance) if by_chance > 0 else float("nan")


def rank_correlation(first: Numbers, second: Numbers) -> float:
    """Spearman's: Pearson's on ranks, ties at their mean rank; not a number where one side is all ties."""
    if not first.size:
        return float("nan")
    a, b = ranks(first), ranks(second)
    a, b = a - a.mean(), b - b.mean()
    spread = np.sqrt((a**2).sum() * (b**2).sum())
    return float((a * b).sum() / spread) if spread > 0 else float("nan")


def ranks(values: Numbers) -> Numbers:
    """1 for the smallest; equal values share the mean of their places."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    found: Numbers = (last - (count - 1) / 2)[place]
    return found


def mean_error(first: Numbers, second: Numbers) -> float:
    """Mean absolute difference; not a number of nothing."""
    return float(np.abs(first - second).mean()) if first.size else float("nan")


def bias(first: Numbers, second: Numbers) -> float:
    """Mean of first - second: above zero where the first is kinder."""
    return float((first - second).mean()) if first.size else float("nan")
