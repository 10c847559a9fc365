"""What the ledger's promises cost, against the least that could be done without them, in one run on one database.

Append: one entry with a payload, redacted, canonical, salted, chained, guarded by triggers, what it names indexed for traces,
in a durable transaction of its own ÷ one plain INSERT of the same bytes into one table with the same columns and indexes, no
trigger, no chain, written as every insert of this project is (SQLAlchemy Core). For information beside it: the same INSERT
handed to the driver as text, and that into a table without indexes.
Verify: `verify()` ÷ fetching the same rows through the same driver and hashing each stored entry and each stored payload.
Floor and subject take turns; the ratio is the median of the rounds'.

    python -m benchmarks.bench_ledger [--appends 100] [--rounds 60] [--entries 20000] [--folder DIR]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, Table, insert

from benchmarks.result import Result
from include.store.canonical import canonical
from include.store.database import Store
from include.store.ids import new_id
from include.store.ledger import Entry, append, append_many
from include.store.location import home
from include.store.verify import rows, verify

COLUMNS = ("at", "actor", "kind", "subject", "run", "payload_digest", "prev_hash", "hash")
INDEXES = ("subject, seq", "run, seq", "kind, seq", "actor, seq")
PAYLOAD = {
    "tool": "query_logs",
    "parameters": {"service": "shop-orders", "since": "2026-11-20T09:45:00Z", "until": "2026-11-20T10:00:00Z", "limit": 200},
    "state": "ok",
    "lines": 187,
    "evidence": "ev_01jd3c4k7w8m9e2f5a6b7c8d9e",
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "title": "187 lines of shop-orders, 143 of them: connection refused by payments:8443",
}
ENTRY = Entry(
    "incident_triage@service",
    "evidence.collected",
    "inc_01jd3c4k7w8m9e2f5a6b7c8d9e",
    "incident_triage__inc_01jd3c4k7w8m9e2f5a6b7c8d9e__1",
    PAYLOAD,
)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="The ledger against bare inserts and bare hashing.")
    parser.add_argument("--appends", type=int, default=100, help="appends a round")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--entries", type=int, default=20_000, help="entries to verify")
    parser.add_argument("--folder", type=Path, default=home(), help="on the disk that the store would be on")
    options = parser.parse_args(argv)
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-ledger-", dir=options.folder) as folder:
        store = Store.open(f"sqlite:///{folder}/store.db")
        store.migrate()
        results = [_append(store, options.appends, options.rounds), _verify(store, options.entries)]
        store.dispose()
    for result in results:
        result.print()
    return 0 if all(result.ok for result in results) else 1


def _append(store: Store, appends: int, rounds: int) -> Result:
    with store.begin() as conn:
        for table in ("bare", "unindexed"):
            columns = ", ".join(f"{name} TEXT NOT NULL" for name in COLUMNS)
            conn.exec_driver_sql(f"CREATE TABLE {table} (seq INTEGER PRIMARY KEY, {columns}, salt BLOB, body BLOB)")
        for number, columns in enumerate(INDEXES):
            conn.exec_driver_sql(f"CREATE INDEX bare_{number} ON bare ({columns})")
    row = ("2026-11-20T10:00:00.000000Z", *ENTRY[:4], "a" * 64, "b" * 64, "c" * 64, b"s" * 32, canonical(PAYLOAD))

    names = (*COLUMNS, "salt", "body")
    core = insert(Table("bare", MetaData(), Column("seq", Integer, primary_key=True), *(Column(name) for name in names)))
    values = dict(zip(names, row, strict=True))

    def bare() -> None:
        with store.begin() as conn:
            conn.execute(core, values)

    def text(table: str) -> None:
        with store.begin() as conn:
            conn.exec_driver_sql(f"INSERT INTO {table} VALUES (NULL, {', '.join('?' * len(row))})", row)

    entries = (ENTRY._replace(payload=PAYLOAD | _named()) for _ in range(appends * (rounds + 1)))
    ready = [entry._asdict() for entry in entries]  # a disk page of the index for each: no two name the same

    def ledger() -> None:
        with store.begin() as conn:
            append(conn, **ready.pop())

    subjects = (ledger, bare, lambda: text("bare"), lambda: text("unindexed"))
    times = [[_repeat(subject, appends) for subject in subjects] for _ in range(rounds + 1)][1:]
    rates = [round(1 / statistics.median(column)) for column in zip(*times, strict=True)]
    ratios = [statistics.median(row[floor] / row[0] for row in times) for floor in (1, 2, 3)]
    return Result(
        name="ledger: appends a second ÷ bare durable inserts a second",
        ratio=ratios[0],
        limit=0.8,
        bound="at least",
        absolutes={
            "appends_per_s": rates[0],
            "bare_inserts_per_s": rates[1],
            "as_text_per_s": rates[2],
            "without_indexes_per_s": rates[3],
            "ratio_as_text": round(ratios[1], 3),
            "ratio_without_indexes": round(ratios[2], 3),
        },
    )


def _named() -> dict[str, str]:
    return {"evidence": new_id("ev"), "digest": hashlib.sha256(os.urandom(32)).hexdigest()}


def _verify(store: Store, entries: int) -> Result:
    for _ in range(entries // 500):
        with store.begin() as conn:
            append_many(conn, [ENTRY] * 500)
    assert verify(store).ok
    times = [(_repeat(lambda: _fetch_and_hash(store), 1), _repeat(lambda: verify(store), 1)) for _ in range(9)]
    count = verify(store).entries
    floor, subject = (statistics.median(column) for column in zip(*times, strict=True))
    return Result(
        name="ledger: verify ÷ fetching and hashing the stored bytes",
        ratio=statistics.median(mine / bare for bare, mine in times),
        limit=1.5,
        absolutes={"verified_per_s": round(count / subject), "hashed_per_s": round(count / floor), "entries": count},
    )


def _fetch_and_hash(store: Store) -> None:
    with store.read() as conn:
        for page in rows(conn):
            for row in page:
                hashlib.sha256("".join(row[1:9]).encode()).hexdigest()
                hashlib.sha256((row[10] or b"") + (row[11] or b"")).hexdigest()


def _repeat(call: Callable[[], object], times: int) -> float:
    """Seconds a call, over `times` calls."""
    started = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - started) / times


if __name__ == "__main__":
    sys.exit(main())
