"""The database: opened once, read in sessions, written in one short transaction at a time."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlmodel import Session

from app.db.errors import BadUrl, Busy, Held, Unusable, Unwritable
from app.db.lock import InUse, release_lock, take_lock

THREADS = 40  # Starlette's thread pool; a connection for each, or threads wait for one while they hold the other
WRITE_WAIT_S = 30.0
SCHEMA_LOCK = 0x43484F4B  # any number that every process of the product takes for its advisory lock


class Database:
    """One SQLite file, held by this process alone, or one PostgreSQL database, shared by several."""

    def __init__(self, url: str) -> None:
        self._url = _checked(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self._reads = _sqlite(self._url) if self.is_sqlite else _postgresql(self._url)
        self._writes = self._reads.execution_options(begin="BEGIN IMMEDIATE")
        # Writers queue here rather than in SQLite, whose waiters poll and give up: "database is locked".
        self._turn = threading.Lock() if self.is_sqlite else None
        self._lock = _hold(Path(str(self._url.database))) if self.is_sqlite else None
        try:
            self._probe()
        except BaseException:
            self.close()
            raise

    @property
    def name(self) -> str:
        """What to call it in a message: the URL without its password."""
        return self._url.render_as_string(hide_password=True)

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state and keeps nothing it writes."""
        with Session(self._reads) as session:
            yield session

    @contextlib.contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, committed at the end, rolled back by any exception. Keep it short: the others wait."""
        with self._its_turn(), Session(self._writes) as session, session.begin():
            yield session

    @contextlib.contextmanager
    def change_schema(self) -> Iterator[Connection]:
        """One transaction in which tables may be made again; several processes pass through it one by one."""
        alone = _without_foreign_keys if self.is_sqlite else _one_process
        with self._its_turn(), self._writes.connect() as connection, alone(connection):
            yield connection

    def close(self) -> None:
        self._reads.dispose()
        if self._lock is not None:
            release_lock(self._lock)
            self._lock = None

    def __enter__(self) -> "Database":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def _its_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=WRITE_WAIT_S):
            raise Busy(f"A write waited {WRITE_WAIT_S:.0f} s for the one before it.")
        try:
            yield
        finally:
            self._turn.release()

    def _probe(self) -> None:
        try:
            with self._reads.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            raise Unusable(f"The database {self.name} cannot be opened: {_reason(error)}.") from error


# ---------------------------------------------------------------------------------------------------------------------


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        raise BadUrl("The database URL cannot be read; sqlite:////data/chokepoint.sqlite3 is one that can.") from None
    if backend not in ("sqlite", "postgresql"):
        raise BadUrl(f"The database URL starts with {backend}; sqlite and postgresql are possible.")
    if backend == "sqlite" and (parsed.database or ":memory:").startswith((":memory:", "file:")):
        raise BadUrl("The database URL names no file: in memory, every answer would be lost with the process.")
    return parsed


def _hold(file: Path) -> int:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return take_lock(file.with_name(file.name + ".lock"))
    except InUse as holder:
        raise Held(
            f"The database {file} is held by {holder}. SQLite serves one process: stop that one first, "
            "or let several processes share PostgreSQL."
        ) from None
    except OSError as error:
        raise Unwritable(f"The folder {file.parent} of the database cannot be written: {error.strerror}.") from error


def _sqlite(url: URL) -> Engine:
    try:
        engine = create_engine(url, pool_size=THREADS, max_overflow=0)
    except (ModuleNotFoundError, NoSuchModuleError, ArgumentError) as error:
        raise BadUrl(
            "The database URL of SQLite is sqlite:/// and the path of a file, without host or driver: "
            "sqlite:////data/chokepoint.sqlite3 has an absolute one."
        ) from error
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 -- the driver's own connection
    """FULL: an acknowledged answer survives a power cut."""
    connection.isolation_level = None  # the driver begins nothing by itself: `_begin` does
    for pragma in ("busy_timeout = 5000", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    """IMMEDIATE before a read-modify-write: a transaction that reads first and upgrades later loses or fails."""
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _postgresql(url: URL) -> Engine:
    try:
        return create_engine(url, pool_size=THREADS, max_overflow=0, pool_pre_ping=True)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise BadUrl("PostgreSQL needs its driver: pip install 'chokepoint[postgresql]'.") from error


@contextlib.contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Making a table again drops it, and with foreign keys on a drop deletes rows first; checked at the end instead.

    The pragma does nothing inside a transaction, so it goes past SQLAlchemy, which would begin one.
    """
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        with connection.begin():
            yield
            broken = connection.execute(text("PRAGMA foreign_key_check")).all()
            if broken:
                raise Unusable(f"The new schema would break {len(broken)} references; nothing was changed.")
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


@contextlib.contextmanager
def _one_process(connection: Connection) -> Iterator[None]:
    with connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": SCHEMA_LOCK})
        yield


def _reason(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().splitlines()[0].rstrip(".")
