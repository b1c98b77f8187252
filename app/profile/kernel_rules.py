"""Kernel names of NVIDIA and AMD devices and what they do: the first rule that matches decides.

A source is a repository and path that defines the kernel, an issue that shows it in a profile, or a shared trace.
"""

import re

from app.profile.kinds import Kind, Rule

_A100 = "HolisticTraceAnalysis test data, A100 training rank"
_MI250 = "HolisticTraceAnalysis test data, MI250 training"
_ATEN = "pytorch/pytorch aten/src/ATen/native/cuda"
_FLASH = "Dao-AILab/flash-attention"
_APEX = "NVIDIA/apex csrc"
_VLLM = "vllm-project/vllm csrc"
_SGLANG = "sgl-project/sglang#22353, table of a Qwen prefill"
_INDUCTOR = "pytorch/pytorch torch/_inductor/codegen/triton.py (name: kind of loop, then the fused operators)"


def _rule(kind: Kind, pattern: str, example: str, source: str) -> Rule:
    return Rule(kind, re.compile(pattern, re.IGNORECASE), example, source)


_COLLECTIVES = (
    _rule(
        Kind.COMMUNICATION,
        r"\b(nccl|rccl)",
        "ncclKernel_SendRecv_RING_SIMPLE_Sum_int8_t(ncclDevComm*, unsigned long, ncclWork*)",
        _A100,
    ),
    _rule(
        Kind.COMMUNICATION,
        r"ncclDevKernel|ncclKernel|msccl",
        "void mscclKernel<...>",
        "ROCm/rccl src/device/msccl_kernel_impl.h",
    ),
    _rule(
        Kind.COMMUNICATION,
        r"all_?reduce|all_?gather|reduce_?scatter|all_?to_?all(?!.*(layout|permute))",
        "void vllm::cross_device_reduce_1stage<__nv_bfloat16, 8> one-shot all_reduce",
        f"{_VLLM}/custom_all_reduce.cu",
    ),
    _rule(
        Kind.COMMUNICATION,
        r"cross_device_reduce|quickreduce|multimem|nvshmem|deep_?ep::",
        "void vllm::cross_device_reduce_2stage<__nv_bfloat16, 8>(vllm::RankData*, vllm::RankSignals, int)",
        f"{_VLLM}/custom_all_reduce.cu",
    ),
)

_COPIES = (
    _rule(Kind.COPY, r"^\[?(cuda |hip )?(memcpy|memset)", "Memcpy HtoD (Pinned -> Device)", _A100),
    _rule(
        Kind.COPY,
        r"split_with_sizes_copy|chunk_cat",
        "void at::native::(anonymous namespace)::chunk_cat_cuda_kernel<float, c10::BFloat16>",
        f"{_ATEN}/TensorShape.cu: FSDP packs and unpacks its buffers with it",
    ),
    _rule(
        Kind.COPY,
        r"__amd_rocclr_(copy|fill)",
        "__amd_rocclr_copyBuffer",
        "ROCm/clr rocclr/device/blitcl.cpp",
    ),
)

_ATTENTION = (
    _rule(
        Kind.ATTENTION,
        r"selective_scan|chunk_(scan|state)|state_passing|delta_rule|causal_conv1d|fused_recurrent|linear_attn",
        "chunk_gated_delta_rule_fwd_kernel_h_blockdim64",
        "fla-org/flash-linear-attention fla/ops: what mixes tokens in place of attention",
    ),
    _rule(
        Kind.ATTENTION,
        r"flash_(fwd|bwd)|\bflash::|FlashAttn|flash_attn",
        "void pytorch_flash::flash_fwd_kernel<pytorch_flash::Flash_fwd_kernel_traits<128, 64, 64, 4, false, false>>",
        f"{_FLASH} csrc/flash_attn/src/flash_fwd_launch_template.h",
    ),
    _rule(
        Kind.ATTENTION,
        r"cutlass::device_kernel<flash",
        "void cutlass::device_kernel<flash::enable_sm90_or_later<flash::FlashAttnFwdSm90<...> > >",
        "sgl-project/sglang#22440, FlashAttention 3 in a decode profile",
    ),
    _rule(
        Kind.ATTENTION,
        r"_sdpa_|sdpa_sm\d+|mha_fprop|mha_bprop",
        "cudnn_generated_fort_native_sdpa_sm90_flash_fprop_wgmma_f16_knob_7_64x128x128_4x1x1_kernel0_0",
        "cuDNN attention under torch.profiler, as PyTorch's CUDNN_ATTENTION backend launches it",
    ),
    _rule(
        Kind.ATTENTION,
        r"fmha|PyTorchMemEffAttention|AttentionBackwardKernel|multihead_attention|batched_gemm_softmax_gemm|aiter::mha",
        "fmha_cutlassF_bf16_aligned_64x128_rf_sm80(PyTorchMemEffAttention::AttentionKernel<...>::Params)",
        f"{_ATEN.replace('native/cuda', 'native/transformers/cuda')}/mem_eff_attention",
    ),
    _rule(
        Kind.ATTENTION,
        r"paged_attention|unified_attention|decode_attention|\bmla_|flash_?mla",
        "void vllm::paged_attention_v1_kernel<__nv_bfloat16, __nv_bfloat16, 128, 16, 128, ...>",
        f"{_VLLM}/attention/paged_attention_v1.cu",
    ),
    _rule(
        Kind.ATTENTION,
        r"BatchPrefill|BatchDecode|SinglePrefill|SingleDecode|MergeState|VariableLengthMergeStates",
        "void flashinfer::BatchPrefillWithPagedKVCacheKernel<...>",
        "flashinfer-ai/flashinfer include/flashinfer/attention/prefill.cuh",
    ),
    _rule(
        Kind.ATTENTION,
        r"^(_?attn_|_attention|_(fwd|bwd)_kernel(?!_norm)|_bwd_(kernel|preprocess))",
        "attn_fwd",
        f"{_FLASH} flash_attn/flash_attn_triton_amd/fwd_prefill.py",
    ),
    _rule(
        Kind.ATTENTION,
        r"triton_tem_fused_.*(flex_attention|attention)",
        "triton_tem_fused_flex_attention_0",
        _INDUCTOR,
    ),
    _rule(
        Kind.ATTENTION,
        r"reshape_and_cache|concat_and_cache|kv_cache|store_kv|append_paged",
        "void vllm::reshape_and_cache_flash_kernel<__nv_bfloat16, __nv_bfloat16, (vllm::Fp8KVCacheDataType)0>",
        f"{_VLLM}/cache_kernels.cu",
    ),
)

_EXPERTS = (
    _rule(
        Kind.EXPERT_GEMM,
        r"fused_moe|moe_gemm|moe_(mm|wna16|kernel)|grouped_?gemm|group_gemm|GroupProblemShape|GemmGrouped|_m_grouped",
        "fused_moe_kernel",
        "vllm-project/vllm vllm/model_executor/layers/fused_moe/fused_moe.py",
    ),
    _rule(
        Kind.ROUTING,
        r"moe_align|topkGating|topk_?softmax|grouped_topk|moe_sum|MoeRouting|expandInputRows|count_and_sort_expert|router",
        "void vllm::moe::moe_align_block_size_kernel<int>(int*, int*, int*, int*, int, int, int, int, unsigned long)",
        "vllm-project/vllm-omni#553, profile of a MoE model (moe_align_block_size)",
    ),
)

_OPTIMIZER = (
    _rule(
        Kind.OPTIMIZER,
        r"adam|multi_tensor_apply|multi_tensor_l2norm|lamb(?!da)|Adagrad|sgd_?kernel|FusedSgd|kOptimizer|muon|foreach",
        "void multi_tensor_apply_kernel<TensorListMetadata<4>, AdamFunctor<float>, float, float, float, float>",
        _A100,
    ),
)

_MATMULS = (
    _rule(
        Kind.GEMM,
        r"gemm|gemv",
        "ampere_bf16_s16816gemm_bf16_128x256_ldg8_f2f_stages_64x3_tn",
        "huggingface/blog#1649, cuBLAS in a profile of FSDP training",
    ),
    _rule(Kind.GEMM, r"^nvjet", "nvjet_tst_128x24_64x11_2x1_v_bz_TNT", _SGLANG),
    _rule(
        Kind.GEMM,
        r"cublasLt|cublas|splitKreduce",
        "void cublasLt::splitKreduce_kernel<32, 16, int, float, __nv_bfloat16, float, __nv_bfloat16, true>",
        "the reduction that cuBLASLt launches after a split-K GEMM",
    ),
    _rule(
        Kind.GEMM,
        r"cutlass::Kernel|cutlass.*(tensorop|simt)|cutlass::device_kernel",
        "void cutlass::Kernel<cutlass_80_tensorop_s1688gemm_256x64_16x4_tn_align1>(...)",
        _A100,
    ),
    _rule(
        Kind.GEMM,
        r"(Custom_)?Cijk_A",
        "Cijk_Alik_Bljk_SB_Bias_AS_SAV_UserArgs_MT64x16x32_MI16x16x1_SN_LDSB0_AFC1_AFEM1",
        _MI250,
    ),
    _rule(
        Kind.GEMM,
        r"_xmma_|s\d+cudnn|convolve|\bconv\d?d|cudnn::",
        "sm90_xmma_fprop_implicit_gemm_f32f32_tf32f32_f32_nhwckrsc_nhwc_tilesize128x128x32",
        "pytorch/pytorch#149697, table of a profile",
    ),
    _rule(
        Kind.GEMM,
        r"marlin|machete|awq|gptq|exllama|deep_?gemm|w8a8|scaled_mm|wvSplitK|\bbmm_|matmul",
        "void marlin::Marlin<__nv_bfloat16, 256, 1, 8, 8, 4, false>",
        "IST-DASLab/marlin marlin/marlin_cuda_kernel.cu",
    ),
    _rule(Kind.GEMM, r"triton_(tem_fused_.*)?(add)?b?mm\b|triton_tem_fused_.*mm", "triton_tem_fused_mm_3", _INDUCTOR),
)

_ENDS = (
    _rule(
        Kind.LOSS,
        r"log_?softmax|nll_loss|cross_?entropy|liger_cross",
        "void at::native::(anonymous namespace)::cunn_SoftMaxForward<8, c10::BFloat16, float, float, "
        "at::native::(anonymous namespace)::LogSoftMaxForwardEpilogue>",
        f"{_ATEN}/SoftMax.cu",
    ),
    _rule(
        Kind.SAMPLING,
        r"ArgMax|top_?[kp]_?(sampling|renorm|mask)|Sampling(From|Kernel)|sampling::|sampl(e|ing)_|multinomial|exponential_kernel",
        "void at::native::reduce_kernel<512, 1, at::native::ReduceOp<float, at::native::ArgMaxOps<float>, ...> >",
        f"{_ATEN}/ReduceArgMaxKernel.cu",
    ),
    _rule(
        Kind.ELEMENTWISE,
        r"rotary|rope",
        "void vllm::rotary_embedding_kernel<c10::BFloat16, true>",
        f"{_VLLM}/pos_encoding_kernels.cu",
    ),
    _rule(
        Kind.EMBEDDING,
        r"embedding|fbgemm|indexSelect(Large|Small)Index|embs_kernel|bounds_check_indices|linearize_index"
        r"|vectorized_gather",
        "void split_embedding_codegen_forward_unweighted_kernel<float, float, float, false, long, 1ul, 16ul>",
        _A100,
    ),
)

_LAYER = (
    _rule(
        Kind.NORM,
        r"layer_?norm|rms_?norm|group_?norm|batch_?norm|rsqrt|GammaBeta|RowwiseMoments|ln_(fwd|bwd)|norm_(fwd|bwd)|_norm_",
        "void at::native::(anonymous namespace)::vectorized_layer_norm_kernel<c10::BFloat16, float>",
        f"{_ATEN}/layer_norm_kernel.cu",
    ),
    _rule(
        Kind.SOFTMAX,
        r"softmax",
        "void (anonymous namespace)::softmax_warp_forward<c10::BFloat16, c10::BFloat16, float, 11, false, false>",
        f"{_ATEN}/PersistentSoftmax.cuh",
    ),
    _rule(
        Kind.ACTIVATION,
        r"silu|gelu|swiglu|geglu|relu|act_and_mul|gated_act|doActivation|tanh_kernel|tanh_backward|erf_kernel|threshold_kernel|clamp_scalar",
        "void vllm::act_and_mul_kernel<c10::BFloat16, &(c10::BFloat16 vllm::silu_kernel<c10::BFloat16>), true>",
        f"{_VLLM}/activation_kernels.cu",
    ),
    _rule(
        Kind.ELEMENTWISE,
        r"elementwise|reduce_kernel|CatArray|dropout|triu|tril|masked_|index_(elementwise|put|copy|kernel)|scatter|gather",
        "void at::native::vectorized_elementwise_kernel<4, at::native::CUDAFunctor_add<float>, ...>",
        _A100,
    ),
    _rule(
        Kind.ELEMENTWISE,
        r"quant|cast_|transpose|permute|copy_kernel|fill_|arange|distribution_|bias_(add|dropout)|residual|where_kernel|element_mul|scan_(inner|outer)most",
        "void vllm::dynamic_per_token_scaled_fp8_quant_kernel<c10::BFloat16, c10::Float8_e4m3fn>",
        f"{_VLLM}/quantization/fp8/common.cu",
    ),
    _rule(Kind.ELEMENTWISE, r"^triton_(poi|per|red|unk|for)_|^triton__\d", "triton__0d1d2d3d4d5d6d", _A100),
)

KERNEL_RULES: tuple[Rule, ...] = (
    *_COPIES,
    *_COLLECTIVES,
    *_ATTENTION,
    *_EXPERTS,
    *_OPTIMIZER,
    *_ENDS,
    *_MATMULS,
    *_LAYER,
)
