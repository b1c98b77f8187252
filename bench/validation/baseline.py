"""The baseline to beat: a roofline of thirty lines. FLOPs at half the peak against bytes at full bandwidth.

Every device does its share, nothing is communicated, launched or idle; training is three forward passes.
"""

from app.engine.memory import weight_bytes
from app.engine.scenario import Scenario
from app.engine.transformer import parameters
from app.engine.workload import Decode, Training

_REACHED = 0.5


def baseline_s(scenario: Scenario) -> float:
    """Time of one step [s]: max(2*N*tokens / (peak/2), bytes / bandwidth), shared by all devices."""
    work, chip, n = scenario.workload, scenario.hardware, scenario.n_devices
    count = parameters(scenario.model)
    tokens = scenario.forward.n_tokens * scenario.n_micro_batches * scenario.plan.dp
    passes = 3 if isinstance(work, Training) else 1
    flops = passes * 2 * count.active * tokens
    read = count.active if tokens == 1 else count.total
    kv_width = 2 * scenario.model.n_kv_heads * scenario.model.d_head * scenario.formats.kv.bytes
    cached = scenario.forward.n_keys * scenario.forward.n_sequences if isinstance(work, Decode) else 0
    width = weight_bytes(scenario) / count.total
    bytes_moved = passes * read * width + cached * scenario.model.n_layers * kv_width
    return max(flops / (_REACHED * chip.peak(scenario.formats.math)), bytes_moved / chip.hbm_bandwidth) / n


def baseline_link_s(payload: float, link_bandwidth: float) -> float:
    """An all-reduce as twice its payload over one link [s]."""
    return 2 * payload / link_bandwidth
