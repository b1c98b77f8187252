"""Proposals for the engine, run as patches: what each would gain is printed by `validate.py --prototype`.

Nothing here belongs to the engine; a proposal that is adopted leaves this file.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from math import log2
from types import ModuleType
from typing import Any

from app.engine import collectives, efficiency, mapping, parallelism, step
from app.engine.collectives import Ring
from app.engine.efficiency import Efficiency
from app.engine.groups import Group
from app.engine.kernels import Kernel, Kind
from app.engine.parallelism import trained_parameters
from app.engine.scenario import Attention, Launch, Scenario
from app.engine.workload import Training

# One round of a collective: launched eagerly (nccl-tests: 40 us for eight A100, three doublings), inside a graph.
_EAGER_ROUND_S = 13.3e-6
_GRAPH_ROUND_S = 5e-6

# A gradient of BF16 is read, widened and added to its sum in FP32, then cleared: read 2, write 4, read 8, write 4,
# write 2, and read and written once more by the next micro-batch's addition, 8.
_ACCUMULATION_BYTES = 28


@contextmanager
def patched(module: ModuleType, name: str, value: object) -> Iterator[None]:
    """The module with another value under that name."""
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


@contextmanager
def doubling_rounds() -> Iterator[None]:
    """The fixed time of a collective grows with the rounds of a tree, log2(n), and is short inside a graph."""

    def fixed_s(group: Ring) -> float:
        return group.links.collective_s * (log2(group.n_inside) + log2(max(group.n_across, 1)))

    def read(written: dict[str, Any]) -> Scenario:
        found = plain(written)
        round_s = _GRAPH_ROUND_S if found.launch is Launch.GRAPH else _EAGER_ROUND_S
        return replace(found, efficiency=replace(found.efficiency, collective_s=round_s))

    def calibrated(slug: str) -> Efficiency:
        return replace(plain_calibrated(slug), collective_s=_EAGER_ROUND_S)

    plain, plain_calibrated = mapping.scenario_from_mapping, efficiency.calibrated_efficiency
    with ExitStack() as stack:
        for module in (collectives, parallelism):
            stack.enter_context(patched(module, "fixed_s", fixed_s))
        stack.enter_context(patched(mapping, "scenario_from_mapping", read))
        stack.enter_context(patched(efficiency, "calibrated_efficiency", calibrated))
        yield


@contextmanager
def gradient_accumulation() -> Iterator[None]:
    """ZeRO stages 1 and 2 add each micro-batch's gradients to sums in FP32: 28 B for each parameter of a device."""

    def kernels(scenario: Scenario) -> tuple[Kernel, ...]:
        work = scenario.workload
        if not isinstance(work, Training) or scenario.plan.zero not in (1, 2) or work.n_micro_batches == 1:
            return ()
        moved = _ACCUMULATION_BYTES * sum(trained_parameters(scenario))
        times = work.n_micro_batches
        return (Kernel("gradients", Group.OPTIMIZER, Kind.STREAM, stored_bytes=moved, times=times),)

    with patched(step, "STEP_PARTS", (*step.STEP_PARTS, kernels)):
        yield


@contextmanager
def unfused_matmuls() -> Iterator[None]:
    """Unfused QK^T and AV are batched GEMMs and reach what GEMMs reach, not what a fused attention kernel does."""

    def read(written: dict[str, Any]) -> Scenario:
        found = plain(written)
        if found.attention is not Attention.UNFUSED:
            return found
        return replace(found, efficiency=replace(found.efficiency, attention_forward=found.efficiency.gemm))

    plain = mapping.scenario_from_mapping
    with patched(mapping, "scenario_from_mapping", read):
        yield


PROPOSALS: dict[str, Callable[[], Any]] = {
    "rounds": doubling_rounds,
    "accumulation": gradient_accumulation,
    "unfused": unfused_matmuls,
}


@contextmanager
def adopted(*names: str) -> Iterator[None]:
    """The engine with these proposals in it."""
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(PROPOSALS[name]())
        yield
