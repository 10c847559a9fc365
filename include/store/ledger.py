"""The ledger: what happened, in one gap-free chain that can only grow.

    with store.begin() as conn:
        lock(conn)
        …  # rows of other tables
        seq = append(conn, actor="incident_triage@service", kind="brief.drafted", subject=incident_id, payload={…})

An entry locks the head until the commit. A transaction that writes other rows too takes that lock first, with `lock`, and
does before it what takes time.
It speaks to the driver directly, since SQLAlchemy's overhead of three statements is a third of a durable append.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import DBAPIError

from include.contracts.errors import BadInput, StoreError
from include.store import refs
from include.store.canonical import canonical
from include.store.chain import GENESIS, NO_PAYLOAD, SALT_BYTES, entry_hash, payload_digest
from include.store.database import CLOCK, WRITES
from include.store.ids import new_id
from include.store.redaction import redact_value, suspicious
from include.store.schema import ledger
from include.store.schema import payload as payload_table

LOCK = 0x686F6C64  # PostgreSQL's advisory lock on the head ("hold" in ASCII), released with the transaction
MAX_FIELD_CHARS = 300
CREATED = "store.created"
_AGAIN = "Try again; then ./holdpoint store check."


class Entry(NamedTuple):
    """What the caller says; the rest of the row is the ledger's own."""

    actor: str
    kind: str
    subject: str
    run: str = ""
    payload: Mapping[str, Any] | None = None


class LedgerRow(NamedTuple):
    """One entry as read. `payload` is None where there is none, or where the entry `erased` says that it was erased."""

    seq: int
    at: str
    actor: str
    kind: str
    subject: str
    run: str
    payload_digest: str
    prev_hash: str
    hash: str
    payload: dict[str, Any] | None
    erased: int | None


def lock(conn: Connection) -> None:
    """Lock the head now, and not only with the first entry, until the commit.

    First in every transaction that writes other rows too: what it looks up and finds missing is then still missing when it
    inserts it, and no two such transactions can each hold what the other waits for. On SQLite `Store.begin()` has locked.

    :raises StoreError: not inside `Store.begin()`, or another writer kept the lock for 30 seconds
    """
    _require_writing(conn)
    if not _SQL[conn.dialect.name].locks:
        return
    try:
        conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    except DBAPIError as error:
        raise StoreError(f"The ledger could not be locked: {error.orig}", next_step=_AGAIN) from error


def append(
    conn: Connection, *, actor: str, kind: str, subject: str, run: str = "", payload: Mapping[str, Any] | None = None
) -> int:
    """Append one entry inside `Store.begin()` and return its seq. The payload is redacted, then stored as RFC 8785 JSON.

    :raises BadInput: a field is empty, too long or not printable; the payload is not JSON or holds an integer beyond 2**53
    :raises StoreError: not inside `Store.begin()`, the store was never migrated, or the database refused
    """
    return append_many(conn, (Entry(actor, kind, subject, run, payload),))[0]


def append_many(conn: Connection, entries: Sequence[Entry]) -> list[int]:
    """Append entries in their order, under one lock and one time. Raises as `append`; then none of them is written."""
    _require_writing(conn)
    parts = [_prepare(entry) for entry in entries]  # before the lock: this may be refused, and takes its time
    if not parts:
        return []
    sql = _SQL[conn.dialect.name]
    try:
        cursor = conn.connection.cursor()
        rows, payloads = _chain(parts, *_head(cursor, sql))
        _insert(cursor, sql.entry, rows)
        _insert(cursor, sql.payload, payloads)
        if rows[-1][0] // refs.BLOCK > (rows[0][0] - 1) // refs.BLOCK:
            refs.index(cursor, conn.dialect.name, rows[0][0], rows[-1][0])
    except conn.dialect.loaded_dbapi.Error as error:
        raise StoreError(f"The ledger refused an entry: {error}", next_step=_AGAIN) from error
    return [row[0] for row in rows]


def found(conn: Connection) -> str:
    """Write entry 1, whose subject is this store's random id; every later hash depends on it. Returns the id."""
    store_id = new_id("store")
    sql = _SQL[conn.dialect.name]
    at = conn.exec_driver_sql(f"SELECT {CLOCK[conn.dialect.name]}").scalar_one()
    rows, _ = _chain([_prepare(Entry("store@service", CREATED, store_id))], 0, GENESIS, at)
    conn.exec_driver_sql(sql.entry, rows[0])
    return store_id


def store_id(conn: Connection) -> str | None:
    """The store's id, the subject of entry 1; None where that entry is missing or another."""
    first = select(ledger.c.subject).where(ledger.c.seq == 1, ledger.c.kind == CREATED)
    return conn.execute(first).scalar_one_or_none()


def entries(
    conn: Connection,
    *,
    subject: str | None = None,
    run: str | None = None,
    actor: str | None = None,
    kind: str | None = None,
    after: int = 0,
    limit: int = 1000,
) -> Iterator[LedgerRow]:
    """Entries in order, those after seq `after`, at most `limit`; each filter is an exact match."""
    wanted = {"subject": subject, "run": run, "actor": actor, "kind": kind}
    query = _ENTRIES.where(
        ledger.c.seq > after, *(ledger.c[name] == value for name, value in wanted.items() if value is not None)
    )
    yield from map(_entry, conn.execute(query.order_by(ledger.c.seq).limit(limit)))


def newest(conn: Connection, *, subject: str, kinds: Collection[str], limit: int) -> list[LedgerRow]:
    """The newest entries of these kinds about a subject, at most `limit`, in order."""
    query = _ENTRIES.where(ledger.c.subject == subject, ledger.c.kind.in_(kinds))
    return [*map(_entry, conn.execute(query.order_by(ledger.c.seq.desc()).limit(limit)))][::-1]


_ENTRIES = select(ledger, payload_table.c.body, payload_table.c.erased).join_from(
    ledger, payload_table, ledger.c.seq == payload_table.c.seq, isouter=True
)


def _entry(row: Row[Any]) -> LedgerRow:
    return LedgerRow._make((*row[:-2], None if row.body is None else json.loads(row.body), row.erased))


class _Sql(NamedTuple):
    locks: bool  # the head's query takes the lock in a statement of its own before it, in the same round trip
    head: str
    entry: str
    payload: str


def _statements(dialect: str, mark: str, lock: str = "") -> _Sql:
    columns = "seq, at, actor, kind, subject, run, payload_digest, prev_hash, hash"
    return _Sql(
        locks=bool(lock),
        head=f"{lock}SELECT seq, hash, {CLOCK[dialect]} FROM ledger ORDER BY seq DESC LIMIT 1",  # noqa: S608
        entry=f"INSERT INTO ledger ({columns}) VALUES ({', '.join([mark] * 9)})",  # noqa: S608
        payload=f"INSERT INTO payload (seq, salt, body) VALUES ({', '.join([mark] * 3)})",  # noqa: S608
    )


_SQL = {
    "sqlite": _statements("sqlite", "?"),  # BEGIN IMMEDIATE is the lock
    "postgresql": _statements("postgresql", "%s", f"SELECT pg_advisory_xact_lock({LOCK}); "),
}


def _head(cursor: Any, sql: _Sql) -> tuple[int, str, str]:
    """The head's seq and hash, and the time; its snapshot is taken after the lock was won."""
    cursor.execute(sql.head)
    if sql.locks:
        cursor.nextset()
    row: tuple[int, str, str] | None = cursor.fetchone()
    if row is None:
        raise StoreError("The ledger was never founded.", next_step="Run ./holdpoint store migrate.")
    return row


def _insert(cursor: Any, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if len(rows) == 1:
        cursor.execute(statement, rows[0])  # half the cost of executemany on PostgreSQL
    elif rows:
        cursor.executemany(statement, rows)


def _require_writing(conn: Connection) -> None:
    if not conn.get_execution_options().get(WRITES):
        raise StoreError("A ledger entry was appended outside a write transaction.", next_step="Use Store.begin().")


class _Part(NamedTuple):
    fields: tuple[str, str, str, str]  # actor, kind, subject, run
    digest: str
    salt: bytes
    body: bytes


def _prepare(entry: Entry) -> _Part:
    fields = entry[:4]
    _require_printable(fields)
    if entry.payload is None:
        return _Part(fields, NO_PAYLOAD, b"", b"")
    salt, body = os.urandom(SALT_BYTES), _body(entry.payload)
    return _Part(fields, payload_digest(salt, body), salt, body)


def _require_printable(fields: tuple[str, str, str, str]) -> None:
    # Printable excludes the line feed, on which the hash's encoding rests.
    try:
        if "".join(fields).isprintable() and all(fields[:3]) and max(map(len, fields)) <= MAX_FIELD_CHARS:
            return
    except TypeError:
        pass
    raise BadInput(
        f"Actor, kind, subject and run of a ledger entry are printable lines of at most {MAX_FIELD_CHARS} characters;"
        " only the run may be empty.",
        next_step="Put ids there; what is longer or free text belongs into the payload.",
    )


def _body(payload: Mapping[str, Any]) -> bytes:
    """The payload's bytes: redacted, canonical. Where nothing looks like a secret, the walk is spared."""
    try:
        body = canonical(dict(payload))
        return canonical(redact_value(dict(payload))) if suspicious(body) else body
    except (ValueError, RecursionError) as error:
        raise BadInput(
            f"A ledger payload is not plain JSON: {error}.",
            next_step="Use text, booleans, lists, objects and numbers within ±2**53; write larger integers and times as text.",
        ) from error


def _chain(parts: Sequence[_Part], seq: int, prev: str, at: str) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    rows, payloads = [], []
    for part in parts:
        seq += 1
        digest = entry_hash(seq, at, *part.fields, part.digest, prev)
        rows.append((seq, at, *part.fields, part.digest, prev, digest))
        if part.digest:
            payloads.append((seq, part.salt, part.body))
        prev = digest
    return rows, payloads
