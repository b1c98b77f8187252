"""The situation as the candidate reads it: the given facts as rows, the names of models and chips."""

from app.engine.catalog import HARDWARE, MODELS
from app.engine.scenario import Scenario
from app.engine.workload import Decode, Prefill, Training
from app.web.format import count, flop_rate, size, size_rate

Rows = tuple[tuple[str, str], ...]


def given_rows(scenario: Scenario) -> Rows:
    """Shape, lengths and chip of a scenario: what is given, nothing that follows from it."""
    return (*_shape(scenario), *_workload(scenario), *_chip(scenario))


def choice_label(name: str, value: str) -> str:
    """How a choice of a slider reads: the name of the model or the chip, or the word itself."""
    if name == "model":
        return MODELS[value].name
    if name == "hardware":
        return HARDWARE[value].name
    return value


def _shape(scenario: Scenario) -> Rows:
    model = scenario.model
    kv = "one KV head each" if model.n_kv_heads == model.n_heads else f"{count(model.n_kv_heads)} KV heads"
    ratio = model.d_ff / model.d_model
    kind = "gated" if model.gated else "not gated"
    width = (
        f"{count(model.d_ff)} ({ratio:g} × width, {kind})" if ratio == int(ratio) else f"{count(model.d_ff)} ({kind})"
    )
    return (
        ("Layers × width", f"{count(model.n_layers)} × {count(model.d_model)}"),
        ("Heads", f"{count(model.n_heads)}, {kv}"),
        ("MLP width", width),
        ("Vocabulary", count(model.vocab_size)),
    )


def _workload(scenario: Scenario) -> Rows:
    match scenario.workload:
        case Training(seq_len=length):
            attention = (("Attention kernel", str(scenario.attention)),)
            return (("Work", "training"), ("Sequence", f"{count(length)} tokens"), *attention)
        case Prefill(prompt_len=length, batch=batch):
            return (("Work", "prefill"), ("Prompt", f"{count(length)} tokens"), ("Batch", count(batch)))
        case Decode(context_len=length, batch=batch):
            return (("Work", "decode"), ("Context", f"{count(length)} tokens"), ("Batch", count(batch)))


def _chip(scenario: Scenario) -> Rows:
    hardware, math = scenario.hardware, scenario.formats.math
    peak, bandwidth = flop_rate(hardware.peak(math)), size_rate(hardware.hbm_bandwidth)
    facts = f"{hardware.name}: {peak} dense {str(math).upper()}, {size(hardware.hbm_bytes)} at {bandwidth}"
    devices = (("Devices", count(scenario.n_devices)),) if scenario.n_devices != 1 else ()
    return (("Chip", facts), *devices)
