import csv
from pathlib import Path

import pytest

from app.engine.catalog import HARDWARE
from app.engine.dtypes import DType

with (Path(__file__).parents[1] / "data" / "hw_specs.csv").open(newline="") as file:
    ROWS = {row["accelerator"]: row for row in csv.DictReader(file)}

NAMES = {
    "v100-16gb-sxm": "NVIDIA V100 SXM2",
    "v100-32gb-sxm": "NVIDIA V100 SXM2",
    "a100-40gb-sxm": "NVIDIA A100 SXM 40GB",
    "a100-80gb-sxm": "NVIDIA A100 SXM",
    "a100-80gb-pcie": "NVIDIA A100 PCIe",
    "h100-sxm": "NVIDIA H100 SXM",
    "h100-pcie": "NVIDIA H100 PCIe",
    "h200-sxm": "NVIDIA H200 SXM",
    "gh200": "NVIDIA GH200 SXM",
    "h800-sxm": "NVIDIA H800 SXM",
    "h20": "NVIDIA H20",
    "b200-sxm": "NVIDIA B200 SXM",
    "b300-sxm": "NVIDIA B300 SXM",
    "gb200": "NVIDIA GB200 SXM",
    "l4": "NVIDIA L4",
    "l40s": "NVIDIA L40S",
    "mi250x": "AMD MI250X",
    "mi300x": "AMD MI300X",
    "mi325x": "AMD MI325X",
    "mi355x": "AMD MI355X",
    "gaudi2": "Intel Gaudi2",
    "gaudi3": "Intel Gaudi3",
    "trainium2": "AWS Trainium2 / Ultra",
    "tpu-v4": "Google TPU v4",
    "tpu-v5e": "Google TPU v5e",
    "tpu-v5p": "Google TPU v5p",
    "tpu-v6e": "Google TPU v6e",
}
PEAKS = {
    DType.FP32: "fp32_TFLOPs",
    DType.TF32: "tf32_TFLOPs",
    DType.BF16: "bf16_dense_TFLOPs",
    DType.FP16: "fp16_dense_TFLOPs",
    DType.FP8: "fp8_dense_TFLOPs",
    DType.INT8: "int8_dense_TOPs",
    DType.FP4: "fp4_dense_TFLOPs",
}
# What the table rounds and the data sheet states.
BANDWIDTH = {"a100-80gb-sxm": 2.039}
NOT_ONE_NUMBER = {"mem_GB": {"v100-16gb-sxm": 16, "v100-32gb-sxm": 32}}


def stated(slug, column):
    """The number of a cell; None where the table says unknown, not supported or vector units only."""
    cell = ROWS[NAMES[slug]][column]
    return NOT_ONE_NUMBER.get(column, {}).get(slug) or (None if cell in ("?", "X", "V", "") else float(cell))


def test_every_accelerator_has_a_reference_row():
    assert set(NAMES) == set(HARDWARE)


@pytest.mark.parametrize("slug", NAMES)
def test_dense_peaks_equal_the_reference_and_unsupported_formats_have_none(slug):
    expected = {dtype: stated(slug, column) for dtype, column in PEAKS.items()}
    assert HARDWARE[slug].peak_flops == {dtype: tera * 1e12 for dtype, tera in expected.items() if tera is not None}


@pytest.mark.parametrize("slug", NAMES)
def test_memory_and_link_equal_the_reference(slug):
    chip = HARDWARE[slug]
    assert chip.hbm_bytes == stated(slug, "mem_GB") * 1e9
    assert chip.hbm_bandwidth == pytest.approx(BANDWIDTH.get(slug, stated(slug, "mem_bw_TBps")) * 1e12)
    assert chip.link_bandwidth == stated(slug, "scaleup_GBps_per_direction") * 1e9


@pytest.mark.parametrize(
    ("slug", "dtype", "dense", "sparse"),
    [
        pytest.param("h100-sxm", DType.BF16, 989e12, 1979e12, id="H100 BF16"),
        pytest.param("h100-sxm", DType.FP8, 1979e12, 3958e12, id="H100 FP8"),
        pytest.param("b200-sxm", DType.BF16, 2.25e15, 4.5e15, id="B200 BF16"),
        pytest.param("l4", DType.BF16, 121e12, 242e12, id="L4 BF16"),
        pytest.param("mi300x", DType.BF16, 1307e12, 2614e12, id="MI300X BF16"),
    ],
)
def test_a_peak_is_the_dense_one_and_never_the_sparse_headline(slug, dtype, dense, sparse):
    assert HARDWARE[slug].peak(dtype) == dense
    assert HARDWARE[slug].peak(dtype) != sparse


@pytest.mark.parametrize(
    ("slug", "per_direction"),
    [("a100-80gb-sxm", 300e9), ("h100-sxm", 450e9), ("b200-sxm", 900e9)],
    ids=["NVLink 3", "NVLink 4", "NVLink 5"],
)
def test_a_link_is_one_direction_of_the_duplex_headline(slug, per_direction):
    assert HARDWARE[slug].link_bandwidth == per_direction
