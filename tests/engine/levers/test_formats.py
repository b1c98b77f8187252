import pytest

from app.engine.dtypes import DType
from app.engine.levers import NotApplicable, lever
from app.engine.mapping import scenario_from_mapping

LENGTH = {"training": "seq_len", "prefill": "prompt_len", "decode": "context_len"}


def scenario(phase="decode", model="llama3.1-70b", **changes):
    written = {"model": model, "hardware": "h100-sxm", "phase": phase}
    return scenario_from_mapping({**written, **({LENGTH[phase]: 8192} | changes)})


@pytest.mark.parametrize(
    ("lever_id", "situation", "read", "expected"),
    [
        pytest.param("kv_fp8", scenario(), lambda s: s.formats.kv, DType.FP8, id="cache in FP8"),
        pytest.param("kv_int8", scenario(), lambda s: s.formats.kv, DType.INT8, id="cache in INT8"),
        pytest.param(
            "fp8", scenario(), lambda s: (s.formats.weights, s.formats.math), (DType.FP8, DType.FP8), id="FP8 server"
        ),
        pytest.param(
            "fp8",
            scenario("training"),
            lambda s: (s.formats.weights, s.formats.math),
            (DType.BF16, DType.FP8),
            id="FP8 job",
        ),
        pytest.param(
            "fp8",
            scenario(weight_dtype="int4"),
            lambda s: s.formats.weights,
            DType.INT4,
            id="weights are never widened",
        ),
        pytest.param(
            "w8a8", scenario(), lambda s: (s.formats.weights, s.formats.math), (DType.INT8, DType.INT8), id="W8A8"
        ),
        pytest.param(
            "w4a16", scenario(), lambda s: (s.formats.weights, s.formats.math), (DType.INT4, DType.BF16), id="W4A16"
        ),
    ],
)
def test_a_lever_changes_what_it_is_named_after(lever_id, situation, read, expected):
    assert read(lever(lever_id).apply(situation)) == expected


@pytest.mark.parametrize(
    ("lever_id", "situation", "reason"),
    [
        pytest.param("kv_fp8", scenario("training"), "no KV cache", id="no cache in training"),
        pytest.param("kv_fp8", scenario(kv_dtype="int8"), "in int8 already", id="narrow cache"),
        pytest.param(
            "fp8", scenario(hardware="a100-80gb-sxm"), "NVIDIA A100 SXM 80 GB has no FP8", id="no FP8 on A100"
        ),
        pytest.param("fp8", scenario(weight_dtype="fp8", math_dtype="fp8"), "in fp8 already", id="FP8 already"),
        pytest.param("w8a8", scenario("training"), "no backward pass", id="no INT8 training"),
        pytest.param("w4a16", scenario("training"), "wide weights", id="no INT4 training"),
        pytest.param("w4a16", scenario(weight_dtype="int4"), "in int4 already", id="INT4 already"),
    ],
)
def test_a_lever_that_does_not_apply_says_why(lever_id, situation, reason):
    refused = lever(lever_id).apply(situation)
    assert isinstance(refused, NotApplicable)
    assert reason in refused.reason
