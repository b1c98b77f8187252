import pytest

from app.grading.grade import grade
from app.grading.proposing.asking import Reply
from app.grading.proposing.proposal import Proposal


@pytest.fixture(scope="session")
def question(bank):
    return bank.practice.question("where-175b")


@pytest.fixture(scope="session")
def given(question):
    """What the grader is called with, beside the answer."""
    return {"rubric": question.key.rubric, "analyses": question.key.analyses}


@pytest.fixture(scope="session")
def alone(given):
    """The grade of an answer by the rules alone."""
    return lambda answer: grade(answer, **given)


@pytest.fixture
def propose():
    """A proposal about the first sentence, whatever is not said being left at its usual value."""
    return lambda quote, kind, **fields: Proposal(**{"sentence": 1, "quote": quote, "kind": kind, **fields})


class Fake:
    """A model that proposes the same whatever it is asked, and remembers what it was asked."""

    def __init__(self, *proposals, failure=""):
        self.reply = Reply(model="fake-1", prompt_sha256="p", proposals=proposals, failure=failure)
        self.asked = []

    def propose(self, sentences):
        self.asked.append(tuple(sentences))
        return self.reply


@pytest.fixture
def fake():
    return Fake
