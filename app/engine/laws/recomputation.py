"""What recomputing activations costs, in FLOPs: the gap between hardware and model utilisation."""

from app.engine.arguments import refuse_negative


def recompute_overhead(recomputed: float) -> float:
    """FLOPs of a step over those without recomputation: (3 + recomputed)/3 [1].

    `recomputed`: forward passes that run again, 1 for full recomputation; backward counts as two forward passes.
    """
    refuse_negative(recomputed=recomputed)
    return (3 + recomputed) / 3


def mfu_of_hfu(hfu: float, recomputed: float = 1) -> float:
    """Model FLOPs utilisation of a job that reports hardware utilisation `hfu`: hfu * 3/(3 + recomputed) [0..1].

    Source of the two words: Chowdhery et al. 2022 (PaLM), appendix B; Korthikanti et al. 2022, section 6.3.
    """
    refuse_negative(hfu=hfu)
    return hfu / recompute_overhead(recomputed)
