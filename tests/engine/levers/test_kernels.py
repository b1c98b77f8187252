import pytest

from app.engine.levers import NotApplicable, lever
from app.engine.levers.kernels import attention_tiling
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Attention, Fusion, Launch

LENGTH = {"training": "seq_len", "prefill": "prompt_len", "decode": "context_len"}


def scenario(phase="decode", model="llama3.1-70b", **changes):
    written = {"model": model, "hardware": "h100-sxm", "phase": phase}
    return scenario_from_mapping({**written, **({LENGTH[phase]: 8192} | changes)})


@pytest.mark.parametrize(
    ("lever_id", "situation", "read", "expected"),
    [
        pytest.param(
            "flash_attention", scenario(attention="unfused"), lambda s: s.attention, Attention.FUSED, id="flash"
        ),
        pytest.param("cuda_graphs", scenario(launch="eager"), lambda s: s.launch, Launch.GRAPH, id="graphs"),
        pytest.param("mlp_fusion", scenario(), lambda s: s.fusion, (Fusion.MLP,), id="mlp fusion"),
        pytest.param(
            "fused_norms", scenario(fusion=["mlp"]), lambda s: s.fusion, (Fusion.MLP, Fusion.NORMS), id="norms too"
        ),
        pytest.param("fewer_memory_hops", scenario(), lambda s: s.fusion, tuple(Fusion), id="all fusions"),
    ],
)
def test_a_lever_changes_what_it_is_named_after(lever_id, situation, read, expected):
    assert read(lever(lever_id).apply(situation)) == expected


@pytest.mark.parametrize(
    ("lever_id", "situation", "reason"),
    [
        pytest.param("flash_attention", scenario(), "fused already", id="fused"),
        pytest.param("attention_tiling", scenario(efficiency="ideal"), "full peak", id="nothing above the peak"),
        pytest.param("gemm_tuning", scenario(efficiency="ideal"), "full peak", id="no better matmuls than ideal"),
        pytest.param("mlp_fusion", scenario(fusion=["mlp"]), "fused already", id="fused mlp"),
        pytest.param("fewer_memory_hops", scenario(fusion=["norms", "mlp"]), "fused already", id="all fused"),
        pytest.param("cuda_graphs", scenario(launch="graph"), "graph already", id="captured"),
    ],
)
def test_a_lever_that_does_not_apply_says_why(lever_id, situation, reason):
    refused = lever(lever_id).apply(situation)
    assert isinstance(refused, NotApplicable)
    assert reason in refused.reason


def test_tiling_stops_at_the_peak_and_leaves_other_kernels_alone():
    reached = attention_tiling(factor=100).apply(scenario()).efficiency
    assert (reached.attention_forward, reached.attention_backward) == (1.0, 1.0)
    assert reached.gemm == scenario().efficiency.gemm


def test_tiling_multiplies_the_rate():
    given = scenario(efficiency={"attention_forward": 0.2, "gemm": 0.6})
    assert attention_tiling(factor=1.5).apply(given).efficiency.attention_forward == pytest.approx(0.3)
    assert lever("gemm_tuning").apply(given).efficiency.gemm == pytest.approx(0.69)
