"""Arithmetic on intervals of time: unions, what runs at the same moment, and which gaps are left."""

import numpy as np

from app.profile.trace import Floats, Ints


def union(start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """The disjoint intervals that cover the same time, in order."""
    busy = end > start
    start, end = start[busy], end[busy]
    if not len(start):
        return start, end
    order = np.argsort(start, kind="stable")
    start, reach = start[order], np.maximum.accumulate(end[order])
    opens = np.concatenate(([True], start[1:] > reach[:-1]))
    closes = np.concatenate((opens[1:], [True]))
    return start[opens], reach[closes]


def length(start: Floats, end: Floats) -> float:
    """Time that the intervals cover together [s]."""
    begins, ends = union(start, end)
    return float((ends - begins).sum())


def clipped(start: Floats, end: Floats, window: tuple[float, float]) -> tuple[Floats, Floats]:
    """The intervals as far as they lie in the window; what lies outside has no length."""
    begins = np.clip(start, *window)
    return begins, np.maximum(np.clip(end, *window), begins)


def moments(start: Floats, end: Floats, row: Ints) -> dict[tuple[int, ...], float]:
    """How long each set of rows ran at the same time [s]; the sums are the time in which anything ran."""
    busy = end > start
    start, end, row = start[busy], end[busy], row[busy]
    times = np.concatenate((start, end))
    change = np.concatenate((np.ones(len(start), np.int64), -np.ones(len(end), np.int64)))
    rows = np.concatenate((row, row))
    order = np.lexsort((-change, times))
    sums: dict[tuple[int, ...], float] = {}
    running: dict[int, int] = {}
    key: tuple[int, ...] = ()
    before = 0.0
    for at, step, one in zip(times[order].tolist(), change[order].tolist(), rows[order].tolist(), strict=True):
        if key and at > before:
            sums[key] = sums.get(key, 0.0) + at - before
        before = at
        count = running.get(one, 0) + step
        if count == 0:
            del running[one]
            key = tuple(sorted(running))
        else:
            running[one] = count
            if count == 1 and step == 1:
                key = tuple(sorted(running))
    return sums


def gaps(start: Floats, end: Floats, window: tuple[float, float]) -> tuple[Floats, Floats]:
    """The intervals of the window in which nothing ran."""
    begins, ends = union(*clipped(start, end, window))
    opens = np.concatenate(([window[0]], ends))
    closes = np.concatenate((begins, [window[1]]))
    free = closes > opens
    return opens[free], closes[free]
