"""Names of components, resources and variables; "_" is a space or a hyphen, "*" marks a verb whose forms are added."""
# ruff: noqa: E501, SIM905 - a lexicon is read by entry, not by column

# id: (parents, phrases). Ids of groups and resources are the engine's.
COMPONENTS: dict[str, tuple[tuple[str, ...], str]] = {
    "linear": (
        (),
        "linear layers|linear layer|linears|linear part|linear algebra|dense layers|dense layer|dense part|matmul|matmuls|"
        "mat mul|mat muls|mat mults|gemm|gemms|gemm work|dense matmul|dense matmuls|dense gemms|dense matrix multiplications|dense multiplications|"
        "dense matrix multiplies|dense matrix products|matrix multiplication|matrix multiplications|matrix multiplies|"
        "matrix multiply|matrix products|matrix product|matrix mults|weight matmuls|weight gemms|weight multiplications|"
        "weight matrices|weight matrix|matmul against weights|big matmuls|big gemms|large gemms|large matmuls|"
        "fully connected layers|weight multiplies|weights gemms|dense compute|dense math|dense operations|"
        "the multiplications|big matrices|parameter matmuls|linear projections and mlp|weight math|weight work",
    ),
    "weights": (("linear",), "weights|weight|weight read|weight reads|weight streaming|parameters|the params|weight bytes|weight traffic|weight load|model weights"),
    "mlp": (
        ("linear",),
        "mlp|mlps|mlp layer|mlp layers|mlp block|mlp blocks|ffn|ffns|ffn layers|feed forward|feedforward|feed forward blocks|"
        "feed forward layers|feed forward network|feed forward networks|feedforward layers|feedforward network|ff layers|"
        "multi layer perceptron|multilayer perceptron|mlp gemms|mlp gemm|mlp matmuls|ffn gemms|ffn matmuls|up and down projections|"
        "up and down projection|up projection|down projection|up proj|down proj|gate proj|gate projection|fc1|fc2|fc1 and fc2|fc1+fc2|mlp part|ffn part|"
        "two big linear layers|big two linear layers|mlp kernels|mlp work|mlp compute|ffn compute|swiglu|gated mlp",
    ),
    "projections": (
        ("linear", "attention_block"),
        "projections|projection|proj|projs|qkv projections|qkv projection|qkv proj|qkvo|qkvo projections|q/k/v/o|q/k/v/o projections|"
        "q/k/v/output projections|q k v o|q, k, v, o|q,k,v,o|q, k, v and o|q, k, v and output projections|attention projections|attention projection|attn proj|attn projections|qkv|qkv and output projections|"
        "qkv gemms|qkv/o|qkv+o|q/k/v|output projections|output projection|out proj|o proj|attention linear layers|attention gemms|attention weights|"
        "attention weight matrices|attention matmuls with weights|qkv and out projections|qkv/out projections|linear projections|wq wk wv wo",
    ),
    "attention_block": (
        (),
        "attention block|attention blocks|attention layer|attention layers|attention sublayer|attention as a block|whole attention|attention module|"
        "attention including projections|attention incl projections|attention incl. projections|attention with projections|attention with its projections|mha|mha block|self attention block|"
        "self attention layer|attention plus projections|attention + projections|all of attention|total attention|complete attention",
    ),
    "attention_core": (
        ("attention_block",),
        "attention|attn|attention core|attn core|core attention|self attention|attention kernel|attention kernels|attn kernel|attn kernels|"
        "attention mechanism|attention math|attention score|attention scores|score and value products|scores and values|scores+av|scores + av|"
        "qk^t|qkt|qk and av|qk+av|qk + av|qk/av|qk^t/av|qk^t and av|qk^t + av|qk^t+av|qk transpose|scores and av|attention flops|attention compute|attention part|attention op|"
        "attention ops|attention operation|attention proper|actual attention|the quadratic part|quadratic part|quadratic term|quadratic piece|quadratic bit|"
        "the n^2 part|n^2 part|n^2 term|s^2 part|s^2 term|score computation|scaled dot product|sdpa|dot product attention|attention matmuls|attention matrix|"
        "seq length dependent part|sequence dependent part|attention cost|attention time|score matmuls|the s^2|quadratic attention|quadratic stuff|quadratic piece of attention|attentions",
    ),
    "qk": (("attention_core",), "qk product|qk matmul|qk scores|qk dot products|query key product"),
    "av": (("attention_core",), "av product|av matmul|weighted sum over v|value product|value products"),
    "softmax": (("attention_core",), "softmax|soft max"),
    "scores": (("attention_core",), "score matrix|scores matrix|score tensor|s x s matrix|s×s matrix|sxs matrix|s*s matrix|n x n matrix|n×n matrix|nxn matrix|s^2 matrix|n^2 matrix|s by s matrix|scores"),
    "kv_read": (("attention_core",), "kv cache|kv caches|kv reads|kv read|kv traffic|kv bytes|kv|key value cache|kv cache reads|cache reads|kv term"),
    "head": (("linear",), "lm head|output head|unembedding|logits|logit layer|vocabulary projection|vocab projection|vocab head|output layer|lm_head|logit|logit matmul|final projection|vocabulary matmul"),
    "experts": (("linear",), "experts|expert weights|routed experts|expert mlps|expert reads|expert gemms|moe layers"),
    "router": ((), "router|gating network|routing gate|gate network"),
    "norms": ((), "norms|layer norm|layernorm|layernorms|layer norms|rmsnorm|elementwise ops|elementwise|element wise ops|element wise|pointwise|pointwise ops|pointwise stuff|residual adds|residuals|dropout and norm|activation functions"),
    "embedding": ((), "embedding|embeddings|embedding lookup|input embedding|token embedding"),
    "optimizer": ((), "optimizer|optimiser|optimizer step|optimiser step|adam step|weight update|adam"),
    "communication": ((), "communication|comms|comm|network|all reduce|all reduces|allreduce|allreduces|interconnect|nccl|all to all|a2a|collectives|collective|infiniband|transfers|message passing|inter node traffic"),
    "bubble": ((), "pipeline bubble|pipeline bubbles|bubble|bubbles|idle time|idle slots|fill and drain|fill and the drain"),
    "recompute": ((), "recompute|recomputation|activation recomputation|activation checkpointing|extra forward|second forward|repeated forward|recomputed forward|redone work|redo of f|full recompute"),
    "launch": ((), "launch overhead|launch latency|kernel launches|kernel launch|launches|cpu overhead|host overhead|launch gaps|gaps between kernels"),
    "data_loading": ((), "data loader|dataloader|data loading|input pipeline"),
    "proposal": ((), "proposal|the project|attention project|attention kernel project|kernel project|attention proposal|attention kernel work|attention kernel proposal|attention work|faster attention kernels|faster attention kernel|faster attention|attention effort|attention optimization|attention optimisation|attention optimizations|attention speedup|kernel writing|writing kernels|custom attention kernels|rewriting attention|new attention kernels|such a project|this project|his project|her project|their project|his idea|this idea|the idea|his plan|the plan|this plan|attention quarter|attention rewrite"),
}  # fmt: skip

RESOURCES: dict[str, str] = {
    "compute": "compute|flop|flops|arithmetic|tensor core|tensor cores|math|peak flops|computation|calculation|calculations|math rate|the math",
    "memory": "memory bandwidth|hbm bandwidth|hbm|bandwidth|dram bandwidth|dram|memory traffic|memory io|hbm traffic|bytes moved|gb/s|memory reads|mem bw|memory bw|weight streaming|bytes per step",
    "communication": "nvlink|infiniband|network|interconnect|inter node link|nic|link bandwidth|comm",
    "latency": "launch latency|launch overhead|kernel launch|latency|host launch time|cpu launch",
    "capacity": "memory capacity|hbm capacity|capacity|memory size|gpu memory|free memory",
}

BOUNDS: dict[str, str] = {
    "compute": "compute bound|compute limited|flop bound|flops bound|math bound|computation bound|limited by compute|bound by compute|bound by flops|arithmetic bound|bound by math|compute is the limit|compute becomes limit|comp bound|computation become limit|tensor core bound|limited by flops|bound on compute|compute decides",
    "memory": "memory bound|bandwidth bound|memory bandwidth bound|hbm bound|bw bound|mem bw bound|mem bound|memory limited|bandwidth limited|io bound|limited by memory bandwidth|bound by memory|bound by bandwidth|bound by hbm|limited by hbm|limited from hbm bandwidth|limited from hbm|set by hbm|bound by memory bandwidth|bound by the weight read|weight streaming job|limited by bandwidth|memory bandwidth decides|hbm is the limit|kv bound|bound: hbm",
    "communication": "communication bound|comm bound|network bound|comms bound|limited by communication|bound by communication|interconnect bound|bound by the network|dominated by waiting on the network",
    "latency": "latency bound|launch bound|overhead bound|cpu bound|host bound|bound by launches|limited by launch latency",
    "capacity": "capacity bound|memory capacity bound|capacity limit|limited by capacity|hbm capacity limit|limited by memory capacity|bound by capacity",
}  # fmt: skip

VARIABLES: dict[str, str] = {
    "seq_len": "sequence length|sequence lengths|seq length|seq len|seq_len|seqlen|sequences get longer|longer sequences|long sequences|sequence|sequences|context length|context lengths|"
    "context window|longer contexts|long contexts|longer context|long context|context|contexts|ctx|s|n|long prompts|longer prompts|prompt length|prompt|prompts|number of tokens|token count|context size|window length|sequence size|length|seq|seqs|tokens of context",
    "batch": "batch|batches|batch size|batch sizes|concurrency|concurrent requests|concurrent users|sequences per step|tokens per step|micro batch size|b",
    "d_model": "hidden dimension|hidden size|d_model|d model|model dimension|model width|width|hidden dim|embedding dimension|d|wide model|wide models|wider models|very wide models|narrow model|small models|smaller models|smaller model|model size",
    "n_devices": "number of gpus|more gpus|gpu count|nvlink domain|larger nvlink domain|node count|number of nodes|nvl72",
    "n_kv_heads": "kv heads|number of kv heads|mha models|mha model|plain mha|gqa ratio|query heads",
    "attention": "unfused|not fused|unfused attention|naive attention|naive implementation|unfused kernels|vanilla attention|eager attention|standard attention|without flash attention|without flash|without flashattention|no flash attention|no flash|no flashattention|materialises the score matrix|"
    "materializes the score matrix|materialise the score matrix|materialize the score matrix|materialising|materializing|materialises|materializes|materialised|materialized|materialize|materialise|not using flashattention|not using flash attention|not flash|isn't fused|is not fused|non fused|non flash|goes through hbm|still unfused|pytorch attention|writes the scores to hbm|writing the scores to hbm|score matrix is written",
    "weight_dtype": "bf16 weights|fp8 weights|4 bit weights|int4 weights|precision|weight precision|quantized weights",
    "kv_dtype": "fp8 kv|kv precision|kv dtype",
    "phase": "prefill|decode|decoding|training|prefill heavy|prefill heavy traffic",
    "n_micro_batches": "micro batches|number of micro batches|microbatches|m",
    "stages": "pipeline stages|stages|fewer stages|number of stages|p",
    "hardware": "newer gpus|other hardware|h200|b200|newer hardware|different hardware|more bandwidth|faster interconnect",
    "load": "load|traffic|low load|high load|acceptance rate|acceptance",
    "efficiency": "gemm utilisation|gemm utilization|mfu|utilisation|utilization|poorly tuned",
    "tp": "tp|tensor parallel degree|tensor parallelism",
}  # fmt: skip

BASES: dict[str, str] = {
    "flops": "flop|flops|compute|arithmetic|operations|math|calculations|computation|work",
    "time": "time|step time|wall clock|wall time|step|runtime|run time|gpu time|seconds|duration|iteration",
    "parameters": "params|parameters|weights",
    "bytes": "bytes|traffic|memory traffic|memory",
    "total": "total|everything|layer|the model|overall|the rest|rest|all",
}

# Words that a typo cannot reach, although they look like a technical word.
NOT_TYPOS = frozenset(
    "protection protections rejection retention intention attentive attending detention activation activations projected projecting attentional linearly materially bandwidths sequential consequence consequences prompted optimal optimism computed computer computers compete kernels mention mentions decoding encoding contexts bottles bottlenecks prefers prefer attempted profiles profits softened batched dominant dominated measure measures measured".split()
)

# Words of the technical lexicon that are everyday words too: nothing is corrected towards them.
EVERYDAY = frozenset(
    "including without another building serving computation calculation calculations gradient everything smaller limited updates working writing reading message passing balance training capacity project projects interval schedule pipeline pipelines transfers rebalance position buffers faster better increase achieved between resident machine".split()
)
