import pytest
from fastapi.testclient import TestClient

from app.bank.errors import BadQuestion
from app.config import BadSettings, Settings
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


# The language model


def test_no_language_model_is_asked_unless_one_is_set(open_app):
    assert open_app().state.judge is None


def test_a_language_model_is_set_by_url_and_name_and_key(open_app, tmp_path):
    secret = tmp_path / "key"
    secret.write_text("s3cret\n")
    where = {"judge_url": "http://127.0.0.1:9/v1", "judge_model": "small-1"}
    for key in ({"judge_key": "s3cret"}, {"judge_key_file": secret}):
        judge = open_app(**where, **key).state.judge
        assert (judge.model, judge._key) == ("small-1", "s3cret")


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"judge_url": "127.0.0.1:8080", "judge_model": "m"}, "must be http or https with a host"),
        ({"judge_url": "http://127.0.0.1:8080/v1"}, "a model's name is needed beside the URL"),
        (
            {"judge_url": "http://h/v1", "judge_model": "m", "judge_key_file": "/no/such/key"},
            "KEY_FILE: /no/such/key: ",
        ),
    ],
)
def test_a_language_model_that_is_set_wrongly_stops_the_start_in_one_line(open_app, settings, complaint):
    with pytest.raises(BadSettings) as refused:
        open_app(**settings)
    assert str(refused.value).startswith("CHOKEPOINT_JUDGE_")
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_key_is_never_shown(open_app):
    settings = Settings(judge_url="http://h/v1", judge_model="m", judge_key="s3cret")
    assert "s3cret" not in repr(settings)
