"""Scenarios by chance for the properties: `st.from_type(Scenario)` draws any that the engine can time."""

from dataclasses import replace

from hypothesis import strategies as st

from app.engine.catalog import HARDWARE, MODELS
from app.engine.conventions import Conventions, CountedAttention, CountedHead, CountedPasses
from app.engine.dtypes import DType
from app.engine.efficiency import IDEAL, Efficiency, calibrated_efficiency
from app.engine.scenario import Attention, Formats, Fusion, Launch, Plan, Scenario, Schedule, default_formats
from app.engine.workload import Decode, Prefill, Recompute, Training

LENGTHS = st.integers(1, 2**17)
BATCHES = st.integers(1, 512)


@st.composite
def trainings(draw):
    return Training(
        seq_len=draw(LENGTHS),
        micro_batch=draw(st.integers(1, 8)),
        n_micro_batches=draw(BATCHES),
        recompute=draw(st.sampled_from(Recompute)),
        optimizer_bytes_per_parameter=draw(st.sampled_from([16, 18])),
        lora_rank=draw(st.sampled_from([0, 0, 16])),
    )


@st.composite
def prefills(draw):
    prompt_len = draw(LENGTHS)
    prefix_len = draw(st.sampled_from([0, 0, prompt_len // 2]))
    return Prefill(prompt_len=prompt_len, batch=draw(st.integers(1, 64)), prefix_len=prefix_len)


@st.composite
def decodes(draw):
    return Decode(
        context_len=draw(LENGTHS),
        batch=draw(BATCHES),
        new_tokens=draw(st.sampled_from([1, 1, 5])),
        chunk_len=draw(st.sampled_from([0, 0, 512])),
        chunk_prefix=draw(st.sampled_from([0, 1024])),
    )


@st.composite
def plans(draw, model, hardware):
    tp = draw(st.sampled_from([degree for degree in (1, 2, 4, 8) if model.n_heads % degree == 0]))
    plan = Plan(
        tp=tp,
        cp=draw(st.sampled_from([1, 1, 2])),
        dp=draw(st.integers(1, 16)),
        pp=draw(st.sampled_from([degree for degree in (1, 2, 4, 5, 8) if degree <= model.n_layers])),
        ep=1 if model.experts is None else draw(st.sampled_from([1, tp])),
        interleave=draw(st.sampled_from([1, 1, 2])),
        schedule=draw(st.sampled_from(Schedule)),
        sequence_parallel=draw(st.booleans()),
        zero=draw(st.integers(0, 3)),
    )
    reaches_out = plan.n_devices > hardware.devices_per_node
    return Plan() if reaches_out and hardware.network_bandwidth is None else plan


@st.composite
def formats(draw, hardware):
    common = default_formats(hardware)
    return Formats(
        weights=draw(st.sampled_from([common.weights, DType.FP8, DType.INT4])),
        mlp=draw(st.sampled_from([common.weights, DType.FP8, DType.INT4])),
        activations=common.activations,
        kv=draw(st.sampled_from([common.kv, DType.FP8])),
        math=draw(st.sampled_from(sorted(hardware.peak_flops))),
    )


@st.composite
def efficiencies(draw, hardware):
    share = st.floats(0.05, 1.0)
    fixed_s = st.floats(0.0, 1e-4)
    gap_s, round_s = draw(fixed_s), draw(fixed_s)
    given = Efficiency(
        name="given",
        gemm=draw(share),
        wave_tail=draw(st.floats(0.0, 1.0)),
        attention_forward=draw(share),
        attention_backward=draw(share),
        attention_tuned=draw(share),
        memory=draw(share),
        link=draw(share),
        gap_s=gap_s,
        graph_gap_s=gap_s * draw(share),  # a captured graph waits no longer than the host does
        launch_s=draw(fixed_s),
        blocking_s=draw(fixed_s),
        round_s=round_s,
        graph_round_s=round_s * draw(share),
    )
    return draw(st.sampled_from([calibrated_efficiency(hardware), IDEAL, given]))


@st.composite
def scenarios(draw):
    model = MODELS[draw(st.sampled_from(sorted(MODELS)))]
    hardware = HARDWARE[draw(st.sampled_from(sorted(HARDWARE)))]
    return Scenario(
        model=draw(st.sampled_from([model, replace(model, slug="", name="as described")])),
        hardware=hardware,
        workload=draw(trainings() | prefills() | decodes()),
        plan=draw(plans(model, hardware)),
        formats=draw(formats(hardware)),
        attention=draw(st.sampled_from(Attention)),
        fusion=draw(st.sampled_from([(), (Fusion.MLP,), tuple(Fusion)])),
        launch=draw(st.sampled_from(Launch)),
        overlap=draw(st.sampled_from([0.0, 0.25, 0.9, 1.0])),
        conventions=draw(
            st.builds(
                Conventions,
                attention=st.sampled_from(CountedAttention),
                head=st.sampled_from(CountedHead),
                passes=st.sampled_from(CountedPasses),
            )
        ),
        efficiency=draw(efficiencies(hardware)),
    )


st.register_type_strategy(Scenario, scenarios())
