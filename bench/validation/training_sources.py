"""Training by Megatron and its kin, tensor and pipeline parallel: how a line of each source becomes a scenario."""

from collections.abc import Iterator
from typing import Any

from validation.parts import Described, gpt, micro_batches, training
from validation.rows import Record, Role, Row

A100 = "a100-80gb-sxm"
Lines = list[Record]

_MEGATRON_2020_VOCAB = 51_200

# Jean Zay: 4 Omni-Path NICs of 100 Gb/s for 8 devices, 6.25 GB/s each; an all-reduce over one NIC reached 5.06 of its
# 12.5 GB/s (bigscience experiments/bandwidth, four nodes), which is half of what links reach elsewhere.
JEAN_ZAY = {"like": A100, "network_bandwidth": 3.2e9}


def megatron_sc21(file: str, lines: Lines) -> Iterator[Row]:
    """Narayanan et al. 2021, table 1; iteration time from the printed hardware FLOP/s and formula."""
    for line, record in enumerate(lines, start=1):
        tp, pp, dp = (int(record[name]) for name in ("tp", "pp", "dp"))
        micro_batch = 4 if pp == 1 else 1
        yield Row(
            file=file,
            row=str(line),
            quantity="step_s",
            scenario=training(
                _megatron(record),
                A100,
                seq_len=2048,
                micro_batch=micro_batch,
                n_micro_batches=micro_batches(int(record["batch_seqs"]), dp=dp, micro_batch=micro_batch),
                plan={"tp": tp, "pp": pp, "dp": dp},
                attention="unfused",
                recompute="full",
            ),
            measured=float(record["implied_iter_time_s"]),
            why=f"micro-batch not printed: {micro_batch} assumed; interleaving not printed: none",
        )


def megatron_2020(file: str, lines: Lines) -> Iterator[Row]:
    """Megatron-LM of September 2020, tensor parallel and data parallel on DGX-A100 (40 GB)."""
    for line, record in enumerate(lines, start=1):
        tp, dp = int(record["tp"]), int(record["dp"])
        yield Row(
            file=file,
            row=str(line),
            quantity="step_s",
            scenario=training(
                gpt(
                    n_layers=int(record["layers"]),
                    d_model=int(record["hidden"]),
                    n_heads=int(record["heads"]),
                    vocab_size=_MEGATRON_2020_VOCAB,
                    seq_len=1024,
                ),
                "a100-40gb-sxm",
                seq_len=1024,
                micro_batch=int(record["batch_seqs"]) // dp,
                plan={"tp": tp, "dp": dp},
                attention="unfused",
                recompute="full",
            ),
            measured=float(record["iter_time_ms"]) / 1e3,
            why="sequence length inferred from the printed FLOP/s; the batch of a replica taken as one micro-batch",
        )


def korthikanti_layers(file: str, lines: Lines) -> Iterator[Row]:
    """Korthikanti et al. 2022, table 4: one layer of the 22B model, forward and backward."""
    recompute = {"Baseline with (full) recompute": "full", "Selective Recompute": "selective"}
    recompute |= {"Selective + Sequence": "selective"}
    for line, record in enumerate(lines, start=1):
        name = record["experiment"]
        yield Row(
            file=file,
            row=f"{line}:combined_ms",
            quantity="layer_s",
            scenario=training(
                gpt(n_layers=1, d_model=6144, n_heads=64, vocab_size=51_200, seq_len=2048),
                A100,
                seq_len=2048,
                micro_batch=4,
                plan={"tp": 8, "sequence_parallel": "Sequence" in name},
                attention="unfused",
                recompute=recompute.get(name, "none"),
            ),
            measured=float(record["combined_ms"]) / 1e3,
            role=Role.CALIBRATE,
            why="complete: one layer, every kernel known",
        )


def korthikanti_steps(file: str, lines: Lines) -> Iterator[Row]:
    """Korthikanti et al. 2022, table 5: two models, each with full and with selective recomputation."""
    ways = (("iter_time_full_recompute_s", "full", False), ("iter_time_seqpar_selective_s", "selective", True))
    for line, record in enumerate(lines, start=1):
        for column, recompute, sequence_parallel in ways:
            plan = {"tp": 8, "pp": int(record["pp"]), "interleave": int(record["pp_interleave"])}
            yield Row(
                file=file,
                row=f"{line}:{column}",
                quantity="step_s",
                scenario=training(
                    _megatron(record),
                    A100,
                    seq_len=2048,
                    micro_batch=int(record["micro_batch"]),
                    n_micro_batches=int(record["global_batch"]) // int(record["micro_batch"]),
                    plan={**plan, "sequence_parallel": sequence_parallel},
                    attention="unfused",
                    recompute=recompute,
                ),
                measured=float(record[column]),
                why="complete",
            )


def megascale_175b(file: str, lines: Lines) -> Iterator[Row]:
    """MegaScale (Jiang et al. 2024), table 2: the Megatron-LM rows."""
    for line, record in enumerate(lines, start=1):
        if record["method"] != "Megatron-LM":
            yield _parallel_block(file, line)
            continue
        yield Row(
            file=file,
            row=str(line),
            quantity="step_s",
            scenario=_megascale(dp=int(record["gpus"]) // 64, batch=int(record["batch_seqs"])),
            measured=float(record["iter_time_s"]),
            why="micro-batch and attention not printed: 1, and Megatron-LM's selective recomputation, assumed",
        )


def megascale_ablation(file: str, lines: Lines) -> Iterator[Row]:
    """MegaScale, table 3: the baseline; every further step changes the block."""
    for line, record in enumerate(lines, start=1):
        if line > 1:
            yield _parallel_block(file, line)
            continue
        yield Row(
            file=file,
            row=str(line),
            quantity="mfu",
            scenario=_megascale(dp=4, batch=int(record["batch_seqs"])),
            measured=float(record["MFU_pct"]) / 100,
            why="layout of table 2 assumed",
        )


def llama3_405b(file: str, lines: Lines) -> Iterator[Row]:
    """Llama 3 (arXiv 2407.21783), table 4."""
    for line, record in enumerate(lines, start=1):
        yield Row(
            file=file,
            row=str(line),
            quantity="mfu",
            scenario=training(
                "llama3.1-405b",
                "h100-sxm",
                seq_len=int(record["seq_len"]),
                n_micro_batches=int(record["batch_per_dp"]),
                plan={
                    "tp": int(record["tp"]),
                    "cp": int(record["cp"]),
                    "pp": int(record["pp"]),
                    "dp": int(record["dp"]),
                    "interleave": 8,
                    "sequence_parallel": True,
                    "zero": 2,
                },
                conventions={"attention": "causal"},
            ),
            measured=float(record["BF16_MFU_pct"]) / 100,
            why="chunks per stage not printed: one layer each (8) assumed; causal counting assumed",
        )


def bloom(file: str, lines: Lines) -> Iterator[Row]:
    """BigScience's search for a layout of 176B on 384 A100."""
    for line, record in enumerate(lines, start=1):
        dp, micro_batch = int(record["dp"] or 1), int(record["micro_batch"])
        rounds = micro_batches(int(record["global_batch"]), dp=dp, micro_batch=micro_batch)
        why = _bloom_gap(record, rounds)
        if why:
            yield Row(file=file, row=str(line), role=Role.EXCLUDE, why=why)
            continue
        summed_in_fp32 = record["section"] in ("Rebalancing layers", "production run BLOOM-176B")
        yield Row(
            file=file,
            row=str(line),
            quantity="step_s",
            scenario=training(
                gpt(
                    n_layers=int(record["layers"]),
                    d_model=int(record["hidden"]),
                    n_heads=int(record["heads"]),
                    vocab_size=250_880,
                    seq_len=2048,
                ),
                JEAN_ZAY,
                seq_len=2048,
                micro_batch=micro_batch,
                n_micro_batches=rounds,
                plan={
                    "tp": int(record["tp"]),
                    "pp": int(record["pp"]),
                    "dp": dp,
                    "zero": int(record["zero_stage"]),
                },
                attention="unfused",
                recompute="full",
                launch="blocking",
                optimizer_bytes_per_parameter=18 if summed_in_fp32 else 16,
            ),
            measured=float(record["sec_per_iter"]),
            role=Role.CALIBRATE if record["date"] == "02-21" else Role.REPORT,  # the first day whose heads are printed
            why="network and launches as the source's chronicle says, see README",
        )


def megatron_bridge(file: str, lines: Lines) -> Iterator[Row]:
    """Megatron-Bridge's release tables: the dense Llama models on H100."""
    models: dict[str, str | Described] = {"LLAMA3_8B": "llama3.1-8b", "LLAMA3_70B": "llama3.1-70b"}
    models |= {"LLAMA3.1_405B": "llama3.1-405b"}
    for line, record in enumerate(lines, start=1):
        why = _bridge_gap(record, models)
        if why:
            yield Row(file=file, row=str(line), role=Role.EXCLUDE, why=why)
            continue
        tp, pp, cp, gpus = (int(record[name]) for name in ("tp", "pp", "cp", "gpus"))
        dp, micro_batch = gpus // (tp * pp * cp), int(record["mbs"])
        yield Row(
            file=file,
            row=str(line),
            quantity="tokens_per_s_per_device",
            scenario=training(
                models[record["model"]],
                "h100-sxm",
                seq_len=int(record["seq_len"]),
                micro_batch=micro_batch,
                n_micro_batches=micro_batches(int(record["gbs"]), dp=dp, micro_batch=micro_batch),
                plan={
                    "tp": tp,
                    "pp": pp,
                    "cp": cp,
                    "dp": dp,
                    "interleave": int(record["vp"]) if record["vp"].isdigit() else 1,
                    "sequence_parallel": tp > 1,
                    "zero": 3 if record["fsdp"] not in ("", "0") else 0,
                },
                math_dtype="bf16" if record["precision"] == "BF16" else "fp8",
                attention="tuned",
                fusion=["norms"],
            ),
            measured=float(record["tok_per_s_per_gpu"]),
            why="cuDNN's attention, as its engine has it; recomputation and overlap not printed: none assumed",
        )


def _megatron(record: Record) -> dict[str, Any]:
    return gpt(
        n_layers=int(record["layers"]),
        d_model=int(record["hidden"]),
        n_heads=int(record["heads"]),
        vocab_size=int(record["vocab"]),
        seq_len=2048,
    )


def _megascale(*, dp: int, batch: int) -> dict[str, Any]:
    return training(
        gpt(n_layers=96, d_model=12_288, n_heads=128, vocab_size=64_000, seq_len=2048),
        A100,
        seq_len=2048,
        n_micro_batches=batch // dp,
        plan={"tp": 8, "pp": 8, "dp": dp, "interleave": 6, "sequence_parallel": True},
        attention="unfused",
        recompute="selective",
    )


def _bloom_gap(record: Record, rounds: int | None) -> str:
    if not record["heads"]:
        return "heads not printed, layers inferred"
    if record["line"] == "669":
        return "seconds and TFLOP/s swapped: the two numbers of the source's line 608 the other way round"
    return "batch does not divide evenly" if rounds is None else ""


def _parallel_block(file: str, line: int) -> Row:
    why = "parallel block and a sliding window of unstated width: another architecture"
    return Row(file=file, row=str(line), role=Role.EXCLUDE, why=why)


def _bridge_gap(record: Record, models: dict[str, str | Described]) -> str:
    if record["model"] not in models:
        return "mixture of experts or hybrid: dropped tokens, dispatch kernels and Mamba layers are not modelled"
    if record["system"] != "DGX-H100":
        return "no source here states the network of that system"
    if record["section"] != "Pre-Training Performance":
        return "fine-tuning on packed sequences of unstated lengths"
    return ""
