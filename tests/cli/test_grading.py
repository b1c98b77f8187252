"""grade-batch: many answers at once, all of them or none."""

import json
from pathlib import Path

import pytest

SCENARIO = "where-175b"
GOOD = "The MLP is about 65 % of the FLOPs, the attention core 2.7 %. So a free core gives 1.03x at most."
BAD = "Attention is quadratic, so it dominates. I agree with the colleague and would write the attention kernels."
ROWS = [{"id": "good", "scenario": SCENARIO, "text": GOOD}, {"id": 7, "scenario": SCENARIO, "text": BAD}]


def test_every_answer_gets_a_line_in_its_order(chokepoint, lines):
    code, printed, told = chokepoint("grade-batch", lines(*ROWS))
    found = [json.loads(line) for line in printed.splitlines()]
    assert (code, told) == (0, "")
    assert [row["id"] for row in found] == ["good", 7]
    assert all(list(row) == ["id", "overall", "axes"] for row in found)
    assert found[0]["overall"] > 40 > found[1]["overall"] == 0


def test_a_batch_says_what_grade_says(chokepoint, lines):
    one = json.loads(chokepoint("grade", "--json", SCENARIO, "-", stdin=GOOD.encode())[1])
    batch = json.loads(chokepoint("grade-batch", "--details", lines(ROWS[0]))[1])
    assert batch == {"id": "good", **one}


def test_lines_come_from_standard_input_and_go_to_a_file(chokepoint, lines, tmp_path):
    path = lines(*ROWS)
    printed = chokepoint("grade-batch", path)[1]
    out = tmp_path / "grades.jsonl"
    out.write_text("the grades of yesterday")
    assert chokepoint("grade-batch", "-", "--out", out, stdin=path.read_bytes()) == (0, "", "")
    assert out.read_text() == printed
    assert sorted(place.name for place in tmp_path.glob("grades*")) == ["grades.jsonl"]


def test_what_is_beside_the_answer_is_not_read(chokepoint, lines):
    rows = [{**row, "scores": [], "note": None} for row in ROWS]
    assert chokepoint("grade-batch", lines(*rows)) == chokepoint("grade-batch", lines(*ROWS))


@pytest.mark.parametrize("gap", ["", " \t", "\r"], ids=repr)
def test_blank_lines_are_passed_over(chokepoint, lines, gap):
    assert chokepoint("grade-batch", lines(gap, ROWS[0], gap, ROWS[1])) == chokepoint("grade-batch", lines(*ROWS))


def test_no_answers_give_no_grades(chokepoint, lines):
    assert chokepoint("grade-batch", lines()) == (0, "", "")


WRONG_LINES = {
    "no JSON": ("{id: 1}", "not JSON: "),
    "nested without end": ("[" * 100_000, "not JSON that can be read: nested too deeply"),
    "no object": ('["a"]', "expected an object with id, scenario and text, found list"),
    "no id": ({"scenario": SCENARIO, "text": GOOD}, "id: missing"),
    "an id that names nothing": ({"id": None, "scenario": SCENARIO, "text": GOOD}, "id: None does not fit"),
    "no scenario": ({"id": "a", "text": GOOD}, "scenario: missing; write a text"),
    "no text": ({"id": "a", "scenario": SCENARIO, "text": 5}, "text: 5 does not fit; write a text"),
    "an unknown scenario": (
        {"id": "a", "scenario": "where-1b", "text": GOOD},
        "scenario: 'where-1b' is not in the bank; there are where-175b",
    ),
}


@pytest.mark.parametrize(("line", "complaint"), WRONG_LINES.values(), ids=WRONG_LINES)
def test_a_bad_line_is_named_and_nothing_is_written(chokepoint, lines, tmp_path, line, complaint):
    path, out = lines(ROWS[0], line, ROWS[1]), tmp_path / "grades.jsonl"
    out.write_text("the grades of yesterday")
    code, printed, told = chokepoint("grade-batch", path, "--out", out)
    assert (code, printed) == (2, "")
    assert told.startswith(f"chokepoint: {path}, line 2: {complaint}")
    assert told.count("\n") == 1
    assert out.read_text() == "the grades of yesterday"


def test_a_bad_line_of_standard_input_is_named_as_such(chokepoint):
    assert chokepoint("grade-batch", "-", stdin=b"\n5\n")[2].startswith("chokepoint: standard input, line 2: ")


def test_a_place_that_cannot_be_written_is_said(chokepoint, lines, tmp_path):
    code, _, told = chokepoint("grade-batch", lines(*ROWS), "--out", tmp_path / "no" / "grades.jsonl")
    assert (code, told) == (2, f"chokepoint: --out {tmp_path}/no/grades.jsonl: No such file or directory\n")


def test_what_is_no_file_is_written_to_and_not_replaced(chokepoint, lines):
    assert chokepoint("grade-batch", lines(*ROWS), "--out", "/dev/null")[0] == 0
    assert not Path("/dev/null").is_file()


def test_an_answer_too_long_to_read_gets_nothing_and_it_is_said(chokepoint, lines):
    code, printed, told = chokepoint("grade-batch", lines({**ROWS[0], "text": "MLP " * 5_001}))
    assert (code, json.loads(printed)["overall"]) == (0, 0)
    assert told == "chokepoint: answer 'good' has 20,004 characters; at most 20,000 are read, so it got 0\n"


def test_a_text_that_no_encoding_can_hold_is_graded_all_the_same(chokepoint, lines):
    row = json.dumps({"id": "x", "scenario": SCENARIO, "text": GOOD + " \ud800"})
    code, printed, _ = chokepoint("grade-batch", lines(row))
    assert (code, json.loads(printed)["overall"]) == (
        0,
        json.loads(chokepoint("grade-batch", lines(ROWS[0]))[1])["overall"],
    )


def test_a_judge_that_is_not_set_is_named(chokepoint):
    code, _, told = chokepoint("grade", "--judge", SCENARIO, "-", stdin=GOOD.encode())
    assert code == 2
    assert told == (
        "chokepoint: --judge: no language model is set; CHOKEPOINT_JUDGE_URL and CHOKEPOINT_JUDGE_MODEL name one\n"
    )


def test_a_judge_that_does_not_answer_leaves_the_grade(chokepoint, monkeypatch):
    monkeypatch.setenv("CHOKEPOINT_JUDGE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CHOKEPOINT_JUDGE_MODEL", "m")
    answer = f"{GOOD} Those zorbles are everywhere in this place.".encode()
    alone = json.loads(chokepoint("grade", "--json", SCENARIO, "-", stdin=answer)[1])
    found = json.loads(chokepoint("grade", "--json", "--judge", SCENARIO, "-", stdin=answer)[1])
    assert found.pop("model")["failure"] == "no answer"
    assert {**found, "notes": []} == {**alone, "notes": []}
