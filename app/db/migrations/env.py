"""Alembic's entry: runs migrations on the connection of app.db.migrate, or of `alembic -x url=...` for developers."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from app.db.database import Database
from app.db.tables import metadata


def run_migrations(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, render_item=plain_type, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()


def plain_type(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """A migration names SQLAlchemy's own types, so that it stays as it was when the product's types change."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


given = context.config.attributes.get("connection")
if given is not None:
    run_migrations(given)
else:
    with Database(context.get_x_argument(as_dictionary=True)["url"]) as db, db.change_schema() as opened:
        run_migrations(opened)
