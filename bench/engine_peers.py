"""Packages from PyPI that answer comparable questions, each asked the same as the engine in the same process."""

import contextlib
import io
import logging
from collections.abc import Callable
from typing import Any

Call = Callable[[], object]


def peers() -> dict[str, tuple[str, str, Call]]:
    """By name: what it is asked, which of the engine's questions that is, and the call; only those installed."""
    found: dict[str, tuple[str, str, Call]] = {}
    for name, (asked, question, make) in _PEERS.items():
        try:
            call = make()
            call()
        except ImportError:
            continue
        found[name] = (asked, question, call)
    return found


def _mlsysim() -> Call:
    from mlsysim import Hardware, Models
    from mlsysim.solvers import ServingModel

    model, hardware, solver = Models.Language.Llama3_70B, Hardware.Cloud.H100, ServingModel()
    return lambda: solver.solve(model, hardware, seq_len=8192, batch_size=64)


def _genz() -> Call:
    from GenZ import decode_moddeling

    asked: dict[str, Any] = {"model": "meta-llama/llama-3.1-70b", "system_name": "H100_GPU", "bits": "bf16"}
    asked |= {"batch_size": 64, "input_tokens": 8192, "output_tokens": 1, "Bb": 1}
    return _quiet(lambda: decode_moddeling(**asked, tensor_parallel=8, pipeline_parallel=1, debug=False))


def _llm_analysis() -> Call:
    from llm_analysis.analysis import LLMAnalysis
    from llm_analysis.config import (
        ParallelismConfig,
        get_dtype_config_by_name,
        get_gpu_config_by_name,
        get_model_config_by_name,
    )

    logging.disable(logging.WARNING)
    model, chip = get_model_config_by_name("megatron-lm-175b"), get_gpu_config_by_name("a100-sxm-80gb")
    formats, plan = get_dtype_config_by_name("w16a16e16"), ParallelismConfig(tp_size=8, pp_size=8, dp_size=8)
    asked: dict[str, Any] = {"batch_size_per_gpu": 1, "gradient_accumulation_steps": 64, "seq_len": 2048}
    return _quiet(
        lambda: LLMAnalysis(model, chip, formats, plan, flops_efficiency=0.5).training(**asked, total_num_tokens=3e11)
    )


def _quiet(call: Call) -> Call:
    """The call without what it prints."""

    def asked() -> object:
        with contextlib.redirect_stdout(io.StringIO()):
            return call()

    return asked


_PEERS: dict[str, tuple[str, str, Callable[[], Call]]] = {
    "mlsysim": ("serving model: time per token of Llama-3-70B, batch 64 at 8,192", "decode", _mlsysim),
    "genz-llm": ("decode of Llama-3.1-70B on eight H100, batch 64 at 8,192", "decode", _genz),
    "llm-analysis": ("training of a 175B model, tp 8, pp 8, dp 8, 64 micro-batches", "training", _llm_analysis),
}
