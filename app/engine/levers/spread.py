"""Levers on what is spread over which devices: pipeline stages and their chunks, experts, the optimizer's state."""

from dataclasses import replace

from app.engine.groups import Group, Resource
from app.engine.levers.lever import WAITS, Lever, NotApplicable
from app.engine.scenario import Scenario
from app.engine.step import BUBBLE, IMBALANCE
from app.engine.workload import Training


def interleaving() -> Lever:
    """Twice the model chunks on each pipeline stage: half the bubble, twice the sends (Narayanan et al. 2021)."""
    return Lever(
        id="interleaving",
        name="interleaved schedule, twice the chunks a stage",
        acts_on=(Group.COMMUNICATION,),
        relieves=(Resource.LATENCY,),
        apply=_more_chunks,
        cost="twice the sends between stages, and more activations held",
        risk="chunks of one layer are the end of it; small micro-batches make the sends dear",
        also=(BUBBLE,),
    )


def fewer_stages() -> Lever:
    """Half the pipeline stages and twice the replicas, on the same devices; each replica does the same work."""
    return Lever(
        id="fewer_stages",
        name="half the pipeline stages, twice the replicas",
        acts_on=(Group.OPTIMIZER, Group.COMMUNICATION),
        relieves=(Resource.MEMORY, Resource.COMMUNICATION, Resource.LATENCY),
        apply=_half_the_stages,
        cost="a restart; twice the weights and optimizer state on each device",
        risk="it may not fit, and twice the replicas make a larger global batch",
        also=(BUBBLE, IMBALANCE),
    )


def expert_parallelism() -> Lever:
    """Whole experts over twice as many neighbours, so that each device reads fewer of them (Lepikhin et al. 2020)."""
    return Lever(
        id="expert_parallelism",
        name="experts over twice as many of the devices",
        acts_on=(Group.EXPERTS, Group.OPTIMIZER, Group.COMMUNICATION),
        relieves=(*WAITS, Resource.CAPACITY),
        apply=_more_owners,
        cost="all-to-alls before and after each routed layer",
        risk="a hot expert keeps its owner busy and the others waiting; a network between nodes slows every layer",
    )


def sharded_optimizer() -> Lever:
    """ZeRO stage 1: each replica keeps and updates a share of the optimizer's state (Rajbhandari et al. 2020)."""
    return Lever(
        id="sharded_optimizer",
        name="optimizer state cut over the replicas (ZeRO-1)",
        acts_on=(Group.OPTIMIZER,),
        relieves=(Resource.MEMORY, Resource.CAPACITY),
        apply=_cut_state,
        cost="a switch in most frameworks; as many bytes on the network as an all-reduce",
        risk="a checkpoint is spread over all replicas",
    )


def _more_chunks(scenario: Scenario) -> Scenario | NotApplicable:
    plan = scenario.plan
    if not isinstance(scenario.workload, Training):
        return NotApplicable(reason="Only a training step runs its micro-batches forward and backward through stages.")
    if plan.pp <= 1:
        return NotApplicable(reason="One stage has no bubble.")
    if 2 * plan.interleave * plan.pp > scenario.model.n_layers:
        return NotApplicable(reason=f"{plan.pp:g} stages of {plan.interleave:g} chunks leave no layers to cut further.")
    return replace(scenario, plan=replace(plan, interleave=2 * plan.interleave))


def _half_the_stages(scenario: Scenario) -> Scenario | NotApplicable:
    plan = scenario.plan
    if plan.pp < 2 or plan.pp % 2:
        return NotApplicable(reason=f"{plan.pp:g} pipeline stages have no half.")
    return replace(scenario, plan=replace(plan, pp=plan.pp // 2, dp=plan.dp * 2))


def _more_owners(scenario: Scenario) -> Scenario | NotApplicable:
    plan, experts = scenario.plan, scenario.model.experts
    if experts is None:
        return NotApplicable(reason=f"{scenario.model.name} has no experts.")
    if 2 * plan.ep > plan.tp * plan.cp * plan.dp:
        return NotApplicable(reason="The experts are over all devices of a stage already.")
    return replace(scenario, plan=replace(plan, ep=2 * plan.ep))


def _cut_state(scenario: Scenario) -> Scenario | NotApplicable:
    if not isinstance(scenario.workload, Training):
        return NotApplicable(reason="Serving has no optimizer.")
    if scenario.plan.zero:
        return NotApplicable(reason=f"ZeRO stage {scenario.plan.zero} cuts the optimizer's state already.")
    if scenario.plan.dp <= 1:
        return NotApplicable(reason="One replica has nobody to share with.")
    return replace(scenario, plan=replace(scenario.plan, zero=1))
