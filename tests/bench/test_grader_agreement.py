"""docs/grader.md is what the grader gives, and keeps apart what its rules were written with."""

import json

import grader_agreement
import pytest
import yaml

from app.evaluation.answers import labelled_from_mapping


@pytest.fixture(scope="module")
def page(bank):
    return grader_agreement.page(bank.practice)


def test_the_page_is_fresh(page):
    assert grader_agreement.PAGE.read_text() == page, "run bench/grader_agreement.py --write"


def test_every_answer_is_labelled_twice_and_named_once():
    lines = grader_agreement.ANSWERS.read_text().splitlines()
    labelled = [labelled_from_mapping(json.loads(line)) for line in lines]
    assert len({one.answer.id for one in labelled}) == len(lines)
    assert {len(one.scorings) for one in labelled} == {2}


def test_every_situation_is_in_sample_out_of_it_or_not_graded(page, bank):
    scenarios = {json.loads(line)["scenario"] for line in grader_agreement.ANSWERS.read_text().splitlines()}
    told = page[page.index("- In sample: ") : page.index("\n## ")]
    seen = set(yaml.safe_load(grader_agreement.SEEN.read_text())["in_sample"])
    assert seen <= scenarios
    lines = dict(line.removesuffix(".").split(": ") for line in told.strip().splitlines())
    named = [set(names.split(", ")) - {"none", "none yet"} for names in lines.values()]
    assert set.union(*named) == scenarios
    assert sum(map(len, named)) == len(scenarios)
    assert named[2] == scenarios - {question.public.id for question in bank.practice.questions}


def test_a_page_that_is_stale_is_said(monkeypatch, tmp_path, capsys, page):
    old = tmp_path / "grader.md"
    old.write_text(page.replace("Grader", "grader", 1))
    monkeypatch.setattr(grader_agreement, "PAGE", old)
    monkeypatch.setattr(grader_agreement, "page", lambda bank: page)
    assert grader_agreement.main(["--check"]) == 1
    assert capsys.readouterr().out == "stale: grader.md; run bench/grader_agreement.py --write\n"
    assert grader_agreement.main(["--write", "--check"]) == 0
    assert old.read_text() == page
