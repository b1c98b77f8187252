"""A reading as plain mappings, the form of JSON: what the command line prints and the page exports."""

from collections import defaultdict
from math import isfinite
from typing import Any

from app.engine import ENGINE_VERSION
from app.engine.report import fact_to_mapping
from app.profile.accounting import Accounts, GroupTime
from app.profile.advice import Advice
from app.profile.analysis import Reading
from app.profile.comparison import Comparison, Difference
from app.profile.facts import BASIS, profile_facts
from app.profile.groups import KERNEL_GROUP_LABELS
from app.profile.report import profile_to_mapping


def findings(reading: Reading) -> dict[str, Any]:
    """Everything that is said about a measured job, in base units; times are sums over the steps that count."""
    profile, books = reading.profile, reading.accounts
    overlap = books.overlap
    return {
        "engine": ENGINE_VERSION,
        "basis": BASIS,
        "steps": profile.n_steps,
        "wall_s": profile.wall_s,
        "busy_s": profile.busy_s,
        "idle_s": profile.idle_s,
        "kernel_s": profile.kernel_s,
        "recording": None
        if profile.recording is None
        else {"wall_s": profile.recording.wall_s, "busy_s": profile.recording.busy_s},
        "window_us": None if profile.window_us is None else list(profile.window_us),
        "groups": {str(one.group): _group(books, one) for one in books.groups},
        "communication": {
            "total_s": overlap.total_s,
            "hidden_s": overlap.hidden_s,
            "exposed_s": overlap.exposed_s,
        },
        "bottleneck": str(books.bottleneck.group),
        "next_bottleneck": None if books.next_bottleneck is None else str(books.next_bottleneck.group),
        "found_by": evidence_shares(books),
        "hardware": None if reading.hardware is None else reading.hardware.slug or reading.hardware.name,
        "rates": _rates(reading),
        "levers": [_advice(one) for one in reading.advice],
        "comparison": None if reading.comparison is None else _comparison(reading.comparison),
        "facts": {name: fact_to_mapping(fact) for name, fact in profile_facts(books, reading.rates).items()},
        "profile": profile_to_mapping(profile),
    }


def evidence_shares(books: Accounts) -> dict[str, float]:
    """Share of the busy time by what its group was found by [0..1], the largest first."""
    sums: dict[str, float] = defaultdict(float)
    for row, time_s in zip(books.profile.rows, books.row_s, strict=True):
        sums[str(row.evidence)] += time_s / books.profile.busy_s
    return dict(sorted(sums.items(), key=lambda pair: -pair[1]))


def _group(books: Accounts, one: GroupTime) -> dict[str, Any]:
    least, most = books.range_of(one.group)
    return {
        "label": KERNEL_GROUP_LABELS[one.group],
        "time_s": one.time_s,
        "share_of_wall": one.share_of_wall,
        "share_of_busy": one.share_of_busy,
        "share_between": [least, most],
        "kernel_s": one.kernel_s,
        "calls": one.calls,
        "ceiling": _finite(one.ceiling),
        "flops": one.flops,
        "bytes_moved": one.bytes_moved,
    }


def _rates(reading: Reading) -> dict[str, Any] | None:
    rates = reading.rates
    if rates is None:
        return None if reading.model_mfu is None else {"model_mfu": reading.model_mfu}
    return {
        "flops_per_s": rates.flops_per_s,
        "bytes_per_s": rates.bytes_per_s,
        "covered": rates.covered,
        "peak": rates.peak_name,
        "mfu": rates.mfu,
        "mbu": rates.mbu,
        "model_mfu": reading.model_mfu,
    }


def _advice(one: Advice) -> dict[str, Any]:
    return {
        "lever": one.lever.id,
        "name": one.lever.name,
        "target": one.target,
        "share": one.share,
        "bound": _finite(one.bound),
        "predicted": one.predicted,
        "cost": one.lever.cost,
        "risk": one.lever.risk,
    }


def _comparison(one: Comparison) -> dict[str, Any]:
    return {
        "step": _difference(one.step),
        "groups": {str(each.group): _difference(each) for each in one.groups},
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "measured_s": one.measured_s,
        "predicted_s": one.predicted_s,
        "ratio": _finite(one.ratio),
        "explained_by": list(one.reasons),
    }


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
