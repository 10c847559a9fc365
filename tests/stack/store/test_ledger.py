"""The rules of the ledger on PostgreSQL: appending, dying, and every attack that SQLite's tests know."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from include.contracts.errors import StoreError
from include.store import database
from include.store.checkpoint import Checkpoint
from include.store.database import Store, now
from include.store.erasure import erase
from include.store.export import export_to, verify_export
from include.store.ledger import Entry, append, append_many, entries
from include.store.migrate import expected
from include.store.verify import verify
from tests.include.store.attacks import ATTACKS, HEAD, Attack, Run, replace_entry, rewrite_chain

APPENDER = """
import sys
from include.store.database import Store
from include.store.ledger import append
store = Store.open(sys.argv[1])
for number in range(int(sys.argv[3])):
    with store.begin() as conn:
        seq = append(conn, actor=sys.argv[2], kind="test.kind", subject="race", payload={"number": number})
    print(seq, flush=True)
"""


def url_of(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)


def test_an_untouched_ledger_verifies_as_on_sqlite(ledger_store: Store, sealed: Checkpoint) -> None:
    report = verify(ledger_store, checkpoints=[sealed])
    assert report.ok, report.problems
    assert (report.entries, report.sealed_to, report.erased, report.missing) == (HEAD, HEAD, 1, 0)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_h09_every_attack_is_found_where_it_was_made(ledger_store: Store, attacker: Run, attack: Attack) -> None:
    for statement in attack.statements:
        attacker(statement)
    found = [(problem.seq, problem.problem) for problem in verify(ledger_store).problems]
    assert any(seq == attack.seq and attack.problem in problem for seq, problem in found), found


def test_h09_every_changed_byte_is_found(ledger_store: Store, attacker: Run) -> None:
    """Each byte of an entry with a payload, one at a time; PostgreSQL itself keeps text that is no UTF-8 out."""
    survived, tried = [], 0
    for column in ("at", "actor", "kind", "subject", "run", "payload_digest", "prev_hash", "hash"):
        ((text,),) = attacker(f"SELECT {column} FROM ledger WHERE seq = 5")
        for index in range(len(text)):
            changed = text[:index] + chr(ord(text[index]) ^ 1) + text[index + 1 :]
            attacker(f"UPDATE ledger SET {column} = '{changed}' WHERE seq = 5")
            survived += [(column, index)] if verify(ledger_store).ok else []
            tried += 1
        attacker(f"UPDATE ledger SET {column} = '{text}' WHERE seq = 5")
    for column in ("salt", "body"):
        ((size,),) = attacker(f"SELECT length({column}) FROM payload WHERE seq = 5")
        for index in range(size):
            flip = f"UPDATE payload SET {column} = set_byte({column}, {index}, get_byte({column}, {index}) # 1) WHERE seq = 5"
            attacker(flip)
            survived += [(column, index)] if verify(ledger_store).ok else []
            attacker(flip)
            tried += 1
    assert tried > 300
    assert survived == []
    assert verify(ledger_store).ok


def test_h09_a_replaced_entry_with_its_own_right_hash_breaks_the_link(ledger_store: Store, attacker: Run) -> None:
    replace_entry(attacker, 5)
    assert [problem.seq for problem in verify(ledger_store).problems] == [6]


def test_h09_a_rewritten_chain_and_a_deleted_tail_contradict_the_checkpoint(
    ledger_store: Store, sealed: Checkpoint, attacker: Run
) -> None:
    rewrite_chain(attacker)
    assert verify(ledger_store).ok
    assert "the chain was rewritten" in verify(ledger_store, checkpoints=[sealed]).problems[0].problem
    attacker(f"DELETE FROM payload WHERE seq >= {HEAD}")
    attacker(f"DELETE FROM ledger WHERE seq >= {HEAD}")
    assert verify(ledger_store).ok
    assert "tail was deleted" in verify(ledger_store, checkpoints=[sealed]).problems[0].problem


def test_an_export_verifies_elsewhere(ledger_store: Store, sealed: Checkpoint, tmp_path: Path) -> None:
    export_to(ledger_store, tmp_path / "x")
    assert verify_export(tmp_path / "x", [sealed]).to_json() == verify(ledger_store, checkpoints=[sealed]).to_json()


def test_now_is_the_databases_clock_and_moves_within_a_transaction(store: Store) -> None:
    with store.begin() as conn:
        one = now(conn)
        time.sleep(0.01)
        two = now(conn)
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z", one)
    assert one < two


def test_read_is_one_snapshot_that_refuses_to_write(store: Store) -> None:
    with store.read() as conn:
        before = len(list(entries(conn)))
        with store.begin() as other:
            append(other, actor="ada", kind="test.kind", subject="x")
        assert len(list(entries(conn))) == before
        with pytest.raises(Exception, match="read-only"):
            conn.exec_driver_sql("CREATE TABLE x (y int)")
    with store.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE x (y int)")


def test_a_head_locked_for_too_long_is_an_error(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_LOCK_SECONDS", 1)
    impatient = Store.open(url_of(store))
    with store.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject="x")
        with pytest.raises(StoreError, match="lock timeout"), impatient.begin() as other:
            append(other, actor="ada", kind="test.kind", subject="x")
    with impatient.begin() as other:
        append(other, actor="ada", kind="test.kind", subject="x")
    impatient.dispose()


def test_a_batch_and_a_rollback(store: Store) -> None:
    with store.begin() as conn:
        seqs = append_many(conn, [Entry("ada", "k", f"s{n}", payload={"n": n} if n % 2 else None) for n in range(700)])
    with pytest.raises(ZeroDivisionError), store.begin() as conn:
        append(conn, actor="ada", kind="k", subject="undone") / 0
    with store.begin() as conn:
        assert append(conn, actor="ada", kind="k", subject="next") == seqs[-1] + 1
    assert verify(store).ok


def appender(store: Store, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", APPENDER, url_of(store), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_h09_eight_processes_make_one_gap_free_chain(store: Store) -> None:
    with store.read() as conn:
        head = max(row.seq for row in entries(conn))
    running = [appender(store, f"p{n}@service", 200) for n in range(8)]
    while any(process.poll() is None for process in running):
        assert verify(store).ok
        time.sleep(0.3)
    printed = [int(seq) for process in running for seq in process.communicate()[0].split()]
    assert sorted(printed) == list(range(head + 1, head + 1601))
    report = verify(store)
    assert report.ok
    assert report.note_count == 0  # the time is taken under the lock, so it never goes back


def test_h09_a_killed_appender_loses_nothing_that_it_was_told(store: Store) -> None:
    for wait in (0.0, 0.005, 0.02):
        process = appender(store, "killed@service", 100_000)
        told = [int(process.stdout.readline())]  # type: ignore[union-attr]
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        told += [int(line) for line in process.communicate()[0].split("\n")[:-1]]
        assert verify(store).ok
        with store.read() as conn:
            assert {row.seq for row in entries(conn, subject="race", limit=100_000)} >= set(told)


def test_an_erased_payload_verifies_and_is_gone_after_a_vacuum(store: Store) -> None:
    with store.begin() as conn:
        seq = append(conn, actor="ada", kind="test.kind", subject="x", payload={"who": "canary-51b0"})
        erase(conn, seq, "ada", "request 12")
    assert not store.scrub()
    report = verify(store)
    assert (report.ok, report.erased) == (True, 1)


def test_migrating_at_once_founds_one_chain(new_database: Callable[[], str]) -> None:
    url = new_database()
    code = "import sys; from include.store.database import Store; s = Store.open(sys.argv[1]); print(s.migrate()); s.check()"
    running = [
        subprocess.Popen([sys.executable, "-c", code, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert [process.communicate(timeout=120) for process in running] == [(f"{expected()}\n", "")] * 4
    with Store.open(url).read() as conn:
        assert [row.kind for row in entries(conn)].count("store.created") == 1


def test_a_server_that_restarts_is_found_again(store: Store) -> None:
    with store.begin() as conn:
        pid = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with psycopg.connect(store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)) as admin:
        admin.execute("SELECT pg_terminate_backend(%s)", (pid,))
    with store.begin() as conn:
        append(conn, actor="ada", kind="test.kind", subject="x")
