"""What failures and stragglers take from a long job: checkpoint interval, lost time, goodput, slowest member."""

from math import e

from app.engine.arguments import refuse_negative, refuse_unless_positive, refuse_unless_share
from app.engine.grid import everywhere, where


def system_mtbf_s(*, device_mtbf_s: float, n_devices: float) -> float:
    """Mean time between failures of a job that any one of `n` independent devices stops: MTBF/n [s]."""
    refuse_unless_positive(device_mtbf_s=device_mtbf_s, n_devices=n_devices)
    return device_mtbf_s / n_devices


def young_interval_s(*, checkpoint_s: float, mtbf_s: float) -> float:
    """Work between two checkpoints that loses least, to first order: sqrt(2 * checkpoint * MTBF) [s].

    Source: Young 1974, "A first order approximation to the optimum checkpoint interval".
    """
    refuse_unless_positive(checkpoint_s=checkpoint_s, mtbf_s=mtbf_s)
    interval_s: float = (2 * checkpoint_s * mtbf_s) ** 0.5
    return interval_s


def daly_interval_s(*, checkpoint_s: float, mtbf_s: float) -> float:
    """The same to higher order: sqrt(2cM) * (1 + sqrt(c/2M)/3 + (c/2M)/9) - c [s]; M itself from c = 2M on.

    Source: Daly 2006, "A higher order estimate of the optimum checkpoint interval for restart dumps".
    """
    young_s = young_interval_s(checkpoint_s=checkpoint_s, mtbf_s=mtbf_s)
    ratio = checkpoint_s / (2 * mtbf_s)
    return where(ratio < 1, young_s * (1 + ratio**0.5 / 3 + ratio / 9) - checkpoint_s, mtbf_s)


def overhead_share(*, interval_s: float, checkpoint_s: float, mtbf_s: float, restart_s: float = 0) -> float:
    """Time lost to checkpoints, repeated work and restarts, over useful time, to first order [1].

    c/interval + interval/(2M) + restart/M: a failure loses half an interval on average. At Young's interval it is
    sqrt(2c/M). Good while the interval is short against the MTBF; `goodput` has no such limit.
    """
    refuse_unless_positive(interval_s=interval_s, mtbf_s=mtbf_s)
    refuse_negative(checkpoint_s=checkpoint_s, restart_s=restart_s)
    return checkpoint_s / interval_s + interval_s / (2 * mtbf_s) + restart_s / mtbf_s


def goodput(*, interval_s: float, checkpoint_s: float, mtbf_s: float, restart_s: float = 0) -> float:
    """Share of the wall-clock time that is kept work, under exponential failures [0..1].

    interval / (M * e^(restart/M) * (e^((interval+c)/M) - 1)), from Daly 2006, the complete model.
    """
    refuse_unless_positive(interval_s=interval_s, mtbf_s=mtbf_s)
    refuse_negative(checkpoint_s=checkpoint_s, restart_s=restart_s)
    survives: float = e ** (-(interval_s + checkpoint_s) / mtbf_s)  # no failure until the next checkpoint is kept
    restarts: float = e ** (-restart_s / mtbf_s)
    return interval_s / mtbf_s * restarts * survives / (1 - survives)


def synchronous_rate(*, n_slow: float, slow_rate: float) -> float:
    """Rate of a synchronous job against one without stragglers [0..1]: that of its slowest member, however few."""
    refuse_negative(n_slow=n_slow)
    refuse_unless_share(slow_rate=slow_rate)
    return where(n_slow > 0, slow_rate, 1.0)


def independent_rate(*, n_devices: float, n_slow: float, slow_rate: float) -> float:
    """The same if nobody waited for anybody: the mean rate, 1 - (n_slow/n) * (1-slow_rate) [0..1]."""
    refuse_unless_positive(n_devices=n_devices)
    refuse_negative(n_slow=n_slow)
    refuse_unless_share(slow_rate=slow_rate)
    if not everywhere(n_slow <= n_devices):
        raise ValueError(f"n_slow: {n_slow} is more than n_devices {n_devices}")
    return 1 - n_slow / n_devices * (1 - slow_rate)


def delayed_step_share(*, n_devices: float, slow_share: float) -> float:
    """Share of the steps that wait for a straggler, if each device is slow in a share p of them: 1-(1-p)^n [0..1].

    Source: Dean and Barroso 2013, "The Tail at Scale".
    """
    refuse_unless_positive(n_devices=n_devices)
    refuse_unless_share(slow_share=slow_share)
    nobody_slow: float = (1 - slow_share) ** n_devices
    return 1 - nobody_slow
