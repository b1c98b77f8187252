"""The plans that a model and its work divide into."""

from collections.abc import Iterator
from dataclasses import replace

from app.engine.scenario import Plan, Scenario
from app.engine.workload import Training


def replica_plans(scenario: Scenario, *, most_devices: int) -> Iterator[Plan]:
    """Every layout of one replica over at most that many devices, with the other settings of the scenario's plan.

    Tensor parallel degrees divide the heads and stay inside a node, pipeline stages hold equally many layers; experts
    lie in slices on every device, or whole ones spread over the replica's stage.
    """
    model, own = scenario.model, scenario.plan
    inside = min(most_devices // own.cp, scenario.hardware.devices_per_node)
    for tp in divisors(model.n_heads, most=inside):
        for pp in divisors(model.n_layers, most=most_devices // (own.cp * tp)):
            spread = {1} if model.experts is None else {1, tp * own.cp}
            for ep in sorted(spread):
                yield replace(own, tp=tp, pp=pp, dp=1, ep=ep)


def replicated(scenario: Scenario, plan: Plan, *, most_devices: int) -> Iterator[Scenario]:
    """The scenario's work on one replica, and in training also spread over several: the global batch stays."""
    work = scenario.workload
    if not isinstance(work, Training):
        yield replace(scenario, plan=plan)
        return
    n_micro_batches = int(work.n_micro_batches * scenario.plan.dp)
    for dp in divisors(n_micro_batches, most=most_devices // plan.n_devices):
        shared = replace(work, n_micro_batches=n_micro_batches // dp)
        yield replace(scenario, plan=replace(plan, dp=dp), workload=shared)


def divisors(number: int, *, most: float) -> tuple[int, ...]:
    """Divisors of a whole number up to `most`, in rising order."""
    return tuple(degree for degree in range(1, int(min(number, most)) + 1) if number % degree == 0)
