import io
import json
import sys

import pytest

from app.cli import main


@pytest.fixture(autouse=True)
def bank_in_use(monkeypatch, small_bank):
    monkeypatch.setenv("CHOKEPOINT_QUESTIONS", str(small_bank))


@pytest.fixture
def chokepoint(capsys, monkeypatch):
    """Runs a command; gives its exit code, and what it printed on standard output and on standard error."""

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:  # argparse's way
            code = ended.code
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def lines(tmp_path):
    """Writes rows as a file with a JSON object a line; a text is a line as it stands."""

    def write(*rows, name="answers.jsonl"):
        path = tmp_path / name
        path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
        return path

    return write
