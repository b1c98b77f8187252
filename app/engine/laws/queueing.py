"""How long requests wait at a busy server, how many are inside, and what a static batch wastes."""

from math import inf

from app.engine.arguments import refuse_negative, refuse_unless_positive
from app.engine.grid import everywhere, where


def time_in_system(utilisation: float) -> float:
    """Mean time in an M/M/1 system as a multiple of the service time: 1/(1-u) [1]; infinite from u = 1 on.

    Source: Kleinrock 1975, "Queueing Systems", volume 1, section 3.2.
    """
    refuse_negative(utilisation=utilisation)
    keeps_up = utilisation < 1
    return where(keeps_up, 1 / (1 - where(keeps_up, utilisation, 0.0)), inf)


def waiting_time(utilisation: float) -> float:
    """Mean time in an M/M/1 queue before service, as a multiple of the service time: u/(1-u) [1] (source as above)."""
    return time_in_system(utilisation) - 1


def requests_in_system(*, arrival_rate: float, time_in_system_s: float) -> float:
    """Mean number of requests inside, waiting or served: L = rate * time [request] (Little 1961); rate in [1/s].

    It holds for any arrivals and any service, so it also gives the batch that a server must hold at once.
    """
    refuse_negative(arrival_rate=arrival_rate, time_in_system_s=time_in_system_s)
    return arrival_rate * time_in_system_s


def static_batch_use(*, mean_len: float, longest_len: float) -> float:
    """Share of the slots of a static batch that make tokens: mean/longest output length [0..1].

    Every slot is held until the longest sequence of its batch ends (Yu et al. 2022, "Orca").
    """
    refuse_unless_positive(mean_len=mean_len, longest_len=longest_len)
    if not everywhere(mean_len <= longest_len):
        raise ValueError(f"mean_len: {mean_len} is above longest_len {longest_len}")
    return mean_len / longest_len


def continuous_batching_bound(*, mean_len: float, longest_len: float) -> float:
    """Most that continuous batching gains in throughput over a static batch: longest/mean output length [x].

    A bound: it takes every freed slot as filled at once, and a step as costing the same however it is filled.
    """
    return 1 / static_batch_use(mean_len=mean_len, longest_len=longest_len)
