"""Traces made by hand: scopes, backward passes, devices, steps, and what a trace may lack."""

import pytest

from app.engine.catalog import transformer
from app.engine.groups import Group
from app.profile.accounting import accounts
from app.profile.classify import Evidence
from app.profile.groups import Unassigned

GEMM = "nvjet_tst_128x256_64x4_1x2_h_bz_coopA_TNT"


def groups_of(profile):
    return {row.name + (f" {row.detail}" if row.detail else ""): str(row.group) for row in profile.rows}


def the_group(profile):
    (row,) = profile.rows
    return row.group, row.evidence


@pytest.mark.parametrize(
    ("modules", "group"),
    [
        (["LlamaForCausalLM", "LlamaDecoderLayer", "LlamaMLP", "Linear"], Group.MLP),
        (["LlamaForCausalLM", "LlamaDecoderLayer", "LlamaAttention", "Linear"], Group.PROJECTIONS),
        (["LlamaForCausalLM", "Linear"], Group.HEAD),
        (["GPT", "Block", "MLP", "Linear"], Group.MLP),
        (["DistributedDataParallel", "GPT", "Linear"], Group.HEAD),
        (["TransformerEncoder", "TransformerEncoderLayer", "Linear"], Group.MLP),
        (["BertLayer", "BertAttention", "BertSelfOutput", "Linear"], Group.PROJECTIONS),
        (["BertLayer", "BertOutput", "Linear"], Group.MLP),
        (["MixtralDecoderLayer", "MixtralSparseMoeBlock", "MixtralExperts"], Group.EXPERTS),
        (["DeepseekV3DecoderLayer", "DeepseekV3MoE", "DeepseekV3MLP", "Linear"], Group.EXPERTS),
        (["MixtralDecoderLayer", "MixtralSparseMoeBlock", "MixtralTopKRouter"], Group.ROUTER),
        (["VocabParallelEmbedding"], Group.EMBEDDING),
        (["ParallelLMHead"], Group.HEAD),
    ],
)
def test_a_matmul_belongs_to_the_module_that_launched_it(job, modules, group):
    for depth, name in enumerate(modules):
        job.module(name, depth, 200 - 2 * depth)
    job.operator("aten::mm", 50, 40).kernel(GEMM, 500, 100, launched=60)
    assert the_group(job.profile()) == (group, Evidence.SCOPE)


@pytest.mark.parametrize(
    ("annotation", "group"),
    [("mlp", Group.MLP), ("self_attn", Group.PROJECTIONS), ("Optimizer.step#AdamW.step", Group.OPTIMIZER)],
)
def test_an_annotation_tells_as_well(job, annotation, group):
    job.annotation(annotation, 0, 200).kernel(GEMM, 500, 100, launched=60)
    assert the_group(job.profile()) == (group, Evidence.SCOPE)


def test_a_backward_kernel_has_the_group_of_its_forward_operator(job):
    job.module("LlamaMLP", 0, 100)
    job.operator("aten::mm", 10, 20, **{"Sequence number": 7, "Fwd thread id": 0}).kernel(GEMM, 500, 100, launched=15)
    node = {"Sequence number": 7, "Fwd thread id": 1}
    job.operator("autograd::engine::evaluate_function: MmBackward0", 200, 90, tid=2, **node)
    job.operator("aten::mm", 210, 20, tid=2)
    job.events.append(
        {"ph": "X", "cat": "cuda_runtime", "name": "cudaLaunchKernel", "pid": 100, "tid": 2, "ts": 215, "dur": 5}
        | {"args": {"correlation": 77}}
    )
    job.events.append(
        {"ph": "X", "cat": "kernel", "name": GEMM, "pid": 0, "tid": 7, "ts": 700, "dur": 100}
        | {"args": {"correlation": 77, "device": 0, "stream": 7}}
    )
    (row,) = job.profile().rows
    assert (row.group, row.calls) == (Group.MLP, 2)


def test_a_compiled_kernel_is_told_by_its_own_name_though_an_operator_bears_it_too(job):
    name = "triton_poi_fused_mul_silu_7"
    job.operator(name, 0, 50).kernel(name, 500, 100, launched=10)
    assert the_group(job.profile()) == (Group.NORMS, Evidence.NAME)


def test_a_matmul_that_nothing_tells_stays_visible_as_unassigned(job):
    job.kernel(GEMM, 500, 100)
    assert the_group(job.profile()) == (Unassigned.MATMUL, Evidence.NONE)


def test_the_widths_of_a_model_tell_which_weight_a_shape_belongs_to(job):
    shapes = {
        "mlp": [[4096, 8192], [8192, 28672]],
        "projections": [[4096, 8192], [8192, 1024]],
        "head": [[4096, 8192], [8192, 128256]],
        "weight gradient": [[28672, 4096], [4096, 8192]],
    }
    for at, (name, dims) in enumerate(shapes.items()):
        args = {"Input Dims": dims, "Input type": ["c10::BFloat16", "c10::BFloat16"]}
        job.operator("aten::mm", 100 * at, 50, **args).kernel(
            f"nvjet_{name}", 1000 + 100 * at, 90, launched=100 * at + 10
        )
    job.kernel("rms_norm_kernel", 5000, 10)
    bare = job.profile()
    assert accounts(bare).time_of(Unassigned.MATMUL).calls + accounts(bare).time_of(Group.HEAD).calls == 4
    told = bare.with_widths(transformer("llama3.1-70b"))
    assert groups_of(told) == {
        "nvjet_mlp": "mlp",
        "nvjet_projections": "projections",
        "nvjet_head": "head",
        "nvjet_weight gradient": "mlp",
        "rms_norm_kernel": "norms",
    }
    assert {row.evidence for row in told.rows if row.name.startswith("nvjet")} == {Evidence.SHAPES}


def test_a_weight_cut_over_tensor_parallel_devices_is_known_by_its_degree(job):
    args = {"Input Dims": [[64, 8192], [8192, 28672 // 8 * 2]]}
    job.operator("aten::mm", 0, 50, **args).kernel(GEMM, 1000, 90, launched=10)
    profile = job.profile()
    model = transformer("llama3.1-70b")
    assert the_group(profile.with_widths(model, tp=8))[0] is Group.MLP
    assert the_group(profile.with_widths(model))[0] is Unassigned.MATMUL


def test_work_is_counted_by_shape_and_once_for_each_operator(job):
    args = {"Input Dims": [[128, 256], [256, 512]], "Input type": ["c10::BFloat16", "c10::BFloat16"]}
    job.operator("aten::mm", 0, 50, **args)
    job.kernel(GEMM, 1000, 90, launched=10).kernel("void cublasLt::splitKreduce_kernel<32, 16>", 1100, 9, launched=20)
    profile = job.profile()
    assert sum(row.flops for row in profile.rows) == 2 * 128 * 256 * 512
    assert sum(row.bytes_moved for row in profile.rows) == 2 * (128 * 256 + 256 * 512 + 128 * 512)


def test_fused_attention_is_counted_causal_where_the_operator_says_so(job):
    dims = [[2, 16, 1024, 64]] * 3
    args = {"Input Dims": dims, "Input type": ["c10::Half"] * 3, "Concrete Inputs": ["", "", "", "0.", "True"]}
    job.operator("aten::_scaled_dot_product_flash_attention", 0, 50, **args)
    job.kernel("void flash_fwd_kernel<>", 1000, 90, launched=10)
    assert job.profile().rows[0].flops == 4 * 2 * 16 * 1024 * 1024 * 64 / 2


def test_the_busiest_of_several_devices_is_shown_and_said(job):
    job.kernel(GEMM, 100, 50, device=0).kernel("flash_fwd_kernel<>", 100, 500, device=1)
    profile = job.profile()
    assert [row.name for row in profile.rows] == ["flash_fwd_kernel<>"]
    assert "2 devices" in " ".join(profile.notes)


def test_annotated_steps_follow_the_work_and_not_the_host(job):
    for step in range(4):
        job.annotation(f"ProfilerStep#{step}", 1000 * step, 1000)
        # the device is 700 behind its host
        job.kernel(GEMM, 1000 * step + 710, 600, launched=1000 * step + 10)
        job.kernel("rms_norm_kernel", 1000 * step + 1310, 390, launched=1000 * step + 20)
    profile = job.profile()
    assert profile.n_steps == 4
    assert profile.step_s == pytest.approx([1e-3, 1e-3, 1e-3, 0.99e-3])
    assert profile.idle_s == pytest.approx(3 * 10e-6)


def test_times_since_1970_keep_short_kernels_as_long_as_they_are(job):
    job.kernel("rms_norm_kernel", 1.7e15 + 100.125, 1.9)
    job.kernel("rms_norm_kernel", 1.7e15 + 200.125, 1.3)
    assert job.profile().kernel_s == pytest.approx(3.2e-6, rel=1e-6)


def test_without_launches_a_note_says_what_cannot_be_told(job):
    job.kernel(GEMM, 100, 50).kernel(GEMM, 300, 50)
    job.events = [event for event in job.events if event["cat"] == "kernel"]
    profile = job.profile()
    assert profile.idle.launch_s == 0
    assert "not recorded" in " ".join(profile.notes)


def test_old_traces_with_other_words_are_read_as_well(job):
    job.kernel("ncclKernel_AllReduce_RING_LL_Sum_float(ncclWorkElem)", 162, 50)
    for event in job.events:
        if event["cat"] == "kernel":
            event |= {"cat": "Kernel", "tid": "stream 16"}
    assert the_group(job.profile())[0] is Group.COMMUNICATION


def test_many_kernels_are_joined_by_group_and_nothing_is_lost(job):
    for at in range(400):
        job.kernel(f"my_rms_norm_{at}", 1000 + 20 * at, 10 + at % 3)
    profile = job.profile()
    assert len(profile.rows) <= 151
    assert sum(row.calls for row in profile.rows) == 400
    assert accounts(profile).time_of(Group.NORMS).share_of_busy == pytest.approx(1)
    assert "other kernels" in {row.name for row in profile.rows}
