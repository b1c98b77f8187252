"""Levers on number formats: fewer bytes for weights or cache, faster arithmetic."""

from dataclasses import replace

from app.engine.dtypes import DType
from app.engine.groups import Group, Resource
from app.engine.levers.lever import MATMULS, Change, Lever, NotApplicable
from app.engine.scenario import Formats, Scenario
from app.engine.workload import Phase

_EXCHANGE = ("ep_all_to_all",)  # experts are sent tokens in the format of the arithmetic


def kv_cache_in(dtype: DType) -> Lever:
    """The KV cache in one byte a value: kv_fp8, kv_int8."""
    return Lever(
        id=f"kv_{dtype}",
        name=f"KV cache in {dtype.upper()}",
        acts_on=(Group.ATTENTION_CORE,),
        relieves=(Resource.MEMORY, Resource.CAPACITY),
        apply=_narrow_cache(dtype),
        cost="a switch in most servers; scales to calibrate",
        risk="quality at long contexts: measure it",
        also=("cp_ring",),
    )


def fp8() -> Lever:
    """Matmuls in FP8, and the weights of a server with them; a training job keeps its wide weights."""
    return Lever(
        id="fp8",
        name="FP8 weights and matmuls",
        acts_on=MATMULS,
        relieves=(Resource.COMPUTE, Resource.MEMORY, Resource.CAPACITY),
        apply=_narrow_matmuls(DType.FP8),
        cost="scales to calibrate, or scaling recipes in training",
        risk="quality and, in training, stability; casts take part of the gain",
        also=_EXCHANGE,
    )


def w8a8() -> Lever:
    """Weights and matmuls of a server in INT8."""
    return Lever(
        id="w8a8",
        name="W8A8: INT8 weights and matmuls",
        acts_on=MATMULS,
        relieves=(Resource.COMPUTE, Resource.MEMORY, Resource.CAPACITY),
        apply=_serving_only(_narrow_matmuls(DType.INT8), "INT8 matmuls have no backward pass."),
        cost="activation scales to calibrate (SmoothQuant and its kin)",
        risk="outliers in the activations cost quality",
        also=_EXCHANGE,
    )


def w4a16() -> Lever:
    """Weights alone in INT4; the arithmetic keeps its format."""
    return Lever(
        id="w4a16",
        name="W4A16: INT4 weights, wide arithmetic",
        acts_on=MATMULS,
        relieves=(Resource.MEMORY, Resource.CAPACITY),
        apply=_serving_only(_narrow_weights, "Training updates wide weights."),
        cost="hours of calibration (GPTQ, AWQ)",
        risk="quality; at large batches unpacking can make it slower than it was",
    )


def mlp_w4a16() -> Lever:
    """INT4 for the weights of MLPs and experts alone, most of a model; what attention multiplies stays wide."""
    return Lever(
        id="mlp_w4a16",
        name="W4A16 for the weights of MLPs and experts",
        acts_on=(Group.MLP, Group.EXPERTS),
        relieves=(Resource.MEMORY, Resource.CAPACITY),
        apply=_serving_only(_narrow_mlp, "Training updates wide weights."),
        cost="hours of calibration (GPTQ, AWQ), or a checkpoint that has it (MXFP4)",
        risk="less for quality than narrowing everything; unpacking can cost what it saves at large batches",
    )


def _narrow_cache(dtype: DType) -> Change:
    def change(scenario: Scenario) -> Scenario | NotApplicable:
        held = scenario.formats.kv
        if scenario.phase is Phase.TRAINING:
            return NotApplicable(reason="Training keeps no KV cache.")
        if held.bytes <= dtype.bytes:
            return NotApplicable(reason=f"The KV cache is in {held} already.")
        return replace(scenario, formats=replace(scenario.formats, kv=dtype))

    return change


def _narrow_matmuls(dtype: DType) -> Change:
    def change(scenario: Scenario) -> Scenario | NotApplicable:
        formats, hardware = scenario.formats, scenario.hardware
        if dtype not in hardware.peak_flops:
            return NotApplicable(reason=f"{hardware.name} has no {dtype.upper()} matmuls.")
        if hardware.peak(dtype) <= hardware.peak(formats.math) and formats.weights.bytes <= dtype.bytes:
            return NotApplicable(reason=f"Weights are in {formats.weights} and matmuls in {formats.math} already.")
        kept = formats if scenario.phase is Phase.TRAINING else _narrowed(formats, dtype)
        math = dtype if hardware.peak(dtype) > hardware.peak(formats.math) else formats.math
        return replace(scenario, formats=replace(kept, math=math))

    return change


def _narrow_weights(scenario: Scenario) -> Scenario | NotApplicable:
    held = scenario.formats.weights
    if held.bytes <= DType.INT4.bytes:
        return NotApplicable(reason=f"The weights are in {held} already.")
    return replace(scenario, formats=_narrowed(scenario.formats, DType.INT4))


def _narrow_mlp(scenario: Scenario) -> Scenario | NotApplicable:
    held = scenario.formats.mlp
    if held.bytes <= DType.INT4.bytes:
        return NotApplicable(reason=f"The weights of the MLPs are in {held} already.")
    return replace(scenario, formats=replace(scenario.formats, mlp=DType.INT4))


def _narrowed(formats: Formats, dtype: DType) -> Formats:
    weights, mlp = (dtype if held.bytes > dtype.bytes else held for held in (formats.weights, formats.mlp))
    return replace(formats, weights=weights, mlp=mlp)


def _serving_only(change: Change, reason: str) -> Change:
    def guarded(scenario: Scenario) -> Scenario | NotApplicable:
        return NotApplicable(reason=reason) if scenario.phase is Phase.TRAINING else change(scenario)

    return guarded
