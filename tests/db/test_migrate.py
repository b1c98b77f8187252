import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from alembic import command
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.db.attempts import find_attempt, start_attempt
from app.db.database import Database
from app.db.errors import NewerSchema, Unusable
from app.db.migrate import alembic_config, migrate
from app.db.people import person_by_secret
from app.db.records import records_of


def test_the_migrations_make_the_tables_of_the_code(db):
    with db.change_schema() as connection:
        config = alembic_config(connection)
        config.stdout = io.StringIO()
        command.check(config)  # raises on any drift
    assert "No new upgrade operations" in config.stdout.getvalue()


def test_a_drift_between_migrations_and_tables_would_be_found(db):
    with db.change_schema() as connection:
        connection.execute(text("ALTER TABLE attempt DROP COLUMN draft"))
        with pytest.raises(command.util.CommandError, match="draft"):
            command.check(alembic_config(connection))


def test_migrating_twice_is_fine_and_loses_nothing(db, attempt, person):
    migrate(db)
    assert find_attempt(db, attempt.id, person_id=person.id) == attempt


def test_a_newer_schema_is_refused_in_one_line_and_left_alone(db):
    with db.change_schema() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchema, match=r"has schema 9999, and this version knows only up to \d{4}") as refusal:
        migrate(db)
    assert "\n" not in str(refusal.value)
    with db.read() as session:
        assert session.connection().execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


def test_tables_that_nobody_migrated_are_refused_and_nothing_is_half_done(database_url):
    with Database(database_url) as db:
        with db.change_schema() as connection:
            connection.execute(text("CREATE TABLE attempt (id INTEGER)"))
        with pytest.raises(Unusable, match=r"could not be brought up to date: .*already exists"):
            migrate(db)
        with db.change_schema() as connection:
            made = connection.dialect.has_table(connection, "person")
    assert not made


def test_a_table_that_others_refer_to_can_be_made_again_without_losing_their_rows(db, attempt, person):
    with db.change_schema() as connection:
        operations = Operations(MigrationContext.configure(connection))
        recreate = "always" if db.is_sqlite else "never"
        with operations.batch_alter_table("person", recreate=recreate) as table:
            table.alter_column("secret_sha256", nullable=True)
    assert find_attempt(db, attempt.id, person_id=person.id) == attempt


def test_a_schema_change_that_breaks_a_reference_is_undone(db, attempt, person):
    # SQLite counts the broken references at the end, PostgreSQL refuses the first
    refusal = pytest.raises((Unusable, IntegrityError), match=r"would break 1 references|fk_attempt_person_id_person")
    with refusal, db.change_schema() as connection:
        connection.execute(text("DELETE FROM person"))
    assert find_attempt(db, attempt.id, person_id=person.id) == attempt


def test_references_are_held_again_after_a_schema_change(db, attempt, person):
    with db.change_schema():
        pass
    with pytest.raises(IntegrityError):
        start_attempt(db, replace(attempt, id="other", question_version="f" * 64), person)


def test_those_that_start_at_once_migrate_one_by_one(database_url):
    with Database(database_url) as db:
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda _: migrate(db), range(6)))
        assert person_by_secret(db, "a" * 22) is None


def test_grades_from_before_outcomes_get_theirs(database_url):
    with Database(database_url) as db:
        with db.change_schema() as connection:
            command.upgrade(alembic_config(connection), "0001")
            at = "2026-11-24 08:30:00+00:00"
            connection.execute(text("INSERT INTO person (secret_sha256, created_at) VALUES ('s', :at)"), {"at": at})
            connection.execute(
                text("INSERT INTO question_version VALUES (:sha, 'attention-trap', '{}', :at)"),
                {"sha": "0" * 64, "at": at},
            )
            connection.execute(
                text(
                    "INSERT INTO attempt (id, person_id, question_id, question_version, version, open_book, "
                    "started_at, predicted_component, predicted_number, confidence, predicted_at, draft, "
                    "draft_revision, answer, "
                    "answered_at, score, analyses, graded_at) VALUES ('a1', 1, 'attention-trap', :sha, 1, false, :at, "
                    "'mlp', 1.06, 80, :at, '', 0, 'The MLP.', :at, :score, :analyses, :at)"
                ),
                {
                    "sha": "0" * 64,
                    "at": at,
                    "score": '{"overall": 71, "axes": {"flip": 2}}',
                    "analyses": '{"reveal": {"component": "mlp", "predicted_number": 1.03}}',
                },
            )
        migrate(db)
        (record,) = records_of(db, 1)
        assert (record.outcome.overall, record.outcome.predicted_right) == (71, True)
        assert record.outcome.log_error == pytest.approx(0.693, abs=1e-3)
