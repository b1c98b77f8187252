"""The situation as the candidate reads it: the given facts as rows, the names of models and chips."""

from dataclasses import dataclass

from app.bank.given import LABELS, Given, Values
from app.engine.catalog import HARDWARE, MODELS
from app.engine.hardware import Hardware
from app.engine.scenario import Scenario, default_formats
from app.engine.transformer import Transformer
from app.engine.workload import LENGTH_NAMES
from app.profile.profile import Profile
from app.web.format import count, duration, flop_rate, number, percent, quantity, size, size_rate

Rows = tuple[tuple[str, str], ...]
_SHARES = ("mfu", "efficiency", "gemm_share_of_time", "acceptance")
_TOKENS = ("seq_len", "prompt_len", "context_len", "tokens_per_microbatch", "tokens")


def given_rows(given: Given) -> Rows:
    """Shape, work and chips: what is given, nothing that follows from it."""
    shape = () if given.model is None else _shape(given.model)
    others = tuple(
        (given.labels[name].text, _several(name, values, given.labels[name].unit)) for name, values in given.others
    )
    chips = tuple(("Chip", _chip(how_many, hardware)) for how_many, hardware in given.hardware)
    return (*shape, ("Work", str(given.phase)), *others, *chips)


def scenario_rows(scenario: Scenario) -> Rows:
    """The same for a scenario of the engine."""
    length = (LABELS[LENGTH_NAMES[scenario.phase]], f"{count(scenario.forward.n_keys)} tokens")
    attention = (LABELS["attention"], str(scenario.attention))
    work = (("Work", str(scenario.phase)), length, attention)
    return (*_shape(scenario.model), *work, ("Chip", _chip(1, scenario.hardware)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredView:
    """A measured step as it is given: (kernel, where it was launched, calls, time), and (words, time) of the whole."""

    caption: str
    kernels: tuple[tuple[str, str, str, str], ...]
    whole: Rows


def measured_view(profile: Profile) -> MeasuredView:
    """The table of a measured step, and nothing that follows from it."""
    idle = profile.idle
    hidden_s = sum(moment.time_s for moment in profile.moments if len(moment.rows) > 1)
    whole = [("The whole step", duration(profile.wall_s or 0.0))]
    if hidden_s:
        whole.append(("of it communication while something computes", duration(hidden_s)))
    if idle is not None and idle.launch_s:
        whole.append(("of it nothing runs, and the next kernel is not launched yet", duration(idle.launch_s)))
    if idle is not None and idle.graph_s:
        whole.append(("of it inside captured graphs, with no kernel recorded", duration(idle.graph_s)))
    return MeasuredView(
        caption=f"One step of {profile.source.device}, measured",
        kernels=tuple((row.name, row.detail, count(row.calls), duration(row.time_s)) for row in profile.rows),
        whole=tuple(whole),
    )


def choice_label(name: str, value: str) -> str:
    """How a choice of a slider reads: the name of the model or the chip, or the word itself."""
    if name == "model":
        return MODELS[value].name
    if name == "hardware":
        return HARDWARE[value].name
    return value


def _shape(model: Transformer) -> Rows:
    kv = "one KV head each" if model.n_kv_heads == model.n_heads else f"{count(model.n_kv_heads)} KV heads"
    rows = [
        ("Layers × width", f"{count(model.n_layers)} × {count(model.d_model)}"),
        ("Heads", f"{count(model.n_heads)}, {kv if model.latent is None else 'latent KV cache'}"),
        ("MLP width", _mlp_width(model)),
    ]
    if model.experts is not None:
        shared = f" and {model.experts.n_shared_experts} shared" if model.experts.n_shared_experts else ""
        routed = f"{model.experts.n_experts} of width {count(model.experts.d_ff_expert)}"
        rows.append(("Experts", f"{routed}, {model.experts.n_active_experts} per token{shared}"))
    return (*rows, ("Vocabulary", count(model.vocab_size)))


def _mlp_width(model: Transformer) -> str:
    ratio = model.d_ff / model.d_model
    kind = "gated" if model.gated else "not gated"
    return f"{count(model.d_ff)} ({f'{ratio:g} × width, ' if ratio == int(ratio) else ''}{kind})"


def _chip(how_many: int, hardware: Hardware) -> str:
    math = default_formats(hardware).math
    peak, bandwidth = flop_rate(hardware.peak(math)), size_rate(hardware.hbm_bandwidth)
    several = f"{how_many} × " if how_many > 1 else ""
    return f"{several}{hardware.name}: {peak} dense {str(math).upper()}, {size(hardware.hbm_bytes)} at {bandwidth}"


def _several(name: str, values: Values, unit: str | None) -> str:
    return ", ".join(_one(name, value, unit) for value in values) + (" tokens" if name in _TOKENS else "")


def _one(name: str, value: float | str, unit: str | None) -> str:
    if isinstance(value, str):
        return value
    if unit is not None:
        return quantity(value, unit)
    if name in _SHARES:
        return percent(value)
    return count(value) if float(value).is_integer() and value < 1e9 else number(value)
