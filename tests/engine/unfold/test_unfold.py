"""Every fact of every model of the catalogue unfolds into lines that give it, each from what stands in or before it."""

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.analysis import analyze
from app.engine.catalog import HARDWARE, MODELS
from app.engine.facts import UnknownFact, fact, fact_names
from app.engine.law_facts import LAWS, law_fact
from app.engine.levers import weigh
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Scenario
from app.engine.unfold.unfold import unfold, unfold_law

MATHEMATICS = {"ceil": math.ceil, "floor": math.floor, "sqrt": math.sqrt, "exp": math.exp, "min": min, "max": max}
WORK = {
    "training": {"seq_len": 4096, "n_micro_batches": 8, "recompute": "selective", "plan": {"tp": 2, "pp": 2, "dp": 2}},
    "prefill": {"prompt_len": 8192, "batch": 2, "prefix_len": 1024, "conventions": {"attention": "causal"}},
    "decode": {"context_len": 8192, "batch": 32, "plan": {"tp": 2}, "overlap": 0.5},
}
# Where the host is slow, the launches blocked, the layers uneven, the experts spread and the cache latent.
CORNERS = {
    "a slow host": {
        "model": "llama3.1-8b",
        "hardware": "h100-sxm",
        "phase": "decode",
        "context_len": 512,
        "launch": "eager",
        "efficiency": {"launch_s": 5e-5, "gap_s": 0},
        "plan": {"tp": 2},
        "overlap": 0.3,
    },
    "blocking, uneven stages": {
        "model": "bloom-176b",
        "hardware": "a100-80gb-sxm",
        "phase": "training",
        "seq_len": 2048,
        "n_micro_batches": 16,
        "launch": "blocking",
        "attention": "unfused",
        "recompute": "full",
        "plan": {"tp": 4, "pp": 12, "dp": 8, "zero": 1},
    },
    "experts and latents, mixed step": {
        "model": "deepseek-v3",
        "hardware": "h200-sxm",
        "phase": "decode",
        "context_len": 4096,
        "batch": 64,
        "chunk_len": 512,
        "mlp_dtype": "fp8",
        "plan": {"tp": 8, "ep": 8},
    },
    "LoRA, FSDP, a ring": {
        "model": "llama3.1-8b",
        "hardware": "h100-sxm",
        "phase": "training",
        "seq_len": 32768,
        "n_micro_batches": 4,
        "lora_rank": 16,
        "plan": {"dp": 4, "cp": 2, "zero": 3},
        "attention": "tuned",
    },
    "a zero-bubble schedule": {
        "model": "llama2-7b",
        "hardware": "h100-sxm",
        "phase": "training",
        "seq_len": 4096,
        "n_micro_batches": 8,
        "plan": {"pp": 4, "schedule": "zero_bubble"},
    },
}


def analysis_of(written):
    return analyze(scenario_from_mapping(written))


NAME = re.compile(r"(?<![\w.])[^\W\d]\w*(?:\.\w+)*")


def worked(line, known):
    """The value of a formula with its inputs and the lines before it put in."""
    symbols = {**known, **dict(line.inputs)}

    def put_in(found):
        name = found.group()
        assert name in symbols or name in MATHEMATICS, (
            f"{line.symbol}: {line.formula} uses {name}, which no line defines"
        )
        return name if name in MATHEMATICS else f"({float(symbols[name])!r})"

    arithmetic = NAME.sub(put_in, line.formula).replace("·", "*").replace("−", "-").replace(" = ", " == ")
    return eval(arithmetic, {"__builtins__": {}, **MATHEMATICS})


def check(lines, value):
    known = {}
    for line in lines:
        assert line.source
        if line.formula.startswith("the largest of"):
            most = max(size for _, size in line.inputs)
            largest = [name.split(".") for name, size in line.inputs if size == pytest.approx(most)]
            assert any(line.value in (parts[0], parts[-1]) for parts in largest), line.symbol
        elif isinstance(line.value, str):
            assert line.value == "never"
        elif line.formula.startswith("the ") and line.symbol.startswith("flip."):
            (_, a), (_, b) = line.inputs
            assert a == pytest.approx(b, rel=1e-3)
        else:
            assert worked(line, known) == pytest.approx(line.value, rel=1e-6, abs=1e-15), line.symbol
        if not isinstance(line.value, str):
            known[line.symbol] = line.value
    last = lines[-1].value
    assert last == value if isinstance(value, (str, bool)) else last == pytest.approx(value, rel=1e-9, abs=1e-18)


def check_all(analysis, names=None):
    for name in names or fact_names(analysis):
        lines = unfold(analysis, name)
        assert lines[-1].symbol == name
        assert len({line.symbol for line in lines}) == len(lines)
        check(lines, fact(analysis, name).value)


@pytest.mark.parametrize("phase", WORK)
@pytest.mark.parametrize("slug", MODELS)
def test_every_fact_of_every_model_unfolds(slug, phase):
    model = MODELS[slug]
    plan = {degree: n for degree, n in WORK[phase].get("plan", {}).items() if degree != "tp" or model.n_heads % n == 0}
    names = None if slug in ("llama3.1-8b", "deepseek-v3", "mistral-7b", "gpt3-175b", "mixtral-8x7b") else QUICK[phase]
    written = {"model": slug, "hardware": "h200-sxm", "phase": phase, **WORK[phase], "plan": plan}
    check_all(analysis_of(written), names)


# The families, one of each, for the models of which not every fact is tried.
COMMON = ("flops.total", "share.flops.attention_core", "time_s.estimate", "share.time.head", "time_s.upper", "mfu")
COMMON += ("parameters.multiplying", "weight_bytes", "memory.bytes_per_device", "bottleneck.resource", "time_s.lower")
QUICK = {
    "training": (*COMMON, "bubble_share", "flops.forward", "time_s.communication", "ceiling.time.optimizer"),
    "prefill": (*COMMON, "ttft_s", "kv_bytes_per_token", "tokens_per_s", "bound.projections"),
    "decode": (*COMMON, "tpot_s", "kv_bytes_read", "fits.max_batch", "mbu", "bottleneck.component"),
}


@pytest.mark.parametrize("corner", CORNERS)
def test_every_fact_of_an_odd_scenario_unfolds(corner):
    check_all(analysis_of(CORNERS[corner]))


@settings(max_examples=40, deadline=None)
@given(scenario=st.from_type(Scenario))
def test_the_times_and_counts_of_any_scenario_unfold(scenario):
    analysis = analyze(scenario)
    for name in (
        "flops.total",
        "time_s.estimate",
        "time_s.lower",
        "time_s.upper",
        "bottleneck.resource",
        "memory.fits",
    ):
        check(unfold(analysis, name), fact(analysis, name).value)


@pytest.mark.parametrize("phase", WORK)
def test_the_gain_of_every_lever_that_applies_unfolds(phase):
    analysis = analysis_of({"model": "llama3.1-70b", "hardware": "h100-sxm", "phase": phase, **WORK[phase]})
    for result in weigh(analysis).results:
        name = f"lever.{result.lever.id}.speedup"
        check(unfold(analysis, name), fact(analysis, name).value)


@pytest.mark.parametrize(
    "name",
    [
        "share.flops.mlp@causal",
        "flops.total@no_head",
        "speedup.time.mlp.2",
        "share.time.mlp+projections",
        "time_s.qkv_proj",
    ],
)
def test_names_with_a_setting_unfold_as_well(name):
    analysis = analysis_of({"model": "gpt3-175b", "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": 2048})
    check(unfold(analysis, name), fact(analysis, name).value)


@pytest.mark.parametrize("name", LAWS)
def test_every_law_unfolds(name):
    from tests.engine.test_law_table import USUAL

    reference = f"{name}({', '.join(f'{argument}={USUAL[argument]}' for argument in LAWS[name].arguments)})"
    check(unfold_law(reference), law_fact(reference).value)


def test_what_is_no_fact_has_no_derivation():
    analysis = analysis_of({"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": "decode", "context_len": 512})
    for name in ("share.flops.magic", "ttft_s", "lever.sequence_parallel.speedup"):
        with pytest.raises(UnknownFact):
            unfold(analysis, name)


def test_every_chip_has_a_ridge_that_unfolds():
    for slug in HARDWARE:
        analysis = analysis_of({"model": "llama3.1-8b", "hardware": slug, "phase": "decode", "context_len": 512})
        check(unfold(analysis, "ridge_point"), fact(analysis, "ridge_point").value)
