import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"
if str(BENCH) not in sys.path:
    sys.path.append(str(BENCH))


@pytest.fixture(scope="session")
def manifest_rows():
    from validation.rows import read_manifest

    return read_manifest()


@pytest.fixture(scope="session")
def found(manifest_rows):
    from validation.errors import outcomes

    return outcomes(manifest_rows)
