"""Handing in with a language model set: its readings are marked, and its failures change nothing."""

import json

import pytest
from sqlalchemy import text

from app.grading.proposing.asking import Reply
from app.grading.proposing.proposal import Proposal

QUOTE = "Those MLP zorbles eat the lion's part of every day"
ANSWER = f"The attention core is 2.7 % of the FLOPs and every layer has an MLP too. {QUOTE}, as my nose tells me."


class Fake:
    def __init__(self, *proposals, failure=""):
        self.reply = Reply(model="fake-1", prompt_sha256="p", proposals=proposals, failure=failure)
        self.asked = 0

    def propose(self, sentences):
        self.asked += 1
        return self.reply


@pytest.fixture
def judged(open_app, visitor):
    """A candidate of an app with that model."""

    def make(model):
        app = open_app()
        app.state.judge = model
        return visitor(app)

    return make


@pytest.fixture
def result(judged):
    """The result page of the answer under a model."""

    def page(model, answer=ANSWER):
        candidate = judged(model)
        return candidate.http.get(candidate.graded(answer)).text

    return page


def test_a_models_reading_is_marked_as_one(result):
    found = result(Fake(Proposal(sentence=1, quote=QUOTE, kind="dominates", subject="mlp")))
    assert "<b>Right.</b> As a language model read it. Engine: MLP." in found
    assert "1 claim was read by a language model (fake-1), and checked like the others." in found


def test_a_failure_is_said_and_the_grade_stands(result):
    failed, alone = result(Fake(failure="timed out")), result(None)
    assert "gave nothing usable (timed out)" in failed
    assert "language model" not in alone
    overall = [page[page.index("of 100") - 60 : page.index("of 100")] for page in (failed, alone)]
    assert overall[0] == overall[1]


def test_an_answer_that_was_read_goes_to_nobody(judged):
    model = Fake()
    judged(model).graded("The MLP dominates.")
    assert model.asked == 0


def test_a_grade_before_the_lock_asks_nobody(judged):
    model = Fake()
    judged(model).http.post("/api/v1/grade/where-175b", json={"text": ANSWER})
    assert model.asked == 0


def test_what_was_proposed_is_stored_with_the_grade(judged):
    candidate = judged(Fake(Proposal(sentence=1, quote=QUOTE, kind="dominates", subject="mlp")))
    candidate.graded(ANSWER)
    with candidate.app.state.database.read() as session:
        stored = json.loads(session.execute(text("SELECT score FROM attempt")).scalar_one())
    assert stored["model"]["name"] == "fake-1"
    assert [proposal["quote"] for proposal in stored["model"]["proposals"]] == [QUOTE]
    assert [claim["rule"] for claim in stored["claims"]].count("model") == 1
