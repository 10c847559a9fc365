"""A real PostgreSQL: the one named by HOLDPOINT_TEST_POSTGRES, else the local one, else one started for these tests.

Fixtures of `tests/conftest.py`; nothing is connected or started before a test asks for it. Databases are dropped at the
end. Roles are the cluster's: those that these tests made are dropped at the end, those that were there stay.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import URL, make_url

LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server's maintenance database, as a superuser; skips by name where there is none."""
    named = os.environ.get("HOLDPOINT_TEST_POSTGRES")
    if named or answers(LOCAL):
        yield named or LOCAL
        return
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries and not shutil.which("initdb"):
        pytest.skip("no PostgreSQL: set HOLDPOINT_TEST_POSTGRES, or install the server")
    with cluster(binaries[-1] if binaries else Path(str(shutil.which("initdb"))).parent) as url:
        yield url


@pytest.fixture(scope="session")
def new_database(postgres_server: str) -> Iterator[Callable[[], str]]:
    """A function that makes an empty database and returns its URL; all are dropped at the end, and our roles with them."""
    import psycopg
    from psycopg import sql

    made: list[str] = []
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        roles = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'holdpoint%'"
        before = {name for (name,) in admin.execute(roles)}

        def create() -> str:
            made.append(f"holdpoint_test_{uuid4().hex}")
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(made[-1])))
            return make_url(postgres_server).set(database=made[-1]).render_as_string(hide_password=False)

        yield create
        for name in made:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        for (name,) in admin.execute(roles).fetchall():
            if name not in before:
                admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def postgres_url(new_database: Callable[[], str]) -> str:
    """An empty database for the whole session."""
    return new_database()


@pytest.fixture(scope="session")
def migrated_url(new_database: Callable[[], str]) -> str:
    """A migrated database for the whole session; a test that uses it leaves it as it was."""
    from include.store.database import Store

    url = new_database()
    store = Store.open(url)
    store.migrate()
    store.dispose()
    return url


@pytest.fixture
def postgresql_store(migrated_url: str) -> Iterator[Any]:
    """A store as it is right after its migration, opened as the tables' owner."""
    import psycopg

    from include.store.database import Store

    with psycopg.connect(migrated_url, autocommit=True) as owner:
        (head,) = one(owner, "SELECT max(seq) FROM ledger")
        opened = Store.open(migrated_url)
        with lock_comes_first():
            yield opened
        opened.dispose()
        empty(owner, head)


def one(conn: Any, query: str) -> tuple[Any, ...]:
    return tuple(conn.execute(query).fetchone())


def empty(owner: Any, head: int) -> None:
    """Delete every row but the migrations' entries: past triggers and foreign keys, and faster than another database."""
    owner.execute("SET session_replication_role = replica")
    owner.execute("SET lock_timeout = '10s'")
    tables = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    for table in {name for (name,) in tables} - {"alembic_version", "ledger", "payload"}:
        owner.execute(f'DELETE FROM "{table}"')
    for table in ("payload", "ledger"):
        owner.execute(f"DELETE FROM {table} WHERE seq > %s", (head,))


@contextmanager
def lock_comes_first() -> Iterator[None]:
    """Fails whoever writes a row and only then locks the ledger's head: two of these can wait for each other for ever."""
    from include.store import ledger

    wrote_before = (
        "SELECT pg_current_xact_id_if_assigned() IS NOT NULL AND NOT EXISTS (SELECT FROM pg_locks"
        f" WHERE locktype = 'advisory' AND objid = {ledger.LOCK} AND pid = pg_backend_pid() AND granted)"
    )

    def watch(name: str, cursor_of: Callable[[Any], Any]) -> None:
        real = getattr(ledger, name)

        def watched(first: Any, *more: Any) -> Any:
            (late,) = one(cursor_of(first), wrote_before)
            assert not late, "a row was written before the ledger's head was locked"
            return real(first, *more)

        patch.setattr(ledger, name, watched)

    with pytest.MonkeyPatch.context() as patch:
        watch("_head", lambda cursor: cursor)
        watch("lock", lambda conn: conn.connection.driver_connection)
        yield


def answers(url: str) -> bool:
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def cluster(binaries: Path) -> Iterator[str]:
    """A cluster of our own on loopback. PostgreSQL refuses to run as root, so there it runs as its own user."""
    folder = Path(tempfile.mkdtemp(prefix="holdpoint-pg-", dir="/tmp"))
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        prefix = ("runuser", "-u", "postgres", "--")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(*arguments: str) -> None:
        command = [*prefix, str(binaries / arguments[0]), *arguments[1:]]
        subprocess.run(command, cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=120)

    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -k '' -c listen_addresses=127.0.0.1"
        run("pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "start")
        try:
            yield str(URL.create("postgresql", "postgres", host="127.0.0.1", port=port, database="postgres"))
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
