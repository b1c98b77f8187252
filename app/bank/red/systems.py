"""Mistakes about the machine: peaks, links, launches, memory, and what utilisation means."""

from dataclasses import replace
from typing import Any

from app.bank.red.mutation import Mutation, Setting, method, mutation, swap
from app.engine import amdahl, collectives, facts, hardware, memory, parallelism, roofline, step
from app.engine.collectives import Links, Ring
from app.engine.components import attention, training
from app.engine.components.kernels import Kernel
from app.engine.efficiency import IDEAL
from app.engine.hardware import Hardware
from app.engine.memory import Memory
from app.engine.roofline import Roof
from app.engine.scenario import Attention, Scenario
from app.engine.transformer import LayerKind

_PEAK, _RIDGE, _ROOF, _LINKS = Hardware.peak, hardware.ridge_point, roofline.roof, collectives.links_of
_STEP, _CORE, _MEMORY = step.step, attention.core_kernels, memory.memory
_LAYER_ACTIVATIONS, _COLLECTIVE = memory.layer_activations, parallelism._collective


def _links_with(**changes: Any) -> Any:  # noqa: ANN401 - of links to a changed rate
    def wrong(chip: Hardware, **rest: Any) -> Links:  # noqa: ANN401 - the arguments of links_of
        links = _LINKS(chip, **rest)
        return replace(links, **{name: change(links) for name, change in changes.items()})

    return wrong


def _each_to_all(group: Ring, payload: float) -> float:
    """Everybody sends everything to everybody."""
    return collectives.fixed_s(group) + (group.n - 1) * payload / (group.links.inside or 1.0)


def _no_launches(scenario: Scenario) -> step.Step:
    free = replace(scenario.efficiency, gap_s=0.0, graph_gap_s=0.0, launch_s=0.0)
    return _STEP(replace(scenario, efficiency=free))


def _no_rounds(scenario: Scenario) -> step.Step:
    return _STEP(replace(scenario, efficiency=replace(scenario.efficiency, round_s=0.0, graph_round_s=0.0)))


def _kernels_as(original: Any, kernels: Attention) -> Any:  # noqa: ANN401 - functions of a scenario and a layer
    def wrong(scenario: Scenario, layer: LayerKind) -> Any:  # noqa: ANN401
        return original(replace(scenario, attention=kernels), layer)

    return wrong


def _silent(name: str, wire_s: float, alpha_s: float, *, times: float) -> Kernel:
    return _COLLECTIVE(name, 0 * wire_s, 0 * alpha_s, times=times)


def _unsharded(scenario: Scenario) -> Memory:
    return _MEMORY(replace(scenario, plan=replace(scenario.plan, zero=0)))


def _binary_gigabytes(scenario: Scenario) -> Memory:
    found = _MEMORY(scenario)
    return replace(found, capacity=found.capacity * 1.024**3)


def _no_optimizer(scenario: Scenario) -> Memory:
    return replace(_MEMORY(scenario), optimizer=0.0)


def _no_cache(scenario: Scenario) -> Memory:
    return replace(_MEMORY(scenario), kv_cache=_MEMORY(scenario).kv_cache / 1e3)


SYSTEM_MUTATIONS: tuple[Mutation, ...] = (
    mutation(
        "sparse-peak",
        "the peak of the data sheet, with 2:4 sparsity",
        method(Hardware, "peak", lambda self, dtype: 2 * _PEAK(self, dtype)),
    ),
    mutation(
        "bits-for-bytes",
        "memory bandwidth read as bits",
        swap(roofline.roof, lambda scenario: replace(_ROOF(scenario), bandwidth=_ROOF(scenario).bandwidth / 8)),
        swap(hardware.ridge_point, lambda chip, dtype: 8 * _RIDGE(chip, dtype)),
    ),
    mutation(
        "one-flop-a-weight",
        "a multiply-add counted as one",
        swap(hardware.ridge_point, lambda chip, dtype: 2 * _RIDGE(chip, dtype)),
    ),
    mutation(
        "arithmetic-free",
        "time is bytes over bandwidth, whatever is computed",
        method(Roof, "ideal_compute_s", lambda self, kernel: 1e-9 * kernel.flops),
    ),
    mutation(
        "traffic-free",
        "time is FLOPs over peak, whatever is moved",
        method(Roof, "hbm_bytes", lambda self, kernel: 1e-9 * kernel.bytes_moved),
    ),
    mutation(
        "everything-at-peak",
        "kernels reach the data sheet",
        swap(step.step, lambda scenario: _STEP(replace(scenario, efficiency=IDEAL))),
    ),
    mutation(
        "launches-free",
        "no kernel waits to start",
        swap(step.step, _no_launches),
    ),
    mutation(
        "rounds-free",
        "a collective is bytes over bandwidth",
        swap(step.step, _no_rounds),
    ),
    mutation(
        "scores-stay-on-chip",
        "unfused attention runs as if it were fused",
        swap(attention.core_kernels, _kernels_as(_CORE, Attention.FUSED)),
    ),
    mutation(
        "scores-go-to-memory",
        "fused attention runs as if it were not",
        swap(attention.core_kernels, _kernels_as(_CORE, Attention.UNFUSED)),
    ),
    mutation(
        "scores-kept",
        "fused attention keeps its scores for the backward pass",
        swap(
            memory.layer_activations,
            _kernels_as(_LAYER_ACTIVATIONS, Attention.UNFUSED),
        ),
    ),
    mutation(
        "scores-not-kept",
        "unfused attention keeps no scores",
        swap(
            memory.layer_activations,
            _kernels_as(_LAYER_ACTIVATIONS, Attention.FUSED),
        ),
    ),
    mutation(
        "nvlink-both-ways",
        "both directions of a link carry one",
        swap(collectives.links_of, _links_with(inside=lambda links: 2 * links.inside)),
    ),
    mutation(
        "network-as-fast-as-the-node",
        "the network is NVLink",
        swap(collectives.links_of, _links_with(across=lambda links: links.inside)),
    ),
    mutation(
        "network-in-bits",
        "the network's bits taken for bytes",
        swap(collectives.links_of, _links_with(across=lambda links: 8 * links.across)),
    ),
    mutation(
        "all-reduce-as-gather",
        "an all-reduce moves what a gather moves",
        swap(collectives.all_reduce_s, lambda group, payload: collectives.all_gather_s(group, payload)),
    ),
    mutation(
        "all-reduce-grows",
        "an all-reduce grows with the number of devices",
        swap(collectives.all_reduce_s, _each_to_all),
    ),
    mutation(
        "communication-free",
        "collectives cost nothing",
        swap(
            parallelism._collective,
            _silent,
        ),
    ),
    mutation(
        "bubble-over-ideal",
        "(p-1)/m taken for the share of the step",
        swap(parallelism.bubble_share, lambda *, pp, n_micro_batches, interleave=1: (pp - 1) / n_micro_batches),
    ),
    mutation(
        "bubble-forgotten",
        "one-forward-one-backward has no bubble",
        swap(parallelism.bubble_share, lambda *, pp, n_micro_batches, interleave=1: 0.0 * pp),
    ),
    mutation(
        "adam-forgotten",
        "training holds weights and gradients alone",
        swap(memory.memory, _no_optimizer),
    ),
    mutation(
        "cache-forgotten",
        "a server holds weights alone",
        swap(memory.memory, _no_cache),
    ),
    mutation(
        "gibibytes",
        "a card of 80 GB holds 80 GiB",
        swap(memory.memory, _binary_gigabytes),
    ),
    mutation(
        "replicas-share-nothing",
        "ZeRO shards nothing",
        swap(memory.memory, _unsharded),
    ),
    mutation(
        "hfu-as-mfu",
        "executed FLOPs taken for the model's",
        swap(facts._mfu, facts._hfu),
    ),
    mutation(
        "amdahl-of-time-saved",
        "a share saved taken for the speed-up",
        swap(amdahl.ceiling, lambda share: 1 + share),
        swap(amdahl.speedup, lambda share, factor: 1 + share * (1 - 1 / factor)),
    ),
    mutation(
        "whole-faster",
        "a faster part makes the whole as much faster",
        swap(amdahl.speedup, lambda share, factor: factor),
        swap(amdahl.ceiling, lambda share: float("inf")),
    ),
    mutation(
        "updates-free",
        "the optimizer's update costs nothing",
        Setting(owner=training, name="_UPDATE_BYTES_PER_PARAMETER", wrong=0),
    ),
)
