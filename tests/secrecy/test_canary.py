"""A random token in every string of the key: a candidate who looks everywhere never sees one before the lock."""

import re
from pathlib import Path

import pytest
import yaml

from app.bank.load import load_bank
from app.engine.facts import facts
from app.web.views.prose import figure_text
from app.web.views.situation import given_rows

QUESTIONS = Path(__file__).parents[2] / "questions"
SERVED = sorted(p.parent.name for p in QUESTIONS.glob("*/*/question.yaml") if "\nstatus: active\n" in p.read_text())
TOKEN = re.compile(r"canary[0-9a-f]{12}")
FALLING_IN = "Attention is quadratic, so it dominates: I would write the faster attention kernels."
SHOWN = ("trap.", "numbers.", "flip", "moves.", "people_say.", "sources.")
FAMILIES = ("share.", "ceiling.", "speedup.", "flip.")


def leaks(crawl, tokens):
    """Where a token was seen, and of what."""
    return [(seen.where, tokens[token]) for seen in crawl.seen for token in TOKEN.findall(seen.text)]


def secret_figures(question):
    """The key's figures as they are printed and as JSON would hold them, less what the question gives."""
    given = " ".join(value for _, value in given_rows(question.public.given)) + " ".join(question.public.prompt)
    named = [claim.fact for claim in question.key.claims]
    for analysis in question.key.analyses.values():
        named += facts(analysis).values()
    named += [
        part for prose in (question.key.flip, *question.key.numbers) for part in prose if not isinstance(part, str)
    ]
    told = [fact for fact in named if fact.name.startswith(FAMILIES) and 0 < fact.value < float("inf")]
    printed = {figure_text(fact) for fact in told} | {repr(float(fact.value))[:6] for fact in told}
    return {
        figure
        for figure in printed
        if len(figure) > 3 and figure not in given and not re.fullmatch(r"1\.0+×?|1", figure)
    }


def test_every_string_of_the_key_and_the_rubric_carries_a_token(marked_bank, small_bank, tmp_path):
    folder, tokens = marked_bank(small_bank, tmp_path / "marked")
    place = folder / "training" / "where-175b"
    key, rubric, variants, samples = (
        yaml.safe_load((place / f"{name}.yaml").read_text()) for name in ("key", "rubric", "variants", "samples")
    )

    def strings(value):
        match value:
            case str():
                yield value
            case list():
                for item in value:
                    yield from strings(item)
            case dict():
                for item in value.values():
                    yield from strings(item)

    for name in {"trap", "numbers", "flip", "moves", "people_say", "hints", "trap_id", "lever", "sources"}:
        assert all(TOKEN.search(text) for text in strings(key[name])), name
    assert all(TOKEN.search(name) for name in (*key["scenarios"], *rubric["predicates"], rubric["id"]))
    assert all(TOKEN.search(cap["words"]) for cap in rubric["caps"])
    assert all(TOKEN.search(variant[part]) for variant in variants["variants"] for part in ("prompt", "says"))
    assert all(TOKEN.search(sample["text"]) for sample in samples["samples"])
    assert len(tokens) > 80
    load_bank(folder)


@pytest.mark.proof
@pytest.mark.parametrize("question_id", SERVED)
def test_a_candidate_sees_nothing_of_the_key_before_the_lock_and_the_key_after_it(
    open_bank, bank_of, marked_bank, tmp_path, question_id
):
    folder, tokens = marked_bank(bank_of(question_id), tmp_path / "marked", question_id)
    crawl = open_bank(folder, question_id)
    attempt = crawl.before_the_lock()
    assert crawl.unvisited() == set()
    assert leaks(crawl, tokens) == []

    crawl.candidate.answer(attempt, FALLING_IN)
    crawl.seen.clear()
    crawl.candidate.http.get(attempt)
    crawl.candidate.http.get(f"{attempt}/explore")
    seen = {place for _, place in leaks(crawl, tokens)}
    assert seen >= {place for place in tokens.values() if place.startswith(SHOWN)}
    assert not {place for place in seen if place.startswith(("predicates", "aliases", "examples", "rubric.id"))}


def test_the_crawl_meets_every_kind_of_answer(open_bank, small_bank):
    crawl = open_bank(small_bank)
    crawl.before_the_lock()
    statuses = {seen.text.partition("\n")[0] for seen in crawl.seen}
    assert statuses >= {"200", "303", "400", "403", "404", "405", "409", "413", "422"}
    assert any('id="instrument"' in seen.text for seen in crawl.seen)
    assert any("(block)" in seen.where and "HBM bytes" in seen.text for seen in crawl.seen)
    assert any("set-cookie" in seen.text for seen in crawl.seen)


def test_no_figure_of_the_key_is_printed_before_the_lock(open_bank, small_bank):
    crawl = open_bank(small_bank)
    question = crawl.candidate.app.state.bank.practice.question("where-175b")
    figures = secret_figures(question)
    assert {"64.6\u00a0%", "0.6464", "98\u202f304"} <= figures, "49 152 is the width that is given"
    attempt = crawl.before_the_lock()
    # Not where figures are computed that are no question's, and not in the digits of a font or a library.
    pages = [seen for seen in crawl.seen if not re.search(r" [A-Z]+ /(static|api|workbench|\?|$)", seen.where)]
    # How far estimates of a family were off is the engine's own figure, whatever it happens to equal.
    printed = [
        (re.sub(r"Times of this family were off by [^.]*\.\d[^.]*\.\d[^.]*", "", s.text), s.where) for s in pages
    ]
    assert [(figure, where) for text, where in printed for figure in figures if figure in text] == []

    crawl.candidate.answer(attempt)
    result = crawl.candidate.http.get(attempt).text
    assert sum(figure in result for figure in figures) > 8


def test_no_word_that_compares_is_on_a_page_before_the_lock(open_bank, small_bank):
    words = ("binds:", "verdict", "ceiling", "catches", "c-bind", "of FLOPs", "stops at", "faster; at no cost")
    crawl = open_bank(small_bank)
    attempt = crawl.before_the_lock()
    pages = [seen for seen in crawl.seen if "/attempts/" in seen.where]
    assert [(word, seen.where) for seen in pages for word in words if word in seen.text] == []
    crawl.candidate.answer(attempt)
    explored = crawl.candidate.http.get(f"{attempt}/explore").text
    assert [word for word in words if word not in explored] == []
