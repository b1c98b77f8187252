"""Which lever to try first on a measured job: what Amdahl allows each of the engine's levers on measured shares."""

from dataclasses import dataclass

from app.engine.amdahl import ceiling
from app.engine.analysis import Analysis
from app.engine.groups import Group
from app.engine.levers.catalogue import lever
from app.engine.levers.lever import Lever
from app.engine.levers.ranking import LeverResult, weigh
from app.profile.accounting import Accounts
from app.profile.kinds import Kind

IDLE = "idle"

_LEVERS: dict[str, tuple[str, ...]] = {
    Group.MLP: ("fp8", "gemm_tuning"),
    Group.PROJECTIONS: ("fp8", "gemm_tuning"),
    Group.HEAD: ("gemm_tuning",),
    Group.EXPERTS: ("load_balance", "fp8"),
    Group.ATTENTION_CORE: ("attention_tiling",),
    Group.NORMS: ("fused_norms", "mlp_fusion"),
    Group.COMMUNICATION: ("overlap",),
    Group.OPTIMIZER: ("bigger_global_batch",),
    IDLE: ("cuda_graphs",),
}
"""The levers of the catalogue that act on a group, the one that usually takes least effort for its gain first."""

UNFUSED = 0.3
"""From this share of softmax and batched matmuls on, the attention core counts as unfused."""

_WORTH_IT = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One lever on what it acts on: the measured share, the most it can gain [x], and the engine's own estimate [x]."""

    lever: Lever
    target: str
    share: float
    bound: float
    predicted: float | None = None


def advice(accounts: Accounts, predicted: Analysis | None = None) -> tuple[Advice, ...]:
    """The levers for what takes at least 1 % of the time, the largest share first."""
    results = {one.lever.id: one for one in weigh(predicted).results} if predicted is not None else {}
    found = [
        _advice(lever_id, target, share, results)
        for target, share in _targets(accounts)
        for lever_id in _levers_for(accounts, target)
    ]
    return tuple(one for one in found if one.share >= _WORTH_IT)


def unfused_share(accounts: Accounts) -> float:
    """Share of the attention core's time in softmax, batched matmuls and element-wise kernels [0..1]."""
    core = [row for row in accounts.profile.rows if row.group is Group.ATTENTION_CORE]
    total = sum(row.time_s for row in core)
    return sum(row.time_s for row in core if row.kind is not Kind.ATTENTION) / total if total else 0.0


def launch_share(accounts: Accounts) -> float:
    """Share of the wall time in which nothing ran because the host had not launched it [0..1]."""
    profile = accounts.profile
    return profile.idle.launch_s / profile.wall_s if profile.idle is not None and profile.wall_s else 0.0


def graph_gap_share(accounts: Accounts) -> float:
    """Share of the wall time in graphs without a recorded kernel: there kernels are probably missing [0..1]."""
    profile = accounts.profile
    return profile.idle.graph_s / profile.wall_s if profile.idle is not None and profile.wall_s else 0.0


def _targets(accounts: Accounts) -> list[tuple[str, float]]:
    shares = [(str(one.group), one.share) for one in accounts.groups if str(one.group) in _LEVERS]
    if accounts.profile.source.on_cpu:  # no graph of kernels takes a CPU's Python away
        return sorted(shares, key=lambda pair: -pair[1])
    return sorted([*shares, (IDLE, launch_share(accounts))], key=lambda pair: -pair[1])


def _levers_for(accounts: Accounts, target: str) -> tuple[str, ...]:
    if target == Group.ATTENTION_CORE and unfused_share(accounts) > UNFUSED:
        return ("flash_attention", *_LEVERS[target])
    return _LEVERS[target]


def _advice(lever_id: str, target: str, share: float, results: dict[str, LeverResult]) -> Advice:
    one = results.get(lever_id)
    return Advice(
        lever=lever(lever_id),
        target=target,
        share=share,
        bound=ceiling(share),
        predicted=None if one is None else one.speedup,
    )
