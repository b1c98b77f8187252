"""The kernels at the two ends of a model: the embedding lookup, the output head and the loss."""

from app.engine.components.kernels import Kernel, gemm, stream
from app.engine.groups import Group
from app.engine.scenario import Scenario
from app.engine.workload import Phase

# Passes of the loss over the logits, forward: read for the maximum, the sum and the target, in 4-byte floats.
_LOSS_BYTES_PER_LOGIT = 3 * 4


def end_kernels(scenario: Scenario) -> tuple[Kernel, ...]:
    """Embedding and head, sharded by vocabulary over `tp`; the head runs on the positions that need logits."""
    model, work = scenario.model, scenario.forward
    token = scenario.device_tokens * scenario.formats.activations.bytes
    vocab = model.vocab_size / scenario.plan.tp
    rows = work.n_logits / scenario.plan.cp
    widths = (scenario.formats.weights.bytes, scenario.formats.activations.bytes)
    kernels = [
        stream("embedding", Group.EMBEDDING, bytes_moved=2 * model.d_model * token),
        gemm("head", Group.HEAD, rows=rows, inner=model.d_model, columns=vocab, widths=widths),
    ]
    if scenario.phase is Phase.TRAINING:
        kernels.append(stream("loss", Group.HEAD, bytes_moved=rows * vocab * _LOSS_BYTES_PER_LOGIT))
    return tuple(kernels)
