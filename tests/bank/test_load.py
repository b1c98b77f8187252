"""What is wrong with a bank is said at the start: file, field, what, and the remedy; all of it at once."""

import shutil

import pytest
import yaml

from app.bank.errors import BadQuestion
from app.bank.load import load_bank
from app.bank.read import FILES

WHERE = "training/where-175b"

# id: (file, text in it, text instead, the line that is expected in the complaint)
IN_QUESTION = {
    "unknown field": ("level: mid", "level: mid\nnotes: none", "notes: Extra inputs are not permitted"),
    "unknown field has its remedy": ("level: mid", "level: mid\nnotes: none", "remove it, or check its spelling"),
    "missing field": ("minutes: 12\n", "", "minutes: Field required; add it"),
    "wrong type": ("minutes: 12", "minutes: a dozen", "minutes: Input should be a valid integer"),
    "found what": ("minutes: 12", "minutes: a dozen", "(found 'a dozen')"),
    "out of range": ("minutes: 12", "minutes: 0", "minutes: Input should be greater than or equal to 1"),
    "unknown choice": ("level: mid", "level: boss", "level: Input should be 'screen', 'mid' or 'staff'"),
    "id that is no slug": ("id: where-175b", "id: Where 175B", "id: String should match pattern"),
    "public id too short": ("public_id: q7m4c2xk9d", "public_id: abc", "public_id: String should match pattern"),
    "id is not the folder": ("id: where-175b", "id: elsewhere", "id: 'elsewhere' is not the folder's name; rename one"),
    "title gives it away": ("title: Where", "title: The MLP, or where", "title: 'mlp' gives the key away"),
    "tags give it away": ("tags: [training", "tags: [mlp, training", "tags: 'mlp' gives the key away"),
    "the trap in the title": ("title: Where", "title: Attention or where", "title: 'attention' gives the key away"),
    "prompt without a reason": (
        "  Where would you",
        "  Is it the MLP? Where would you",
        "prompt: 'mlp' is a word of the key; rephrase, or give the reason in public_mentions.mlp",
    ),
    "reason without a mention": (
        "public_mentions:",
        "public_mentions:\n  softmax: it was there once",
        "public_mentions.softmax: neither prompt nor probe uses that word; remove it",
    ),
    "unknown model": (
        "given: {model: gpt3-175b",
        "given: {model: gpt5",
        "given: model: 'gpt5' is not in the catalogue",
    ),
    "unknown chip": ("hardware: a100-80gb-sxm", "hardware: a101", "given: hardware: 'a101' is not in the catalogue"),
    "scenario with an unknown field": (
        "main: {model",
        "main: {seqlen: 1, model",
        "scenarios.main: seqlen: not a field of a training scenario; did you mean seq_len",
    ),
    "scenario with a number as text": (
        "n_micro_batches: 64",
        "n_micro_batches: '64'",
        "scenarios.main: n_micro_batches: '64' is not a number",
    ),
    "asks of a scenario that is not there": (
        "scenario: main",
        "scenario: other",
        "predict.scenario: 'other' is not one",
    ),
    "slider without an end": ("low: 512, high: 131072", "low: 512", "a slider has either low and high, or choices"),
    "slider the wrong way": ("low: 512, high: 131072", "low: 9, high: 2", "low must be below high"),
    "not a mapping": ("id: where-175b", "- id", "not readable as YAML"),
}
IN_KEY = {
    "unknown field": ("flip: >-", "hint: none\nflip: >-", "hint: Extra inputs are not permitted"),
    "missing field": ("predicted_number: main.ceiling.time.attention_core", "", "predicted_number: Field required"),
    "typed number in prose": ("The core grows", "The 2.7 % grow", "trap: the number '2.7 %' is typed; write the fact"),
    "typed number in numbers": ("Of the FLOPs, {", "Of the 314 {", "numbers.0: the number '314' is typed"),
    "typed number in a verdict": ("For this shape it", "For 175 it", "people_say.0.verdict: the number '175' is typed"),
    "unknown fact": ("{main.share.flops.mlp} are", "{main.share.flop.mlp} are", "numbers.0: 'main.share.flop.mlp': "),
    "unknown fact has near misses": ("{main.share.flops.head}", "{main.share.flops.haed}", "there are mlp, "),
    "unknown scenario": ("{unfused.share", "{slow.share", "numbers.1: 'slow.share.time.attention_core': no scenario"),
    "unknown way of counting": ("@causal}", "@half}", "@half: not a way of counting; there are full, causal"),
    "scenario named twice": ("  unfused: {", "  main: {", "scenarios.main: the name is taken by question.yaml"),
    "scenario that cannot be": ("model: llama3.1-405b", "model: llama9", "scenarios.llama405b: model: 'llama9' is not"),
    "claim that the engine refutes": ("is: mlp", "is: head", "claims.0: main.bottleneck.component is mlp, the author"),
    "by hand, 3 % off": ("by_hand: 0.6464", "by_hand: 0.6658", "claims.2: main.share.flops.mlp is 0.646"),
    "out of the range": ("between: [", "between: [9", "the author says between 9"),
    "claim without expectation": (", is: mlp}", "}", "claims.0: Value error, a claim has exactly one of is, by_hand"),
    "claim with two": ("is: mlp}", "is: mlp, by_hand: 1}", "claims.0: Value error, a claim has exactly one of"),
    "no claims": ("claims:\n", "claims: []\nold:\n", "claims: List should have at least 1 item"),
    "bottleneck that is no word": ("resource: main.bottleneck.resource", "resource: speed", "bottleneck.resource: "),
    "predicted number that is no fact": ("number: main.ceiling.time", "number: main.roof.time", "predicted_number: "),
}
IN_RUBRIC = {
    "unknown predicate": ("3: names_binding", "3: names_bindings", "axes.bottleneck.3: no predicate 'names_bindings'"),
    "unknown fact": (
        "facts: [main.ceiling.flops",
        "facts: [main.ceilings.flops",
        "'main.ceilings.flops.attention_core'",
    ),
    "typed value": ("facts: [main.ceiling.flops", "facts: [1.0277, main.ceiling.flops", "1.0277"),
    "unknown kind of claim": ("{claim: scaling}", "{claim: hope}", "predicates.scaling.claim: 'hope' is no kind of"),
    "unknown component": (
        "subject: [mlp]",
        "subject: [mpl]",
        "predicates.mlp_share.subject: 'mpl' is not in the ontol",
    ),
    "unknown axis": ("  flip:\n", "  luck:\n", "axes.luck: not a field"),
    "level five": ("    1: flip", "    5: flip", "axes.flip.5: levels are 1 to 4"),
    "cap without a limit": ("at_most: 2, words", "words", "caps.0.at_most: missing; add it"),
    "unknown field": ("schema: 1", "schema: 1\nextra: 1", "rubric.extra: not a field"),
    "another schema": ("schema: 1", "schema: 2", "schema: 2 is not known here; write schema: 1"),
    "limit in words": ("at_most: 2", "at_most: few", "caps.0.at_most: 'few' is not a level"),
    "empty": ("schema: 1", "--- # nothing\n--- # more\nschema: 1", "rubric.yaml: line 2: not readable as YAML"),
}


def cases(table):
    return [pytest.param(*case, id=name) for name, case in table.items()]


def said_of(file, expected, lines):
    return [line for line in lines if line.startswith(f"{WHERE}/{file}:") and expected in line]


@pytest.mark.parametrize(("old", "new", "expected"), cases(IN_QUESTION))
def test_a_fault_in_the_question_is_named(edit, complaints, old, new, expected):
    edit("question.yaml", old, new)
    lines = complaints()
    assert len(said_of("question.yaml", expected, lines)) == 1 or expected in lines[0], lines


@pytest.mark.parametrize(("old", "new", "expected"), cases(IN_KEY))
def test_a_fault_in_the_key_is_named(edit, complaints, old, new, expected):
    edit("key.yaml", old, new)
    lines = complaints()
    assert said_of("key.yaml", expected, lines), lines


@pytest.mark.parametrize(("old", "new", "expected"), cases(IN_RUBRIC))
def test_a_fault_in_the_rubric_is_named(edit, complaints, old, new, expected):
    edit("rubric.yaml", old, new)
    lines = complaints()
    assert [line for line in lines if line.startswith(WHERE) and expected in line], lines


def test_a_fault_in_the_rubric_is_named_in_the_rubrics_file(edit, complaints):
    edit("rubric.yaml", "schema: 1", "schema: 2")
    (line,) = complaints()
    assert line.startswith(f"{WHERE}/rubric.yaml: schema:")


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named(folder, complaints, file):
    (folder / f"{file}.yaml").unlink()
    assert complaints() == [f"{WHERE}/{file}.yaml: no such file; add it"]


@pytest.mark.parametrize("content", [b"", b"- a list", b"words", b"42"], ids=["empty", "list", "text", "number"])
@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_no_mapping_is_named(folder, complaints, file, content):
    (folder / f"{file}.yaml").write_bytes(content)
    assert any("missing" in line and "mapping" in line and file in line for line in complaints())


@pytest.mark.parametrize("content", [b"\xff\xfe", b"title: \x00"], ids=["not UTF-8", "a control character"])
def test_a_file_that_is_not_text_is_named(folder, complaints, content):
    (folder / "key.yaml").write_bytes(content)
    (line,) = complaints()
    assert line.startswith((f"{WHERE}/key.yaml: not readable as YAML", f"{WHERE}/key.yaml: not text in UTF-8"))


def test_bad_yaml_is_named_with_its_line(folder, complaints):
    (folder / "key.yaml").write_text("trap: well\nnumbers: [one, }\nflip: two\n")
    (line,) = complaints()
    assert line.startswith(f"{WHERE}/key.yaml: line 2: not readable as YAML")


def test_a_figure_within_two_percent_of_the_engines_is_accepted(edit, questions):
    edit("key.yaml", "by_hand: 0.6464", "by_hand: 0.6530")
    load_bank(questions)


def test_all_faults_of_the_files_are_told_at_once(edit, complaints):
    edit("question.yaml", "minutes: 12", "minutes: 0")
    edit("question.yaml", "level: mid", "level: boss")
    edit("key.yaml", "is: mlp}", "is: mlp, by_hand: 1}")
    edit("key.yaml", "sources:\n", "sources: []\nold:\n")
    lines = complaints()
    for expected in ("question.yaml: minutes", "question.yaml: level", "key.yaml: claims.0", "key.yaml: sources"):
        assert any(expected in line for line in lines), expected


def test_all_faults_of_the_figures_are_told_at_once(edit, complaints):
    edit("key.yaml", "The core grows", "The 2.7 % grow")
    edit("key.yaml", "{main.share.flops.head}", "{main.share.flops.haed}")
    edit("key.yaml", "by_hand: 0.6464", "by_hand: 0.7")
    edit("key.yaml", "by_hand: 0.3232", "by_hand: 0.4")
    edit("rubric.yaml", "facts: [main.ceiling.flops", "facts: [main.ceilings.flops")
    lines = complaints()
    for expected in ("trap:", "numbers.0:", "claims.2:", "claims.3:", "main.ceilings"):
        assert any(expected in line for line in lines), expected


def test_the_faults_of_every_question_are_told_at_once(questions, folder, edit, complaints):
    shutil.copytree(folder, folder.with_name("another"))
    edit("key.yaml", "by_hand: 0.6464", "by_hand: 0.7")
    (questions / "quick.yaml").write_text("title: Quick\n")
    lines = complaints()
    for expected in (f"{WHERE}/key.yaml: claims.2", "training/another/question.yaml: id", "quick.yaml: prompt"):
        assert any(line.startswith(expected) for line in lines), expected


@pytest.mark.parametrize(
    "edits",
    [
        [("question.yaml", "given: {model: gpt3-175b", "given: {model: gpt5"), ("key.yaml", "is: mlp", "is: head")],
        [("question.yaml", "title: Where", "title: The MLP"), ("key.yaml", "by_hand: 0.6464", "by_hand: 0.7")],
        [("question.yaml", "minutes: 12", "minutes: 0"), ("rubric.yaml", "schema: 1", "schema: 2")],
    ],
    ids=["given and claim", "spoiler and claim", "field and rubric"],
)
def test_a_fault_in_one_file_does_not_hide_one_in_another(edit, complaints, edits):
    for change in edits:
        edit(*change)
    lines = complaints()
    for file, *_ in edits:
        assert any(file.partition(".")[0] in line.partition(": ")[0] for line in lines), file


def test_two_missing_files_are_told_at_once(folder, complaints):
    (folder / "key.yaml").unlink()
    (folder / "rubric.yaml").unlink()
    assert len(complaints()) == 2


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param("key.yaml", "number: main.ceiling.time", "number: main.bound", id="a predicted number in words"),
        pytest.param(
            "key.yaml", "{component: main.bottleneck.component", "{component: main.mfu", id="a component of 0.4"
        ),
        pytest.param("key.yaml", "resource: main.bottleneck.resource", "resource: main.mfu", id="a resource of 0.4"),
        pytest.param("question.yaml", "{name: seq_len,", "{name: sequence,", id="a slider of nothing"),
        pytest.param("question.yaml", "choices: [fused, unfused]", "choices: [fused, magic]", id="a choice of nothing"),
        pytest.param("question.yaml", "choices: [gpt3-1.3b,", "choices: [gpt9,", id="a model that is not there"),
        pytest.param("question.yaml", "low: 1, high: 64,", "low: -1, high: 64,", id="a slider below zero"),
        pytest.param("question.yaml", "hardware: a100-80gb-sxm, phase", "hardware: 2024-01-01, phase", id="a date"),
        pytest.param("rubric.yaml", "at_most: 2", "at_most: ", id="a limit of nothing"),
        pytest.param("rubric.yaml", "subject: [mlp]", "subject: 1", id="a subject that is a number"),
        pytest.param("rubric.yaml", 'polarity: "+"', "polarity: []", id="a polarity that is a list"),
        pytest.param("rubric.yaml", "    1: flip", "    one: flip", id="a level in words"),
        pytest.param("rubric.yaml", "caps:\n", "caps: 1\nexamples:\n", id="caps that are no list"),
        pytest.param(
            "rubric.yaml", "core_small: {any_of: [core_minor", "core_small: {any_of: [core_small", id="a circle"
        ),
    ],
)
def test_what_would_fail_later_fails_at_the_start(edit, complaints, file, old, new):
    edit(file, old, new)
    (line, *_) = complaints()
    assert line.startswith(f"{WHERE}/")


def test_a_folder_that_no_topic_names_is_told(questions, complaints):
    (questions / "serving").mkdir()
    assert complaints() == ["topics.yaml: serving: a folder that topics.yaml does not list; add a row for it"]


@pytest.mark.parametrize("folder_is_there", [True, False])
def test_a_topic_without_questions_is_allowed_and_not_shown(questions, folder_is_there):
    (questions / "topics.yaml").write_text("- {id: training, title: Training}\n- {id: memory, title: Memory}\n")
    if folder_is_there:
        (questions / "memory").mkdir()
    assert [topic.id for topic in load_bank(questions).topics] == ["training"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("training: Training", "topics.yaml: file: expected a list of {id, title}"),
        ("- training", "topics.yaml: file: missing, or not a mapping of fields"),
        ("- {id: training}", "topics.yaml: title: Field required; add it"),
        ("- {id: Training Compute, title: T}", "topics.yaml: id: String should match pattern"),
        ("[", "topics.yaml: line 2: not readable as YAML"),
    ],
)
def test_a_fault_in_the_topics_is_named(questions, complaints, content, expected):
    (questions / "topics.yaml").write_text(content + "\n")
    assert any(expected in line for line in complaints())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: Thirty seconds, one guess\n", "", "quick.yaml: title: Field required; add it"),
        ("model: gpt3-1.3b", "model: gpt3-1.4b", "quick.yaml: scenario: model: 'gpt3-1.4b' is not in the catalogue"),
        ("low: 512, high: 65536", "low: 512", "quick.yaml: slider: Value error, a slider has either low and high"),
        pytest.param(
            "name: seq_len",
            "name: length",
            "quick.yaml: slider",
        ),
    ],
)
def test_a_fault_in_the_quick_round_is_named(questions, complaints, old, new, expected):
    path = questions / "quick.yaml"
    written = path.read_text()
    assert old in written
    path.write_text(written.replace(old, new))
    assert any(line.startswith(expected) for line in complaints())


@pytest.mark.parametrize("field", ["id", "public_id"])
def test_two_questions_cannot_have_one_id(questions, folder, complaints, field):
    if field == "id":
        shutil.copytree(questions / "training", questions / "serving")
        (questions / "topics.yaml").write_text("- {id: training, title: T}\n- {id: serving, title: S}\n")
    else:
        another = shutil.copytree(folder, folder.with_name("another"))
        (another / "question.yaml").write_text(
            (folder / "question.yaml").read_text().replace("id: where-175b", "id: another", 1)
        )
    assert any(f": {field}: " in line and "is taken by" in line for line in complaints())


@pytest.mark.parametrize("name", ["missing", "topics.yaml"])
def test_a_bank_that_is_no_folder_is_named(questions, name):
    with pytest.raises(BadQuestion, match=f"{name}: not a folder of questions"):
        load_bank(questions / name)


def test_hidden_folders_are_no_topics_and_no_questions(questions):
    (questions / ".git").mkdir()
    (questions / "training" / ".draft").mkdir()
    load_bank(questions)


def test_the_shipped_bank_loads_and_every_claim_in_it_holds(bank):
    assert bank.rooms.questions
    for question in bank.rooms.questions:
        assert question.key.claims
        assert {topic.id for topic in bank.topics} >= {question.public.topic}
        assert yaml.safe_load(question.canonical)
