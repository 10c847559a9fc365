from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from include.contracts.errors import BadInput, StoreError
from include.store.database import Store
from include.store.ledger import MAX_FIELD_CHARS, Entry, LedgerRow, append, append_many, entries
from include.store.verify import verify

ENTRY: dict[str, Any] = {"actor": "ada", "kind": "test.kind", "subject": "inc_1"}


def read(store: Store, **filters: Any) -> list[LedgerRow]:
    with store.read() as conn:
        return list(entries(conn, **filters))


def test_what_was_appended_is_what_is_read(store: Store) -> None:
    with store.begin() as conn:
        one = append(conn, **ENTRY, run="run_1", payload={"b": [1, 2.5, None, True], "a": {"ü": "😀"}})
        two = append(conn, **ENTRY)
    assert two == one + 1
    first, second = read(store, after=one - 1)
    assert first[2:6] == ("ada", "test.kind", "inc_1", "run_1")
    assert first.payload == {"b": [1, 2.5, None, True], "a": {"ü": "😀"}}
    assert (second.payload, second.payload_digest, second.prev_hash) == (None, "", first.hash)
    assert verify(store).ok


def test_an_empty_payload_is_not_none(store: Store) -> None:
    with store.begin() as conn:
        append(conn, **ENTRY, payload={})
    assert read(store, subject="inc_1")[0].payload == {}


def test_filters_are_exact_and_add_up(store: Store) -> None:
    with store.begin() as conn:
        append_many(conn, [Entry(f"a{n % 2}", f"k.{n % 3}", f"s{n % 5}", f"r{n % 7}") for n in range(60)])
    first = read(store)[-60].seq
    for number, row in enumerate(read(store, after=first - 1)):
        assert (row.actor, row.kind, row.subject, row.run) == (
            f"a{number % 2}",
            f"k.{number % 3}",
            f"s{number % 5}",
            f"r{number % 7}",
        )
    assert len(read(store, actor="a1")) == 30
    assert len(read(store, kind="k.2", subject="s1")) == 4
    assert [row.seq for row in read(store, run="r3", after=first + 10, limit=2)] == [first + 17, first + 24]
    assert read(store, subject="s%") == []


def test_many_are_one_chain_in_their_order(store: Store) -> None:
    with store.begin() as conn:
        seqs = append_many(conn, [Entry("ada", "test.kind", f"s{n}", payload={"n": n} if n % 2 else None) for n in range(1500)])
        assert append_many(conn, []) == []
    assert seqs == list(range(seqs[0], seqs[0] + 1500))
    assert [row.subject for row in read(store, after=seqs[0] - 1, limit=2000)] == [f"s{n}" for n in range(1500)]
    assert verify(store).ok


def test_h09_secrets_do_not_reach_the_disk(store: Store) -> None:
    with store.begin() as conn:
        append(
            conn, **ENTRY, payload={"password": "hunter2hunter2", "log": ["GET /?token=tok3ntok3n"], "n": {"apiKey": "k3yk3yk3y"}}
        )
    assert read(store, subject="inc_1")[0].payload == {
        "password": "[redacted:password]",
        "log": ["GET /?token=[redacted:token]"],
        "n": {"apiKey": "[redacted:key]"},
    }
    path = Path(str(store.engine.url.database))
    disk = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert not [secret for secret in (b"hunter2", b"tok3n", b"k3yk3y") if secret in disk]


@pytest.mark.parametrize(
    "fields",
    [
        {"actor": ""},
        {"kind": ""},
        {"subject": ""},
        {"actor": "two\nlines"},
        {"run": "nul\0"},
        {"subject": "\u202eevil"},
        {"kind": "\ud800"},
        {"subject": "x" * (MAX_FIELD_CHARS + 1)},
        {"actor": None},
        {"run": 5},
        {"kind": b"bytes"},
    ],
)
def test_a_field_that_is_no_printable_line_is_refused(store: Store, fields: dict[str, Any]) -> None:
    before = len(read(store))
    with pytest.raises(BadInput, match="printable"), store.begin() as conn:
        append(conn, **(ENTRY | fields))
    assert len(read(store)) == before


@pytest.mark.parametrize("value", [2**53, float("nan"), float("inf"), "\ud800", b"bytes", {1}, object()])
def test_a_payload_that_is_not_json_is_refused_and_nothing_of_the_batch_is_kept(store: Store, value: Any) -> None:
    before = len(read(store))
    with store.begin() as conn, pytest.raises(BadInput, match="JSON"):
        append_many(conn, [Entry("ada", "k", "s"), Entry("ada", "k", "s", payload={"x": value})])
    assert len(read(store)) == before


def test_a_payload_nested_too_deeply_is_refused(store: Store) -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"d": deep}
    with store.begin() as conn, pytest.raises(BadInput):
        append(conn, **ENTRY, payload=deep)
    while deep:  # or the interpreter itself dies of freeing it
        deep = deep["d"]


def test_a_large_payload_is_kept_whole(store: Store) -> None:
    with store.begin() as conn:
        append(conn, **ENTRY, payload={"text": "line of text\n" * 400_000})
    assert len(read(store, subject="inc_1")[0].payload["text"]) == 13 * 400_000  # type: ignore[index]
    assert verify(store).ok


def test_appending_outside_a_write_transaction_is_refused(store: Store) -> None:
    with store.read() as conn, pytest.raises(StoreError, match=r"Store\.begin\(\)"):
        append(conn, **ENTRY)
    with store.engine.begin() as conn, pytest.raises(StoreError, match=r"Store\.begin\(\)"):
        append(conn, **ENTRY)


def test_appending_to_a_store_never_migrated_says_what_to_do(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/x.db")
    with store.begin() as conn, pytest.raises(StoreError):
        append(conn, **ENTRY)


# -- append-only -------------------------------------------------------------------------------------------------------

COLUMNS = "seq, at, actor, kind, subject, run, payload_digest, prev_hash, hash"
COPY = f"SELECT {{seq}}, {COLUMNS.removeprefix('seq, ')} FROM ledger WHERE seq = 4"
NEXT = "(SELECT max(seq) + 1 FROM ledger)"
REFUSED = {
    "update": "UPDATE ledger SET actor = 'mallory' WHERE seq = 4",
    "update nothing but itself": "UPDATE ledger SET actor = actor",
    "update or replace": "UPDATE OR REPLACE ledger SET seq = 5 WHERE seq = 4",
    "delete": "DELETE FROM ledger WHERE seq = 4",
    "delete all": "DELETE FROM ledger",
    "delete the head": "DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)",
    "replace": f"REPLACE INTO ledger ({COLUMNS}) {COPY.format(seq=4)}",
    "insert or replace": f"INSERT OR REPLACE INTO ledger ({COLUMNS}) {COPY.format(seq=4)}",
    "insert or ignore": f"INSERT OR IGNORE INTO ledger ({COLUMNS}) {COPY.format(seq=4)}",
    "upsert": f"INSERT INTO ledger ({COLUMNS}) {COPY.format(seq=4)} ON CONFLICT (seq) DO UPDATE SET actor = 'mallory'",
    "insert with a gap": f"INSERT INTO ledger ({COLUMNS}) {COPY.format(seq=1000)}",
    "insert below": f"INSERT INTO ledger ({COLUMNS}) {COPY.format(seq=-1)}",
    "insert without a number": f"INSERT INTO ledger ({COLUMNS}) {COPY.format(seq='NULL')}",
    "insert off the head": f"INSERT INTO ledger ({COLUMNS}) {COPY.format(seq=NEXT)}",
    "update a payload": "UPDATE payload SET body = x'7b7d' WHERE seq = 4",
    "update a payload's number": "UPDATE payload SET seq = 99 WHERE seq = 4",
    "erase without an entry": "UPDATE payload SET body = NULL, salt = NULL, erased = 4 WHERE seq = 4",
    "erase without a mark": "UPDATE payload SET body = NULL, salt = NULL WHERE seq = 4",
    "erase under another's entry": "UPDATE payload SET body = NULL, salt = NULL, erased = 10 WHERE seq = 4",
    "move an erasure's mark": "UPDATE payload SET erased = 4 WHERE seq = 7",
    "take an erasure back": "UPDATE payload SET erased = NULL, body = x'7b7d', salt = x'00' WHERE seq = 7",
    "delete a payload": "DELETE FROM payload WHERE seq = 4",
    "replace a payload": "REPLACE INTO payload (seq, salt, body) VALUES (4, x'00', x'7b7d')",
    "replace an erased payload": "REPLACE INTO payload (seq, salt, body) VALUES (7, x'00', x'7b7d')",
    "a payload unannounced": "INSERT INTO payload (seq, salt, body) VALUES (6, x'00', x'7b7d')",
    "a payload of no entry": "INSERT INTO payload (seq, salt, body) VALUES (1000, x'00', x'7b7d')",
}


@pytest.mark.parametrize("guarded", [True, False], ids=["our pragmas", "SQLite's defaults"])
@pytest.mark.parametrize("attempt", REFUSED)
def test_h09_sqlite_refuses(ledger_store: Store, attempt: str, guarded: bool) -> None:
    """With and without recursive_triggers and foreign_keys: another program's connection has neither."""
    with closing(sqlite3.connect(str(ledger_store.engine.url.database))) as conn:
        for name in ("recursive_triggers", "foreign_keys"):
            conn.execute(f"PRAGMA {name} = {int(guarded)}")
        before = [conn.execute(f"SELECT * FROM {table} ORDER BY seq").fetchall() for table in ("ledger", "payload")]
        with pytest.raises(sqlite3.IntegrityError):
            conn.execute(REFUSED[attempt])
        conn.commit()
        assert [conn.execute(f"SELECT * FROM {table} ORDER BY seq").fetchall() for table in ("ledger", "payload")] == before


def test_a_refusal_reaches_the_caller_as_a_store_error(store: Store) -> None:
    with store.begin() as conn:
        conn.exec_driver_sql("CREATE TRIGGER no BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'not today'); END")
    with store.begin() as conn, pytest.raises(StoreError, match="not today"):
        append(conn, **ENTRY)


# -- many at once, and dying -------------------------------------------------------------------------------------------

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


def appender(store: Store, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", APPENDER, f"sqlite:///{store.engine.url.database}", name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_h09_eight_processes_make_one_gap_free_chain(store: Store) -> None:
    head = read(store)[-1].seq
    running = [appender(store, f"p{n}@service", 200) for n in range(8)]
    while any(process.poll() is None for process in running):  # and it verifies while they append
        assert verify(store).ok
        time.sleep(0.3)
    printed = [process.communicate()[0].split() for process in running]
    assert [process.returncode for process in running] == [0] * 8
    assert sorted(int(seq) for seqs in printed for seq in seqs) == list(range(head + 1, head + 1601))
    rows = read(store, subject="race", limit=2000)
    for name, seqs in zip(range(8), printed, strict=True):
        mine = [row for row in rows if row.actor == f"p{name}@service"]
        assert [row.seq for row in mine] == [int(seq) for seq in seqs]
        assert [row.payload for row in mine] == [{"number": number} for number in range(200)]
    assert verify(store).ok


def test_h09_a_killed_appender_loses_nothing_that_it_was_told(store: Store) -> None:
    for wait in (0.0, 0.002, 0.005, 0.011, 0.02):
        process = appender(store, "killed@service", 100_000)
        told = [int(process.stdout.readline())]  # type: ignore[union-attr]
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        told += [int(line) for line in process.communicate()[0].split("\n")[:-1]]
        assert verify(store).ok
        kept = {row.seq for row in read(store, subject="race", limit=100_000)}
        assert kept >= set(told)


def test_h09_a_transaction_killed_midway_leaves_nothing(store: Store) -> None:
    code = APPENDER.split("for number", maxsplit=1)[0] + (
        "with store.begin() as conn:\n"
        "    append(conn, actor='killed@service', kind='test.kind', subject='half', payload={'a': 1})\n"
        "    print('inside', flush=True)\n"
        "    import time; time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, f"sqlite:///{store.engine.url.database}"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"inside\n"
    process.kill()
    process.communicate()
    assert read(store, subject="half") == []
    with store.begin() as conn:
        append(conn, **ENTRY)
    assert verify(store).ok
