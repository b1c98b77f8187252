"""Two banks that differ in the key alone: until the lock a candidate cannot tell which one it is."""

import re
from pathlib import Path

import pytest

from app.grading.score import Axis

QUESTIONS = Path(__file__).parents[2] / "questions"
SERVED = sorted(p.parent.name for p in QUESTIONS.glob("*/*/question.yaml") if "\nstatus: active\n" in p.read_text())
LONG = {"model": "gpt3-175b", "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": 262144}
SMALL = {"model": "gpt3-175b", "hardware": "a100-80gb-sxm", "phase": "decode", "context_len": 64, "batch": 1}


def other_words(files):
    files.key |= {"trap": "None.", "numbers": ["None."], "flip": "Never.", "moves": ["Wait."], "people_say": []}
    files.key["sources"] = ["Nobody"]


def other_figures(files):
    main = files.question["predict"].get("scenario")
    figure, another = (f"{main}.time_s.estimate", f"{main}.flops.total") if main else ("7 + 7 | s", "2 + 2 | x")
    files.key["numbers"] = [f"It is {{{figure}}}."]
    files.key["flip"] = f"At {{{another}}}."
    files.key["predicted_number"] = figure


def other_bottleneck(files):
    files.key["scenarios"] |= {"long": LONG, "small": SMALL}
    files.key["bottleneck"] = {"component": "long.bottleneck.component", "resource": "small.bottleneck.resource"}
    turns = {"fact": "main.share.flops.attention_core", "boundary": 0.3}
    moved = {"change": {"seq_len": 262144}, "by": turns, "says": "None.", "prompt": "Longer."}
    claims = [{"fact": "variant.bottleneck.component", "is": "attention_core"}]
    files.variants["variants"] = [{"id": name, "flips": True, "claims": claims, **moved} for name in ("one", "two")]


def other_claims(files):
    del files.key["claims"][1:]


def other_hints(files):
    """Other texts: how many hints there are and what the next one costs may be known before it is taken."""
    files.key["hints"] = [{**hint, "text": f"Think{'.' * place}"} for place, hint in enumerate(files.key["hints"])]


def other_samples(files):
    for sample in files.samples["samples"]:
        sample |= {"text": "Nothing.", "labels": dict.fromkeys(sample["labels"], 0)}


def other_variants(files):
    for variant in files.variants["variants"]:
        variant |= {"says": "None.", "prompt": f"Now {variant['prompt']}"}


def other_rubric(files):
    files.rubric["version"] = 7
    files.rubric["caps"] = []
    files.rubric.pop("answer", None)
    files.rubric["axes"] = {str(axis): {1: "readable"} for axis in Axis}


def whatever_the_question(files):
    for change in (other_words, other_figures, other_claims, other_rubric, other_hints, other_samples, other_variants):
        change(files)


def what_binds_too(files):
    whatever_the_question(files)
    other_bottleneck(files)


def received(crawl, attempt):
    """All that the candidate was sent, with what chance gave it made equal."""
    secret = re.escape(crawl.candidate.http.cookies["chokepoint_person"])
    chance = re.compile(rf"{re.escape(attempt.rpartition('/')[2])}|{secret}")
    return [(chance.sub("CHANCE", seen.where), chance.sub("CHANCE", _beside_the_marks(seen))) for seen in crawl.seen]


SIX = re.compile(r'"overall":\d+,"axes":\{[^}]*\}|(?<="id":")(\w+)\.\d(?=")|content-length: \d+')


def _beside_the_marks(seen):
    """A grade without its six numbers, which alone may follow the key, and without the length that they make."""
    return SIX.sub("MARKS", seen.text) if " POST /api/v1/grade/" in seen.where else seen.text


def differences(one, other):
    assert [where for where, _ in one] == [where for where, _ in other]
    return [where for (where, text), (_, text_there) in zip(one, other, strict=True) if text != text_there]


def both(open_bank, copied, bank_folder, question_id, change, *, briefly=False, **planted):
    """What a candidate receives before the lock from a bank and from the changed one; the crawls; their attempts."""
    crawls, attempts = [], []
    for name, changes in (("as it is", None), ("changed", change)):
        folder, files = copied(bank_folder, name, question_id)
        if changes is not None:
            changes(files)
            files.write()
        crawls.append(open_bank(folder, question_id, **planted))
        attempts.append(crawls[-1].briefly() if briefly else crawls[-1].before_the_lock())
    return [received(*pair) for pair in zip(crawls, attempts, strict=True)], crawls, attempts


@pytest.fixture
def differing(open_bank, copied, small_bank):
    """Where the responses of the two banks differ before the lock."""

    def found(change=what_binds_too, **planted):
        (one, other), *_ = both(open_bank, copied, small_bank, "where-175b", change, **planted)
        return differences(one, other)

    return found


@pytest.mark.proof
@pytest.mark.parametrize("question_id", SERVED)
def test_until_the_lock_every_byte_is_the_same_whatever_the_key(open_bank, bank_of, copied, question_id):
    (one, other), crawls, attempts = both(open_bank, copied, bank_of(question_id), question_id, whatever_the_question)
    assert len(one) > 200
    assert differences(one, other) == []
    results = []
    for crawl, attempt in zip(crawls, attempts, strict=True):
        crawl.seen.clear()
        crawl.candidate.answer(attempt)
        crawl.candidate.http.get(attempt)
        results.append(received(crawl, attempt))
    assert len(differences(*results)) == 1, "the result, which is no longer the same"


def test_what_binds_cannot_be_told_from_anything_before_the_lock(differing):
    assert differing(what_binds_too) == []


# The comparison finds what no token could mark.


def header(name, value):
    """Puts a header on every response that is told from the question."""

    def plant(app):
        @app.middleware("http")
        async def add(request, call_next):
            response = await call_next(request)
            response.headers[name] = value(app.state.bank.practice.question("where-175b"))
            return response

    return plant


@pytest.mark.parametrize(
    "plant",
    [
        pytest.param(header("ETag", lambda question: question.public.digest), id="an ETag of the question's version"),
        pytest.param(header("X-Parts", lambda question: str(len(question.key.moves))), id="a count of the moves"),
        pytest.param(header("X-Binds", lambda question: question.key.resource[:1]), id="one letter of what binds"),
    ],
)
def test_a_leak_without_words_is_found(differing, plant):
    assert differing(briefly=True, plant=plant)


@pytest.mark.parametrize(
    ("template", "old", "new"),
    [
        pytest.param(
            "predict.html",
            "view.components,",
            "view.components | sort(attribute='value', reverse=key.component != 'mlp'),",
            id="the order of the choices",
        ),
        pytest.param("layout.html", "<body>", "<body>{{ ' ' * (key.trap[0] | length) }}", id="the length of the page"),
        pytest.param(
            "layout.html", 'lang="en"', "lang=\"{{ 'en' if key.component == 'mlp' else 'en-GB' }}\"", id="a bit"
        ),
    ],
)
def test_a_leak_in_the_form_of_a_page_is_found(differing, edited_templates, tmp_path, template, old, new):
    assert differing(briefly=True, templates=edited_templates(tmp_path / "templates", (template, old, new)))


def test_a_brief_crawl_of_what_leaks_nothing_finds_nothing(differing):
    assert differing(briefly=True) == []
