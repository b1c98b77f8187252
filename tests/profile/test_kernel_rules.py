"""Names of kernels and operators: every rule knows its own example, and real names come out as what they are."""

import re

import pytest

from app.profile.classify import kind_of_kernel, short_name
from app.profile.kernel_rules import KERNEL_RULES
from app.profile.kinds import Kind, is_backward, matching_rule
from app.profile.operator_rules import OPERATOR_RULES, VIEW
from app.profile.scopes import kind_of_operator


@pytest.mark.parametrize("rule", KERNEL_RULES, ids=lambda rule: rule.example[:40])
def test_each_kernel_rule_is_the_first_to_know_its_example(rule):
    assert matching_rule(KERNEL_RULES, rule.example).kind is rule.kind
    assert rule.pattern.search(rule.example)
    assert rule.source


@pytest.mark.parametrize("rule", OPERATOR_RULES, ids=lambda rule: rule.example[:40])
def test_each_operator_rule_is_the_first_to_know_its_example(rule):
    assert matching_rule(OPERATOR_RULES, rule.example) is rule


NAMES = {
    Kind.GEMM: [
        "ampere_fp16_s16816gemm_fp16_128x128_ldg8_f2f_stages_32x5_nn",
        "sm90_xmma_gemm_bf16bf16_bf16f32_f32_tn_n_tilesize128x128x64_warpgroupsize1x1x1_execute_segment_k_off_kernel",
        "nvjet_hsh_128x256_64x4_1x2_h_bz_coopA_TNT",
        "void cutlass::Kernel2<cutlass_80_tensorop_bf16_s16816gemm_relu_bf16_64x64_64x6_tn_align8>(...)",
        "void gemv2T_kernel_val<int, int, __nv_bfloat16, __nv_bfloat16, __nv_bfloat16, float, 128, 16, 4, 4, false>",
        "Custom_Cijk_Alik_Bljk_BBS_BH_Bias_AS_SAV_UserArgs_MT256x256x64_MI16x16x1_SN_K1_MIWT4_16_WSGRB2_DTVA",
        "volta_sgemm_128x64_nn",
        "deep_gemm::fp8_gemm_kernel",
        "triton_tem_fused_addmm_7",
        "turing_fp16_s1688cudnn_fp16_256x64_sliced1x2_ldg8_relu_f2f_exp_small_nhwc_tn_v1",
    ],
    Kind.ATTENTION: [
        "void flash_fwd_kernel<Flash_fwd_kernel_traits<128, 128, 64, 4, false, false, cutlass::bfloat16_t> >",
        "void flash_bwd_dq_dk_dv_loop_seqk_parallel_kernel<Flash_bwd_kernel_traits<96, 64, 128, 8, 2, 4, 4, true> >",
        "void pytorch_flash::flash_fwd_splitkv_combine_kernel<traits>(params)",
        "void cutlass::device_kernel<flash::enable_sm90<flash::FlashAttnBwdSm90<...> > >",
        "cudnn_generated_fort_native_sdpa_sm90_flash_bprop_wgmma_f16_knob_26_64x64x128_1x4x1_kernel0_0",
        "fmha_cutlassB_bf16_aligned_128x128_k128_sm80(PyTorchMemEffAttention::AttentionBackwardKernel<...>)",
        "_ZN7ck_tile6kentryILi256ELi2ENS_13FmhaFwdKernelE",
        "void vllm::paged_attention_v2_reduce_kernel<c10::BFloat16, 128, 128, 512>",
    ],
    Kind.COMMUNICATION: [
        "ncclDevKernel_AllReduce_Sum_bf16_RING_LL(ncclDevKernelArgsStorage<4096ul>)",
        "ncclDevKernel_ReduceScatter_Sum_bf16_RING_LL",
        "ncclKernel_AllReduce_RING_LL_Sum_float(ncclWorkElem)",
        "ncclDevKernel_Generic_4(ncclDevKernelArgsStorage<4096ul>)",
        "rcclGenericKernel<1, false>",
        "void vllm::cross_device_reduce_1stage<__nv_bfloat16, 8>",
        "void flashinfer::trtllm_allreduce_fusion::allreduce_fusion_kernel_oneshot_lamport<...>",
    ],
    Kind.NORM: [
        "void at::native::(anonymous namespace)::layer_norm_grad_input_kernel_vectorized<c10::BFloat16, float>",
        "void vllm::fused_add_rms_norm_kernel<c10::BFloat16, 8>",
        "void flashinfer::norm::RMSNormKernel<8u, __nv_bfloat16>",
        "triton_red_fused__to_copy_add_mean_mul_pow_rsqrt_3",
        "void transformer_engine::normalization::rmsnorm_fwd_tuned_kernel<...>",
        "void at::native::vectorized_elementwise_kernel<4, at::native::rsqrt_kernel_cuda(at::TensorIteratorBase&)>",
    ],
    Kind.SOFTMAX: [
        "void (anonymous namespace)::softmax_warp_backward<float, c10::Half, float, 10, false, false>",
        "void at::native::(anonymous namespace)::cunn_SoftMaxForward<8, c10::Half, float, c10::Half, "
        "at::native::(anonymous namespace)::SoftMaxForwardEpilogue>",
        "void scaled_upper_triang_masked_softmax_warp_forward<__nv_bfloat16, __nv_bfloat16, float, 11>",
    ],
    Kind.ACTIVATION: [
        "void at::native::vectorized_elementwise_kernel<4, at::native::GeluCUDAKernelImpl(at::TensorIteratorBase&)>",
        "triton_poi_fused_mul_silu_7",
        "void at::native::vectorized_elementwise_kernel<4, at::native::tanh_kernel_cuda(at::TensorIteratorBase&)>",
    ],
    Kind.OPTIMIZER: [
        "void at::native::(anonymous namespace)::multi_tensor_apply_kernel<TensorListMetadata<2>, LpNormFunctor>",
        "void at::native::(anonymous namespace)::multi_tensor_apply_kernel<FusedOptimizerTensorListMetadata<4>, "
        "at::native::(anonymous namespace)::FusedAdamMathFunctor<float, 4> >",
    ],
    Kind.EMBEDDING: [
        "void at::native::(anonymous namespace)::indexSelectLargeIndex<c10::BFloat16, long, unsigned int, 2, 2>",
        "void at::native::vectorized_gather_kernel<16, long>(char*, char*, long*, int, long, long, long, long, bool)",
        "void at::native::(anonymous namespace)::embedding_backward_feature_kernel<float, float, long>",
    ],
    Kind.ELEMENTWISE: [
        "void at::native::elementwise_kernel<128, 4, at::native::gpu_kernel_impl<direct_copy_kernel_cuda>>",
        "_rope_kernel",
        "void at::native::(anonymous namespace)::fused_dropout_kernel_vec<float, float, unsigned int, 1, 4, bool>",
    ],
    Kind.COPY: ["Memcpy DtoD (Device -> Device)", "Memset (Device)", "[CUDA memcpy Host-to-Device]"],
    Kind.EXPERT_GEMM: [
        "fused_moe_kernel",
        "void cutlass::device_kernel<cutlass::gemm::kernel::GemmUniversal<cutlass::gemm::GroupProblemShape<>, ...> >",
    ],
    Kind.ROUTING: [
        "void vllm::moe::topkGatingSoftmax<4, 64, 4, 16, int>",
        "void vllm::moe::moe_align_block_size_kernel<int>(int*, int*, int*, int*, int, int)",
    ],
    Kind.LOSS: ["triton_red_fused__log_softmax_12", "_ce_bwd_kernel cross_entropy", "liger_cross_entropy_kernel"],
    Kind.UNKNOWN: ["my_own_kernel", "", "void f<int>(int)"],
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names])
def test_a_real_name_is_what_it_is(kind, name):
    assert kind_of_kernel(name) is kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("aten::mm", Kind.GEMM),
        ("aten::addmm", Kind.GEMM),
        ("aten::_scaled_mm", Kind.GEMM),
        ("aten::bmm", Kind.BATCHED_GEMM),
        ("aten::addmm_like_nothing", Kind.GEMM),
        ("aten::add", Kind.ELEMENTWISE),
        ("aten::multinomial", Kind.SAMPLING),
        ("aten::_softmax", Kind.SOFTMAX),
        ("aten::_log_softmax", Kind.LOSS),
        ("aten::_fused_adamw_", Kind.OPTIMIZER),
        ("c10d::allreduce_", Kind.COMMUNICATION),
        ("autograd::engine::evaluate_function: AddmmBackward0", Kind.GEMM),
        ("autograd::engine::evaluate_function: NativeLayerNormBackward0", Kind.NORM),
        ("_C::rotary_embedding", Kind.ELEMENTWISE),
        ("vllm::unified_attention_with_output", Kind.ATTENTION),
        ("_C::silu_and_mul", Kind.ACTIVATION),
        ("triton_red_fused__to_copy_add_mean_mul_pow_rsqrt_3", Kind.NORM),
        ("mine", Kind.UNKNOWN),
    ],
)
def test_an_operator_is_what_its_name_says(name, kind):
    assert kind_of_operator(name) is kind


@pytest.mark.parametrize("name", ["aten::view", "aten::t", "aten::as_strided", "aten::transpose", "aten::empty_like"])
def test_a_view_moves_nothing(name):
    assert VIEW.search(name)


@pytest.mark.parametrize("name", ["aten::add", "aten::copy_", "aten::cat", "aten::mm", "aten::tanh"])
def test_what_is_no_view_moves_its_tensors(name):
    assert not VIEW.search(name)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("void flash_fwd_kernel<Traits<64>, true>(Flash_fwd_params)", "flash_fwd_kernel<Traits<64>, true>"),
        ("ncclKernel_SendRecv(ncclDevComm*, unsigned long)", "ncclKernel_SendRecv"),
        (
            "void (anonymous namespace)::softmax_warp_forward<float>(float*)",
            "(anonymous namespace)::softmax_warp_forward<float>",
        ),
        ("nvjet_tst_128x24", "nvjet_tst_128x24"),
    ],
)
def test_a_name_is_shown_without_its_parameters(name, short):
    assert short_name(name) == short


def test_a_long_name_is_cut():
    assert len(short_name("k" * 5000)) == 140


def test_backward_is_told_by_the_name():
    assert is_backward("aten::gelu_backward")
    assert is_backward("cudnn_generated_fort_native_sdpa_sm90_flash_bprop")
    assert not is_backward("flash_fwd_kernel")


def test_no_pattern_can_run_away():
    hostile = "void " + "a<" * 400 + "(" * 400 + "_" * 200
    for rule in (*KERNEL_RULES, *OPERATOR_RULES):
        assert isinstance(rule.pattern, re.Pattern)
        rule.pattern.search(hostile)
