"""A real PostgreSQL: the one named by HOLDPOINT_TEST_POSTGRES, else the local one, else one started for these tests.

Every test gets a database of its own, which is dropped afterwards. Roles are the cluster's: those that these tests
made are dropped at the end, those that were there stay.
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
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
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


def answers(url: str) -> bool:
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
