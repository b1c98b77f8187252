"""Mistakes in small formulas: for each law one that people make, so that no figure of a law goes unchecked."""

from math import inf

from app.bank.red.mutation import Function, Mutation, mutation, swap
from app.engine.law_facts import LAWS


def _law(name: str, words: str, wrong: Function) -> Mutation:
    return mutation(f"law-{name.replace('_', '-')}", words, swap(LAWS[name].formula, wrong))


LAW_MUTATIONS: tuple[Mutation, ...] = (
    _law("mfu_of_hfu", "hardware utilisation taken for the model's", lambda hfu, recomputed=1: hfu),
    _law("recompute_overhead", "a second forward pass doubles the step", lambda recomputed: 1 + recomputed),
    _law(
        "compute_bound_tokens",
        "experts fill as a dense layer does",
        lambda *, ridge_point, n_experts, n_active_experts, bytes_per_weight=2: ridge_point * bytes_per_weight / 2,
    ),
    _law("rescaled_share", "the part grows and the whole does not", lambda share, factor: share * factor),
    _law("hottest_expert_slowdown", "the mean load decides", lambda *, expert_share, hot_factor: 1.0),
    _law(
        "expert_capacity",
        "slots for the mean, without the factor",
        lambda *, n_tokens, n_experts, n_active_experts, capacity_factor: n_tokens * n_active_experts / n_experts,
    ),
    _law("padded_flops_factor", "padding is free", lambda *, capacity_factor, kept=1: 1.0),
    _law(
        "tokens_per_verification",
        "every accepted token counts alone",
        lambda *, acceptance, n_drafted: 1 + acceptance * n_drafted,
    ),
    _law(
        "speculation_gain",
        "drafting and checking are free",
        lambda *, acceptance, n_drafted, verify_cost, draft_cost: 1 + acceptance * n_drafted,
    ),
    _law(
        "compute_bound_batch",
        "a verification weighs as much as a step",
        lambda *, ridge_point, n_drafted, bytes_per_weight=2: ridge_point * (1 + n_drafted),
    ),
    _law(
        "ideal_verify_cost",
        "a verification always costs one step",
        lambda *, batch, n_drafted, ridge_point, bytes_per_weight=2: 1.0,
    ),
    _law("training_flops", "forward pass alone", lambda *, n_parameters, tokens: 2 * n_parameters * tokens),
    _law(
        "training_s",
        "the peak taken for what is reached",
        lambda *, n_parameters, tokens, n_devices, peak_flops, mfu: 6 * n_parameters * tokens / n_devices / peak_flops,
    ),
    _law("inference_flops", "backward pass included", lambda *, n_parameters, tokens: 6 * n_parameters * tokens),
    _law("fewer_steps", "twice the batch, half the steps", lambda *, batch, critical_batch, growth=2: growth),
    _law("steps_multiple", "any batch needs the fewest steps", lambda *, batch, critical_batch: 1.0),
    _law("data_multiple", "any batch needs the fewest tokens", lambda *, batch, critical_batch: 1.0),
    _law("served_tokens_that_equal_training", "as many as were trained on", lambda training_tokens: training_tokens),
    _law(
        "compute_optimal_tokens",
        "one token a parameter",
        lambda n_parameters, *, tokens_per_parameter=20: n_parameters,
    ),
    _law("time_in_system", "waiting grows in proportion", lambda utilisation: 1 + utilisation),
    _law("waiting_time", "waiting grows in proportion", lambda utilisation: utilisation),
    _law("requests_in_system", "arrivals alone", lambda *, arrival_rate, time_in_system_s: arrival_rate),
    _law("static_batch_use", "a batch is always full", lambda *, mean_len, longest_len: 1.0),
    _law("continuous_batching_bound", "nothing to gain", lambda *, mean_len, longest_len: 1.0),
    _law("system_mtbf_s", "a job fails as rarely as a device", lambda *, device_mtbf_s, n_devices: device_mtbf_s),
    _law("young_interval_s", "the two forgotten", lambda *, checkpoint_s, mtbf_s: (checkpoint_s * mtbf_s) ** 0.5),
    _law("daly_interval_s", "as often as it fails", lambda *, checkpoint_s, mtbf_s: mtbf_s),
    _law(
        "overhead_share",
        "checkpoints alone",
        lambda *, interval_s, checkpoint_s, mtbf_s, restart_s=0: checkpoint_s / interval_s,
    ),
    _law(
        "goodput",
        "nothing is lost",
        lambda *, interval_s, checkpoint_s, mtbf_s, restart_s=0: 1.0,
    ),
    _law(
        "synchronous_rate",
        "a slow member slows its own part",
        lambda *, n_slow, slow_rate: 1 - (1 - slow_rate) / 1000 * n_slow,
    ),
    _law("independent_rate", "all as slow as the slowest", lambda *, n_devices, n_slow, slow_rate: slow_rate),
    _law("delayed_step_share", "as rare as on one device", lambda *, n_devices, slow_share: slow_share),
    _law(
        "unscaled_share",
        "what is missing from linear",
        lambda *, device_ratio, throughput_ratio: 1 - throughput_ratio / device_ratio,
    ),
    _law(
        "gradient_all_reduce_s",
        "gradients cross once",
        lambda *, n_parameters, n_devices, bandwidth, bytes_per_gradient=2: (
            n_parameters * bytes_per_gradient / bandwidth
        ),
    ),
    _law(
        "break_even_tokens",
        "the network never binds",
        lambda *, n_devices, bandwidth, peak_flops, mfu, bytes_per_gradient=2: 0.0,
    ),
    _law("compute_to_all_reduce", "always hidden", lambda *, tokens, break_even: inf),
    _law(
        "overlap_chunk",
        "grouped heads forgotten",
        lambda *, n_heads, n_kv_heads, flops_per_s, bandwidth, bytes_per_value=2, computed_share=1: (
            bytes_per_value * flops_per_s / bandwidth
        ),
    ),
    _law(
        "transfer_s", "bits taken for bytes", lambda *, payload, bandwidth, fixed_s=0: fixed_s + 8 * payload / bandwidth
    ),
    _law(
        "break_even_bandwidth",
        "bits taken for bytes",
        lambda *, payload, recompute_s, fixed_s=0: 8 * payload / recompute_s,
    ),
    _law(
        "ring_all_gather_s",
        "everybody sends everything",
        lambda *, payload, n, bandwidth, directions=1, axes=1: (n - 1) * payload / bandwidth,
    ),
    _law(
        "ring_all_reduce_s",
        "the payload crosses once",
        lambda *, payload, n, bandwidth, directions=1, axes=1: payload / bandwidth,
    ),
    _law(
        "ring_all_to_all_s",
        "as slow as an all-gather",
        lambda *, payload, n, bandwidth, directions=1: (n - 1) / n * payload / bandwidth,
    ),
    _law("tensor_parallel_limit", "no limit", lambda *, d_ff, peak_flops, bandwidth: inf),
    _law("data_parallel_limit", "one token is enough", lambda *, peak_flops, bandwidth: 1.0),
    _law("matmul_flops", "a multiply-add counted as one", lambda *, m, k, n: m * k * n),
    _law(
        "matmul_bytes",
        "the result is never written",
        lambda *, m, k, n, bytes_per_value=2, bytes_per_weight=2: m * k * bytes_per_value + k * n * bytes_per_weight,
    ),
    _law(
        "matmul_intensity",
        "the batch, whatever the widths and formats",
        lambda *, m, k, n, bytes_per_value=2, bytes_per_weight=2: m,
    ),
    _law("roofline_flops", "always at the peak", lambda *, intensity, peak_flops, bandwidth: peak_flops),
    _law(
        "roofline_s",
        "arithmetic, then traffic",
        lambda *, flops, bytes_moved, peak_flops, bandwidth: flops / peak_flops + bytes_moved / bandwidth,
    ),
    _law(
        "compute_bound_rows",
        "two bytes a weight, whatever the format",
        lambda *, peak_flops, bandwidth, bytes_per_weight=2: peak_flops / bandwidth,
    ),
    _law("tensor_bytes", "a byte a value", lambda *, n_values, bytes_per_value=2: n_values),
    _law(
        "kv_bytes",
        "keys without values",
        lambda *, n_layers, n_kv_heads, d_head, n_tokens=1, bytes_per_value=2: (
            n_layers * n_kv_heads * d_head * n_tokens * bytes_per_value
        ),
    ),
    _law("training_state_bytes", "weights alone", lambda *, n_parameters, bytes_per_parameter=16: 2 * n_parameters),
    _law("how_many_fit", "a part of one fits as well", lambda *, free_bytes, bytes_each: free_bytes / bytes_each),
    _law(
        "decode_step_s",
        "the cache is free",
        lambda *, weight_bytes, kv_bytes_read, bandwidth: weight_bytes / bandwidth,
    ),
    _law(
        "mfu",
        "of one device",
        lambda *, tokens_per_s, flops_per_token, n_devices, peak_flops: tokens_per_s * flops_per_token / peak_flops,
    ),
    _law(
        "tokens_per_s_at",
        "every device at its peak",
        lambda *, mfu, flops_per_token, n_devices, peak_flops: n_devices * peak_flops / flops_per_token,
    ),
    _law("whole", "a part of one is enough", lambda *, value: value),
    _law(
        "compute_optimal_parameters",
        "a token a parameter",
        lambda *, flops, tokens_per_parameter=20: (flops / 6) ** 0.5,
    ),
    _law("n_tiles", "no ragged edge", lambda *, m, n, tile_m, tile_n: m * n / tile_m / tile_n),
    _law("n_waves", "no last wave", lambda *, tiles, n_sms: tiles / n_sms),
    _law("tile_efficiency", "every tile is full", lambda *, m, n, tile_m, tile_n: 1.0),
    _law("wave_efficiency", "every wave is full", lambda *, tiles, n_sms: 1.0),
    _law("quantisation_efficiency", "every wave is full", lambda *, m, n, tile_m, tile_n, n_sms: 1.0),
    _law(
        "cost_per_million_tokens",
        "one device for all",
        lambda *, price_per_device_hour, n_devices, tokens_per_s: 1e6 * price_per_device_hour / tokens_per_s / 3600,
    ),
    _law(
        "cost_per_token",
        "one device for all",
        lambda *, price_per_device_hour, n_devices, tokens_per_s: price_per_device_hour / tokens_per_s / 3600,
    ),
    _law(
        "energy_cost_per_token",
        "joules taken for watt-hours",
        lambda *, energy_per_token, price_per_kilowatt_hour: energy_per_token / 1e3 * price_per_kilowatt_hour,
    ),
    _law(
        "energy_per_token",
        "one device for all",
        lambda *, power, n_devices, tokens_per_s, pue=1: power / tokens_per_s,
    ),
    _law(
        "ssm_state_bytes",
        "the state is one vector",
        lambda *, d_inner, d_state, bytes_per_value=2: d_inner * bytes_per_value,
    ),
    _law(
        "conv_state_bytes",
        "the convolution keeps nothing",
        lambda *, d_inner, d_state, d_conv=4, n_groups=1, bytes_per_value=2: 0.0,
    ),
    _law("break_even_len", "attention is never smaller", lambda *, state_bytes, kv_bytes_per_token: 0.0),
)
