import shutil

import pytest

from app.bank.errors import BadQuestion
from app.bank.load import load_bank


@pytest.fixture
def folder(questions):
    """The folder of the question in a bank that may be changed."""
    return questions / "training" / "where-175b"


@pytest.fixture
def edit(folder):
    """Puts other text into one of the question's files."""

    def put(file, old, new):
        path = folder / file
        before = path.read_text()
        assert before.count(old) >= 1, f"{file} has no {old!r}"
        path.write_text(before.replace(old, new, 1))

    return put


@pytest.fixture
def complaints(questions):
    """What is said when the changed bank is loaded."""

    def said():
        with pytest.raises(BadQuestion) as refused:
            load_bank(questions)
        assert str(refused.value) == "\n".join(refused.value.problems)
        return refused.value.problems

    return said


LAW_QUESTION = {
    "question": """
id: two-stages
public_id: k3n8v5w2q7
version: 1
status: draft
title: How much of it is work?
level: screen
minutes: 5
given: {phase: training, pp: 8, n_microbatches: 32}
prompt: |
  A model is cut into eight stages, and 32 micro-batches run through them.

  How much of the step does each device stand still?
probe: What would you change first?
predict: {ask: 'Which share of the step is idle, in percent?', unit: '%'}
""",
    "key": """
trap_id: overhead-for-share
lever: more-micro-batches
trap: '"Seven of thirty-two." That is what the idle time adds to the ideal step, not its share of the step.'
numbers:
  - "{law.main | %} of the step is idle, {law.main / (1 - law.main) | %} of the ideal time. With fewer, {law.few | %}."
flip: "At {flips.mostly_idle | count} micro-batches half of it is idle."
moves: [Run more micro-batches.]
laws:
  main: {law: bubble_share, pp: given.pp, n_micro_batches: given.n_microbatches}
  few: {law: bubble_share, pp: 8, n_micro_batches: 8}
law_sliders: [{name: n_micro_batches, low: 1, high: 256, scale: log}]
bottleneck: {resource: latency}
predicted_number: law.main
claims:
  - {fact: law.main, by_hand: 0.1795}
  - {fact: law.few, by_hand: 0.4667}
flips:
  - {name: mostly_idle, law: main, variable: n_micro_batches, between: [4, 12],
     fact: law.main, from: {below: 0.5}, to: {above: 0.5}}
sources: ["Narayanan et al. 2021, https://arxiv.org/abs/2104.04473"]
""",
    "rubric": """
schema: 1
id: two-stages
version: 1
predicates:
  share: {figure: [law.main]}
  few: {figure: [flips.mostly_idle]}
answer: {binds: [share], key_numbers: [share], numbers: [few]}
""",
    "variants": """
variants:
  - id: fewer
    flips: true
    change: {n_micro_batches: {choose: [4, 6]}}
    given: {n_microbatches: '{n_micro_batches}'}
    prompt: Memory allows {n_micro_batches} micro-batches only.
    by: {fact: law.main, boundary: 0.5}
    says: "Now {law.variant | %} of the step is idle, where it was {law.main | %}."
    claims: [{fact: law.variant, by_hand: 0.636, for: {n_micro_batches: 4}}, {fact: law.variant, between: [0.5, 0.7]}]
""",
    "samples": """
samples:
  - kind: strong
    text: 17.9 % of the step is idle.
    labels: {bottleneck: 3, numbers: 3, trap: 2, flip: 0, move: 0, overall: 45}
""",
}


@pytest.fixture
def law_folder(questions):
    """A question of laws alone, a draft, beside the other."""
    folder = questions / "training" / "two-stages"
    folder.mkdir()
    for name, text in LAW_QUESTION.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


@pytest.fixture
def copied(questions, folder):
    """Copies the question under another id, public id and, where given, other texts."""

    def copy(name, *, edits=(), topic="training"):
        place = shutil.copytree(folder, questions / topic / name)
        written = (place / "question.yaml").read_text()
        written = written.replace("id: where-175b", f"id: {name}", 1).replace(
            "q7m4c2xk9d", f"{name.replace('-', '')}0000"
        )
        (place / "question.yaml").write_text(written)
        for file, old, new in edits:
            text = (place / file).read_text()
            assert old in text
            (place / file).write_text(text.replace(old, new))
        return place

    return copy
