"""Predicted against measured: the error of each row, and what a table or a family of rows comes to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from validation.baseline import baseline_link_s, baseline_s
from validation.quantities import QUANTITIES, predicted
from validation.rows import Role, Row, records

from app.engine.catalog import accelerator
from app.engine.mapping import scenario_from_mapping

SWEEP = "bigscience_bloom176b_topology_sweep.csv"
_APART = 1.05  # two measurements closer than this are not told apart
_TRAINING = ("step_s", "layer_s", "forward_backward_s", "tokens_per_s_per_device", "mfu")
_FITTED_MODEL = "llama3.1-8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A row with what the engine and the baseline say."""

    row: Row
    predicted: float
    baseline: float

    @property
    def error(self) -> float:
        """Relative error of the engine, with its sign [1]."""
        return self.predicted / self.row.measured - 1

    @property
    def baseline_error(self) -> float:
        """Relative error of the baseline, with its sign [1]."""
        return self.baseline / self.row.measured - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Errors of several rows without their signs: median and 90th percentile; the median with signs."""

    n: int
    median: float
    p90: float
    bias: float


def outcomes(rows: Iterable[Row]) -> list[Outcome]:
    """Every row of the manifest that is not excluded, predicted."""
    return [
        Outcome(row=row, predicted=predicted(row.quantity, row.scenario, row.beside), baseline=_baseline(row))
        for row in rows
        if row.role is not Role.EXCLUDE
    ]


def summary(errors: Sequence[float]) -> Summary:
    """What signed errors come to."""
    sizes = sorted(abs(error) for error in errors)
    return Summary(n=len(sizes), median=median(sizes), p90=percentile(sizes, 0.9), bias=median(errors))


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which that share of ordered values lies, between neighbours by proportion."""
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])


def by_file(found: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """Outcomes by source, in the order of the manifest."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in found:
        groups[outcome.row.file].append(outcome)
    return dict(groups)


def family(row: Row) -> str:
    """What a row is evidence for: the kind of work, dense or mixture of experts, and the chip."""
    if row.quantity not in QUANTITIES:
        return f"{'collective' if 'collective' in row.scenario else 'gemm'} {row.scenario['hardware']}"
    scenario = scenario_from_mapping(row.scenario)
    kind = {"request_s": "decode", "served_tpot_s": "serving", "served_rate": "serving"}.get(row.quantity)
    experts = "dense" if scenario.model.experts is None else "moe"
    return f"{kind or scenario.phase} {experts} {scenario.hardware.slug}"


def families(found: Iterable[Outcome]) -> dict[str, Summary]:
    """Errors by family over rows that were not calibrated on."""
    groups: dict[str, list[float]] = defaultdict(list)
    for outcome in found:
        if outcome.row.role is Role.REPORT:
            groups[family(outcome.row)].append(outcome.error)
    return {name: summary(groups[name]) for name in sorted(groups)}


def aims(found: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """The groups of rows that the project has aims for."""
    training = [o for o in found if o.row.quantity in _TRAINING]
    unfitted = [o for o in found if o.row.quantity == "served_tpot_s" and o.row.scenario["model"] != _FITTED_MODEL]
    return {
        "training steps": training,
        "training steps, without the layout search": [o for o in training if o.row.file != SWEEP],
        "decode at batch 1": [o for o in found if _is_batch_1_decode(o.row)],
        "serving TPOT, models without calibration rows": unfitted,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Pairs of one sweep that differ by more than 5 %: how many, and how many are predicted in the right order."""

    n: int
    right: int

    @property
    def share(self) -> float:
        """Share in the right order [0..1]."""
        return self.right / self.n


def sweep_order(found: Iterable[Outcome]) -> Order:
    """Pairs of the same section and day of the layout search, by seconds per iteration."""
    days: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    lines = records(SWEEP)
    for outcome in found:
        if outcome.row.file == SWEEP:
            line = lines[outcome.row.line - 1]
            days[line["section"], line["date"]].append(outcome)
    right = [_agrees(a, b) for day in days.values() for i, a in enumerate(day) for b in day[:i] if _differ(a, b)]
    return Order(n=len(right), right=sum(right))


def plain_sweep(rows: Iterable[Row]) -> list[Outcome]:
    """The layout search on the catalogue's chip and network, with the usual launches."""
    usual = {"hardware": "a100-80gb-sxm", "launch": "eager"}
    chosen = (row for row in rows if row.file == SWEEP and row.role is not Role.EXCLUDE)
    return outcomes(replace(row, scenario={**row.scenario, **usual}) for row in chosen)


def _is_batch_1_decode(row: Row) -> bool:
    return row.quantity in ("tpot_s", "request_s", "served_rate") and row.scenario.get("batch", 1) == 1


def _differ(a: Outcome, b: Outcome) -> bool:
    slow, fast = max(a.row.measured, b.row.measured), min(a.row.measured, b.row.measured)
    return slow / fast > _APART


def _agrees(a: Outcome, b: Outcome) -> bool:
    return (a.row.measured > b.row.measured) == (a.predicted > b.predicted)


def _baseline(row: Row) -> float:
    if row.quantity in QUANTITIES:
        return predicted(row.quantity, row.scenario, row.beside, baseline_s)
    hardware = accelerator(row.scenario["hardware"])
    if row.quantity == "gemm_rate":
        return 0.5 * hardware.peak(row.scenario["dtype"])
    payload = row.scenario["payload"]
    time_s = baseline_link_s(payload, hardware.link_bandwidth)
    return time_s if row.quantity == "collective_s" else 2 * payload / time_s
