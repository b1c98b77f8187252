import io
import json
import re
import signal
import socket
import sys
import time
import urllib.request

import pytest

from app.cli import main

SCENARIO = """
model: gpt3-175b
hardware: a100-80gb-sxm
phase: training
seq_len: 2048
n_micro_batches: 64
"""
ANSWER = "The MLP is about 65 % of the FLOPs, the attention core 2.7 %.\nSo a free core gives 1.03x at most."


@pytest.fixture(autouse=True)
def bank_in_use(monkeypatch, small_bank):
    monkeypatch.setenv("CHOKEPOINT_QUESTIONS", str(small_bank))


@pytest.fixture
def chokepoint(capsys, monkeypatch):
    """Runs a command; gives its exit code, and what it printed on standard output and on standard error."""

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:  # argparse's way
            code = ended.code
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def written(tmp_path):
    """Writes a file and gives its path."""

    def write(content):
        path = tmp_path / "input.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


# analyze


def test_analyze_gives_the_shape_that_was_promised(chokepoint, written):
    code, printed, _ = chokepoint("analyze", "--json", written(SCENARIO))
    found = json.loads(printed)
    assert code == 0
    assert found["flops"]["total"] == sum(part["flops"] for part in found["components"])
    assert set(found["flops"]["by_component"]) >= {"qkv_proj", "out_proj", "attention_core", "mlp", "head"}
    for part in found["components"]:
        assert {"name", "group", "flops", "flops_share", "time_s", "time_share", "bound"} <= set(part)
    assert found["bottleneck"] == {"component": "mlp", "resource": "compute", "component_by_flops": "mlp"}
    assert 0 < found["time_s"]["lower"] <= found["time_s"]["estimate"] <= found["time_s"]["upper"]
    assert found["parameters"]["total"] == found["parameters"]["active"] == pytest.approx(175e9, rel=0.01)
    assert found["memory"]["fits"] is False
    assert found["memory"]["bytes_per_device"] > 80e9
    assert found["facts"]["share.flops.mlp"]["value"] == pytest.approx(0.6464, abs=5e-4)


@pytest.mark.parametrize("phase", ["training", "prefill", "decode"])
def test_the_shares_of_every_phase_sum_to_one(chokepoint, written, phase):
    length = {"training": "seq_len", "prefill": "prompt_len", "decode": "context_len"}[phase]
    scenario = f"model: llama3.1-70b\nhardware: h100-sxm\nphase: {phase}\n{length}: 2048\nn_devices: 8\n"
    found = json.loads(chokepoint("analyze", "--json", written(scenario))[1])
    for share in ("flops_share", "time_share"):
        assert sum(part[share] for part in found["components"]) == pytest.approx(1)


def test_a_scenario_comes_from_a_file_or_from_standard_input_as_yaml_or_json(chokepoint, written):
    as_yaml = chokepoint("analyze", "--json", written(SCENARIO))
    as_json = json.dumps(json.loads(as_yaml[1])["scenario"]).encode()
    assert chokepoint("analyze", "--json", "-", stdin=SCENARIO.encode()) == as_yaml
    assert chokepoint("analyze", "--json", "-", stdin=b"\xef\xbb\xbf" + SCENARIO.encode()) == as_yaml
    assert chokepoint("analyze", "--json", written(as_json)) == as_yaml


def test_analyze_for_people_names_what_binds(chokepoint, written):
    _, printed, _ = chokepoint("analyze", written(SCENARIO))
    assert "binds: MLP, by compute (by FLOPs: MLP)" in printed
    assert "do not fit" in printed


# facts


def test_facts_are_named_with_unit_basis_and_convention(chokepoint, written):
    code, printed, _ = chokepoint("facts", "--json", written(SCENARIO))
    found = json.loads(printed)
    assert code == 0
    assert found["share.flops.mlp"].keys() == {"value", "unit", "basis", "convention"}
    for name in ("flops.total", "share.time.mlp", "bound.mlp", "bottleneck.component", "time_s.estimate", "mfu"):
        assert name in found
    _, for_people, _ = chokepoint("facts", written(SCENARIO))
    assert [line.split()[0] for line in for_people.splitlines()] == list(found)
    assert re.search(r"^share\.flops\.mlp +64\.6\s% +flops: ", for_people, re.MULTILINE)


# grade


def test_grade_gives_the_shape_that_was_promised(chokepoint, written):
    code, printed, _ = chokepoint("grade", "--json", "where-175b", written(ANSWER))
    found = json.loads(printed)
    assert code == 0
    assert 0 < found["overall"] <= 100
    assert list(found["axes"]) == ["bottleneck", "numbers", "trap", "flip", "move"]
    assert all(0 <= level <= 4 for level in found["axes"].values())
    assert {criterion["axis"] for criterion in found["criteria"]} <= set(found["axes"])
    said = [ANSWER[claim["start"] : claim["end"]] for claim in found["claims"]]
    assert any("65 %" in words and "MLP" in words for words in said)
    assert any("1.03x" in words for words in said)


@pytest.mark.parametrize(
    "answer",
    [ANSWER, "Größenordnung: 65 % im MLP – 🙂 the MLP is 65 % of the FLOPs.", "\ufeffThe MLP is 65 % of the FLOPs."],
    ids=["plain", "beyond ASCII", "with a byte order mark"],
)
def test_the_spans_of_a_grade_cut_the_answer(chokepoint, written, answer):
    found = json.loads(chokepoint("grade", "--json", "where-175b", written(answer))[1])
    answer = answer.removeprefix("\ufeff")
    spans = [(claim["start"], claim["end"]) for claim in found["claims"]]
    spans += [(span["start"], span["end"]) for criterion in found["criteria"] for span in criterion["spans"]]
    assert spans
    assert all(0 <= start < end <= len(answer) for start, end in spans)
    assert any("65 %" in answer[start:end] for start, end in spans)


@pytest.mark.parametrize("from_stdin", [[], ["-"]], ids=["by default", "by name"])
def test_an_answer_comes_from_standard_input(chokepoint, written, from_stdin):
    by_file = chokepoint("grade", "--json", "where-175b", written(ANSWER))
    assert chokepoint("grade", "--json", "where-175b", *from_stdin, stdin=ANSWER.encode()) == by_file


@pytest.mark.parametrize("answer", ["", " \n", "\x00", "Ich weiß es nicht.", "🙂" * 10], ids=repr)
def test_what_says_nothing_is_graded_and_no_error(chokepoint, written, answer):
    code, printed, said = chokepoint("grade", "--json", "where-175b", written(answer))
    assert (code, said) == (0, "")
    assert json.loads(printed)["overall"] <= 20


def test_the_longest_answer_is_graded_in_seconds_and_a_longer_one_told_so(chokepoint, written):
    started = time.monotonic()
    lines = [ANSWER + "\n"] * (100_000 // len(ANSWER))
    code, longest, _ = chokepoint("grade", "--json", "where-175b", written("".join(lines)[:20_000]))
    assert code == 0
    assert json.loads(longest)["claims"]
    code, printed, _ = chokepoint("grade", "--json", "where-175b", written("".join(lines)))
    assert code == 0
    assert "up to 20,000 characters" in json.loads(printed)["notes"][0]
    assert time.monotonic() - started < 20


def test_grade_for_people_has_the_axes_and_the_words(chokepoint, written):
    _, printed, _ = chokepoint("grade", "where-175b", written(ANSWER))
    assert re.match(r"\d+ of 100\n", printed)
    for label in ("Bottleneck", "Numbers", "Trap", "Flip", "First move"):
        assert re.search(rf"^  {label} +[0-4] of 4$", printed, re.MULTILINE)


# questions, schema


def test_the_bank_is_checked_whole_or_one_question(chokepoint):
    whole, one = chokepoint("questions", "check"), chokepoint("questions", "check", "where-175b")
    assert (whole[0], whole[2]) == (one[0], one[2]) == (0, "")
    summary = r"where-175b +active +\d+ claims hold, 2 flips, 3 variants, 7 samples.*, \d+ criteria, robust\n"
    assert re.match(summary, whole[1])
    assert re.match(summary, one[1])
    assert "  main.share.flops.mlp " in one[1]
    assert "  main.share.flops.mlp " not in whole[1]


def test_a_broken_bank_is_refused_with_every_problem(chokepoint, questions, monkeypatch):
    path = questions / "training" / "where-175b" / "key.yaml"
    path.write_text(path.read_text().replace("by_hand: 0.6464", "by_hand: 0.7").replace("is: mlp", "is: head"))
    monkeypatch.setenv("CHOKEPOINT_QUESTIONS", str(questions))
    code, printed, said = chokepoint("questions", "check")
    assert (code, printed) == (2, "")
    assert len(said.splitlines()) == 2


@pytest.mark.parametrize("file", ["question", "key", "variants", "samples"])
def test_the_schema_names_every_field(chokepoint, file, small_bank):
    code, printed, _ = chokepoint("schema", file)
    schema = json.loads(printed)
    assert code == 0
    assert schema["additionalProperties"] is False
    written = (small_bank / "training" / "where-175b" / f"{file}.yaml").read_text()
    assert set(re.findall(r"^(\w+):", written, re.MULTILINE)) <= set(schema["properties"])


# bad input: exit code 2, one line that names the field and the value, no traceback


with_field = {
    "unknown field": ("seqlen: 1", r"seqlen: .*did you mean seq_len"),
    "unknown model": ("model: gpt5", r"model: 'gpt5' is not in the catalogue"),
    "unknown chip": ("hardware: h101", r"hardware: 'h101' is not in the catalogue; did you mean"),
    "unknown phase": ("phase: dreaming", r"phase: 'dreaming' is not one of"),
    "negative": ("seq_len: -5", r"seq_len: -5"),
    "zero": ("seq_len: 0", r"seq_len: 0"),
    "text": ("seq_len: many", r"seq_len: 'many' is not a number"),
    "number as text": ("seq_len: '2048'", r"seq_len: '2048' is not a number; in YAML write"),
    "exponent without a sign": ("seq_len: 2e3", r"seq_len: '2e3' is not a number; in YAML write"),
    "not a number": ("seq_len: .nan", r"seq_len: nan"),
    "infinite": ("seq_len: .inf", r"seq_len: inf"),
    "nothing": ("seq_len:", r"seq_len: missing"),
    "a list": ("seq_len: [1]", r"seq_len: \[1\] is not a number"),
    "a truth value": ("seq_len: true", r"seq_len: True is not a number"),
    "a date": ("seq_len: 2026-11-24", r"seq_len: .*2026.* is not a number"),
    "unknown kernel": ("attention: magic", r"attention: 'magic' is not one of fused, unfused"),
    "a plan that does not divide": ("plan: {tp: 7}", r"tp: 7 does not divide n_heads 96"),
    "a plan of nothing": ("plan: {tp: 0}", r"tp: 0"),
    "an unknown degree": ("plan: {tq: 2}", r"plan\.tq: .*did you mean tp"),
    "a plan that is no mapping": ("plan: 8", r"plan: expected a mapping"),
    "an unknown efficiency": ("efficiency: {luck: 1}", r"efficiency\.luck"),
    "a field of the model": ("model: {n_layers: 2, width: 8}", r"model\.width: not a field"),
    "a model without widths": ("model: {n_layers: 2}", r"model: missing"),
    "a peak that is no mapping": ("hardware: {peak_flops: 3}", r"hardware\.peak_flops: .*3"),
    "beyond every number": (f"seq_len: 1{'0' * 400}", r"seq_len: "),
    "beyond every total": ("seq_len: 1.0e+300", r"seq_len: |inf"),
    "half a device": ("n_devices: 1.5", r"n_devices: 1\.5"),
    "a convention": ("conventions: {attention: half}", r"attention: 'half' is not one of full, causal"),
}
broken = {
    "an efficiency of nothing": ("efficiency: {gemm: 0}", r"gemm: 0"),
    "half a token": ("seq_len: 2048.5", r"seq_len: 2048\.5"),
}
bad_fields = [pytest.param(*case, id=name) for name, case in with_field.items()] + [
    pytest.param(line, expected, id=name) for name, (line, expected) in broken.items()
]


def one_line(said, expected):
    assert said.count("\n") == 1, said
    assert re.match(r"chokepoint: ", said)
    assert re.search(expected, said), said


@pytest.mark.parametrize("command", ["analyze", "facts"])
@pytest.mark.parametrize(("line", "expected"), bad_fields)
def test_a_field_that_does_not_fit_is_named_with_its_value(chokepoint, written, command, line, expected):
    name = line.partition(":")[0]
    scenario = "".join(part + "\n" for part in SCENARIO.split("\n") if not part.startswith(f"{name}:")) + line
    code, printed, said = chokepoint(command, "--json", written(scenario))
    assert (code, printed) == (2, "")
    one_line(said, expected)


bad_files = {
    "binary": (b"\x7fELF\x02\x01\x80\xff", "not text in UTF-8"),
    "bad YAML": (b"model: [a,\nb: }", "line 2: not readable as YAML or JSON"),
    "bad JSON": (b'{"model": "gpt3-175b",\n "seq_len": }}', "line 2: not readable as YAML or JSON"),
    "a list": (b"- model: gpt3-175b", "expected a mapping of fields, found list"),
    "text": (b"gpt3-175b", "expected a mapping of fields, found str"),
    "empty": (b"", "expected a mapping of fields, found NoneType"),
    "an unhashable key": (b"? [a]\n: b", "not readable as YAML or JSON"),
    "an alias of nothing": (b"model: *other", "not readable as YAML or JSON"),
    "a tag that builds objects": (b"!!python/object/apply:os.system ['true']", "not readable as YAML or JSON"),
    "deep": (b"model: " + b"[" * 5000, "not readable as YAML or JSON"),
    "deep JSON": (b'{"a":' * 3000 + b"1" + b"}" * 3000, "not readable as YAML or JSON"),
}
bad_bytes = [pytest.param(*case, id=name) for name, case in bad_files.items()] + [
    pytest.param(b"model: \x00", "not readable", id="a control character"),
    pytest.param(SCENARIO.encode() + b"seq_len: 4096", "seq_len", id="a field twice"),
]


@pytest.mark.parametrize(("content", "expected"), bad_bytes)
def test_a_file_that_is_no_scenario_is_named(chokepoint, written, content, expected):
    path = written(content)
    code, printed, said = chokepoint("analyze", path)
    assert (code, printed) == (2, "")
    one_line(said, expected)
    assert str(path) in said or "seq_len" in said


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["analyze", "nowhere.yaml"], "nowhere.yaml: No such file or directory"),
        (["facts", "/"], "/: Is a directory"),
        (["grade", "nothere", "-"], "QUESTION_ID: 'nothere' is not in the bank; there are where-175b"),
        (["grade", "where-175b", "nowhere.txt"], "nowhere.txt: No such file or directory"),
        (["questions", "check", "nothere"], "QUESTION_ID: 'nothere' is not in the bank"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_named(chokepoint, arguments, expected):
    code, printed, said = chokepoint(*arguments)
    assert (code, printed) == (2, "")
    one_line(said, expected)


def test_an_answer_that_is_not_text_is_named(chokepoint, written):
    code, _, said = chokepoint("grade", "where-175b", written(b"\xff\xfe\x00"))
    assert code == 2
    one_line(said, "input.yaml: not text in UTF-8")


@pytest.mark.parametrize(
    "arguments",
    [[], ["fly"], ["analyze"], ["grade"], ["questions"], ["schema", "rubric"], ["serve", "--port", "high"]],
    ids=" ".join,
)
def test_a_command_that_is_none_gets_the_usage(chokepoint, arguments):
    code, _, said = chokepoint(*arguments)
    assert code == 2
    assert said.startswith("usage: chokepoint")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("CHOKEPOINT_PORT", "high", r"CHOKEPOINT_PORT: .*\(found 'high'\)"),
        ("CHOKEPOINT_PORT", "70000", r"CHOKEPOINT_PORT: .*\(found '70000'\)"),
        ("CHOKEPOINT_DATABASE_URL", "mysql://x/y", "The database URL starts with mysql"),
        ("CHOKEPOINT_DATABASE_URL", "sqlite://", "The database URL names no file"),
        ("CHOKEPOINT_QUESTIONS", "/nowhere", "CHOKEPOINT_QUESTIONS: /nowhere is not a folder"),
        pytest.param("CHOKEPOINT_QUESTIONS", "/etc/passwd", "/etc/passwd"),
        pytest.param("CHOKEPOINT_STATIC", "/nowhere", "CHOKEPOINT_STATIC"),
        pytest.param("CHOKEPOINT_TEMPLATES", "/nowhere", "CHOKEPOINT_TEMPLATES"),
    ],
)
def test_a_setting_that_does_not_fit_stops_the_server(chokepoint, database_url, monkeypatch, name, value, expected):
    monkeypatch.setenv("CHOKEPOINT_DATABASE_URL", database_url)
    monkeypatch.setenv(name, value)
    code, printed, said = chokepoint("serve", "--port", "0")
    assert (code, printed) == (2, "")
    assert re.match(r"chokepoint: ", said)
    assert re.search(expected, said), said


def test_a_port_that_does_not_fit_is_named_in_one_line(chokepoint):
    code, _, said = chokepoint("serve", "--port", "99999")
    assert code == 2
    one_line(said, "PORT: .*99999")


# serve


def test_serve_prints_its_address_when_it_can_be_opened(serve):
    process = serve()
    assert re.fullmatch(r"Chokepoint \d+\.\d+\.\d+ is at http://127\.0\.0\.1:\d+/\n", process.first_line)
    with urllib.request.urlopen(process.url + "/") as page:
        assert page.status == 200
        assert b"Find what binds." in page.read()


def test_serve_names_the_sub_path(serve):
    process = serve(CHOKEPOINT_ROOT_PATH="/tools/choke")
    assert process.url.endswith("/tools/choke")
    assert urllib.request.urlopen(process.url + "/practice").status == 200


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_stops_the_server_in_time_and_without_a_word(serve, name):
    process = serve()
    address = process.url.removeprefix("http://").split(":")
    with socket.create_connection((address[0], int(address[1]))) as held:  # a browser keeps its connection open
        held.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        held.recv(1000)
        started = time.monotonic()
        said = process.stop(signal.Signals[name])
    assert time.monotonic() - started < 5
    assert "Traceback" not in said
    assert process.popen.returncode in (0, -signal.Signals[name], 128 + signal.Signals[name])


def test_a_second_server_on_the_same_database_is_told_who_holds_it(serve, database_url):
    if not database_url.startswith("sqlite"):
        pytest.xfail("PostgreSQL is for several processes")
    first, second = serve(), serve()
    _, said = second.popen.communicate(timeout=20)
    assert second.popen.returncode == 2
    one_line(said, f"is held by process {first.popen.pid}")
    assert urllib.request.urlopen(first.url + "/").status == 200


def test_a_port_that_is_taken_is_named(serve, chokepoint, tmp_path, monkeypatch):
    port = serve().url.rpartition(":")[2]
    monkeypatch.setenv("CHOKEPOINT_DATABASE_URL", f"sqlite:///{tmp_path / 'other.sqlite3'}")
    code, _, said = chokepoint("serve", "--port", port)
    assert code == 2
    one_line(said, port)
