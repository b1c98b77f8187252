"""Every measured file, and the function that turns its lines into rows of the manifest."""

from collections.abc import Callable, Iterator

from validation import link_sources, serving_sources, sharded_sources, training_sources
from validation.rows import Record, Row, records

SOURCES: dict[str, Callable[[str, list[Record]], Iterator[Row]]] = {
    "megatron_sc21_table1_a100.csv": training_sources.megatron_sc21,
    "megatron_2020_v100_a100_tp_scaling.csv": training_sources.megatron_2020,
    "korthikanti2022_table4_layer_time_22B.csv": training_sources.korthikanti_layers,
    "korthikanti2022_table5_iteration_time.csv": training_sources.korthikanti_steps,
    "megascale_table2_175b.csv": training_sources.megascale_175b,
    "megascale_table3_ablation.csv": training_sources.megascale_ablation,
    "llama3_405b_table4_mfu.csv": training_sources.llama3_405b,
    "torchtitan_llama3_training.csv": sharded_sources.torchtitan,
    "mosaicml_llmfoundry_mpt_training.csv": sharded_sources.mosaic,
    "flashattention2_table1_gpt_training.csv": sharded_sources.flash_attention_2,
    "bigscience_bloom176b_topology_sweep.csv": training_sources.bloom,
    "b200_llama_step_times_torch.csv": sharded_sources.b200_steps,
    "maxtext_tpu_training.csv": sharded_sources.maxtext,
    "megatron_bridge_performance.csv": training_sources.megatron_bridge,
    "gpt_fast_decode_a100.csv": serving_sources.gpt_fast,
    "fastertransformer_gpt_a100.csv": serving_sources.faster_transformer,
    "lmdeploy_a100_static_inference.csv": serving_sources.lmdeploy_static,
    "trtllm_v06_batch_specified.csv": serving_sources.trtllm_v06,
    "serving_silicon_tpot.csv": serving_sources.silicon,
    "nccl_collective_bandwidth.csv": link_sources.nccl,
    "gemm_max_achievable_mamf.csv": link_sources.gemm,
    **dict.fromkeys(link_sources.UNPREDICTED, link_sources.nothing),
}


def manifest() -> Iterator[Row]:
    """The manifest as the sources give it; rows.csv holds the same (a test compares them)."""
    for file, rows in SOURCES.items():
        yield from rows(file, records(file))
