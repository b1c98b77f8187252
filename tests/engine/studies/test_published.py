import csv
from pathlib import Path

import pytest

from app.engine.conventions import CountedAttention
from app.engine.groups import Group
from app.engine.studies.published import OPT_2022, PublishedRow, architecture_flops, fitted_flops, shares

with (Path(__file__).parents[1] / "data" / "flop_shares_opt_roller2022.csv").open(newline="") as file:
    CSV = {row["model"]: row for row in csv.DictReader(file)}

PRINTED = {Group.PROJECTIONS: "MHA", Group.MLP: "FFN", Group.ATTENTION_CORE: "attn", Group.HEAD: "logit"}
CORRECTED = {Group.PROJECTIONS: "QKVO_proj", Group.MLP: "FFN", Group.ATTENTION_CORE: "attn_core", Group.HEAD: "logit"}
CAUSAL = {Group.PROJECTIONS: "QKVO", Group.MLP: "FFN", Group.ATTENTION_CORE: "attn", Group.HEAD: "logit"}
ROWS = [pytest.param(row, id=row.name) for row in OPT_2022]
CELLS = [pytest.param(row, group, id=f"{row.name} {column}") for row in OPT_2022 for group, column in PRINTED.items()]


def to_the_digits_of(printed, value):
    return f"{value:.{len(printed.partition('.')[2])}f}"


def to_two_digits(flops):
    return f"{flops:.1e}"


def test_the_table_has_the_eight_models_of_the_source():
    assert [row.name for row in OPT_2022] == list(CSV)


@pytest.mark.parametrize("row", ROWS)
def test_the_table_is_as_printed(row):
    source = CSV[row.name]
    assert (row.n_layers, row.d_model) == (int(source["n_layers"]), int(source["d_model"]))
    assert row.flops_per_update == float(source["flops_per_update_published"])
    assert row.batch_tokens == int(source["batch_tokens_used_in_fit"])
    for group, column in PRINTED.items():
        assert row.shares[group] == pytest.approx(float(source[f"pct_{column}_published"]) / 100)


@pytest.mark.parametrize(("row", "group"), CELLS)
def test_the_fitted_accounting_gives_each_printed_share_to_the_printed_digit(row, group):
    printed = CSV[row.name][f"pct_{PRINTED[group]}_published"]
    assert to_the_digits_of(printed, 100 * shares(fitted_flops(row))[group]) == printed


@pytest.mark.parametrize("row", ROWS)
def test_the_fitted_accounting_gives_the_printed_flops_to_two_digits(row):
    assert to_two_digits(sum(fitted_flops(row).values())) == to_two_digits(row.flops_per_update)


@pytest.mark.parametrize("row", ROWS)
def test_no_other_batch_of_the_four_gives_the_printed_flops(row):
    per_token = sum(fitted_flops(row).values()) / row.batch_tokens
    fitting = [
        batch
        for batch in (2**19, 2**20, 2**21, 2**22)
        if to_two_digits(batch * per_token) == to_two_digits(row.flops_per_update)
    ]
    assert fitting == [row.batch_tokens]


@pytest.mark.parametrize("row", ROWS)
def test_projections_of_8d2_give_another_table(row):
    source, flops = CSV[row.name], architecture_flops(row)
    for group, column in CORRECTED.items():
        assert to_the_digits_of("0.0", 100 * shares(flops)[group]) == source[f"corrected_pct_{column}"]
    assert sum(flops.values()) == pytest.approx(float(source["corrected_flops_per_update"]), rel=5e-4)


@pytest.mark.parametrize("row", ROWS)
def test_the_causal_half_without_recomputing_gives_a_third_one(row):
    source = CSV[row.name]
    flops = architecture_flops(row, attention=CountedAttention.CAUSAL, layer_passes=3)
    for group, column in CAUSAL.items():
        printed = source[f"corrected_causal_norecompute_pct_{column}"]
        assert to_the_digits_of("0.0", 100 * shares(flops)[group]) == printed


@pytest.mark.parametrize("row", ROWS)
def test_the_printed_cells_do_not_follow_from_the_architecture(row):
    off = {group: abs(part - row.shares[group]) for group, part in shares(architecture_flops(row)).items()}
    # The 2.7B row is nearest, since 2d^2 + 8sd = 8d^2 at d = 4s/3 = 2731; it is still off by more than half a percent.
    assert max(off.values()) > 0.005


def test_both_projection_terms_agree_where_the_width_is_four_thirds_of_the_length():
    width = 4 * 2048 // 3
    row = PublishedRow(
        name="none", n_layers=1, d_model=width, batch_tokens=1, flops_per_update=1, mha=0, ffn=0, attn=0, logit=0
    )
    assert fitted_flops(row)[Group.PROJECTIONS] == pytest.approx(architecture_flops(row)[Group.PROJECTIONS], rel=1e-3)


def test_the_slogan_of_80_percent_is_64_7_by_the_architecture():
    largest = OPT_2022[-1]
    assert largest.ffn == 0.80
    assert shares(architecture_flops(largest))[Group.MLP] == pytest.approx(0.647, abs=5e-4)


@pytest.mark.parametrize("row", ROWS)
def test_by_the_architecture_no_mlp_of_four_widths_passes_two_thirds(row):
    for attention in CountedAttention:
        assert shares(architecture_flops(row, attention=attention))[Group.MLP] < 2 / 3
