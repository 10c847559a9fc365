from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from include.contracts.errors import ConfigError, StoreError
from include.store import database
from include.store.database import Store, now
from include.store.ledger import append, entries

UNDONE = {"actor": "ada", "kind": "test.kind", "subject": "undone"}


def pragma(store: Store, name: str) -> object:
    with store.read() as conn:
        return conn.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_every_connection_is_durable_and_guarded(store: Store) -> None:
    assert pragma(store, "journal_mode") == "wal"
    assert pragma(store, "synchronous") == 2  # FULL
    for name in ("foreign_keys", "recursive_triggers", "secure_delete"):
        assert pragma(store, name) == 1, name
    assert pragma(store, "busy_timeout") == 30_000


@pytest.mark.parametrize("folder", ["with space", "50% ?x=1", "ü;&#"])
def test_a_store_works_at_any_path(tmp_path: Path, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDPOINT_HOME", str(tmp_path / folder / "home"))
    store = Store.open()
    store.migrate()
    store.check()
    assert (tmp_path / folder / "home" / "holdpoint.db").exists()
    store.dispose()


def test_nobody_else_can_read_it(store: Store) -> None:
    path = Path(str(store.engine.url.database))
    with store.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject="x")
        modes = [os.stat(f"{path}{suffix}").st_mode & 0o077 for suffix in ("", "-wal", "-shm")]
    assert modes == [0, 0, 0]
    assert path.parent.stat().st_mode & 0o077 == 0


def test_begin_takes_the_lock_first(store: Store) -> None:
    """Two that read before they write would otherwise meet in a deadlock that SQLite ends by refusing one."""
    other = sqlite3.connect(str(store.engine.url.database), timeout=0)
    with closing(other), store.begin(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")


def test_a_store_kept_locked_is_an_error_that_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_LOCK_SECONDS", 0.1)
    impatient = Store.open(f"sqlite:///{store.engine.url.database}")
    with store.begin(), pytest.raises(StoreError, match="keeps the store locked"), impatient.begin():
        pass
    with impatient.begin() as conn:  # and the connection is fit for use again
        append(conn, actor="ada", kind="test.kind", subject="x")


def test_readers_do_not_wait_for_a_writer(store: Store) -> None:
    with store.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject="unseen")
        with store.read() as other:
            assert not list(entries(other, subject="unseen"))


def test_an_exception_rolls_back(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject=f"undone {append(conn, **UNDONE) / 0}")
    with store.read() as conn:
        assert not list(entries(conn, subject="undone"))


def test_read_refuses_to_write_and_leaves_no_trace_of_that(store: Store) -> None:
    with store.read() as conn, pytest.raises(DBAPIError, match="readonly"):
        conn.exec_driver_sql("CREATE TABLE x (y)")
    with store.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE x (y)")


def test_read_sees_one_snapshot(store: Store) -> None:
    with store.read() as conn:
        before = len(list(entries(conn)))
        with store.begin() as other:
            append(other, actor="ada", kind="test.kind", subject="x")
        assert len(list(entries(conn))) == before


def test_now_is_the_databases_clock_in_utc(store: Store) -> None:
    with store.read() as conn:
        at = now(conn)
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z", at)
    assert abs((datetime.fromisoformat(at) - datetime.now(UTC)).total_seconds()) < 5


def test_a_file_that_is_no_database_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(StoreError, match="cannot be reached"), Store.open(f"sqlite:///{tmp_path}/x.db").read():
        pass


def test_a_folder_that_cannot_be_made_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="HOLDPOINT_HOME"):
        Store.open(f"sqlite:///{tmp_path}/file/x.db")


def test_a_disk_without_a_write_ahead_log_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a network drive; here a file that another process keeps in the old mode, which WAL cannot replace."""
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE x (y)")
        other.execute("BEGIN")
        other.execute("SELECT * FROM x").fetchall()
        monkeypatch.setattr(database, "_LOCK_SECONDS", 0)
        with pytest.raises((StoreError, ConfigError)), Store.open(f"sqlite:///{path}").read():
            pass


def test_an_unreachable_server_is_an_error_without_its_password() -> None:
    store = Store.open("postgresql://me:s3cret@127.0.0.1:1/db")
    with pytest.raises(StoreError, match="cannot be reached") as caught, store.begin():
        pass
    assert "s3cret" not in str(caught.value)


def test_threads_share_a_store(store: Store) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(20):
                with store.begin() as conn:
                    append(conn, actor="ada", kind="test.kind", subject="threads")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not failures
    with store.read() as conn:
        assert len(list(entries(conn, subject="threads"))) == 80


def test_a_forked_child_uses_connections_of_its_own(store: Store) -> None:
    with store.read() as conn:
        parent = id(conn.connection.driver_connection)
    pid = os.fork()
    if not pid:
        status = 1
        try:
            with store.begin() as conn:
                append(conn, actor="child@service", kind="test.kind", subject="fork")
                status = 0 if id(conn.connection.driver_connection) != parent else 3
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    with store.begin() as conn:
        append(conn, actor="parent@service", kind="test.kind", subject="fork")
    with store.read() as conn:
        assert len(list(entries(conn, subject="fork"))) == 2


def test_scrub_waits_for_no_reader_for_ever(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_LOCK_SECONDS", 0.1)
    impatient = Store.open(f"sqlite:///{store.engine.url.database}")
    with store.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject="x")
    with store.read() as conn:
        list(entries(conn))
        with impatient.begin() as other:
            append(other, actor="ada", kind="test.kind", subject="x")
        assert not impatient.scrub()
    assert impatient.scrub()


def test_opening_at_once_from_many_processes(tmp_path: Path) -> None:
    """The switch to WAL and the migration, both raced for."""
    code = (
        "import sys; from include.store.database import Store; s = Store.open(sys.argv[1]); s.migrate(); s.check();"
        "\nfrom include.store.ledger import append\nwith s.begin() as c: append(c, actor='a', kind='k', subject='many')"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, f"sqlite:///{tmp_path}/s.db"], stderr=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    assert [(process.communicate(timeout=120)[1], process.returncode) for process in running] == [("", 0)] * 6
    with Store.open(f"sqlite:///{tmp_path}/s.db").read() as conn:
        found = list(entries(conn))
    assert [row.kind for row in found].count("store.created") == 1
    assert [row.subject for row in found].count("many") == 6


def test_opening_costs_little(store: Store) -> None:
    started = time.perf_counter()
    store.check()
    assert time.perf_counter() - started < 0.5
