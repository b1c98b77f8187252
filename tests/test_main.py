import pytest
from fastapi.testclient import TestClient

from app.bank.errors import BadQuestion
from app.config import Settings
from app.db.errors import DatabaseError, Held
from app.main import create_app


@pytest.fixture
def broken(questions):
    path = questions / "training" / "where-175b" / "key.yaml"
    path.write_text(path.read_text().replace("by_hand: 0.6464", "by_hand: 0.7").replace("is: mlp", "is: head"))
    return questions


def test_a_broken_bank_stops_the_start_before_a_database_is_made(broken, tmp_path):
    with pytest.raises(BadQuestion) as refused:
        create_app(Settings(database_url=f"sqlite:///{tmp_path / 'x.sqlite3'}", questions=broken))
    assert [line.partition(" is ")[0] for line in refused.value.problems] == [
        "training/where-175b/key.yaml: claims.0: main.bottleneck.component",
        "training/where-175b/key.yaml: claims.2: main.share.flops.mlp",
    ]
    assert list(tmp_path.glob("*.sqlite3*")) == []


def test_a_broken_bank_stops_the_server_with_the_same_lines_and_no_traceback(broken, serve):
    process = serve(CHOKEPOINT_QUESTIONS=str(broken))
    _, said = process.popen.communicate(timeout=20)
    assert process.popen.returncode == 2
    first, second = said.splitlines()
    assert first.startswith("chokepoint: training/where-175b/key.yaml: claims.0: ")
    assert second.startswith("training/where-175b/key.yaml: claims.2: ")


def test_two_apps_cannot_hold_one_sqlite_database(open_app, database_url, small_bank):
    if not database_url.startswith("sqlite"):
        pytest.xfail("PostgreSQL is for several processes")
    open_app()
    with pytest.raises(Held, match="is held by process"):
        create_app(Settings(database_url=database_url, questions=small_bank))


def test_a_start_that_fails_lets_go_of_the_database(open_app, database_url, monkeypatch):
    with monkeypatch.context() as broken, pytest.raises(DatabaseError):
        broken.setattr("app.main.migrate", raising(DatabaseError("not today")))
        open_app()
    open_app()


def test_a_start_without_templates_lets_go_of_the_database(open_app, tmp_path):
    with pytest.raises(Exception, match="TEMPLATES"):
        open_app(templates=tmp_path / "nowhere")
    open_app()


def test_the_database_is_closed_when_the_server_stops(open_app, small_bank, database_url):
    with TestClient(open_app()) as client:
        assert client.get("/").status_code == 200
    create_app(Settings(database_url=database_url, questions=small_bank)).state.database.close()


def test_nothing_of_the_framework_is_served_that_we_did_not_ask_for(candidate):
    for path in ("/docs", "/redoc", "/openapi.json", "/api", "/metrics", "/.git/config", "/static/../pyproject.toml"):
        assert candidate.http.get(path).status_code == 404, path


def raising(error):
    def fail(*_):
        raise error

    return fail
