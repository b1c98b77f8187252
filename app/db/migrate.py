"""Brings the schema up to date: at every start, in one transaction, under a lock."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.db.database import Database
from app.db.errors import NewerSchema, Unusable


def migrate(db: Database) -> None:
    """Applies what is missing; refuses a schema that a newer version of the product has written."""
    try:
        with db.change_schema() as connection:
            config = alembic_config(connection)
            _refuse_newer(config, connection, name=db.name)
            command.upgrade(config, "head")
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise Unusable(f"The schema of {db.name} could not be brought up to date: {reason}.") from error


def alembic_config(connection: Connection) -> Config:
    """Alembic's commands on an open connection; `migrations/env.py` takes it from here."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "app.db:migrations")
    return config


# ---------------------------------------------------------------------------------------------------------------------


def _refuse_newer(config: Config, connection: Connection, *, name: str) -> None:
    script = ScriptDirectory.from_config(config)
    known = {revision.revision for revision in script.walk_revisions()}
    unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
    if unknown:
        raise NewerSchema(
            f"The database {name} has schema {', '.join(sorted(unknown))}, and this version knows only up to "
            f"{script.get_current_head()}: install the version that wrote it, or restore a backup from before."
        )
