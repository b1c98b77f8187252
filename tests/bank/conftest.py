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
