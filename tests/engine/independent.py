"""The facts of the eighteen scenarios once more, by plain arithmetic that shares no line with the engine.

A second pair of eyes: every formula is derived here from the situation's own text, on the standard library alone.
Base units (FLOP, bytes, seconds), dense peaks, decimal bytes, links per direction, every kernel at its ideal rate
unless the situation names an efficiency. `@causal` counts half of the square of query and key pairs.
`python tests/engine/independent.py` prints all.
"""

from collections.abc import Callable
from math import ceil, floor
from typing import NamedTuple

Facts = dict[str, float]


class Shape(NamedTuple):
    """A dense decoder, as its configuration file states it."""

    n_layers: int
    d_model: int
    n_heads: int
    n_kv_heads: int
    d_head: int
    d_ff: int
    vocab_size: int
    gated: bool = True


GPT3_175B = Shape(96, 12288, 96, 96, 128, 49152, 50257, gated=False)
LLAMA_8B = Shape(32, 4096, 32, 8, 128, 14336, 128256)
LLAMA_70B = Shape(80, 8192, 64, 8, 128, 28672, 128256)
LLAMA_1B = Shape(16, 2048, 32, 8, 64, 8192, 128256)

H100_FLOPS = 989e12  # BF16, dense; the 1,979 of the data sheet assumes 2:4 sparsity
H100_FLOPS_SPARSE = 1979e12
H100_FLOPS_FP8 = 1979e12  # dense
H100_BANDWIDTH = 3.35e12
A100_FLOPS = 312e12
A100_BANDWIDTH = 2.039e12
NVLINK = 450e9  # per direction
NIC = 50e9  # 400 Gbit/s InfiniBand, one per GPU
RIDGE = H100_FLOPS / H100_BANDWIDTH


def layer_weights(shape: Shape) -> dict[str, float]:
    """Weights that multiply in one layer, by group; each costs two FLOPs (multiply, add) a token."""
    query_and_output = 2 * shape.d_model * shape.n_heads * shape.d_head  # one matrix in, one out
    key_and_value = 2 * shape.d_model * shape.n_kv_heads * shape.d_head  # grouped: only the KV heads
    matrices = 3 if shape.gated else 2  # gate, up, down; or up, down
    return {"mlp": matrices * shape.d_model * shape.d_ff, "projections": query_and_output + key_and_value}


def llama_parameters(shape: Shape, *, tied: bool = False) -> float:
    """Every stored number of a Llama: no biases, two RMSNorm scales a layer and one at the end."""
    layer = sum(layer_weights(shape).values()) + 2 * shape.d_model
    tables = (1 if tied else 2) * shape.vocab_size * shape.d_model  # input embedding, output head
    return shape.n_layers * layer + tables + shape.d_model


N_8B = llama_parameters(LLAMA_8B)
N_70B = llama_parameters(LLAMA_70B)
KV_70B = 2 * 80 * 8 * 128 * 2  # K and V, layers, KV heads, width, two bytes: 327,680 B a token


def forward_flops(shape: Shape, *, seq_len: int, causal: bool = False, head_positions: float = 1.0) -> Facts:
    """FLOPs of one token by group; a query meets all s keys in QK^T and again in AV, or s/2 on average."""
    pairs = seq_len / 2 if causal else seq_len
    per_layer = {group: 2 * weights for group, weights in layer_weights(shape).items()}
    per_layer["attention_core"] = 2 * 2 * pairs * shape.n_heads * shape.d_head
    by_group = {group: shape.n_layers * flops for group, flops in per_layer.items()}
    return by_group | {"head": head_positions * 2 * shape.d_model * shape.vocab_size}


def shares(shape: Shape, *, seq_len: int) -> Facts:
    """Each group's part of the forward FLOPs, under both countings of the core, the head on all positions."""
    found: Facts = {}
    for suffix, causal in (("", False), ("@causal", True)):
        flops = forward_flops(shape, seq_len=seq_len, causal=causal)
        total = sum(flops.values())
        found |= {f"share.flops.{group}{suffix}": part / total for group, part in flops.items()}
    return found


def matmuls_s(shape: Shape, *, rows: float, tp: float, reached: float = 1.0, rows_stay: bool = False) -> Facts:
    """Time of each group's matmuls on one of `tp` H100s: the slower of multiplying and of moving, matmul by matmul.

    A few hundred rows are a few megabytes and stay in the 50 MB cache between two matmuls: `rows_stay`.
    """
    d_model, d_ff = shape.d_model, shape.d_ff / tp
    heads = shape.n_heads * shape.d_head / tp
    qkv = heads + 2 * max(shape.n_kv_heads / tp, 1) * shape.d_head  # a device holds a KV head, or a copy of one

    def one(inner: float, columns: float) -> float:
        multiplying = 2 * rows * inner * columns / (H100_FLOPS * reached)
        moving = inner * columns * 2 + (0 if rows_stay else rows * (inner + columns) * 2)  # weights; rows in and out
        return max(multiplying, moving / H100_BANDWIDTH)

    return {
        "projections": shape.n_layers * (one(d_model, qkv) + one(heads, d_model)),
        "mlp": shape.n_layers * (2 * one(d_model, d_ff) + one(d_ff, d_model)),  # gate, up, down
        "head": one(d_model, shape.vocab_size / tp),
    }


def amdahl(share: float, factor: float) -> float:
    """What is left is the rest and the part divided by its factor."""
    return 1 / (1 - share + share / factor)


def where_175b() -> Facts:
    found = shares(GPT3_175B, seq_len=2048)
    core, causal = found["share.flops.attention_core"], found["share.flops.attention_core@causal"]
    mlp, projections = found["share.flops.mlp"], found["share.flops.projections"]
    scores = 96 * 2048**2 * 2  # bytes of one layer's s*s scores of one sequence, 96 heads, BF16
    unfused_s = 4 * scores / A100_BANDWIDTH  # QK^T writes, softmax reads and writes, AV reads: all bound by memory
    layer = sum(forward_flops(GPT3_175B, seq_len=2048).values()) / 96 * (1 - core)  # the rest, per layer and token
    rest_s = 2048 * layer / A100_FLOPS  # the matmuls at peak
    return found | {
        "share.flops.mlp_and_projections": mlp + projections,  # the slogan's 97 %
        "ceiling.flops.attention_core": 1 / (1 - core),  # a free core
        "ceiling.flops.attention_core@causal": 1 / (1 - causal),
        "speedup.flops.mlp.2": amdahl(mlp, 2),
        "speedup.flops.mlp_and_projections.2": amdahl(mlp + projections, 2),
        "flip.seq_len": 16 * 12288**2 / (4 * 12288),  # MLP 16 d*d equals core 4 s*d: s = 4 d
        "flip.seq_len@causal": 16 * 12288**2 / (2 * 12288),  # core 2 s*d: s = 8 d
        "share.time.attention_core_unfused": unfused_s / (unfused_s + rest_s),  # least traffic, forward
        "ceiling.time.attention_core_unfused": 1 + unfused_s / rest_s,
    }


def where_8b_128k() -> Facts:
    found = shares(LLAMA_8B, seq_len=131072)
    core, causal = found["share.flops.attention_core"], found["share.flops.attention_core@causal"]
    return found | {
        "ceiling.flops.mlp": 1 / (1 - found["share.flops.mlp"]),
        "ceiling.flops.mlp@causal": 1 / (1 - found["share.flops.mlp@causal"]),
        "speedup.flops.attention_core.2": amdahl(core, 2),
        "speedup.flops.attention_core.2@causal": amdahl(causal, 2),
        "flip.prompt_len": 6 * 4096 * 14336 / (4 * 32 * 128),  # gated MLP 6 d*d_ff equals core 4 s*h*d_head
        "flip.prompt_len@causal": 6 * 4096 * 14336 / (2 * 32 * 128),
    }


def days_70b_15t(*, parameters: float = N_70B) -> Facts:
    tokens, n_devices, mfu = 1.5e13, 16384, 0.40
    rate = n_devices * H100_FLOPS * mfu  # useful FLOP/s
    core = 3 * tokens * 4 * 8192 * 64 * 128 * 80  # forward and twice that backward; 8,192 keys, 80 layers
    return {
        "flops.6nd_of_70e9": 6 * 70e9 * tokens,  # forward 2, backward 4, per parameter and token
        "flops.6nd": 6 * parameters * tokens,
        "flops_per_s": rate,
        "time_s": 6 * parameters * tokens / rate,
        "time_s.core_causal": (6 * 70e9 * tokens + core / 2) / rate,  # the key's 12.1 days starts from 70e9
        "time_s.core_full": (6 * 70e9 * tokens + core) / rate,
        "time_s.sparse_peak": 6 * parameters * tokens / (n_devices * H100_FLOPS_SPARSE * mfu),  # the trap
        "time_s.no_mfu": 6 * parameters * tokens / (n_devices * H100_FLOPS),  # the other trap
    }


def decode_a100_to_h100(*, parameters: float = N_70B) -> Facts:
    weights = 2 * parameters  # bytes, BF16: every matrix is read once a step, whatever the batch
    multiplied = weights - 2 * 128256 * 8192  # the input embedding is a lookup of four rows
    return {
        "bandwidth_ratio": H100_BANDWIDTH / A100_BANDWIDTH,
        "bandwidth_ratio.a100_40gb": H100_BANDWIDTH / 1.555e12,
        "peak_ratio": H100_FLOPS / A100_FLOPS,  # the trap
        "weight_bytes": weights,
        "step_s.a100": weights / (8 * A100_BANDWIDTH),
        "step_s.h100": weights / (8 * H100_BANDWIDTH),
        "step_s.a100.without_embedding": multiplied / (8 * A100_BANDWIDTH),
        "step_s.h100.without_embedding": multiplied / (8 * H100_BANDWIDTH),
        "step_s.h100.matmuls": sum(matmuls_s(LLAMA_70B, rows=4, tp=8, rows_stay=True).values()),
        "intensity": 2 * 4 / 2,  # two FLOPs for each of four sequences, on two bytes of weight
        "ridge_point.a100": A100_FLOPS / A100_BANDWIDTH,
        "ridge_point.h100": RIDGE,
    }


def ttft_8k_70b(*, parameters: float = N_70B) -> Facts:
    prompt_len, rate = 8192, 8 * H100_FLOPS * 0.5
    linear = 2 * parameters * prompt_len  # two FLOPs per parameter and token
    core = 4 * prompt_len**2 * 64 * 128 * 80  # QK^T and AV, full square
    message = prompt_len * 8192 * 2  # activations of all tokens, BF16
    all_reduce_s = 2 * (7 / 8) * message / NVLINK  # ring: every byte leaves 2(n-1)/n times
    all_reduces_s = 2 * 80 * all_reduce_s  # after attention and after the MLP, 80 layers
    weights_s = 2 * parameters / (8 * H100_BANDWIDTH)
    layers = 2 * 80 * sum(layer_weights(LLAMA_70B).values()) * prompt_len  # no lookup, and a head of one position
    return {
        "flops.linear": linear,
        "flops.layers": layers,
        "ttft_s.layers": layers / rate,
        "core_s.causal": core / 2 / rate,
        "share.flops.attention_core": core / (linear + core),
        "share.flops.attention_core@causal": core / 2 / (linear + core / 2),
        "ttft_s.linear": linear / rate,
        "ttft_s.core_causal": (linear + core / 2) / rate,
        "ttft_s.core_full": (linear + core) / rate,
        "message_bytes": message,
        "all_reduce_s": all_reduce_s,
        "all_reduces_s": all_reduces_s,
        "ttft_s.core_causal_exposed": (linear + core / 2) / rate + all_reduces_s,
        "ttft_s.core_full_exposed": (linear + core) / rate + all_reduces_s,
        "weights_read_s": weights_s,  # decode thinking
        "ttft_s.at_peak": linear / rate / 2,
        "flip.prompt_len": weights_s / (linear / prompt_len / (8 * H100_FLOPS)),  # read equals matmuls at peak
        "flip.prompt_len.at_half": weights_s / (linear / prompt_len / rate),
    }


def decode_batch_64(*, parameters: float = N_70B) -> Facts:
    batch, context_len, bandwidth = 64, 8192, 8 * H100_BANDWIDTH
    weights = 2 * parameters
    kv = batch * context_len * KV_70B  # each sequence reads its own cache
    return {
        "kv_bytes_read": kv,
        "weight_bytes": weights,
        "flip.batch.kv_equals_weights": weights / (context_len * KV_70B),
        "step_s": (weights + kv) / bandwidth,
        "step_s.without_embedding": (weights - 2 * 128256 * 8192 + kv) / bandwidth,
        "share.bytes.kv": kv / (weights + kv),
        "ridge_point": RIDGE,
        "flip.batch.compute": RIDGE,  # 2 B FLOPs on 2 bytes
        "flip.batch.compute.mlp_up_tp8": RIDGE,  # one eighth of it meets its weights as often
        "flip.batch.compute.w4": RIDGE / 4,  # 2 B FLOPs on half a byte
    }


def kv_128k_70b(*, parameters: float = N_70B) -> Facts:
    request = 131072 * KV_70B
    weights = 2 * parameters
    return {
        "kv_bytes_per_token": KV_70B,
        "kv_bytes": request,
        "kv_bytes.64_heads": request * 64 / 8,  # the colleague's: query heads for KV heads
        "fits.fraction": (640e9 - weights) / request,
        "fits.max_batch": floor((640e9 - weights) / request),
        "fits.max_batch.reserve_10": floor((0.9 * 640e9 - weights) / request),
        "fits.max_batch.80_gib": floor((8 * 80 * 2**30 - weights) / request),
        "fits.max_batch.two_tp4": 2 * floor((320e9 - weights) / request),  # each replica holds the weights again
    }


def shrink_weights_or_kv(*, parameters: float = N_70B) -> Facts:
    weights = 2 * parameters
    w4_saves = 0.75 * weights  # a quarter is left
    kv8_saves = 8192 * KV_70B / 2  # per sequence
    # At 1k the saving of 4-bit weights shrinks first: from a batch of 74 their matmuls are bound by compute, so the
    # time saved is weights/bandwidth - 2 N B/peak, and it meets the time that KV8 saves, B * 1024 * kv/2 / bandwidth.
    per_sequence_s = 2 * parameters / H100_FLOPS + 1024 * KV_70B / 2 / H100_BANDWIDTH
    return {
        "weight_bytes": weights,
        "kv_bytes_per_sequence": 8192 * KV_70B,
        "w4_saves": w4_saves,
        "kv8_saves_per_sequence": kv8_saves,
        "kv8_saves.16": 16 * kv8_saves,
        "kv8_saves.128": 128 * kv8_saves,
        "flip.batch": w4_saves / kv8_saves,
        "flip.batch.32k": w4_saves / (4 * kv8_saves),
        "flip.batch.1k_bytes": w4_saves / (kv8_saves / 8),  # beyond the ridge: not reached by bytes
        "flip.batch.1k_time": weights / H100_BANDWIDTH / per_sequence_s,  # the key's "about 220"
        "flip.batch.kv_equals_weights": weights / (8192 * KV_70B),
    }


def flash_attention_flops() -> Facts:
    seq_len, heads, d_head = 8192, 64, 128
    return {
        "score_bytes": heads * seq_len**2 * 2,  # one BF16 number per head, query and key
        "core_flops": 2 * 2 * seq_len**2 * heads * d_head,  # QK^T and AV
        "core_flops@causal": 2 * seq_len**2 * heads * d_head,
        "qkvo_bytes": (64 + 8 + 8 + 64) * d_head * seq_len * 2,  # Q, K, V in and O out
        "qkvo_bytes.64_kv_heads": 4 * 64 * d_head * seq_len * 2,
        "backward_factor": 5 / 4,  # dV, dP, dQ, dK, and the scores once more
    }


def moe_671b_active_37b() -> Facts:
    d_model, n_moe_layers, experts, active = 7168, 58, 256, 8
    expert = 3 * d_model * 2048  # gated: gate, up, down
    query = d_model * 1536 + 1536 + 1536 * 128 * (128 + 64)  # down to the query latent, its norm, up to 128 heads
    latent = d_model * (512 + 64) + 512 + 512 * 128 * (128 + 128)  # to latent and rotary key, norm, up to K, V
    attention = query + latent + 128 * 128 * d_model  # and the output projection
    router = experts * d_model + experts  # and the bias that balances the load without a loss
    always = 61 * (attention + 2 * d_model) + 3 * 3 * d_model * 18432 + n_moe_layers * (expert + router) + d_model
    tables = 129280 * d_model  # embedding; the head is as large

    def distinct(batch: float) -> float:
        missed: float = (1 - active / experts) ** batch  # by all tokens, each of which skips it with 1 - k/n
        return experts * (1 - missed)

    def read(batch: float) -> float:
        return always + tables + n_moe_layers * distinct(batch) * expert  # one byte each (FP8); the head, no lookup

    resident = always + 2 * tables + n_moe_layers * experts * expert
    tokens_per_expert = {"fp8": H100_FLOPS_FP8 / H100_BANDWIDTH / 2, "bf16": RIDGE / 2}  # 2 FLOPs on one byte
    return (
        {f"distinct_experts.{batch}": distinct(batch) for batch in (1, 8, 32, 128, 256)}
        | {f"weight_bytes_read.{batch}": read(batch) for batch in (1, 8, 32, 128, 256)}
        | {f"flip.batch.{math}": rows * experts / active for math, rows in tokens_per_expert.items()}
        | {
            "parameters.total": resident,
            "parameters.active": always + 2 * tables + n_moe_layers * active * expert,
            "min_devices": ceil(resident / 80e9),
        }
    )


def tp16_two_nodes() -> Facts:
    tokens, d_model = 8192, 8192
    message = tokens * d_model * 2  # BF16
    node_s = 2 * (7 / 8) * message / NVLINK  # ring inside the node
    flat_s = 2 * (15 / 16) * message / NIC  # ring of sixteen, as fast as its slowest link
    rings_s = 2 * (15 / 16) * message / (8 * NIC)  # eight rings side by side, one NIC each
    half_s = (7 / 8) * message / NVLINK  # reduce-scatter in the node, and later all-gather
    across_s = 2 * (1 / 2) * (message / 8) / NIC  # two nodes, each GPU its own eighth over its own NIC
    layered_s = half_s + across_s + half_s
    compute_8 = 2 * tokens * sum(layer_weights(LLAMA_70B).values()) / (8 * H100_FLOPS * 0.5)
    at_tp = {tp: matmuls_s(LLAMA_70B, rows=tokens, tp=tp, reached=0.5) for tp in (8, 16)}
    layer_8 = compute_8 + 2 * node_s  # one all-reduce after attention, one after the MLP
    layer_16, layer_16_flat = compute_8 / 2 + 2 * layered_s, compute_8 / 2 + 2 * flat_s
    return {
        "message_bytes": message,
        "all_reduce_s.node": node_s,
        "all_reduce_s.flat_one_nic": flat_s,
        "all_reduce_s.eight_rings": rings_s,
        "all_reduce_s.hierarchical": layered_s,
        "layer_compute_s.tp8": compute_8,
        "layer_compute_s.tp16": compute_8 / 2,
        "layer_compute_s.tp16_kv_copied": (at_tp[16]["projections"] + at_tp[16]["mlp"]) / 80,  # 8 KV heads, 16 devices
        "layer_s.tp8": layer_8,
        "layer_s.tp16": layer_16,
        "layer_s.tp16_flat": layer_16_flat,
        "gain.tp16": layer_8 / layer_16,
        "slowdown.tp16_flat": layer_16_flat / layer_8,
    }


def w4a16_4x() -> Facts:
    def gain(batch: float) -> float:
        compute = batch / RIDGE  # in units of the BF16 weight read
        return max(1.0, compute) / max(0.25, compute)  # the longer of reading and multiplying, before and after

    batches = (1, 64, 128, 256, 512)
    found: Facts = {f"gain.{batch}": gain(batch) for batch in batches}
    return found | {"flip.batch.full_gain": RIDGE / 4, "flip.batch.no_gain": RIDGE}


def pipeline_bubble() -> Facts:
    pp = 8
    found: Facts = {f"bubble_share.{m}": (pp - 1) / (m + pp - 1) for m in (8, 32, 64)}  # idle slots of all slots
    return found | {
        "bubble_overhead.32": (pp - 1) / 32,  # relative to the ideal time: the trap
        "bubble_share.8.interleave_4": (pp - 1) / (4 * 8 + pp - 1),  # four chunks a rank: slots a quarter as long
        "bubble_overhead.8.interleave_4": (pp - 1) / 8 / 4,
    }


def vocab_head_1b() -> Facts:
    last = forward_flops(LLAMA_1B, seq_len=2048, head_positions=1 / 2048)  # logits of the last position only
    table = 128256 * 2048  # tied: stored once, embedding and head
    parameters = llama_parameters(LLAMA_1B, tied=True)
    return shares(LLAMA_1B, seq_len=2048) | {
        "head_flops_per_token": 2 * 2048 * 128256,
        "share.flops.head.last_position": last["head"] / sum(last.values()),
        "share.flops.head.70b": shares(LLAMA_70B, seq_len=2048)["share.flops.head"],
        "parameters.embedding": table,
        "parameters.total": parameters,
        "share.weights_read.head": table / parameters,  # decode reads every weight, the table for the head
    }


def mfu_hfu() -> Facts:
    core = 4 * 2048 * 6144 / (24 * 6144**2 + 4 * 2048 * 6144)  # 22B: width 6144, 2,048 tokens; core 4 s*d beside 24 d*d
    return {
        "mfu": 0.60 * 3 / 4,  # forward 1 and backward 2 are useful, the second forward is not
        "mfu.175b": 0.60 * 3 / (4 - shares(GPT3_175B, seq_len=2048)["share.flops.head"]),  # the head is no layer
        "speedup.no_recompute": 4 / 3,
        "share.flops.attention_core.22b": core,
        "overhead.selective.22b": core / 3,  # one more core forward on three forwards' worth of FLOPs
        "overhead.full": 1 / 3,
    }


def spec_decoding_busy() -> Facts:
    def tokens(k: int) -> float:
        return (1 - 0.8 ** (k + 1)) / (1 - 0.8)  # 1 + a + ... + a^k: the accepted run and the verifier's own token

    def gain(batch: float, k: int) -> float:
        step, verify = max(1.0, batch / RIDGE), max(1.0, batch * (k + 1) / RIDGE)  # in weight reads; short contexts
        return tokens(k) * step / verify  # a draft that costs nothing

    return (
        {f"tokens_per_verification.{k}": tokens(k) for k in (3, 4, 5)}
        | {f"flip.batch.{k}": RIDGE / (k + 1) for k in (3, 4, 5)}
        | {
            "tokens_per_step.128": 128 * 5,
            "gain.1.4": gain(1, 4),
            "gain.128.4": gain(128, 4),
            "gain.128.2": gain(128, 2),
        }
    )


def cuda_graphs_8b() -> Facts:
    weights, measured_s = 2 * N_8B, 6.3e-3
    read_s = weights / H100_BANDWIDTH
    return {
        "weight_bytes": weights,
        "read_s": read_s,
        "read_s.without_embedding": (weights - 2 * 128256 * 4096) / H100_BANDWIDTH,
        "kernels": 12 * 32,
        "launch_s": 12 * 32 * 4e-6,
        "gap_s": measured_s - read_s,
        "share.time.gap": (measured_s - read_s) / measured_s,
        "ceiling.time.gap": measured_s / read_s,
    }


def fp8_training_amdahl() -> Facts:
    return {"speedup": amdahl(0.70, 2), "ceiling": 1 / (1 - 0.70)}


SCENARIOS: dict[str, Callable[..., Facts]] = {
    "where-175b": where_175b,
    "where-8b-128k": where_8b_128k,
    "days-70b-15t": days_70b_15t,
    "decode-a100-to-h100": decode_a100_to_h100,
    "ttft-8k-70b": ttft_8k_70b,
    "decode-batch-64": decode_batch_64,
    "kv-128k-70b": kv_128k_70b,
    "shrink-weights-or-kv": shrink_weights_or_kv,
    "flash-attention-flops": flash_attention_flops,
    "moe-671b-active-37b": moe_671b_active_37b,
    "tp16-two-nodes": tp16_two_nodes,
    "w4a16-4x": w4a16_4x,
    "pipeline-bubble": pipeline_bubble,
    "vocab-head-1b": vocab_head_1b,
    "mfu-hfu": mfu_hfu,
    "spec-decoding-busy": spec_decoding_busy,
    "cuda-graphs-8b": cuda_graphs_8b,
    "fp8-training-amdahl": fp8_training_amdahl,
}


def main() -> None:
    for scenario, recompute in SCENARIOS.items():
        print(scenario)
        for name, value in recompute().items():
            print(f"  {name:44}{value:.6g}")


if __name__ == "__main__":
    main()
