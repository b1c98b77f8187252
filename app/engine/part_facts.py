"""Facts that a scenario states, by its part: `model.d_model`, `hardware.hbm_bandwidth`, `work.batch`, `plan.tp`.

`memory.weights` and its kin are the parts of what one device holds. They can be asked for, and are not listed.
"""

from collections.abc import Callable
from dataclasses import fields

from app.engine.analysis import Analysis
from app.engine.catalog import near_misses
from app.engine.hardware import Hardware
from app.engine.workload import Workload

Parts = dict[str, tuple[float, str]]  # value and unit by name


def part_fact(analysis: Analysis, part: str, name: str) -> tuple[float, str]:
    """Value and unit; ValueError with near misses when the part has no such number."""
    known = PARTS[part](analysis)
    if name not in known:
        raise ValueError(f"{part}.{name}: no such fact{near_misses(name, known)}")
    return known[name]


def _model(analysis: Analysis) -> Parts:
    return _numbers(analysis.scenario.model, {})


def _work(analysis: Analysis) -> Parts:
    work: Workload = analysis.scenario.workload
    lengths = {field.name: "token" for field in fields(work) if field.name.endswith("_len")}
    return _numbers(work, {**lengths, "batch": "sequence", "micro_batch": "sequence"})


def _plan(analysis: Analysis) -> Parts:
    return {**_numbers(analysis.scenario.plan, {}), "n_devices": (analysis.scenario.n_devices, "1")}


def _hardware(analysis: Analysis) -> Parts:
    hardware: Hardware = analysis.scenario.hardware
    stated = _numbers(hardware, {name: "B/s" if name.endswith("bandwidth") else "B" for name in _SIZES})
    return {**stated, "peak_flops": (hardware.peak(analysis.scenario.formats.math), "FLOP/s")}


def _memory(analysis: Analysis) -> Parts:
    return {field.name: (getattr(analysis.memory, field.name), "B") for field in fields(analysis.memory)}


_SIZES = ("hbm_bytes", "hbm_bandwidth", "link_bandwidth", "network_bandwidth", "cache_bytes")

PARTS: dict[str, Callable[[Analysis], Parts]] = {
    "model": _model,
    "work": _work,
    "plan": _plan,
    "hardware": _hardware,
    "memory": _memory,
}


def _numbers(value: object, units: dict[str, str]) -> Parts:
    """The fields that hold a number; switches and words are left out."""
    found = {field.name: getattr(value, field.name) for field in fields(value)}  # type: ignore[arg-type]
    numbers = {
        name: item for name, item in found.items() if isinstance(item, int | float) and not isinstance(item, bool)
    }
    return {name: (item, units.get(name, "1")) for name, item in numbers.items()}
