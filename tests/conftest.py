"""What every test may ask for: a database of its own, in SQLite unless `--database-url` names a PostgreSQL."""

import pytest
from sqlalchemy import create_engine, make_url, text

SCHEMA = "chokepoint_test"


def pytest_addoption(parser):
    parser.addoption(
        "--database-url",
        metavar="URL",
        help="a PostgreSQL database for the tests of app.db; they make and drop the schema chokepoint_test in it",
    )


@pytest.fixture
def database_url(request, tmp_path):
    """The URL of an empty database."""
    url = request.config.getoption("--database-url")
    if url is None:
        yield f"sqlite:///{tmp_path / 'chokepoint.sqlite3'}"
        return
    if make_url(url).get_backend_name() != "postgresql":
        raise pytest.UsageError("--database-url takes a PostgreSQL database; without it the tests use SQLite")
    _recreate_schema(url)
    yield make_url(url).update_query_dict({"options": f"-csearch_path={SCHEMA}"}).render_as_string(hide_password=False)
    _drop_schema(url)


def _recreate_schema(url):
    _execute(url, f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE", f"CREATE SCHEMA {SCHEMA}")


def _drop_schema(url):
    _execute(url, f"DROP SCHEMA {SCHEMA} CASCADE")


def _execute(url, *statements):
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
