"""Levers: what a candidate may do, what each acts on, what resource it relieves, and how people name it."""
# ruff: noqa: E501 - a lexicon is read by entry, not by column

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    id: str
    acts_on: tuple[str, ...]  # components of the ontology
    relieves: tuple[str, ...]  # resources
    phrases: str


_TABLE: tuple[tuple[str, str, str, str], ...] = (
    ("flash_attention", "attention_core", "memory", "flash attention|flashattention|flash|flash attn|fa2|fa3|flashattention 2|flashattention 3|flashattention2|flashattention3|fused attention|fused sdpa|memory efficient attention|online softmax|io aware attention|flash decoding"),
    ("attention_kernels", "attention_core", "compute", "attention kernels|attention kernel|faster attention kernels|custom attention kernels|attention kernel work|attention optimization|attention optimisation|attention tiling"),
    ("sparse_attention", "attention_core", "compute|memory", "sliding window|sliding windows|sparse attention|linear attention|local attention|block sparse attention|window attention|windowed attention|approximate attention"),
    ("block_skipping", "attention_core", "compute", "causal block skipping|block skipping|skip masked blocks|mask skipping|skipping masked blocks|causal skipping"),
    ("context_parallelism", "attention_core", "compute|capacity", "context parallelism|context parallel|ring attention|ulysses|shard the sequence|split the sequence"),
    ("prefix_caching", "attention_core|linear", "compute|capacity", "prefix caching|prefix cache|prefix sharing|share prefixes|prompt caching|prompt cache|cache the prefix|reuse the kv"),
    ("kv_quantisation", "kv_read", "memory|capacity", "kv quantisation|kv quantization|quantised kv|quantized kv|quantised kv cache|quantized kv cache|fp8 kv|fp8 kv cache|fp8 cache|fp8 the cache|int8 kv|kv8|8 bit kv|kv cache quantization|kv cache quantisation|quantise the kv|quantize the kv|quantise the cache|quantize the cache|cache in fp8|kv in fp8|smaller kv|shrink kv|shrink the kv cache|shrink the cache|kv cache smaller|kv fp8|kv int8"),
    ("kv_design", "kv_read", "memory|capacity", "gqa|mqa|mla|grouped query attention|multi query attention|latent attention|fewer kv heads"),
    ("kv_paging", "kv_read", "capacity", "paged attention|pagedattention|paged kv|paged allocation|paging|kv offload|offload the kv|cpu offload of kv|host offload"),
    ("weight_quantisation", "weights", "memory|capacity", "weight quantisation|weight quantization|quantise weights|quantize weights|quantise the weights|quantize the weights|quantization of weights|quantisation of weights|4 bit weights|int4 weights|int8 weights|fp8 weights|w4a16|w8a16|awq|gptq|int4|fp8/int4|quantise|quantize|quantisation|quantization|fewer bytes per weight|low bit weights|weight only quantization|weight only quantisation"),
    ("low_precision_math", "linear", "compute", "fp8|fp8 gemms|fp8 gemm|fp8 matmuls|fp8 math|fp8 training|fp8 tensor cores|w8a8|transformer engine|int8 gemms|lower precision|mixed precision|mxfp8|nvfp4|fp4|fp8 activations|fp8 for the mlp"),
    ("gemm_tuning", "linear", "compute", "gemm tuning|gemm utilisation|gemm utilization|gemm efficiency|gemm tiles|gemm shapes|gemm performance|tile shapes|tile sizes|tiles/shapes|kernel tiling|tiling|autotune|autotuning|gemm autotuning|cublaslt|cublas|cutlass|gemm selection|matmul efficiency|matmul utilisation|matmul utilization|matmul kernels|gemm kernels|gemm tiling|better gemms|faster gemms|faster matmuls|utilisation|utilization|padding to tile multiples|wave quantisation|wave quantization|tile quantization|tile quantisation|gemm layout|split k|stream k|persistent kernels|tensor core utilization|tensor core utilisation|mfu|gemm shapes after sharding|tune the gemms|tune gemms|tuning the gemms|tuning gemms|tune the matmuls|tuning matmuls"),
    ("kernel_fusion", "mlp|linear|norms", "memory", "kernel fusion|fusion|epilogue fusion|fused epilogue|fused epilogues|fusing|fuse|fused mlp|mlp fusion|fuse bias|fuse gelu|bias+gelu|bias gelu|fused bias gelu|fused gelu|epilogue|epilogues|gelu fusion|fused kernels|fused dropout|mlp kernel fusion|gemm epilogues|activation fusion|fusing the activation|bias into the epilogue|torch compile|torch.compile|fewer memory round trips|fewer round trips|fewer hbm round trips|memory round trips|fewer memory hops|fused norms|fuse norms|fused pointwise|fuse the pointwise"),
    ("comm_overlap", "communication", "communication", "overlap|overlapping|overlapped|communication overlap|comm overlap|hide communication|hiding communication|hide the all reduces|hiding tp all reduces|hide all reduce|hide the all reduce|hiding the all reduces|hiding all reduces|overlap tp|overlap tensor parallel communication|async tp|overlapping communication|overlap comms|hide comms|hide the communication"),
    ("tp_layout", "communication", "communication", "tensor parallel layout|tp layout|parallel layout|tp inside the node|tp inside a node|keep tp inside|tp in node|tp8 in node|tp8 in the node|tp=8 inside|re layout|tp degree|tensor parallel degree|sharding layout|pipeline between nodes|fsdp across|fsdp between|pp across|pp between|fsdp|data parallel|data parallelism|pipeline parallel|pipeline parallelism|pipeline stage|pipeline stages|pp or fsdp|fsdp or pp|fsdp/dp|dp across|hsdp|zero 3|pp2|tp8"),
    ("sequence_parallelism", "norms|communication", "capacity|memory", "sequence parallelism|sequence parallel|seq parallel"),
    ("load_balance", "communication|experts", "latency", "load balance|load balancing|balance the load|balance stages|rebalance|balanced stages|straggler mitigation|rebalance layers"),
    ("batching", "weights", "memory", "continuous batching|larger batch|larger batches|bigger batch|bigger batches|raise the batch|raise batch|increase the batch|increase batch|batch more|more batching|more concurrent requests|more requests in the batch|more requests in same batch|more requests into the batch|let more requests|increase batch size|higher batch|batch pooling|inflight batching|dynamic batching"),
    ("speculative_decoding", "weights", "memory|latency", "speculative decoding|spec decoding|spec dec|speculation|draft model|medusa|eagle|adaptive k"),
    ("cuda_graphs", "launch", "latency", "cuda graphs|cuda graph|graph capture|fewer launches|persistent megakernel"),
    ("selective_recompute", "recompute", "compute", "selective recompute|selective recomputation|selective activation recomputation|selective checkpointing|recompute less|less recompute|recompute only|no recompute|remove recompute|drop recompute|remove recomputation|selective"),
    ("activation_offload", "recompute", "capacity", "offload|offloading|cpu offload|activation offload|offload activations|nvme offload|fp8 activations stored"),
    ("expert_parallelism", "experts", "memory|capacity", "expert parallelism|expert parallel|wide ep|ep wide|wide expert parallelism|big expert parallel|large ep|ep32|large scale expert parallelism"),
    ("expert_replication", "experts", "latency", "expert replication|hot expert replicas|replicate hot experts|hot experts|replicated experts|expert replicas"),
    ("node_limited_routing", "communication", "communication", "node limited routing|device limited routing|group limited routing"),
    ("micro_batches", "bubble", "latency", "more micro batches|more microbatches|smaller micro batches|smaller micro batch|halve the micro batch|more grad accumulation|gradient accumulation|raise m|increase m|micro batches"),
    ("interleaving", "bubble", "latency", "interleaving|interleaved|interleaved schedule|interleaved 1f1b|virtual stages|virtual pipeline|zero bubble|zb h1|dualpipe"),
    ("fewer_stages", "bubble", "latency", "fewer stages|fewer pipeline stages|smaller p|shallower pipeline|lower pp|reduce pp|p = 4|pp=4|less pipeline"),
    ("hardware", "weights|linear", "compute|memory", "h200|b200|newer gpus|newer gpu|buy bandwidth|more bandwidth|buy flops|faster gpu|faster gpus|mi300x|better hardware|specialised accelerators|specialized accelerators|new hardware"),
    ("logits_last", "head", "compute|capacity", "logits only for the last|last position only|only the last position|last token logits|fused cross entropy|chunked logits|chunked cross entropy|smaller vocabulary"),
    ("fused_optimizer", "optimizer", "memory", "fused optimizer|fused optimiser|fused adam|shard the optimizer|zero 1"),
    ("checkpointing", "optimizer", "capacity", "async checkpointing|checkpoint interval|faster checkpoints|goodput"),
)  # fmt: skip

LEVERS: dict[str, Lever] = {
    name: Lever(id=name, acts_on=tuple(acts.split("|")), relieves=tuple(relieves.split("|")), phrases=phrases)
    for name, acts, relieves, phrases in _TABLE
}
