"""With CI set a skipped test is a failure; an expected failure is none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import pytest

def test_that_is_skipped():
    pytest.skip("no chromium on the PATH")

@pytest.mark.xfail
def test_that_is_known_to_fail():
    assert False
"""
MODULE = """
import pytest
pytest.skip("not on this machine", allow_module_level=True)
"""


@pytest.fixture
def run(tmp_path):
    """Runs pytest in a folder that has our conftest and both ways of skipping; gives its report."""

    def in_folder(**environment):
        (tmp_path / "conftest.py").write_text((Path(__file__).parent / "conftest.py").read_text())
        (tmp_path / "test_functions.py").write_text(TESTS)
        (tmp_path / "test_module.py").write_text(MODULE)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-rA",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            tmp_path,
            tmp_path,
        ]
        command += ["--continue-on-collection-errors"]
        clean = {name: value for name, value in os.environ.items() if name != "CI"}
        cwd = Path(__file__).parents[1]
        return subprocess.run(command, cwd=cwd, env={**clean, **environment}, capture_output=True, text=True)

    return in_folder


def test_in_ci_a_skip_is_a_failure_with_its_reason(run):
    ended = run(CI="true")
    assert ended.returncode == 1
    assert "1 failed, 1 xfailed, 1 error" in ended.stdout
    for reason in ("no chromium on the PATH", "not on this machine"):
        assert f"Skipped: {reason} (CI skips nothing)" in ended.stdout
