"""What training adds to the forward pass: the backward pass, recomputation, the optimizer's update."""

from app.engine.components.kernels import Kernel, Kind
from app.engine.grid import is_grid, larger
from app.engine.groups import Group
from app.engine.scenario import Attention, Scenario
from app.engine.stages import gradient_bytes, trained_parameters
from app.engine.workload import Recompute, Training

# A fused backward pass makes the scores again: five matmuls where the forward pass has two (FlashAttention-2,
# arXiv 2307.08691, section 3.2), and reads and writes gradients of q, k, v and o beside them.
_FUSED_BACKWARD_FLOPS = 2.5
_FUSED_BACKWARD_BYTES = 3

# AdamW in mixed precision, per parameter: reads gradient 2, master 4, two moments 8; writes those 12 and the weight 2.
_UPDATE_BYTES_PER_PARAMETER = 28


def backward_kernel(kernel: Kernel, *, attention: Attention, frozen: bool = False) -> Kernel:
    """The backward pass of a forward kernel: dX and dW for a matmul, twice the traffic for a stream.

    Frozen weights (LoRA) need no dW.
    """
    match kernel.kind:
        case Kind.ATTENTION_FORWARD if attention is not Attention.UNFUSED:
            return kernel._replace(
                kind=Kind.ATTENTION_BACKWARD,
                flops=kernel.flops * _FUSED_BACKWARD_FLOPS,
                stored_bytes=kernel.stored_bytes * _FUSED_BACKWARD_BYTES,
                passing_bytes=kernel.passing_bytes * _FUSED_BACKWARD_BYTES,
            )
        case Kind.COLLECTIVE:
            return kernel._replace(times=kernel.times * kernel.backward_wires)
        case Kind.GEMM if frozen:
            return kernel
        case Kind.GEMM:
            return kernel._replace(times=kernel.times * 2, outputs=kernel.backward_outputs)
        case _:
            return kernel._replace(times=kernel.times * 2)


def is_recomputed(kernel: Kernel, recompute: Recompute) -> bool:
    """Whether the backward pass runs this kernel of a layer a second time."""
    match recompute:
        case Recompute.NONE:
            return False
        case Recompute.SELECTIVE:
            return kernel.group is Group.ATTENTION_CORE
        case Recompute.FULL:
            return True


def accumulation_kernels(scenario: Scenario) -> tuple[Kernel, ...]:
    """Gradients of every micro-batch but the first, added to the sum of those before: bytes only.

    The new gradient is read, the sum read and written in the width that the optimizer keeps it in. From ZeRO stage 2
    on a device sums its shard only.
    """
    work, plan = scenario.workload, scenario.plan
    if not isinstance(work, Training) or (not is_grid(work.n_micro_batches) and work.n_micro_batches == 1):
        return ()
    sharded = plan.dp if plan.zero >= 2 else 1
    width = larger(gradient_bytes(scenario), scenario.formats.activations.bytes)
    moved = sum(trained_parameters(scenario)) / sharded * (scenario.formats.activations.bytes + 2 * width)
    return (
        Kernel(
            component="gradient_accumulation",
            group=Group.OPTIMIZER,
            kind=Kind.STREAM,
            stored_bytes=moved,
            times=work.n_micro_batches - 1,
        ),
    )


def optimizer_kernels(scenario: Scenario) -> tuple[Kernel, ...]:
    """The update of the parameters that one device is responsible for: bytes only, once a step."""
    if not isinstance(scenario.workload, Training):
        return ()
    sharded = scenario.plan.dp if scenario.plan.zero else 1
    held = sum(trained_parameters(scenario)) / sharded
    update = Kernel(
        component="optimizer",
        group=Group.OPTIMIZER,
        kind=Kind.STREAM,
        stored_bytes=held * _UPDATE_BYTES_PER_PARAMETER,
    )
    return (update,)
