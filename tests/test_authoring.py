"""An author's way through CONTRIBUTING.md, as it is written there; and what new, diff and the reference say."""

import contextlib
import json
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import yaml

from app.bank.load import load_bank
from app.bank.schema import SCHEMAS
from app.bank.schema.reference import FILES, reference
from app.cli import main

ROOT = Path(__file__).parents[1]
WALK = (ROOT / "CONTRIBUTING.md").read_text().partition("## A question")[2].partition("## A formula")[0]
COMMANDS = re.findall(r"^ +\.venv/bin/chokepoint (.+)$", WALK, re.MULTILINE)


@pytest.fixture
def home(questions, monkeypatch, tmp_path):
    """A bank that may be changed, with all the topics, and a working place."""
    shutil.copy(ROOT / "questions" / "topics.yaml", questions)
    monkeypatch.setenv("CHOKEPOINT_QUESTIONS", str(questions))
    monkeypatch.chdir(tmp_path)
    return questions


@pytest.fixture
def chokepoint(capsys):
    """Runs a command line, a redirection included; gives the exit code and what it printed."""

    def run(line):
        written, _, file = line.partition(" > ")
        code = main(shlex.split(written))
        printed, said = capsys.readouterr()
        if file:
            Path(file).write_text(printed)
        return code, printed, said

    return run


@pytest.fixture
def serve_preview(home):
    """Runs `questions preview` as its own process; gives the address of the page."""

    @contextlib.contextmanager
    def served(*arguments):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        command = [sys.executable, "-m", "app.cli", *arguments, "--port", port]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            address = re.search(r"http://127\.0\.0\.1:\d+/\S+", process.stdout.readline())[0]
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", int(port)), timeout=1):
                    break
                time.sleep(0.05)
            yield address
        finally:
            process.terminate()
            process.communicate(timeout=10)

    return served


def test_contributing_names_every_step_of_the_walk():
    assert [shlex.split(line)[:2] for line in COMMANDS] == [
        ["questions", "new"],
        ["questions", "preview"],
        ["questions", "check"],
        ["questions", "check"],
        ["questions", "facts"],
        ["questions", "diff"],
    ]
    assert "docs/questions.md" in WALK


def test_the_walk_of_contributing_works_as_written(home, chokepoint, serve_preview):
    new, preview, check, prove, facts, diff = COMMANDS
    code, printed, _ = chokepoint(new)
    assert (code, "passes the check" in printed) == (0, True)
    folder = home / "serving" / "first-server"
    assert sorted(path.name for path in folder.iterdir()) == [
        "key.yaml", "question.yaml", "rubric.yaml", "samples.yaml", "variants.yaml"
    ]  # fmt: skip

    with serve_preview(*shlex.split(preview)) as address:
        page = urllib.request.urlopen(address).read().decode()
        assert "A title that says nothing of the answer" in page
        question = folder / "question.yaml"
        question.write_text(
            question.read_text().replace("A title that says nothing of the answer", "Twice the arithmetic?")
        )
        assert "Twice the arithmetic?" in urllib.request.urlopen(address).read().decode()

    key = folder / "key.yaml"
    text = key.read_text()
    key.write_text(text.replace("by_hand: 1.606e+10", "by_hand: 1.4e+10"))
    code, _, said = chokepoint(check)
    assert (code, "serving/first-server/key.yaml: claims.1: main.weight_bytes is 16060" in said) == (2, True)
    key.write_text(text)
    code, printed, said = chokepoint(check)
    assert (code, said) == (0, "")
    assert "flips.cache_catches_weights" in printed

    code, printed, _ = chokepoint(prove)
    assert code == 0
    assert "5 of 5 claims break under a known-wrong formula." in printed

    assert chokepoint(facts)[0] == 0
    assert chokepoint(diff)[1] == "Nothing moved.\n"
    question.write_text(question.read_text().replace("context_len: 4096, batch: 8}", "context_len: 8192, batch: 8}"))
    code, printed, _ = chokepoint(diff)
    assert code == 0
    assert "first-server: flips: cache_catches_weights 29.9151 -> 14.957" in printed
    assert "where-175b" not in printed


# new


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("serving", "TOPIC/ID: 'serving' is not two slugs"),
        ("serving/Two Words", "is not two slugs"),
        ("../etc/passwd", "is not two slugs"),
        ("cooking/soup", "TOPIC/ID: 'cooking' is not a topic; there are training, "),
        ("training/where-175b", "is there already"),
    ],
)
def test_a_question_that_cannot_be_made_is_refused_in_one_line(home, chokepoint, place, said):
    code, printed, error = chokepoint(f"questions new {shlex.quote(place)}")
    assert (code, printed, error.count("\n")) == (2, "", 1)
    assert said in error


def test_a_new_question_is_a_draft_with_an_opaque_id_and_a_comment_in_every_file(home, chokepoint):
    for name in ("one", "two"):
        assert chokepoint(f"questions new kernels/{name}")[0] == 0
    bank = load_bank(home)
    new = [bank.rooms.question(name) for name in ("one", "two")]
    assert [question.active for question in new] == [False, False]
    assert len({question.public.public_id for question in new}) == 2
    for path in (home / "kernels" / "one").iterdir():
        assert "#" in path.read_text(), path
        assert "QUESTION_ID" not in path.read_text()
    assert chokepoint("questions check")[0] == 0


# check


def test_misses_are_listed_and_fail_only_where_the_author_is_strict(home, chokepoint):
    path = home / "training" / "where-175b" / "samples.yaml"
    samples = yaml.safe_load(path.read_text())
    samples["samples"][3]["labels"] = dict.fromkeys(samples["samples"][3]["labels"], 4)
    path.write_text(yaml.safe_dump(samples))
    code, printed, said = chokepoint("questions check where-175b")
    assert (code, said) == (0, "")
    assert "where-175b: samples.3 (trap): flip is labelled 4, graded 0" in printed
    code, _, said = chokepoint("questions check where-175b --strict")
    assert code == 2
    assert "where-175b: samples.3 (trap): flip is labelled 4, graded 0" in said


def test_one_question_is_checked_though_another_is_broken(home, chokepoint):
    chokepoint("questions new kernels/broken")
    (home / "kernels" / "broken" / "key.yaml").write_text("trap: 3 %\n")
    assert chokepoint("questions check")[0] == 2
    assert chokepoint("questions check where-175b")[0] == 0


def test_a_claim_that_nothing_breaks_is_a_failure(home, chokepoint):
    path = home / "training" / "where-175b" / "key.yaml"
    path.write_text(path.read_text().replace("claims:\n", "claims:\n  - {fact: main.given.d_ff, by_hand: 49152}\n", 1))
    assert chokepoint("questions check where-175b")[0] == 0
    code, _, said = chokepoint("questions check where-175b --prove-red")
    assert code == 2
    assert re.search(r"where-175b: \S*claims.0: main.given.d_ff: holds whatever formula is wrong", said)


def test_rules_across_questions_are_checked_with_the_whole_bank(home, chokepoint):
    place = shutil.copytree(home / "training" / "where-175b", home / "training" / "second")
    question = place / "question.yaml"
    question.write_text(
        question.read_text().replace("id: where-175b", "id: second").replace("q7m4c2xk9d", "secondsecond")
    )
    code, _, said = chokepoint("questions check")
    assert code == 2
    assert "share lever, resource and phase" in said


# diff


def test_two_folders_and_two_revisions_are_compared(home, chokepoint, tmp_path):
    before = shutil.copytree(home, tmp_path / "before")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for command in ([*git, "init", "-q"], [*git, "add", "."], [*git, "commit", "-qm", "before"]):
        subprocess.run(command, cwd=home, check=True)
    path = home / "training" / "where-175b" / "question.yaml"
    path.write_text(path.read_text().replace("seq_len: 2048, n_micro", "seq_len: 4096, n_micro"))
    moved = chokepoint(f"questions diff {before}")[1]
    assert "where-175b: numbers: main.share.flops.attention_core 0.026934 -> 0.05" in moved
    assert chokepoint("questions diff HEAD")[1] == moved
    assert chokepoint(f"questions diff {before} HEAD")[1] == "Nothing moved.\n"


def test_a_question_that_cannot_be_read_is_left_out_and_told(home, chokepoint, tmp_path):
    before = shutil.copytree(home, tmp_path / "before")
    (before / "training" / "where-175b" / "key.yaml").write_text("[")
    code, printed, said = chokepoint(f"questions diff {before}")
    assert (code, printed) == (0, "where-175b: added\n")
    assert said.startswith("where-175b: not compared: training/where-175b/key.yaml: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("", "OLD: missing; give a folder of questions, a revision of git, or --facts FILE"),
        ("no-such-revision", "no-such-revision: neither a folder nor a revision"),
        ("--facts nowhere.json", "nowhere.json: No such file"),
        ("--facts {file}", "is not what `chokepoint questions facts` prints"),
        ("--facts {file} a b", "NEW: with --facts FILE give at most one"),
    ],
)
def test_what_cannot_be_compared_is_said_in_one_line(home, chokepoint, tmp_path, arguments, said):
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps([1, 2]))
    code, printed, error = chokepoint(f"questions diff {arguments.format(file=file)}")
    assert (code, printed, error.count("\n")) == (2, "", 1)
    assert said in error


# the reference and the schemas


def test_the_reference_in_the_docs_is_what_the_forms_say():
    written = (ROOT / "docs" / "questions.md").read_text()
    assert written.endswith(f"{reference()}\n"), "chokepoint schema --reference"


def test_every_field_of_every_form_says_what_it_means():
    silent = re.findall(r"^\| `(\w+)` \| [^|]+ \|  \|$", reference(), re.MULTILINE)
    assert silent == []
    assert set(FILES) >= {f"{name}.yaml" for name in SCHEMAS if name != "quick"}


@pytest.mark.parametrize("file", sorted(SCHEMAS))
def test_every_file_has_a_schema_for_editors(chokepoint, file):
    code, printed, _ = chokepoint(f"schema {file}")
    assert code == 0
    assert json.loads(printed)["additionalProperties"] is False
