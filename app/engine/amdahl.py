"""Amdahl's law (1967): what a faster part does for the whole. The share must be of time, or its basis be named."""


def ceiling(share: float) -> float:
    """Speed-up of the whole if the part took no time: 1/(1-share) [1]; infinite for a share of one."""
    return 1 / (1 - share) if share < 1 else float("inf")


def rescaled_share(share: float, factor: float) -> float:
    """Share of a part that grows `factor` times while the rest stays: share*factor/(share*factor + 1-share) [1]."""
    return share * factor / (share * factor + 1 - share)


def speedup(share: float, factor: float) -> float:
    """Speed-up of the whole if the part runs `factor` times faster: 1/((1-share) + share/factor) [1]."""
    return 1 / ((1 - share) + share / factor)
