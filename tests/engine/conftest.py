"""Scenarios by chance for the properties: `st.from_type(Scenario)` draws any that the engine can time."""

from dataclasses import replace

from hypothesis import strategies as st

from app.engine.catalog import HARDWARE, MODELS
from app.engine.conventions import Conventions, CountedAttention, CountedHead, CountedPasses
from app.engine.dtypes import DType
from app.engine.efficiency import IDEAL, Efficiency, calibrated_efficiency
from app.engine.scenario import Attention, Formats, Launch, Plan, Scenario, default_formats
from app.engine.workload import Decode, Prefill, Recompute, Training

DENSE = sorted(slug for slug, model in MODELS.items() if model.experts is None and model.latent is None)
LENGTHS = st.integers(1, 2**17)
BATCHES = st.integers(1, 512)


@st.composite
def workloads(draw):
    match draw(st.sampled_from(["training", "prefill", "decode"])):
        case "training":
            return Training(
                seq_len=draw(LENGTHS),
                micro_batch=draw(st.integers(1, 8)),
                n_micro_batches=draw(BATCHES),
                recompute=draw(st.sampled_from(Recompute)),
                optimizer_bytes_per_parameter=draw(st.sampled_from([12, 16, 18])),
            )
        case "prefill":
            return Prefill(prompt_len=draw(LENGTHS), batch=draw(st.integers(1, 64)))
        case _:
            return Decode(context_len=draw(LENGTHS), batch=draw(BATCHES))


@st.composite
def plans(draw, model, hardware):
    plan = Plan(
        tp=draw(st.sampled_from([degree for degree in (1, 2, 4, 8) if model.n_heads % degree == 0])),
        pp=draw(st.sampled_from([degree for degree in (1, 2, 4, 8) if model.n_layers % degree == 0])),
        dp=draw(st.integers(1, 16)),
    )
    reaches_out = plan.n_devices > hardware.devices_per_node
    return Plan() if reaches_out and hardware.network_bandwidth is None else plan


@st.composite
def formats(draw, hardware):
    common = default_formats(hardware)
    return Formats(
        weights=draw(st.sampled_from([common.weights, DType.FP8, DType.INT4])),
        activations=common.activations,
        kv=draw(st.sampled_from([common.kv, DType.FP8])),
        math=draw(st.sampled_from(sorted(hardware.peak_flops))),
    )


@st.composite
def efficiencies(draw, hardware):
    share = st.floats(0.05, 1.0)
    fixed_s = st.floats(0.0, 1e-4)
    given = Efficiency(
        name="given",
        gemm=draw(share),
        attention_forward=draw(share),
        attention_backward=draw(share),
        memory=draw(share),
        link=draw(share),
        gap_s=draw(fixed_s),
        graph_gap_s=draw(fixed_s),
        launch_s=draw(fixed_s),
        collective_s=draw(fixed_s),
    )
    return draw(st.sampled_from([calibrated_efficiency(hardware.slug), IDEAL, given]))


@st.composite
def scenarios(draw):
    model = MODELS[draw(st.sampled_from(DENSE))]
    hardware = HARDWARE[draw(st.sampled_from(sorted(HARDWARE)))]
    return Scenario(
        model=draw(st.sampled_from([model, replace(model, slug="", name="as described")])),
        hardware=hardware,
        workload=draw(workloads()),
        plan=draw(plans(model, hardware)),
        formats=draw(formats(hardware)),
        attention=draw(st.sampled_from(Attention)),
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
