"""Proposals for the engine, run as patches: what each would gain is printed by `validate.py --prototype`.

Nothing here belongs to the engine; a proposal that is adopted leaves this file.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any

from app.engine import step
from app.engine.components.kernels import Kernel, Kind
from app.engine.groups import Group
from app.engine.parallelism import trained_parameters
from app.engine.scenario import Scenario
from app.engine.workload import Training

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


PROPOSALS: dict[str, Callable[[], Any]] = {
    "accumulation": gradient_accumulation,
}


@contextmanager
def adopted(*names: str) -> Iterator[None]:
    """The engine with these proposals in it."""
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(PROPOSALS[name]())
        yield
