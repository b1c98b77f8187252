"""Levers on the parallel layout: where the model lies, what talks to what, and what hides behind what."""

from dataclasses import replace

from app.engine.arguments import refuse_below_one, refuse_unless_share
from app.engine.groups import Group, Resource
from app.engine.levers.lever import EVERYTHING, WAITS, Change, Lever, NotApplicable
from app.engine.scenario import Scenario

_REPLICATED = (Group.PROJECTIONS, Group.ROUTER)  # some of their matmuls are whole on every device
_SHARDED = tuple((group, Resource.COMPUTE) for group in EVERYTHING if group not in _REPLICATED)


def tp_double() -> Lever:
    """Twice the tensor parallel degree, on twice the devices."""
    return Lever(
        id="tp_double",
        name="tensor parallel over twice the devices",
        acts_on=EVERYTHING,
        relieves=(Resource.COMPUTE, Resource.MEMORY, Resource.COMMUNICATION, Resource.CAPACITY),
        apply=lambda scenario: replace(scenario, plan=replace(scenario.plan, tp=scenario.plan.tp * 2)),
        cost="twice the devices",
        risk="all-reduces in every layer grow, most of all once they leave the node",
    )


def tp_halve() -> Lever:
    """Half the tensor parallel degree and twice the replicas, on the same devices; each replica does the same work."""
    return _narrower("tp_halve", "tensor parallel over half as many, twice the replicas", _half)


def tp_inside_node() -> Lever:
    """Tensor parallel groups that stay inside a node; the other devices become replicas."""
    return _narrower("tp_inside_node", "tensor parallel inside the node, replicas across", _inside)


def sequence_parallel() -> Lever:
    """Norms and residuals cut along the tokens over the tensor parallel devices (Korthikanti et al. 2022)."""
    return Lever(
        id="sequence_parallel",
        name="sequence parallelism",
        acts_on=(Group.NORMS,),
        relieves=(Resource.MEMORY, Resource.CAPACITY),
        apply=_cut_norms,
        cost="a switch in most frameworks",
        risk="none for the result; the all-reduces move as many bytes as before",
    )


def ring_attention() -> Lever:
    """Context parallelism: each sequence over twice the devices, K and V around a ring (Liu et al. 2023)."""
    return Lever(
        id="ring_attention",
        name="ring attention (context parallel over twice the devices)",
        acts_on=EVERYTHING,
        relieves=(Resource.COMPUTE, Resource.MEMORY, Resource.COMMUNICATION, Resource.CAPACITY),
        apply=lambda scenario: replace(scenario, plan=replace(scenario.plan, cp=scenario.plan.cp * 2)),
        cost="twice the devices, each with all the weights",
        risk="the ring must hide behind arithmetic: short slices do not; causal masks need balancing",
    )


def overlap(*, share: float = 0.9) -> Lever:
    """Communication hidden behind arithmetic, up to `share` of it [0..1]."""
    refuse_unless_share(share=share)

    def change(scenario: Scenario) -> Scenario | NotApplicable:
        if scenario.n_devices <= 1:
            return NotApplicable(reason="One device has nobody to talk to.")
        if scenario.overlap >= share:
            return NotApplicable(reason=f"{scenario.overlap:.0%} of the communication is hidden already.")
        return replace(scenario, overlap=share)

    return Lever(
        id="overlap",
        name=f"overlap of {share:.0%} of the communication",
        acts_on=(Group.COMMUNICATION,),
        relieves=(Resource.COMMUNICATION,),
        apply=change,
        cost="weeks: chunked matmuls, streams, a schedule that has something to hide behind",
        risk="communication kernels take cores and bandwidth from the arithmetic",
    )


def load_balance(*, imbalance: float = 1.0) -> Lever:
    """Experts with equal loads, where the hottest device now has `imbalance` times the mean [1].

    A scenario takes experts as balanced; the argument says what it cannot.
    """
    refuse_below_one(imbalance=imbalance)

    def change(scenario: Scenario) -> Scenario | NotApplicable:
        if scenario.model.experts is None:
            return NotApplicable(reason=f"{scenario.model.name} has no experts.")
        if scenario.plan.ep <= 1:
            return NotApplicable(reason="Each device holds a slice of every expert, so none is hotter than another.")
        if imbalance == 1:
            return NotApplicable(reason="Experts are taken as balanced: say how hot the hottest device is.")
        return scenario

    return Lever(
        id="load_balance",
        name="load balance of the experts",
        acts_on=(Group.EXPERTS,),
        relieves=WAITS,
        apply=change,
        cost="an auxiliary loss or bias in training; copies of hot experts in serving",
        risk="a strong balancing loss costs quality; copies cost memory",
        slowed_by=imbalance,
    )


def _narrower(lever_id: str, name: str, change: Change) -> Lever:
    return Lever(
        id=lever_id,
        name=name,
        acts_on=EVERYTHING,
        relieves=WAITS,
        apply=change,
        cost="a restart; more requests in flight, or a larger global batch",
        risk="each device holds more of the weights, which may not fit",
        spares=_SHARDED,
        fills_waves=True,
    )


def _half(scenario: Scenario) -> Scenario | NotApplicable:
    tp = scenario.plan.tp
    if tp < 2 or tp % 2:
        return NotApplicable(reason=f"Tensor parallel degree {tp:g} has no half.")
    return _as_replicas(scenario, 2)


def _inside(scenario: Scenario) -> Scenario | NotApplicable:
    tp, inside = scenario.plan.tp, scenario.hardware.devices_per_node
    if tp <= inside:
        return NotApplicable(reason="Tensor parallel groups stay inside a node already.")
    if tp % inside:
        return NotApplicable(reason=f"Nodes of {inside} do not divide a tensor parallel degree of {tp:g}.")
    return _as_replicas(scenario, tp // inside)


def _as_replicas(scenario: Scenario, factor: float) -> Scenario:
    plan = scenario.plan
    return replace(scenario, plan=replace(plan, tp=plan.tp // factor, dp=plan.dp * factor))


def _cut_norms(scenario: Scenario) -> Scenario | NotApplicable:
    if scenario.plan.tp <= 1:
        return NotApplicable(reason="Without tensor parallelism no norm runs twice.")
    if scenario.plan.sequence_parallel:
        return NotApplicable(reason="Norms are cut along the tokens already.")
    return replace(scenario, plan=replace(scenario.plan, sequence_parallel=True))
