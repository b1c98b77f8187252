"""Pipeline stages: what the fullest one holds, how long the slowest one keeps the others waiting."""

from app.engine.components.adapters import lora_parameters, projections_of
from app.engine.grid import ceil, is_grid, larger, where
from app.engine.scenario import Scenario, Schedule
from app.engine.transformer import parameters
from app.engine.workload import Training

# Mixed-precision Adam beyond weights and gradients: master weights and two moments of 4 bytes each (Rajbhandari et
# al. 2020). Of 16 bytes per parameter 2 are weights and 2 gradients; Korthikanti's 18 keep gradients in 4.
STATE_BYTES_PER_PARAMETER = 12


def bubble_share(*, pp: float, n_micro_batches: float, interleave: float = 1) -> float:
    """Share of the step that a 1F1B pipeline idles: (p-1)/(v*m+p-1) [0..1] (Narayanan et al. 2021).

    (p-1)/m is the overhead relative to the ideal time, not the share of the step; interleaving divides only that.
    """
    return (pp - 1) / (interleave * n_micro_batches + pp - 1)


def scenario_bubble(scenario: Scenario) -> float:
    """Share of the scenario's step that is pipeline bubble [0..1].

    A zero-bubble schedule (Qi et al. 2023, ZB-H1) fills two thirds of the idle time with weight gradients.
    """
    plan = scenario.plan
    share = bubble_share(pp=plan.pp, n_micro_batches=scenario.n_micro_batches, interleave=plan.interleave)
    if plan.schedule is Schedule.ONE_F_ONE_B:
        return share
    overhead = share / (1 - share) / 3
    return overhead / (1 + overhead)


def slowest_stage_s(scenario: Scenario, *, layers_s: float, head_s: float) -> float:
    """Time of the slowest stage, where an average stage takes `layers_s + head_s` [s].

    The last stage has the head. Layers that do not divide evenly fill the stages in the middle, so that the last one
    has fewer: ceil(n/p) there, floor(n/p) beside the head.
    """
    plan, n_layers = scenario.plan, scenario.model.n_layers
    mean = n_layers / plan.pp
    last = layers_s * (n_layers // plan.pp) / mean + head_s * plan.pp
    return larger(layers_s * ceil(mean) / mean, last)


def imbalance_s(scenario: Scenario, *, layers_s: float, head_s: float) -> float:
    """What a step loses because its stages differ, where an average stage is busy for `layers_s + head_s` in all [s].

    A step takes (m-1) times the slowest stage and once through all of them; of that the bubble's share is idle anyway.
    """
    excess = slowest_stage_s(scenario, layers_s=layers_s, head_s=head_s) - layers_s - head_s
    m = scenario.n_micro_batches
    return excess * (m - 1) / m * (1 - scenario_bubble(scenario))


def fullest_share(scenario: Scenario) -> float:
    """Share of the layers that lie on the fullest stage: ceil(n/p) of n [0..1]."""
    n_layers = scenario.model.n_layers
    return ceil(n_layers / scenario.plan.pp) / n_layers


def expert_parameters(scenario: Scenario) -> float:
    """Parameters of the routed experts [1]: they are sharded and replicated apart from the rest."""
    model = scenario.model
    if model.experts is None:
        return 0
    matrices = 3 if model.gated else 2
    layers = model.n_layers - model.experts.n_dense_layers
    return layers * model.experts.n_experts * matrices * model.d_model * model.experts.d_ff_expert


def parameters_held(scenario: Scenario) -> float:
    """Parameters on a device of the fullest stage before ZeRO shards them [1]."""
    return sum(_held(scenario))


def weight_bytes_held(scenario: Scenario) -> float:
    """Weights on a device of the fullest stage before ZeRO shards them, each in its format [B]."""
    plan, formats, experts = scenario.plan, scenario.formats, expert_parameters(scenario)
    share = fullest_share(scenario)
    mlp = (parameters(scenario.model).mlp - experts) * share / plan.tp + experts * share / plan.expert_shards
    return (parameters_held(scenario) - mlp) * formats.weights.bytes + mlp * formats.mlp.bytes


def trained_parameters(scenario: Scenario) -> tuple[float, float]:
    """Parameters on one device that get gradients, before ZeRO shards them: dense ones, experts [1].

    With LoRA only the adapters do; they lie beside the projections and are counted whole on each `tp` device's share.
    """
    work, plan, model = scenario.workload, scenario.plan, scenario.model
    if isinstance(work, Training) and not _is_zero(work.lora_rank):
        adapters = lora_parameters(model, rank=work.lora_rank, projections=projections_of(model))
        return adapters / (plan.tp * plan.pp), 0
    return _held(scenario)


def gradient_bytes(scenario: Scenario) -> float:
    """Bytes of one gradient: what the optimizer's bytes leave beside weights, master weights and moments [B]."""
    work = scenario.workload
    if not isinstance(work, Training):
        return 0.0
    return larger(work.optimizer_bytes_per_parameter - scenario.formats.weights.bytes - STATE_BYTES_PER_PARAMETER, 0.0)


def _held(scenario: Scenario) -> tuple[float, float]:
    """Dense parameters and those of experts on a device of the fullest stage [1].

    One stage holds both ends of the model; of several the first holds the lookup and the last the head, which is a
    copy of the lookup where they are tied.
    """
    plan, model = scenario.plan, scenario.model
    count, experts, share = parameters(model), expert_parameters(scenario), fullest_share(scenario)
    lookup = count.embedding + count.positions
    body = count.total - experts - lookup - count.head
    ends = where(plan.pp > 1, larger(lookup, count.head or count.embedding), lookup + count.head)
    return (body * share + ends) / plan.tp, experts * share / plan.expert_shards


def _is_zero(count: float) -> bool:
    return not is_grid(count) and count == 0
