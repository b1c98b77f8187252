"""Scenarios as plain mappings, the form of JSON and YAML: read with errors that name the field, written canonically."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, TypeVar

from app.engine.catalog import accelerator, near_misses, transformer
from app.engine.conventions import Conventions, CountedAttention, CountedHead, CountedPasses
from app.engine.dtypes import DType
from app.engine.efficiency import IDEAL, Efficiency, calibrated_efficiency
from app.engine.fields import Written, choice, number, one_line, one_of, required, switch
from app.engine.hardware import Hardware
from app.engine.huggingface import is_huggingface_config, transformer_from_huggingface
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
from app.engine.transformer import Biases, Experts, LatentAttention, Transformer
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
_FORMAT_FIELDS = {"weight_dtype": "weights", "activation_dtype": "activations", "kv_dtype": "kv", "math_dtype": "math"}
_OTHER_FIELDS = ("model", "hardware", "phase", "n_devices", "plan", "attention", "fusion", "launch", "overlap")
_LAST_FIELDS = ("conventions", "efficiency")
_ALIASES = {"n_gpus": "n_devices"}


def scenario_from_mapping(written: Written) -> Scenario:
    """Read a scenario. ValueError, one line, names the field and the value; nothing unknown is ignored."""
    given = _known(written)
    phase = _phase(given)
    hardware = _hardware(required(given, "hardware"))
    return Scenario(
        model=_model(required(given, "model")),
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
        "model": scenario.model.slug or _described(scenario.model),
        "hardware": scenario.hardware.slug or _described(scenario.hardware),
        "phase": str(scenario.phase),
        **{name: _plain(getattr(work, name)) for name in _WORK_FIELDS[scenario.phase]},
        "n_devices": _plain(scenario.n_devices),
        "plan": {name: _plain(getattr(scenario.plan, name)) for name in _PLAN_FIELDS},
        **{written: str(getattr(formats, name)) for written, name in _FORMAT_FIELDS.items()},
        "attention": str(scenario.attention),
        "fusion": [str(fusion) for fusion in scenario.fusion],
        "launch": str(scenario.launch),
        "overlap": _plain(scenario.overlap),
        "conventions": _described(scenario.conventions),
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
    return Formats(**chosen)


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
            return calibrated_efficiency(hardware.slug)
        case "ideal":
            return IDEAL
        case Mapping():
            start = _described(calibrated_efficiency(hardware.slug))
            for name in given:
                if name not in start:
                    raise ValueError(f"efficiency.{name}: not an efficiency{near_misses(str(name), start)}")
            return Efficiency(**{**start, **{n: number(given, n, None) for n in given if n != "name"}, "name": "given"})
    raise ValueError(f"efficiency: {given!r} is neither calibrated, ideal nor a mapping like {{gemm: 0.5}}")


def _efficiency_to_mapping(scenario: Scenario) -> object:
    """The name where it says all; the numbers where a chip was changed, or they were given."""
    efficiency = scenario.efficiency
    if efficiency == calibrated_efficiency(scenario.hardware.slug):
        return "calibrated"
    return "ideal" if efficiency == IDEAL else _described(efficiency)


def _model(given: object) -> Transformer:
    match given:
        case str():
            return transformer(given)
        case Mapping() if is_huggingface_config(given):
            return transformer_from_huggingface(given)
        case Mapping():
            return _built(Transformer, given, "model", _MODEL_READERS)
    raise ValueError(f"model: {given!r} is neither a slug, a mapping of widths nor a Hugging Face config")


def _hardware(given: object) -> Hardware:
    match given:
        case str():
            return accelerator(given)
        case Mapping():
            return _built(Hardware, given, "hardware", _HARDWARE_READERS)
    raise ValueError(f"hardware: {given!r} is neither a slug nor a mapping of facts")


_MODEL_READERS: dict[str, Callable[[Any], object]] = {
    "experts": lambda value: None if value is None else _built(Experts, value, "model.experts", {}),
    "latent": lambda value: None if value is None else _built(LatentAttention, value, "model.latent", {}),
    "biases": lambda value: one_of("model.biases", value, Biases),
}
_HARDWARE_READERS: dict[str, Callable[[Any], object]] = {
    "peak_flops": lambda value: _peaks(value),
    "notes": lambda value: _texts(value),
}


def _count(name: str, value: object) -> object:
    """Widths and numbers of layers are whole, however they are written."""
    if isinstance(value, float):
        if not value.is_integer():
            raise ValueError(f"{name}: {value} is not a whole number")
        return int(value)
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"hardware.notes: {value!r} is not a list of texts")
    return tuple(value)


def _peaks(value: object) -> dict[DType, float]:
    if not isinstance(value, Mapping):
        raise ValueError(f"hardware.peak_flops: {value!r} is not a mapping like {{bf16: 9.89e+14}}")
    return {one_of("hardware.peak_flops", name, DType): number(value, name, None) for name in value}


Built = TypeVar("Built", Transformer, Hardware, Experts, LatentAttention)


def _built(kind: type[Built], given: Written, path: str, readers: Mapping[str, Callable[[Any], object]]) -> Built:
    if not isinstance(given, Mapping):
        raise ValueError(f"{path}: {given!r} is not a mapping of fields")
    known = {field.name: field for field in fields(kind) if field.init}
    for name, value in given.items():
        if name not in known:
            raise ValueError(f"{path}.{one_line(name)}: not a field{near_misses(str(name), known)}")
        expected = {bool: "true or false", str: "text"}.get(known[name].type)  # type: ignore[arg-type]
        if expected and not isinstance(value, known[name].type):  # type: ignore[arg-type]
            raise ValueError(f"{path}.{name}: {value!r} is not {expected}")
    start: dict[str, Any] = {"name": "as described"} if "name" in known else {}
    values = {name: readers[name](value) if name in readers else value for name, value in given.items()}
    if kind is not Hardware:
        values = {name: _count(f"{path}.{name}", value) for name, value in values.items()}
    try:
        return kind(**{**start, **values})
    except TypeError as error:
        raise ValueError(f"{path}: {str(error).split('() ')[-1]}") from None
    except ValueError as error:
        raise ValueError(f"{path}.{error}") from None


def _plain(value: object) -> object:
    """A word as text; a whole number without its point, so that equal scenarios are written alike."""
    if isinstance(value, StrEnum):
        return str(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _described(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the engine's frozen values
    described: dict[str, Any] = {}
    for field in fields(value):
        item = getattr(value, field.name)
        if field.name == "slug" or not field.init:
            continue
        if isinstance(item, (Experts, LatentAttention)):
            item = _described(item)
        elif isinstance(item, Mapping):
            item = {str(name): number for name, number in item.items()}
        described[field.name] = list(item) if isinstance(item, tuple) else _plain(item)
    return described
