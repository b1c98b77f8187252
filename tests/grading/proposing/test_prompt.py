"""The prompt: nothing of a key in it, and marks that no text can have guessed."""

import json
import re

from app.grading.proposing.prompt import instructions, prompt_sha256
from app.grading.proposing.prompt import question as asked
from app.grading.proposing.proposal import proposals_of


def test_the_prompt_is_one_for_all_questions_and_names_none(bank):
    """It is made of the ontology alone, whatever the bank; so it can say nothing of a key."""
    words = set(re.findall(r"[\w-]+", instructions()))
    for question in bank.practice.questions:
        assert not words & {question.public.id, question.public.public_id, question.key.rubric.sha256}
    assert not words & {"rubric", "criterion", "points", "engine"}


def test_the_only_numbers_in_it_are_those_of_the_examples():
    assert set(re.findall(r"\d+", instructions())) == {"1", "40"}


def test_every_example_is_a_reply_of_the_form_that_is_asked_for():
    replies = [line for line in instructions().splitlines() if line.startswith('{"claims"')]
    assert [len(proposals_of(reply)) for reply in replies] == [1, 1, 0]
    for line, reply in zip(instructions().splitlines(), instructions().splitlines()[1:], strict=False):
        if reply.startswith('{"claims"'):
            assert all(claim["quote"] in line for claim in json.loads(reply)["claims"])


def test_sentences_stand_numbered_between_marks_with_the_nonce():
    assert asked(["First.", "Second."], nonce="n0nce") == (
        "<sentences n0nce>\n1: First.\n2: Second.\n</sentences n0nce>"
    )


def test_the_hash_names_the_prompt():
    assert re.fullmatch(r"[0-9a-f]{64}", prompt_sha256())
    assert prompt_sha256() == prompt_sha256()
