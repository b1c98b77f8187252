"""The kernels of one layer that only move bytes: norms, residuals, activation function, rotary embedding."""

from app.engine.attention import kv_heads_per_device
from app.engine.groups import Group
from app.engine.kernels import Kernel, stream
from app.engine.scenario import Scenario
from app.engine.transformer import LayerKind


def elementwise_kernels(scenario: Scenario, layer: LayerKind) -> tuple[Kernel, ...]:
    """Each reads its inputs and writes its output once; norms and residuals are whole on every `tp` device."""
    model = scenario.model
    token = scenario.forward.n_tokens * scenario.formats.activations.bytes
    d_ff = model.d_ff / scenario.plan.tp
    kernels = [
        stream("norms", Group.NORMS, bytes_moved=2 * model.d_model * token * model.norms_per_layer, n_launches=2),
        stream("residuals", Group.NORMS, bytes_moved=2 * 3 * model.d_model * token, n_launches=2),
        stream("activation", Group.NORMS, bytes_moved=(3 if model.gated else 2) * d_ff * token),
    ]
    if model.learned_positions == 0:
        rotated = (model.n_heads / scenario.plan.tp + kv_heads_per_device(scenario)) * model.d_head
        kernels.append(stream("rotary", Group.NORMS, bytes_moved=2 * rotated * token))
    return tuple(kernels)
