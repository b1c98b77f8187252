"""Scenarios as plain mappings, the form of JSON and YAML: read with errors that name the field, written canonically."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from app.engine.catalog import near_misses
from app.engine.conventions import Conventions, CountedAttention, CountedHead, CountedPasses
from app.engine.described import described, plain, read_hardware, read_model
from app.engine.dtypes import DType
from app.engine.efficiency import IDEAL, Efficiency, calibrated_efficiency
from app.engine.fields import Written, choice, number, one_line, one_of, required, switch
from app.engine.hardware import Hardware
from app.engine.scenario import (
    Attention,
    Formats,
    Fusion,
    Launch,
    Plan,
    Scenario,
    Schedule,
    default_formats,
    default_launch,
    default_plan,
)
from app.engine.workload import LENGTH_NAMES, Decode, Phase, Prefill, Recompute, Training, Workload

_WORK_FIELDS = {
    Phase.TRAINING: (
        "seq_len",
        "micro_batch",
        "n_micro_batches",
        "recompute",
        "optimizer_bytes_per_parameter",
        "lora_rank",
    ),
    Phase.PREFILL: ("prompt_len", "batch", "prefix_len"),
    Phase.DECODE: ("context_len", "batch", "new_tokens", "chunk_len", "chunk_prefix"),
}
_PLAN_FIELDS = tuple(field.name for field in fields(Plan))
_LAYOUT = ("tp", "cp", "dp", "pp")
_DEGREES = (*_LAYOUT, "ep", "interleave")
_FORMAT_FIELDS = {
    "weight_dtype": "weights",
    "mlp_dtype": "mlp",
    "activation_dtype": "activations",
    "kv_dtype": "kv",
    "math_dtype": "math",
}
_OTHER_FIELDS = ("model", "hardware", "phase", "n_devices", "plan", "attention", "fusion", "launch", "overlap")
_LAST_FIELDS = ("conventions", "efficiency")
_ALIASES = {"n_gpus": "n_devices"}


def scenario_from_mapping(written: Written) -> Scenario:
    """Read a scenario. ValueError, one line, names the field and the value; nothing unknown is ignored."""
    given = _known(written)
    phase = _phase(given)
    hardware = read_hardware(required(given, "hardware"))
    return Scenario(
        model=read_model(required(given, "model")),
        hardware=hardware,
        workload=_workload(given, phase),
        plan=_plan(given, phase, hardware),
        formats=_formats(given, hardware),
        attention=choice(given, "attention", Attention, Attention.FUSED),
        fusion=_fusion(given.get("fusion", [])),
        launch=choice(given, "launch", Launch, default_launch(phase)),
        overlap=number(given, "overlap", 0),
        conventions=_conventions(given.get("conventions", {})),
        efficiency=_efficiency(given.get("efficiency", "calibrated"), hardware),
    )


def scenario_to_mapping(scenario: Scenario) -> dict[str, Any]:
    """Write a scenario with every field, in a fixed order; reading it back gives an equal scenario."""
    work, formats = scenario.workload, scenario.formats
    return {
        "model": scenario.model.slug or described(scenario.model),
        "hardware": scenario.hardware.slug or described(scenario.hardware),
        "phase": str(scenario.phase),
        **{name: plain(getattr(work, name)) for name in _WORK_FIELDS[scenario.phase]},
        "n_devices": plain(scenario.n_devices),
        "plan": {name: plain(getattr(scenario.plan, name)) for name in _PLAN_FIELDS},
        **{written: str(getattr(formats, name)) for written, name in _FORMAT_FIELDS.items()},
        "attention": str(scenario.attention),
        "fusion": [str(fusion) for fusion in scenario.fusion],
        "launch": str(scenario.launch),
        "overlap": plain(scenario.overlap),
        "conventions": described(scenario.conventions),
        "efficiency": _efficiency_to_mapping(scenario),
    }


def fields_of(phase: Phase) -> tuple[str, ...]:
    """The fields that a scenario of that phase may have, in canonical order."""
    return (
        *_OTHER_FIELDS[:3],
        *_WORK_FIELDS[phase],
        *_OTHER_FIELDS[3:5],
        *_FORMAT_FIELDS,
        *_OTHER_FIELDS[5:],
        *_LAST_FIELDS,
    )


def _known(written: Written) -> dict[str, Any]:
    if not isinstance(written, Mapping):
        raise ValueError(f"scenario: expected a mapping of fields, found {type(written).__name__}")
    given: dict[str, Any] = {}
    for name, value in written.items():
        word = _ALIASES.get(str(name), str(name))
        if word in given:
            raise ValueError(f"{word}: given twice, {given[word]!r} and {value!r}")
        given[word] = value
    phase = _phase(given)
    length = LENGTH_NAMES[phase]
    if phase is not Phase.DECODE and length != "seq_len" and "seq_len" in given and length not in given:
        given[length] = given.pop("seq_len")
    if phase is Phase.TRAINING and "prompt_len" in given and length not in given:
        raise ValueError("prompt_len: a training scenario has seq_len")
    allowed = {*fields_of(phase), *_PLAN_FIELDS}
    for name in given:
        if name not in allowed:
            raise ValueError(f"{one_line(name)}: not a field of a {phase} scenario{near_misses(name, sorted(allowed))}")
    return given


def _phase(given: Written) -> Phase:
    phase = given.get("phase")
    if phase == "train":
        return Phase.TRAINING
    if phase is None:
        raise ValueError(f"phase: missing; one of {', '.join(Phase)}")
    return one_of("phase", phase, Phase)


def _workload(given: Written, phase: Phase) -> Workload:
    length = _whole(given, LENGTH_NAMES[phase], None, least=0)
    match phase:
        case Phase.TRAINING:
            return Training(
                seq_len=length,
                micro_batch=_whole(given, "micro_batch", 1),
                n_micro_batches=_whole(given, "n_micro_batches", 1),
                recompute=choice(given, "recompute", Recompute, Recompute.NONE),
                optimizer_bytes_per_parameter=number(given, "optimizer_bytes_per_parameter", 16),
                lora_rank=number(given, "lora_rank", 0),
            )
        case Phase.PREFILL:
            return Prefill(
                prompt_len=length, batch=_whole(given, "batch", 1), prefix_len=_whole(given, "prefix_len", 0, least=0)
            )
        case Phase.DECODE:
            return Decode(
                context_len=length,
                batch=_whole(given, "batch", 1),
                new_tokens=_whole(given, "new_tokens", 1),
                chunk_len=_whole(given, "chunk_len", 0, least=0),
                chunk_prefix=_whole(given, "chunk_prefix", 0, least=0),
            )


def _plan(given: Written, phase: Phase, hardware: Hardware) -> Plan:
    nested = given.get("plan", {})
    if not isinstance(nested, Mapping):
        raise ValueError(f"plan: expected a mapping like {{tp: 8}}, found {nested!r}")
    for name in nested:
        if name not in _PLAN_FIELDS:
            raise ValueError(f"plan.{one_line(name)}: not a part of a plan{near_misses(str(name), _PLAN_FIELDS)}")
        if name in given and given[name] != nested[name]:
            raise ValueError(f"{name}: {given[name]!r}, but the plan says {nested[name]!r}")
    parts = {**nested, **{name: given[name] for name in _PLAN_FIELDS if name in given}}
    degrees = _degrees(given, parts, phase, hardware)
    return Plan(
        tp=degrees["tp"],
        cp=degrees["cp"],
        dp=degrees["dp"],
        pp=degrees["pp"],
        ep=degrees["ep"],
        interleave=degrees["interleave"],
        schedule=choice(parts, "schedule", Schedule, Schedule.ONE_F_ONE_B),
        sequence_parallel=switch(parts, "sequence_parallel"),
        zero=_whole(parts, "zero", 0, least=0),
        rails=switch(parts, "rails", default=True),
    )


def _degrees(given: Written, parts: Written, phase: Phase, hardware: Hardware) -> dict[str, float]:
    """The degrees of a plan; what n_devices leaves over is data parallel, and without any degree the default plan."""
    degrees: dict[str, float] = {name: _whole(parts, name, 1) for name in _DEGREES}
    if "n_devices" not in given:
        return degrees
    n_devices = _whole(given, "n_devices", None)
    if not any(name in parts for name in _LAYOUT):
        common = default_plan(phase, n_devices, hardware)
        return {**degrees, **{name: getattr(common, name) for name in _LAYOUT}}
    named = degrees["tp"] * degrees["cp"] * degrees["pp"] * degrees["dp"]
    if "dp" not in parts and n_devices % named == 0:
        return {**degrees, "dp": n_devices // named}
    if named != n_devices:
        raise ValueError(f"n_devices: {n_devices} is not tp * cp * dp * pp = {named}")
    return degrees


def _whole(given: Written, name: str, default: int | None, *, least: int = 1) -> int:
    value = number(given, name, default)
    if value < least or value % 1:
        raise ValueError(f"{name}: {value} is not a whole number {'above zero' if least else 'of zero or more'}")
    return int(value)


def _formats(given: Written, hardware: Hardware) -> Formats:
    common = default_formats(hardware)
    chosen = {name: choice(given, written, DType, getattr(common, name)) for written, name in _FORMAT_FIELDS.items()}
    return Formats(**{**chosen, "mlp": choice(given, "mlp_dtype", DType, chosen["weights"])})


def _fusion(given: object) -> tuple[Fusion, ...]:
    if not isinstance(given, list | tuple):
        raise ValueError(f"fusion: expected a list of {', '.join(Fusion)}, found {given!r}")
    chosen = {one_of("fusion", name, Fusion) for name in given}
    return tuple(fusion for fusion in Fusion if fusion in chosen)


def _conventions(given: object) -> Conventions:
    if not isinstance(given, Mapping):
        raise ValueError(f"conventions: expected a mapping like {{attention: causal}}, found {given!r}")
    for name in given:
        if name not in ("attention", "head", "passes"):
            raise ValueError(f"conventions.{name}: not a convention; there are attention, head, passes")
    return Conventions(
        attention=choice(given, "attention", CountedAttention, CountedAttention.FULL),
        head=choice(given, "head", CountedHead, CountedHead.ALL),
        passes=choice(given, "passes", CountedPasses, CountedPasses.PHASE),
    )


def _efficiency(given: object, hardware: Hardware) -> Efficiency:
    match given:
        case "calibrated":
            return calibrated_efficiency(hardware)
        case "ideal":
            return IDEAL
        case Mapping():
            start = described(calibrated_efficiency(hardware))
            for name in given:
                if name not in start:
                    raise ValueError(f"efficiency.{name}: not an efficiency{near_misses(str(name), start)}")
            if "gemm" in given:
                start["wave_tail"] = 0  # a fraction that somebody states is all that a GEMM loses
            return Efficiency(**{**start, **{n: number(given, n, None) for n in given if n != "name"}, "name": "given"})
    raise ValueError(f"efficiency: {given!r} is neither calibrated, ideal nor a mapping like {{gemm: 0.5}}")


def _efficiency_to_mapping(scenario: Scenario) -> object:
    """The name where it says all; the numbers where a chip was changed, or they were given."""
    efficiency = scenario.efficiency
    if efficiency == calibrated_efficiency(scenario.hardware):
        return "calibrated"
    return "ideal" if efficiency == IDEAL else described(efficiency)
