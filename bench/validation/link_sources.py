"""Rows about one kernel or one collective, and sources of which nothing can be predicted."""

from collections.abc import Iterator

from validation.parts import excluded
from validation.rows import Record, Role, Row

Lines = list[Record]

_GEMM_CHIPS = {
    "Intel Gaudi 2": "gaudi2",
    "Intel Gaudi 3": "gaudi3",
    "NVIDIA A100 SXM": "a100-80gb-sxm",
    "NVIDIA A100 PCIe": "a100-80gb-pcie",
    "NVIDIA GH200 SXM": "gh200",
    "NVIDIA H100 SXM": "h100-sxm",
    "NVIDIA H200 SXM": "h200-sxm",
    "NVIDIA B200 SXM": "b200-sxm",
    "NVIDIA B300 SXM": "b300-sxm",
    "NVIDIA GB200 SXM": "gb200",
    "AMD MI300X": "mi300x",
    "AMD MI325X": "mi325x",
    "AMD MI355X": "mi355x",
}


def nccl(file: str, lines: Lines) -> Iterator[Row]:
    """nccl-tests inside one node."""
    chips = {"8x A100": "a100-80gb-sxm", "8x H200": "h200-sxm", "8x B200": "b200-sxm"}
    for line, record in enumerate(lines, start=1):
        chip = next((slug for start, slug in chips.items() if record["hw"].startswith(start)), "")
        if not chip or "copy" in record["collective"]:
            yield Row(file=file, row=str(line), role=Role.EXCLUDE, why="a copy between two devices, not a collective")
            continue
        timed = bool(record["time_us"])
        in_switch = "NVLS" in record["algo"] and "off" not in record["algo"]
        yield Row(
            file=file,
            row=str(line),
            quantity="collective_s" if timed else "bus_bandwidth",
            scenario={
                "hardware": chip,
                "collective": record["collective"],
                "n": int(record["n_ranks"]),
                "payload": int(record["payload_bytes"]),
            },
            measured=float(record["time_us"]) / 1e6 if timed else float(record["busbw_GBps"]) * 1e9,
            role=Role.CALIBRATE if chip == "a100-80gb-sxm" else Role.REPORT,
            why="summed inside the switch (NVLS): not modelled as such" if in_switch else "complete",
        )


def gemm(file: str, lines: Lines) -> Iterator[Row]:
    """The best rate of any shape (MAMF): a ceiling on what large GEMMs reach."""
    for line, record in enumerate(lines, start=1):
        yield Row(
            file=file,
            row=str(line),
            quantity="gemm_rate",
            scenario={"hardware": _GEMM_CHIPS[record["accelerator"]], "dtype": record["dtype"]},
            measured=float(record["MAMF_TFLOPs"]) * 1e12,
            why="the best of all shapes: the engine's fraction is for the usual ones",
        )


_REASONS = {
    "component_cs336_nsys_matmul_share.csv": "GPU not stated",
    "component_ivanov2020_bert_operator_classes.csv": "shares of one encoder layer; batch and hardware not printed",
    "component_kim2023_table3_bert.csv": "analytic counts, not measurements",
    "deepseek_v3_r1_serving.csv": "production averages, or expert parallelism over a network of unstated rate",
    "infersim_model_level.csv": "batch or layout not printed, or a network of unstated rate",
    "korthikanti2022_fig1_fig7_activation_memory.csv": "analytic values, held exactly in tests/engine/test_memory.py",
    "lmdeploy_a100_request_throughput.csv": "lengths follow a data set and are not printed",
    "megascale_fig9_530b.csv": "parallel block and a sliding window of unstated width: another architecture",
    "palm_table3_mfu.csv": "layout and batch not printed",
    "pope2022_max_context.csv": "capacities, held in tests/engine/test_memory.py",
    "pope2022_palm540b_inference.csv": "two-dimensional weight layouts are not modelled",
    "training_gpu_hours.csv": "whole runs with their interruptions; layouts not printed",
    "trtllm_v1_max_throughput.csv": "the batch is the engine's choice and not printed",
}


def nothing(file: str, lines: Lines) -> Iterator[Row]:
    """A file of which no row can be predicted."""
    yield from excluded(file, lines, _REASONS[file])


UNPREDICTED = tuple(_REASONS)
