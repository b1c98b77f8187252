"""Prefill, decode and serving rows: how a line of each source becomes a scenario."""

from collections.abc import Iterator
from typing import Any

from validation.parts import GPT_OSS_120B, Described, gated, gpt, prefill
from validation.rows import Record, Role, Row

A100 = "a100-80gb-sxm"
Lines = list[Record]

# Of 200 tokens that gpt-fast makes after a prompt of 5, the middle one meets this many.
_GPT_FAST_CONTEXT = 105
_GPT_FAST_MODELS = {"Llama-2-7B": "llama2-7b", "Llama-3.1-8B": "llama3.1-8b", "Llama-3.1-70B": "llama3.1-70b"}
_LMDEPLOY_MODELS: dict[str, str | Described] = {
    "llama2-7b": "llama2-7b",
    "llama2-70b": "llama2-70b",
    "internlm-20b": gated(n_layers=60, d_model=5120, n_heads=40, d_head=128, d_ff=13_824, vocab_size=103_168),
}
_SILICON_MODELS: dict[str, str | Described] = {
    "Qwen/Qwen3-32B": "qwen3-32b",
    "meta-llama/Llama-3.1-8B-Instruct": "llama3.1-8b",
    "nvidia/Llama-3.1-8B-Instruct-FP8": "llama3.1-8b",
    "openai/gpt-oss-120b": GPT_OSS_120B,
}
_FP8 = {"weight_dtype": "fp8", "math_dtype": "fp8"}


def gpt_fast(file: str, lines: Lines) -> Iterator[Row]:
    """gpt-fast at batch 1: compiled, one captured graph."""
    seen: set[tuple[str, ...]] = set()
    for line, record in enumerate(lines, start=1):
        why = _gpt_fast_gap(record, seen)
        if why:
            yield Row(file=file, row=str(line), role=Role.EXCLUDE, why=why)
            continue
        yield Row(
            file=file,
            row=str(line),
            quantity="tpot_s",
            scenario={
                "model": _GPT_FAST_MODELS[record["model"]],
                "hardware": A100,
                "phase": "decode",
                "context_len": _GPT_FAST_CONTEXT,
                "plan": {"tp": int(record["tp"])},
                "weight_dtype": record["quant"].split()[0],
                "launch": "graph",
                "fusion": ["mlp", "norms"],
            },
            measured=1 / float(record["tok_per_s"]),
            role=Role.CALIBRATE if record["model"] == "Llama-2-7B" and record["quant"] == "bf16" else Role.REPORT,
            why="A100 capped at 330 W, hybrid cube mesh",
        )


def faster_transformer(file: str, lines: Lines) -> Iterator[Row]:
    """FasterTransformer's guide: whole requests, 350M to 530B."""
    for line, record in enumerate(lines, start=1):
        if record["oom"] == "True":
            yield Row(file=file, row=str(line), role=Role.EXCLUDE, why="out of memory: no time printed")
            continue
        if record["engine"] == "Megatron":
            why = "Megatron-LM's own generation loop: kernels of a training code, host work of unknown size"
            yield Row(file=file, row=str(line), role=Role.EXCLUDE, why=why)
            continue
        n_input, n_output = int(record["input_len"]), int(record["output_len"])
        yield Row(
            file=file,
            row=str(line),
            quantity="request_s",
            scenario=prefill(
                gpt(
                    n_layers=int(record["n_layers"]),
                    d_model=int(record["d_model"]),
                    n_heads=int(record["heads"]),
                    vocab_size=int(record["vocab"]),
                    seq_len=1024,
                ),
                A100,
                prompt_len=n_input,
                batch=int(record["batch"]),
                plan={"tp": int(record["tp"]), "pp": int(record["pp"])},
                weight_dtype="fp16",
                activation_dtype="fp16",
                kv_dtype="fp16",
                math_dtype="fp16",
                fusion=["mlp", "norms"],
            ),
            beside={"output_len": n_output},
            measured=float(record["total_latency_ms"]) / 1e3,
            role=_ft_role(record),
            why="complete",
        )


def lmdeploy_static(file: str, lines: Lines) -> Iterator[Row]:
    """LMDeploy's TurboMind: a fixed number of requests at a time."""
    for line, record in enumerate(lines, start=1):
        if float(record["ttft_max_s"]) > 30:
            yield Row(file=file, row=str(line), role=Role.EXCLUDE, why="requests waited for cache: TTFT above 30 s")
            continue
        tp = int(record["tp"])
        yield Row(
            file=file,
            row=str(line),
            quantity="served_rate",
            scenario=prefill(
                _LMDEPLOY_MODELS[record["model"]],
                A100,
                prompt_len=int(record["prompt_tokens"]),
                batch=int(record["batch_concurrency"]),
                plan={"tp": tp},
                fusion=["mlp", "norms"],
            ),
            beside={"output_len": int(record["output_tokens"])},
            measured=float(record["out_tok_per_s"]),
            role=Role.CALIBRATE if record["model"] == "llama2-7b" else Role.REPORT,
            why="complete" if record["model"] != "internlm-20b" else "architecture from memory",
        )


def trtllm_v06(file: str, lines: Lines) -> Iterator[Row]:
    """TensorRT-LLM v0.5 and v0.6: throughput at a stated batch, and the time to the first token."""
    chips = {"H100": "h100-sxm", "L40S": "l40s", "A100": A100}
    models = {"GPT-J 6B": "gpt-j-6b", "LLaMA 7B": "llama2-7b"}
    for line, record in enumerate(lines, start=1):
        formats = {**_FP8, "kv_dtype": "fp8"} if record["precision"] == "FP8" else {}
        scenario = prefill(
            models[record["model"]],
            chips[record["gpu"]],
            prompt_len=int(record["isl"]),
            batch=int(record["batch"]),
            plan={"tp": int(record["tp"])},
            fusion=["mlp", "norms"],
            **formats,
        )
        first = record["metric"] == "ttft_ms"
        yield Row(
            file=file,
            row=str(line),
            quantity="ttft_s" if first else "served_rate",
            scenario=scenario,
            beside={} if first else {"output_len": int(record["osl"]), "per_devices": int(record["tp"])},
            measured=float(record["value"]) / (1e3 if first else 1),
            why="A100 values read as per GPU" if record["note"] else "FP8 cache assumed" if formats else "complete",
        )


def silicon(file: str, lines: Lines) -> Iterator[Row]:
    """Serving engines on silicon, rows shipped with AIConfigurator: time per output token under concurrency."""
    for line, record in enumerate(lines, start=1):
        why = _silicon_gap(record)
        if why:
            yield Row(file=file, row=str(line), role=Role.EXCLUDE, why=why)
            continue
        yield Row(
            file=file,
            row=str(line),
            quantity="served_tpot_s",
            scenario=prefill(
                _SILICON_MODELS[record["model_path"]],
                record["system"].replace("_", "-"),
                prompt_len=int(record["isl"]),
                batch=int(record["batch_size"]),
                plan=_silicon_plan(record),
                launch="graph",
                fusion=["mlp", "norms"],
                **_silicon_formats(record),
            ),
            beside={"output_len": int(record["osl"])},
            measured=float(record["silicon_tpot_ms"]) / 1e3,
            role=_silicon_role(record),
            why=_silicon_note(record),
        )


def _gpt_fast_gap(record: Record, seen: set[tuple[str, ...]]) -> str:
    key = tuple(record[name] for name in ("model", "quant", "tp", "hw", "tok_per_s"))
    if key in seen:
        return "the same measurement, printed twice"
    seen.add(key)
    if "speculative" in record["quant"]:
        return "speculative decoding: acceptance not printed"
    if "MI250X" in record["hw"]:
        return "one die of two: the catalogue has the whole MI250X"
    return ""


def _ft_role(record: Record) -> Role:
    chosen = record["model"] == "GPT-20B" and (record["input_len"], record["output_len"]) == ("20", "8")
    return Role.CALIBRATE if chosen else Role.REPORT


def _silicon_gap(record: Record) -> str:
    if float(record["silicon_ttft_ms"]) > 2000:
        return "TTFT above 2 s: requests queue"
    if int(record["tp_size"]) > 8:
        return "tp_size is not a tensor-parallel degree there: more devices than experts' tp * ep say"
    return ""


def _silicon_plan(record: Record) -> dict[str, int]:
    tp, ep = int(record["tp_size"]), int(record["moe_ep_size"])
    return {"tp": tp, "ep": ep} if "gpt-oss" in record["model_path"] and ep > 1 else {"tp": tp}


def _silicon_formats(record: Record) -> dict[str, Any]:
    if "gpt-oss" in record["model_path"]:
        return {"mlp_dtype": "fp4"}
    if record["model_path"].startswith("nvidia/"):  # its checkpoint quantises the cache as well
        return {**_FP8, "kv_dtype": "fp8"}
    return _FP8 if record["precision"] == "fp8" else {}


def _silicon_role(record: Record) -> Role:
    # The smallest model on one system and one server, at one prompt length.
    model = record["model_path"] == "meta-llama/Llama-3.1-8B-Instruct"
    chosen = model and record["backend"] == "trtllm" and record["isl"] == "1024"
    return Role.CALIBRATE if chosen else Role.REPORT


def _silicon_note(record: Record) -> str:
    if "gpt-oss" in record["model_path"]:
        return "experts in MXFP4, multiplied in BF16; architecture from memory"
    return "batch_size is concurrency; cache taken as BF16"
