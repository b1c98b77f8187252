"""A measured job beside the engine's prediction: where they differ by more than 1.5 times, and what explains it."""

import re
from dataclasses import dataclass, replace

from app.engine.analysis import Analysis, analyze
from app.engine.groups import GROUP_LABELS, Group, Resource
from app.engine.scenario import Attention, Launch
from app.profile.accounting import Accounts
from app.profile.advice import UNFUSED, launch_share, unfused_share
from app.profile.groups import GEMM_GROUPS, Unassigned
from app.profile.kinds import Kind

FAR = 1.5
"""Measured over predicted, or the other way round, beyond which a difference asks for an explanation."""

_SMALL_GEMM_S = 20e-6
_IDLE = 0.1
_NOTABLE = 0.005
_FULL_PRECISION = re.compile(r"(?i)sgemm|tf32|s1688gemm_\d|_SB_|_S_B_|simt_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One group a step on one device: measured and predicted [s], and why they may differ; `group` None is the step."""

    group: Group | None
    measured_s: float
    predicted_s: float
    reasons: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """Measured over predicted [x]; infinite where nothing was predicted."""
        return self.measured_s / self.predicted_s if self.predicted_s > 0 else float("inf")

    @property
    def is_far(self) -> bool:
        """Whether they differ by more than FAR."""
        return not 1 / FAR <= self.ratio <= FAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The step, then its groups, the largest measured or predicted time first."""

    predicted: Analysis
    step: Difference
    groups: tuple[Difference, ...]


def compared(accounts: Accounts, predicted: Analysis) -> Comparison:
    """The profile beside an analysis of the scenario that it is said to be."""
    n_steps = accounts.profile.n_steps
    step_s = (accounts.profile.wall_s or accounts.profile.busy_s) / n_steps
    found = []
    for group in Group:
        measured_s = accounts.time_of(group).time_s / n_steps
        predicted_s = sum(part.time_s for part in predicted.components if part.group is group)
        if max(measured_s, predicted_s) > 0:
            difference = Difference(group=group, measured_s=measured_s, predicted_s=predicted_s)
            found.append(replace(difference, reasons=_reasons(difference, accounts, predicted, step_s)))
    step = Difference(group=None, measured_s=step_s, predicted_s=predicted.time_s.estimate)
    return Comparison(
        predicted=predicted,
        step=replace(step, reasons=_step_reasons(step, accounts, predicted)),
        groups=tuple(sorted(found, key=lambda one: -max(one.measured_s, one.predicted_s))),
    )


def _reasons(one: Difference, accounts: Accounts, predicted: Analysis, step_s: float) -> tuple[str, ...]:
    assert one.group is not None
    small = max(one.measured_s / step_s, one.predicted_s / predicted.time_s.estimate) < _NOTABLE
    if not one.is_far or small or accounts.profile.source.on_cpu:
        return ()
    if one.ratio < 1:
        return _faster(one, accounts)
    found: list[str] = []
    if one.group is Group.ATTENTION_CORE:
        found += _unfused(accounts, predicted)
    if one.group in GEMM_GROUPS:
        found += _matmuls(one.group, accounts, predicted)
    if one.group is Group.COMMUNICATION:
        found += _exposed(accounts, predicted)
    if one.group in (Group.NORMS, Group.OPTIMIZER):
        found += _many_launches(one.group, accounts, predicted)
    return tuple(found) or ("The job does more of it than the scenario says, or does it at a lower rate.",)


def _faster(one: Difference, accounts: Accounts) -> tuple[str, ...]:
    assert one.group is not None
    _, most = accounts.range_of(one.group)
    own = accounts.time_of(one.group).share
    if one.group in GEMM_GROUPS and most > FAR * own and most - own > _NOTABLE:
        between = f"between {_percent(own)} and {_percent(most)}"
        return (f"Part of it may stand under unassigned matmuls or unknown kernels: its share is {between}.",)
    if one.measured_s == 0:
        return ("No kernel was recognised as this: it may be fused into others, or not run at all.",)
    if one.group is Group.COMMUNICATION and accounts.overlap.hidden_s > 0:
        hidden = accounts.overlap.hidden_s / accounts.overlap.total_s
        return (f"{_percent(hidden)} of it hides behind computation; the scenario's overlap says less.",)
    return ("The job does less than the scenario says: fewer layers or tokens on this device, or no recomputation.",)


def _unfused(accounts: Accounts, predicted: Analysis) -> list[str]:
    share = unfused_share(accounts)
    if share <= UNFUSED:
        return []
    words = f"Unfused attention: softmax, batched matmuls and element-wise kernels take {_percent(share)} of it."
    if predicted.scenario.attention is not Attention.FUSED:
        return [words]
    other = analyze(replace(predicted.scenario, attention=Attention.UNFUSED))
    expected = sum(part.time_s for part in other.components if part.group is Group.ATTENTION_CORE)
    return [f"{words} Unfused, the engine expects {expected * 1e3:.3g} ms a step."]


def _matmuls(group: Group, accounts: Accounts, predicted: Analysis) -> list[str]:
    rows = [row for row in accounts.profile.rows if row.group is group and row.kind is Kind.GEMM]
    calls, time_s = sum(row.calls for row in rows), sum(row.time_s for row in rows)
    found = []
    if calls and time_s / calls < _SMALL_GEMM_S:
        found.append(
            f"Small GEMMs: {time_s / calls * 1e6:.3g} µs on average, too short to fill the chip or to hide a launch."
        )
    wide = sum(row.time_s for row in rows if _FULL_PRECISION.search(row.name))
    math = predicted.scenario.formats.math
    if time_s and wide / time_s > 0.5 and math not in ("fp32", "tf32"):
        found.append(f"Its GEMMs run in FP32 or TF32 by their names; the scenario multiplies in {math}.")
    flops = sum(row.flops for row in rows) / accounts.profile.n_steps
    expected = sum(part.executed_flops for part in predicted.components if part.group is group)
    if flops and expected and flops > FAR * expected:
        found.append(f"It does {flops / expected:.3g} times the FLOPs of the scenario.")
    return found


def _exposed(accounts: Accounts, predicted: Analysis) -> list[str]:
    overlap = accounts.overlap
    hidden = overlap.hidden_s / overlap.total_s if overlap.total_s else 0.0
    found = [
        f"Exposed communication: {_percent(1 - hidden)} of it hides behind nothing, and a collective's time includes "
        "waiting for the slowest rank."
    ]
    if all(part.group is not Group.COMMUNICATION for part in predicted.components):
        found.append("The scenario has no communication: its plan may lack a degree.")
    return found


def _many_launches(group: Group, accounts: Accounts, predicted: Analysis) -> list[str]:
    one = accounts.time_of(group)
    calls = one.calls / accounts.profile.n_steps
    layers = predicted.scenario.model.n_layers
    if group is Group.OPTIMIZER:
        return [f"{calls:,.0f} launches a step: an optimizer that is not fused touches each tensor several times."]
    return [f"{calls:,.0f} launches a step, {calls / layers:.0f} a layer: element-wise kernels that nothing fused."]


def _step_reasons(step: Difference, accounts: Accounts, predicted: Analysis) -> tuple[str, ...]:
    profile = accounts.profile
    if profile.source.on_cpu:
        return (f"The trace is of a CPU, the prediction is for {predicted.scenario.hardware.name}.",)
    if not step.is_far:
        return ()
    found = []
    idle = accounts.idle_share or 0.0
    if step.ratio > 1 and idle > _IDLE:
        late = launch_share(accounts)
        words = f"the device is idle for {_percent(idle)} of the step"
        found.append(
            f"Launch gaps: {words}, for {_percent(late)} because the host had not launched what came next."
            if late > idle / 2
            else f"Waiting: {words}, mostly with the next kernel launched already."
        )
        waits = predicted.resource_s[Resource.LATENCY] / predicted.time_s.estimate
        if predicted.scenario.launch is Launch.GRAPH and late > waits:
            found.append("The scenario launches a captured graph; the job does not seem to.")
    unknown = accounts.time_of(Unassigned.UNKNOWN).share
    if unknown > _IDLE:
        found.append(f"{_percent(unknown)} of the time is in kernels that are not known.")
    if step.ratio < 1:
        found.append("The job does less a step than the scenario says: tokens, layers, micro-batches, or devices.")
    far = [one.group for one in _far_groups(accounts, predicted)]
    if not found and far:
        found.append(f"Look at {', '.join(GROUP_LABELS[group] for group in far if group)} below.")
    return tuple(found)


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", "\u00a0%")


def _far_groups(accounts: Accounts, predicted: Analysis) -> list[Difference]:
    n_steps = accounts.profile.n_steps
    found = [
        Difference(
            group=group,
            measured_s=accounts.time_of(group).time_s / n_steps,
            predicted_s=sum(part.time_s for part in predicted.components if part.group is group),
        )
        for group in Group
    ]
    most = max(one.measured_s for one in found)
    return sorted((one for one in found if one.measured_s > most / 20 and one.is_far), key=lambda one: -one.measured_s)[
        :3
    ]
