"""chokepoint profile, as somebody at a terminal meets it."""

import io
import json
import sys
from pathlib import Path

import pytest

from app.cli import main

DATA = Path(__file__).parents[1] / "profile" / "data"
A100 = DATA / "a100_train_three_steps.json.gz"
LLAMA = DATA / "cpu_llama_prefill_shapes.json.gz"


@pytest.fixture
def profile(capsys, monkeypatch):
    """Runs the command; gives its exit code, and what it printed on standard output and on standard error."""

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(["profile", *(str(argument) for argument in arguments)])
        return code, *capsys.readouterr()

    return run


def test_it_says_where_the_time_went(profile):
    code, printed, _ = profile(A100)
    assert code == 0
    for words in (
        "Steps: 2, 1 left out",
        "communication                    33.0\u00a0ms        15.3\u00a0%",
        "For 64.3\u00a0% of the step no kernel is recorded",
        "Basis: measured, share of the wall time over 2 steps, found by annotation.",
        "of it hides behind computation",
        "Overlap of 90% of the communication: acts on communication",
    ):
        assert words in printed


def test_json_has_times_shares_ceilings_and_facts_in_base_units(profile):
    _, printed, _ = profile("--json", A100)
    found = json.loads(printed)
    assert found["wall_s"] == pytest.approx(found["busy_s"] + found["idle_s"])
    assert sum(one["time_s"] for one in found["groups"].values()) == pytest.approx(found["busy_s"], rel=5e-3)
    assert found["facts"]["profile.share.wall.communication"]["basis"] == "measured"
    assert found["groups"]["communication"]["ceiling"] == pytest.approx(
        found["facts"]["profile.ceiling.time.communication"]["value"]
    )
    assert found["hardware"] == "a100-80gb-sxm"


def test_markdown_is_a_report(profile):
    _, printed, _ = profile("--markdown", A100)
    assert printed.startswith("# Where the time went\n")
    assert "| Component | a step | of wall | of busy | ceiling | calls a step |" in printed
    assert "## What to try first" in printed


def test_the_exported_profile_reads_back(profile):
    _, printed, _ = profile("--json", A100)
    summary = json.dumps(json.loads(printed)["profile"]).encode()
    _, again, _ = profile("--json", "-", stdin=summary)
    assert json.loads(again)["groups"] == json.loads(printed)["groups"]


def test_a_scenario_stands_beside_the_measurement(profile, tmp_path):
    scenario = tmp_path / "job.yaml"
    scenario.write_text("{model: llama3.1-8b, hardware: a100-80gb-sxm, phase: training, seq_len: 2048}")
    _, printed, _ = profile("--scenario", scenario, A100)
    assert "the step" in printed
    assert "The job does less a step than the scenario says" in printed
    _, printed, _ = profile("--scenario", scenario, "--json", A100)
    comparison = json.loads(printed)["comparison"]
    assert comparison["step"]["ratio"] == pytest.approx(
        comparison["step"]["measured_s"] / comparison["step"]["predicted_s"]
    )
    assert comparison["groups"]["communication"]["explained_by"]


def test_a_kernel_goes_where_the_person_says(profile):
    _, before, _ = profile("--json", A100)
    _, after, _ = profile("--json", "--assign", "ncclKernel=mlp", A100)
    before, after = json.loads(before)["groups"], json.loads(after)["groups"]
    assert "communication" not in after
    assert after["mlp"]["time_s"] > before["mlp"]["time_s"] + 0.9 * before["communication"]["time_s"]


def test_a_model_tells_matmuls_by_their_sizes(profile, tmp_path):
    table = json.loads(profile("--json", LLAMA)[1])
    widths = (
        "{n_layers: 2, d_model: 256, n_heads: 4, n_kv_heads: 2, d_head: 64, d_ff: 688, vocab_size: 2048, gated: true}"
    )
    scenario = tmp_path / "job.yaml"
    scenario.write_text(f"{{model: {widths}, hardware: h100-sxm, phase: prefill, prompt_len: 128, batch: 4}}")
    told = json.loads(profile("--json", "--scenario", scenario, LLAMA)[1])
    assert told["found_by"]["shapes"] > 0.5
    for group in ("mlp", "projections", "head"):  # the order of the kernels said the same
        assert told["groups"][group]["time_s"] == pytest.approx(table["groups"][group]["time_s"], rel=0.02)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["/nowhere/x.json"], "/nowhere/x.json: No such file or directory"),
        ([DATA], "Is a directory"),
        ([DATA / "README.md"], "no known form"),
        ([A100, "--hardware", "a100-90gb"], "hardware: 'a100-90gb' is not in the catalogue"),
        ([A100, "--model", "llama9"], "model: 'llama9' is not in the catalogue"),
        ([A100, "--assign", "mlp"], "--assign: 'mlp' is not NAME=GROUP"),
        ([A100, "--assign", "nccl=mine"], "group: 'mine' is not one of"),
        ([A100, "--assign", "nothing like it=mlp"], "--assign: no kernel's name holds"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(profile, arguments, message):
    code, printed, errors = profile(*arguments)
    assert (code, printed) == (2, "")
    assert message in errors
    assert errors.count("\n") == 1
    assert "Traceback" not in errors


def test_a_broken_file_is_one_line(profile):
    code, _, errors = profile("-", stdin=b'{"traceEvents": [{"ph": "X"')
    assert code == 2
    assert errors == "chokepoint: -: the JSON ends too early, after 27 characters: the file is cut off\n"
