"""The kernels of one layer that only move bytes: norms, residuals, activation function, rotary embedding."""

from app.engine.components.attention import kv_heads_per_device
from app.engine.components.kernels import Kernel, stream
from app.engine.groups import Group
from app.engine.scenario import Fusion, Scenario
from app.engine.transformer import LayerKind, activated_width


def elementwise_kernels(scenario: Scenario, layer: LayerKind) -> tuple[Kernel, ...]:
    """Each reads its inputs and writes its output once.

    Norms and residuals are whole on every `tp` device, unless sequence parallelism cuts them along the tokens
    (Korthikanti et al. 2022).
    """
    model, plan = scenario.model, scenario.plan
    token = scenario.device_tokens * scenario.formats.activations.bytes
    whole = token / plan.tp if plan.sequence_parallel else token
    width = activated_width(model, layer) / plan.tp
    kernels = [*_norms_and_residuals(scenario, model.d_model * whole)]
    if Fusion.MLP not in scenario.fusion:
        kernels.append(stream("activation", Group.NORMS, bytes_moved=(3 if model.gated else 2) * width * token))
    if model.learned_positions == 0:
        rotated = (model.n_heads / plan.tp + kv_heads_per_device(scenario)) * model.d_head
        kernels.append(stream("rotary", Group.NORMS, bytes_moved=2 * rotated * token))
    return tuple(kernels)


def _norms_and_residuals(scenario: Scenario, row: float) -> tuple[Kernel, ...]:
    # A norm reads and writes its input, a residual reads two and writes one; fused, the sum is not read again.
    apart = scenario.model.norms_per_layer
    if Fusion.NORMS not in scenario.fusion:
        norms = stream("norms", Group.NORMS, bytes_moved=2 * row * apart, n_launches=2)
        return (norms, stream("residuals", Group.NORMS, bytes_moved=2 * 3 * row, n_launches=2))
    pairs = stream("residuals", Group.NORMS, bytes_moved=2 * 4 * row, n_launches=2)
    if apart <= 2:
        return (pairs,)
    return (stream("norms", Group.NORMS, bytes_moved=2 * row * (apart - 2), n_launches=apart - 2), pairs)
