"""What training adds to the forward pass: the backward pass, recomputation, the optimizer's update."""

from app.engine.components.kernels import Kernel, Kind
from app.engine.groups import Group
from app.engine.parallelism import trained_parameters
from app.engine.scenario import Attention, Scenario
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
        case Kind.ATTENTION_FORWARD if attention is Attention.FUSED:
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
