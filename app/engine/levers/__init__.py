"""Levers: what one may do about a scenario, what each gains by analysing the changed one, ranked."""

from app.engine.levers.catalogue import LEVERS, adjusted, lever
from app.engine.levers.lever import Lever, NotApplicable
from app.engine.levers.ranking import LeverResult, Refused, Weighed, lever_result, lever_speedup, ranked, weigh

__all__ = [
    "LEVERS",
    "Lever",
    "LeverResult",
    "NotApplicable",
    "Refused",
    "Weighed",
    "adjusted",
    "lever",
    "lever_result",
    "lever_speedup",
    "ranked",
    "weigh",
]
