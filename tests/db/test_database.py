import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from app.db.database import THREADS, Database
from app.db.errors import BadUrl, Busy, Held, Unusable, Unwritable
from app.db.migrate import migrate
from app.db.people import create_person, person_by_secret

# Opening


def sqlite_url(path):
    return f"sqlite:///{path}"


def test_a_missing_folder_is_made(tmp_path):
    with Database(sqlite_url(tmp_path / "new" / "folder" / "x.sqlite3")):
        assert (tmp_path / "new" / "folder" / "x.sqlite3").exists()


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)]
)
def test_every_sqlite_connection_is_durable_and_strict(tmp_path, pragma, value):
    with Database(sqlite_url(tmp_path / "x.sqlite3")) as db, db.read() as first, db.write() as second:
        for session in (first, second):
            assert session.connection().exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_there_is_a_connection_for_every_thread_of_the_server(db):
    with contextlib.ExitStack() as stack:
        for _ in range(THREADS):
            assert stack.enter_context(db.read()).connection().execute(text("SELECT 1")).scalar() == 1


@pytest.mark.parametrize(
    ("url", "message"),
    [
        pytest.param("sqlite://", "names no file", id="in memory"),
        pytest.param("sqlite:///:memory:", "names no file", id="in memory, said so"),
        pytest.param("sqlite:///file:x?mode=memory&uri=true", "names no file", id="in memory, as a URI"),
        pytest.param("mysql://localhost/x", "starts with mysql", id="another product"),
        pytest.param("postgres://localhost/x", "starts with postgres;", id="the old name of PostgreSQL"),
        pytest.param("sqlite+nodriver:////x", "without host or driver", id="a driver that is not there"),
        pytest.param("sqlite://data/x.sqlite3", "without host or driver", id="a slash too few"),
        pytest.param("postgresql+nodriver://localhost/x", "PostgreSQL needs its driver", id="another one"),
        pytest.param("chokepoint.sqlite3", "cannot be read", id="a path"),
        pytest.param("postgresql://localhost:port/x", "cannot be read", id="a port in words"),
    ],
)
def test_a_bad_url_is_refused_in_one_line(url, message):
    with pytest.raises(BadUrl, match=message) as refusal:
        Database(url)
    assert "\n" not in str(refusal.value)


def test_a_password_is_in_no_message(tmp_path):
    with pytest.raises(BadUrl) as refusal:
        Database(f"sqlite://user:hunter2@localhost/{tmp_path / 'x.sqlite3'}")
    assert "hunter2" not in str(refusal.value)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("not a database\n" * 100)
    with pytest.raises(Unusable, match=r"notes\.txt cannot be opened: file is not a database\.$"):
        Database(sqlite_url(file))
    assert file.read_text() == "not a database\n" * 100


@contextlib.contextmanager
def without_privileges():
    """Root may write anywhere, so the test steps down for a moment where it is root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_that_cannot_be_written_is_named():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        with without_privileges(), pytest.raises(Unwritable) as refusal:
            Database(sqlite_url(f"{folder}/x.sqlite3"))
    assert str(refusal.value) == f"The folder {folder} of the database cannot be written: Permission denied."


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(Unwritable, match=r"The folder .*/data of the database cannot be written: "):
        Database(sqlite_url(tmp_path / "data" / "x.sqlite3"))


# One process


SECOND = "import sys; from app.db.database import Database; Database(sys.argv[1])"


def test_a_second_process_is_told_which_one_holds_the_database(tmp_path):
    url = sqlite_url(tmp_path / "x.sqlite3")
    with Database(url):
        second = subprocess.run([sys.executable, "-c", SECOND, url], capture_output=True, text=True)
    assert second.returncode == 1
    assert second.stderr.splitlines()[-1] == (
        f"app.db.errors.Held: The database {tmp_path}/x.sqlite3 is held by process {os.getpid()}. "
        "SQLite serves one process: stop that one first, or let several processes share PostgreSQL."
    )


def test_a_second_process_may_follow_the_first(tmp_path):
    url = sqlite_url(tmp_path / "x.sqlite3")
    Database(url).close()
    assert subprocess.run([sys.executable, "-c", SECOND, url], capture_output=True).returncode == 0
    Database(url).close()


def test_a_database_that_could_not_be_opened_holds_nothing(tmp_path):
    file = tmp_path / "x.sqlite3"
    file.write_text("not a database\n" * 100)
    with pytest.raises(Unusable):
        Database(sqlite_url(file))
    file.unlink()
    Database(sqlite_url(file)).close()


def test_the_lock_holds_for_a_second_opening_in_the_same_process_too(tmp_path):
    url = sqlite_url(tmp_path / "x.sqlite3")
    with Database(url), pytest.raises(Held):
        Database(url)


def test_closing_twice_is_fine(tmp_path):
    db = Database(sqlite_url(tmp_path / "x.sqlite3"))
    db.close()
    db.close()


# Transactions


def test_a_write_that_fails_leaves_nothing(db, at):
    with pytest.raises(ZeroDivisionError), db.write() as session:
        session.connection().execute(
            text("INSERT INTO person (secret_sha256, created_at) VALUES ('x', '2026-11-24 08:30:00')")
        )
        raise ZeroDivisionError
    with db.read() as session:
        assert session.connection().execute(text("SELECT count(*) FROM person")).scalar() == 0


def test_a_reading_session_sees_one_state_of_sqlite(tmp_path, at):
    with Database(sqlite_url(tmp_path / "x.sqlite3")) as db:
        migrate(db)
        with db.read() as session:
            count = text("SELECT count(*) FROM person")
            before = session.connection().execute(count).scalar()
            create_person(db, "a" * 22, at=at)
            assert session.connection().execute(count).scalar() == before
        assert person_by_secret(db, "a" * 22) is not None


@pytest.mark.parametrize(("kind", "refused"), [("write", True), ("read", False)])
def test_a_write_shuts_out_other_writers_of_the_file_before_it_reads_and_a_read_does_not(tmp_path, kind, refused):
    url = sqlite_url(tmp_path / "x.sqlite3")
    with Database(url) as db, contextlib.closing(sqlite3.connect(tmp_path / "x.sqlite3", timeout=0)) as other:
        with getattr(db, kind)() as session:
            session.connection().execute(text("SELECT count(*) FROM sqlite_schema"))
            with pytest.raises(sqlite3.OperationalError, match="locked") if refused else contextlib.nullcontext():
                other.execute("BEGIN IMMEDIATE")
        other.rollback()


def test_a_write_that_waits_too_long_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("app.db.database.WRITE_WAIT_S", 0.01)
    refusals = []

    def write():
        try:
            with db.write():
                pass
        except Busy as error:
            refusals.append(error)

    with Database(sqlite_url(tmp_path / "x.sqlite3")) as db, db.write():
        second = threading.Thread(target=write)
        second.start()
        second.join()
    assert len(refusals) == 1
