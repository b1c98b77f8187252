"""The engine against published measurements: the manifest is complete, and the errors stay within their bounds."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from validation.bars import with_bars
from validation.errors import (
    Outcome,
    aims,
    by_file,
    families,
    outcomes,
    percentile,
    plain_sweep,
    summary,
    sweep_order,
)
from validation.fit import CALIBRATION_ONLY, START, constants, loss, search
from validation.page import CAP, CONSTANTS, page
from validation.quantities import QUANTITIES
from validation.rows import MEASURED, Role, Row, records, write_manifest
from validation.sources import SOURCES, manifest

from app.engine import efficiency, error_bars
from app.engine.catalog import accelerator
from app.engine.mapping import scenario_from_mapping

# Median and 90th percentile by source with slack: what they are when this was written, and about a quarter more.
BOUNDS = {
    "megatron_sc21_table1_a100.csv": (0.09, 0.11),
    "megatron_2020_v100_a100_tp_scaling.csv": (0.04, 0.09),
    "korthikanti2022_table4_layer_time_22B.csv": (0.13, 0.15),
    "korthikanti2022_table5_iteration_time.csv": (0.09, 0.13),
    "megascale_table2_175b.csv": (0.09, 0.16),
    "torchtitan_llama3_training.csv": (0.10, 0.25),
    "mosaicml_llmfoundry_mpt_training.csv": (0.04, 0.16),
    "bigscience_bloom176b_topology_sweep.csv": (0.07, 0.14),
    "b200_llama_step_times_torch.csv": (0.08, 0.14),
    "maxtext_tpu_training.csv": (0.08, 0.17),
    "megatron_bridge_performance.csv": (0.08, 0.18),
    "gpt_fast_decode_a100.csv": (0.10, 0.27),
    "fastertransformer_gpt_a100.csv": (0.08, 0.24),
    "lmdeploy_a100_static_inference.csv": (0.13, 0.23),
    "trtllm_v06_batch_specified.csv": (0.10, 0.20),
    "serving_silicon_tpot.csv": (0.13, 0.35),
    "nccl_collective_bandwidth.csv": (0.25, 0.60),
}
AIMS = {
    "training steps": (0.05, 0.16),
    "training steps, without the layout search": (0.05, 0.17),
    "decode at batch 1": (0.08, 0.20),
    "serving TPOT, models without calibration rows": (0.12, 0.33),
}


def test_every_line_of_every_file_is_in_the_manifest(manifest_rows):
    lines = {(row.file, row.line) for row in manifest_rows}
    files = sorted(path.name for path in MEASURED.glob("*.csv"))
    assert lines == {(file, line) for file in files for line in range(1, len(records(file)) + 1)}
    assert set(SOURCES) == set(files)


def test_no_measurement_is_there_twice(manifest_rows):
    counted = Counter((row.file, row.row) for row in manifest_rows)
    assert [row for row, n in counted.items() if n > 1] == []


def test_every_row_has_a_reason_and_excluded_ones_say_nothing_else(manifest_rows):
    for row in manifest_rows:
        assert row.why, row
        assert bool(row.scenario) == bool(row.quantity) == (row.role is not Role.EXCLUDE), row
        assert row.measured > 0 or row.role is Role.EXCLUDE, row


def test_calibration_rows_are_few(manifest_rows):
    roles = Counter(row.role for row in manifest_rows)
    assert roles[Role.CALIBRATE] < roles[Role.REPORT] / 5


def test_every_scenario_is_one_that_the_engine_reads(manifest_rows):
    for row in manifest_rows:
        if row.quantity in QUANTITIES:
            scenario_from_mapping(row.scenario)


def test_the_manifest_is_what_the_sources_give(manifest_rows, tmp_path):
    write_manifest(manifest(), tmp_path / "rows.csv")
    assert (tmp_path / "rows.csv").read_bytes() == (MEASURED.parent / "rows.csv").read_bytes()


def test_the_constants_are_few_and_all_of_them_are_named():
    calibrated = efficiency.calibrated_efficiency(accelerator("l40s"))
    per_chip = ("gemm", "attention_forward", "attention_backward")
    structure = ("name", "wave_tail")  # half a wave of tiles is what follows from whole waves, not a fit
    common = [name for name in efficiency.Efficiency.__dataclass_fields__ if name not in (*structure, *per_chip)]
    others = ("sustained GEMM", "best shape of TPUs", "portable attention", "backward to forward")
    assert len(common) + len(others) == len(CONSTANTS) <= CAP
    assert calibrated.gemm == pytest.approx(efficiency._SUSTAINED * efficiency._BEST_GEMM_UNMEASURED)
    assert calibrated.wave_tail == 1


def test_the_engine_has_the_constants_that_the_calibration_rows_chose_but_for_their_rounding():
    by_hand = {"blocking_s": 0.5}  # between two sources
    for name, value in CALIBRATION_ONLY.items():
        assert START[name] == pytest.approx(value, rel=by_hand.get(name, 0.13)), name


@pytest.mark.parametrize("file", BOUNDS)
def test_errors_of_a_source_stay_within_their_bounds(found, file):
    size = summary([outcome.error for outcome in by_file(found)[file]])
    median, p90 = BOUNDS[file]
    assert size.median <= median
    assert size.p90 <= p90


@pytest.mark.parametrize("name", AIMS)
def test_groups_stay_within_their_bounds_and_the_baseline_is_beaten(found, name):
    group = aims(found)[name]
    engine, baseline = summary([o.error for o in group]), summary([o.baseline_error for o in group])
    median, p90 = AIMS[name]
    assert engine.median <= median
    assert engine.p90 <= p90
    assert engine.median < baseline.median / 2
    assert engine.p90 < baseline.p90


def test_nine_pairs_of_ten_of_the_layout_search_are_in_the_right_order(manifest_rows, found):
    order, plain = sweep_order(found), sweep_order(plain_sweep(manifest_rows))
    assert order.n == plain.n > 200
    assert order.share > 0.9
    assert plain.share > 0.7


def test_constants_that_only_the_calibration_rows_chose_hold_for_the_others(manifest_rows):
    with constants(CALIBRATION_ONLY):
        blind = outcomes(row for row in manifest_rows if row.role is Role.REPORT)
    sizes = {name: summary([outcome.error for outcome in group]) for name, group in aims(blind).items()}
    assert sizes["training steps, without the layout search"].median <= 0.05
    assert sizes["serving TPOT, models without calibration rows"].median <= 0.12


def test_the_search_lowers_its_loss(manifest_rows):
    rows = [row for row in manifest_rows if row.role is Role.CALIBRATE and row.quantity in ("layer_s", "tpot_s")]
    far = {**START, "memory": 0.4}
    assert loss(rows, search(rows, far, rounds=2)) < loss(rows, far)


def test_percentiles_lie_between_neighbours():
    assert percentile([1.0], 0.9) == 1.0
    assert percentile([0.0, 1.0], 0.9) == pytest.approx(0.9)
    assert percentile([float(n) for n in range(11)], 0.9) == pytest.approx(9.0)


def test_errors_count_in_the_published_quantity():
    row = Row(file="f.csv", row="3:column", quantity="step_s", measured=2.0)
    outcome = Outcome(row=row, predicted=3.0, baseline=1.0)
    assert (row.line, outcome.error, outcome.baseline_error) == (3, 0.5, -0.5)


def test_error_bars_leave_calibration_rows_out(found):
    fitted = [replace(o, row=replace(o.row, role=Role.CALIBRATE)) for o in found]
    assert families(found)
    assert families(fitted) == {}


def test_the_bars_that_the_product_shows_are_those_that_were_measured(found):
    module = Path(error_bars.__file__).read_text()
    assert with_bars(module, found) == module
    assert with_bars(module, found[: len(found) // 2]) != module
    assert {("training", "dense", "a100-80gb-sxm"), ("serving", "dense", "h100-sxm")} <= set(error_bars.ERROR_BARS)


def test_the_page_names_every_constant_and_every_calibration_source(manifest_rows, found):
    text = page(manifest_rows, found, found, found)
    for name in (*CONSTANTS, *(row.file.removesuffix(".csv") for row in manifest_rows)):
        assert name in text
