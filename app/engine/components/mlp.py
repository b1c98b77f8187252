"""The kernels of a dense MLP of one layer."""

from app.engine.components.kernels import Kernel, gemm
from app.engine.groups import Group
from app.engine.scenario import Scenario
from app.engine.transformer import LayerKind


def mlp_kernels(scenario: Scenario, layer: LayerKind) -> tuple[Kernel, ...]:
    """Up (and gate) and down projections, sharded by `d_ff` over `tp`."""
    if layer.routed:
        return ()
    model = scenario.model
    widths = (scenario.formats.mlp.bytes, scenario.formats.activations.bytes)
    rows, d_ff = scenario.device_tokens, model.d_ff / scenario.plan.tp
    up = [
        gemm(name, Group.MLP, rows=rows, inner=model.d_model, columns=d_ff, widths=widths)
        for name in (("mlp_gate", "mlp_up") if model.gated else ("mlp_up",))
    ]
    down = gemm("mlp_down", Group.MLP, rows=rows, inner=d_ff, columns=model.d_model, widths=widths)
    return (*up, down)
