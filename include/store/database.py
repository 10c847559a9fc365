"""The store: one engine, write transactions that take the lock first, read-only ones, the database's clock.

with store.begin() as conn:      # BEGIN IMMEDIATE on SQLite: no other writer between our read and our write
    seq = append(conn, actor=…, kind=…, subject=…)
with store.read() as conn:       # one snapshot; a write is refused
    …
"""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from include.contracts.errors import ConfigError, StoreError
from include.store.ids import new_id
from include.store.location import locate
from include.store.times import from_text

__all__ = ["CLOCK", "DRIVER_ERRORS", "WRITES", "Store", "day", "new_id", "now"]

WRITES = "holdpoint_writes"  # the execution option that marks a connection of Store.begin()

DRIVER_ERRORS = (DBAPIError, sqlite3.Error, UnicodeDecodeError)
"""What a ruined database makes the drivers raise; the last where a message quotes a schema that is no UTF-8."""

_LOCK_SECONDS = 30
_SQLITE_PRAGMAS = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",  # else REPLACE deletes rows without firing the triggers that forbid it
    "secure_delete=ON",  # an erased payload is overwritten, not only unlinked
)
CLOCK = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'",
    # clock_timestamp, not now(): the time of this call, after any wait for a lock
    "postgresql": """to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
}
"""The database's clock as an SQL expression, `YYYY-MM-DDTHH:MM:SS.ffffffZ`; SQLite knows milliseconds and pads them."""


class Store:
    """Holdpoint's database. `Store.open()` finds it; nothing here creates or changes its schema but `migrate()`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.dialect = engine.dialect.name
        self._writer = engine.execution_options(**{WRITES: True})
        self._reader = engine.execution_options(**_READ_OPTIONS[self.dialect])
        _STORES.add(self)

    @classmethod
    def open(cls, url: str | None = None) -> Store:
        """The store at `url`, else at `HOLDPOINT_STORE`, else `holdpoint.db` in Holdpoint's home. Does not migrate.

        :raises ConfigError: the URL is not one of a store
        :raises StoreError: the SQLite file's folder cannot be made
        """
        location = locate(url)
        return cls(_sqlite_engine(location) if location.get_backend_name() == "sqlite" else _postgresql_engine(location))

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A write transaction: committed at the end of the block, rolled back when it raises.

        :raises StoreError: the database cannot be reached, or another writer kept the lock for 30 seconds
        """
        with _connected(self._writer) as conn:
            yield conn
            conn.commit()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only transaction over one snapshot.

        :raises StoreError: the database cannot be reached
        """
        with _connected(self._reader) as conn, _READ_ONLY[self.dialect](conn):
            yield conn

    def migrate(self) -> str:
        """Bring the schema to this code's revision and return it; harmless when it is there, and when two do it at once.

        :raises StoreError: the store is newer than this code
        """
        from include.store.migrate import migrate

        return migrate(self)

    def check(self) -> None:
        """StoreError unless the schema is the one this code expects."""
        from include.store.migrate import check

        check(self)

    def scrub(self) -> bool:
        """Empty SQLite's write-ahead log, which still holds the earlier state of overwritten pages.

        :return: False where a reader stood in the way, and on PostgreSQL, where only VACUUM removes dead rows
        """
        if self.dialect != "sqlite":
            return False
        with closing(self.engine.raw_connection()) as raw:
            cursor = raw.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (busy, *_) = cursor.fetchone() or (1,)
        return not busy

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def now(conn: Connection) -> str:
    """The database's time in UTC, `YYYY-MM-DDTHH:MM:SS.ffffffZ`."""
    return str(conn.exec_driver_sql(f"SELECT {CLOCK[conn.dialect.name]}").scalar_one())


def day(conn: Connection) -> date:
    """The database's day in UTC: whether a grant or an approval holds is asked of one clock, whatever host asks."""
    return from_text(now(conn)).date()


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    with ExitStack() as stack:
        try:
            conn = stack.enter_context(engine.connect())
            conn.begin()
        except DRIVER_ERRORS as error:
            raise _unreachable(engine.url, error) from error
        yield conn


def _unreachable(url: URL, error: Exception) -> StoreError:
    if "database is locked" in str(error):
        return StoreError("Another process keeps the store locked.", next_step="Try again; then look for a hung process.")
    where = url.render_as_string(hide_password=True)
    return StoreError(f"The store at {where} cannot be reached.", next_step="Check that it exists, runs and lets us in.")


# -- SQLite ------------------------------------------------------------------------------------------------------------


def _sqlite_engine(url: URL) -> Engine:
    path = Path(url.database or "")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Evidence is nobody else's business; the log and index files take over the mode of the database file.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(
            f"The store's file {path} cannot be opened: {error.strerror}.", next_step="Set HOLDPOINT_HOME to a folder of yours."
        ) from error
    engine = create_engine(url, connect_args={"timeout": _LOCK_SECONDS}, hide_parameters=True)  # they are content (H12)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_pragmas(dbapi: sqlite3.Connection, _record: object) -> None:
    dbapi.isolation_level = None  # the driver would begin on its own, deferred; _begin_sqlite does it
    (mode,) = dbapi.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":
        raise ConfigError("SQLite cannot keep a write-ahead log here.", next_step="Put the store on a local disk.")
    for pragma in _SQLITE_PRAGMAS:
        dbapi.execute(f"PRAGMA {pragma}")


def _begin_sqlite(conn: Connection) -> None:
    driver: Any = conn.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if conn.get_execution_options().get(WRITES) else "BEGIN")


@contextmanager
def _sqlite_read_only(conn: Connection) -> Iterator[None]:
    driver: Any = conn.connection.driver_connection
    driver.execute("PRAGMA query_only=ON")
    try:
        yield
    finally:
        driver.execute("PRAGMA query_only=OFF")


# -- PostgreSQL --------------------------------------------------------------------------------------------------------


def _postgresql_engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED",  # the head must be read after the lock was won, not before
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 10, "application_name": "holdpoint"},
    )
    event.listen(engine, "connect", _set_lock_timeout)
    return engine


def _set_lock_timeout(dbapi: Any, _record: object) -> None:
    dbapi.execute(f"SET lock_timeout = '{_LOCK_SECONDS}s'")
    dbapi.commit()


@contextmanager
def _postgresql_read_only(_conn: Connection) -> Iterator[None]:
    yield


_READ_OPTIONS: dict[str, dict[str, Any]] = {
    "sqlite": {},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}
_READ_ONLY: dict[str, Callable[[Connection], Any]] = {"sqlite": _sqlite_read_only, "postgresql": _postgresql_read_only}


# A forked child (Airflow forks its tasks) must not use, nor close, the connections of its parent.
_STORES: weakref.WeakSet[Store] = weakref.WeakSet()


def _forget_connections() -> None:
    for store in _STORES:
        store.engine.dispose(close=False)


os.register_at_fork(after_in_child=_forget_connections)
