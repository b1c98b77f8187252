"""Training on one device or sharded over many (FSDP, TPU slices): how a line of each source becomes a scenario."""

from collections.abc import Iterator
from typing import Any

from validation.parts import gated, gpt, training
from validation.rows import Record, Role, Row

A100 = "a100-80gb-sxm"
Lines = list[Record]


def torchtitan(file: str, lines: Lines) -> Iterator[Row]:
    """torchtitan's tables: FSDP, context and tensor parallel, BF16 and FP8."""
    for line, record in enumerate(lines, start=1):
        why = _torchtitan_gap(record)
        if why:
            yield Row(file=file, row=str(line), role=Role.EXCLUDE, why=why)
            continue
        technique = record["technique"].lower()
        yield Row(
            file=file,
            row=str(line),
            quantity="tokens_per_s_per_device",
            scenario=training(
                record["model"].lower().replace("llama-", "llama"),
                "h200-sxm" if record["hw"].startswith("H200") else "h100-sxm",
                seq_len=int(record["seq_len"]),
                micro_batch=int(record["local_batch"]),
                plan=_torchtitan_plan(record["parallelism"]),
                recompute=_torchtitan_recompute(record["ac"]),
                math_dtype="fp8" if "float8" in technique else "bf16",
                fusion=[] if technique == "fsdp" else ["mlp", "norms"],
            ),
            measured=float(record["tok_per_s_per_gpu"]),
            why="H100 of 500 W with HBM at 2.4 TB/s, predicted as the usual one; see README on recomputation",
        )


def mosaic(file: str, lines: Lines) -> Iterator[Row]:
    """MPT by llm-foundry: FSDP on A100 40 GB, A100 80 GB and H100."""
    hardware = {"h100_80gb": "h100-sxm", "a100_80gb": A100, "a100_40gb": "a100-40gb-sxm"}
    for line, record in enumerate(lines, start=1):
        seq_len, chip = int(record["seq_len"]), hardware[record["gpu"]]
        yield Row(
            file=file,
            row=str(line),
            quantity="tokens_per_s_per_device",
            scenario=training(
                gpt(
                    n_layers=int(record["layers"]),
                    d_model=int(record["d_model"]),
                    n_heads=int(record["heads"]),
                    vocab_size=int(record["vocab"]),
                    seq_len=seq_len,
                ),
                chip,
                seq_len=seq_len,
                micro_batch=int(record["micro_batch"]),
                n_micro_batches=int(record["grad_accum"]),
                plan={"dp": int(record["gpus"]), "zero": 3},
                recompute="full" if record["act_ckpt"] == "True" else "none",
            ),
            measured=float(record["tok_per_s_per_gpu"]),
            role=_mosaic_role(record),
            why="complete",
        )


def flash_attention_2(file: str, lines: Lines) -> Iterator[Row]:
    """FlashAttention-2, table 1: GPT-3 1.3B on 8 A100; tokens from the printed FLOP/s by the printed formula."""
    n_parameters, n_layers, d_model = 1.3e9, 24, 2048
    for line, record in enumerate(lines, start=1):
        seq_len = int(record["seq_len"])
        for column, attention in (("TFLOPs_no_flash", "unfused"), ("TFLOPs_flash1", ""), ("TFLOPs_flash2", "tuned")):
            if not attention:
                why = "FlashAttention-1: the engine's fused kernel is the second"
                yield Row(file=file, row=f"{line}:{column}", role=Role.EXCLUDE, why=why)
                continue
            per_token = 6 * n_parameters + 12 * n_layers * d_model * seq_len
            yield Row(
                file=file,
                row=f"{line}:{column}",
                quantity="tokens_per_s_per_device",
                scenario=training(
                    gpt(n_layers=n_layers, d_model=d_model, n_heads=16, vocab_size=50_257, seq_len=seq_len),
                    A100,
                    seq_len=seq_len,
                    micro_batch=16_384 // seq_len,
                    plan={"dp": 8},
                    attention=attention,
                    fusion=["mlp"] if attention == "tuned" else [],
                ),
                measured=float(record[column]) * 1e12 / per_token,
                role=Role.CALIBRATE if attention == "tuned" else Role.REPORT,
                why="batch not printed: 16,384 tokens on a device assumed; architecture from memory",
            )


def b200_steps(file: str, lines: Lines) -> Iterator[Row]:
    """Llama-3.1-8B by Hugging Face on one B200, four ways to compile."""
    quantity = {"forward (infer)": "ttft_s", "forward+backward": "forward_backward_s", "+ AdamW step": "step_s"}
    for line, record in enumerate(lines, start=1):
        chip, forward = "b200-sxm", record["workload"] == "forward (infer)"
        scenario: dict[str, Any] = {"model": "llama3.1-8b", "hardware": chip}
        scenario |= {"phase": "prefill", "prompt_len": 8192} if forward else {"phase": "training", "seq_len": 8192}
        scenario |= {} if forward else {"recompute": "full"}
        yield Row(
            file=file,
            row=str(line),
            quantity=quantity[record["workload"]],
            scenario=scenario,
            measured=float(record["ms"]) / 1e3,
            why="complete; modes of torch.compile are not told apart",
        )


def maxtext(file: str, lines: Lines) -> Iterator[Row]:
    """MaxText on TPU v5e and v5p inside one slice."""
    recompute = {"full": "full", "minimal": "selective"}
    for line, record in enumerate(lines, start=1):
        why = ""
        if int(record["slices"]) > 1:
            why = "slices are joined by a data-centre network whose rate no source states"
        elif record["remat"] not in recompute:
            why = "activations are offloaded to the host: not modelled"
        if why:
            yield Row(file=file, row=str(line), role=Role.EXCLUDE, why=why)
            continue
        chips, tp = int(record["chips"]), _maxtext_tp(record["sharding"])
        widths = {name: int(record[name]) for name in ("d_model", "d_ff")}
        yield Row(
            file=file,
            row=str(line),
            quantity="mfu",
            scenario=training(
                gated(
                    n_layers=int(record["layers"]),
                    n_heads=int(record["heads"]),
                    d_head=int(record["head_dim"]),
                    vocab_size=int(record["vocab"]),
                    **widths,
                ),
                f"tpu-{record['tpu']}",
                seq_len=int(record["seq_len"]),
                micro_batch=int(float(record["per_device_batch"]) * tp),
                plan={"tp": tp, "dp": chips // tp, "zero": 3},
                recompute=recompute[record["remat"]],
                fusion=["mlp", "norms"],
            ),
            measured=float(record["TFLOPs_per_chip"]) / float(record["peak_TFLOPs"]),
            why="complete; counted with full attention",
        )


def _mosaic_role(record: Record) -> Role:
    # Two sizes on one node of each chip, at three lengths.
    chosen = (
        record["model"] in ("MPT-1b", "MPT-7b")
        and record["gpus"] == "8"
        and record["seq_len"] in ("2048", "8192", "32768")
    )
    return Role.CALIBRATE if chosen else Role.REPORT


def _torchtitan_gap(record: Record) -> str:
    if "rowwise" in record["technique"] and record["table"] == "asyncTP":
        return "row-wise scaling: slower than BF16 there, the cost of the scales is not modelled"
    if not record["local_batch"]:
        return "batch not printed"
    return ""


def _torchtitan_plan(written: str) -> dict[str, int]:
    names = {"FSDP": "dp", "CP": "cp", "TP": "tp"}
    plan: dict[str, int] = {}
    for word in written.split():
        kind = word.rstrip("0123456789")
        plan[names[kind]] = int(word.removeprefix(kind))
    return {**plan, "zero": 3 if plan.get("dp", 1) > 1 else 0}


def _torchtitan_recompute(written: str) -> str:
    # torchtitan's "selective" recomputes every second layer's cheap operations and no matmul of the projections.
    return "full" if written == "full" else "none" if not written else "selective"


def _maxtext_tp(sharding: str) -> int:
    return int(sharding.partition("tp")[2] or 1)
