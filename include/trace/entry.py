"""One entry as a reader sees it, held against its own hashes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, select

from include.store.chain import GENESIS, entry_hash, payload_digest
from include.store.erasure import ERASED, erased_seq
from include.store.faults import COMPARE, Row, faults, is_erased
from include.store.schema import ledger
from include.store.schema import payload as payload_table

State = Literal["none", "shown", "withheld", "erased", "changed"]
"""Of a payload. `withheld`: classified above what the reader clears. `changed`: it, or the entry, is not what was hashed."""


@dataclass(frozen=True)
class Shown:
    """`problems` is what is wrong with the entry: its hash, its link to the one before it, its payload's digest."""

    row: Row
    state: State
    payload: dict[str, Any] | None
    problems: tuple[str, ...]

    @property
    def seq(self) -> int:
        return int(self.row[0])

    @property
    def verifies(self) -> bool:
        return not self.problems

    @property
    def erased_by(self) -> int | None:
        return self.row[12] if self.state == "erased" else None

    def to_json(self) -> dict[str, Any]:
        names = ("at", "actor", "kind", "subject", "run", "payload_digest", "prev_hash", "hash")
        return {
            "seq": self.seq,
            **{name: text(cell) for name, cell in zip(names, self.row[1:9], strict=True)},
            "payload": self.payload,
            "payload_state": self.state,
            "erased_by": self.erased_by,
            "verifies": self.verifies,
            "problems": list(self.problems),
        }


def load(conn: Connection, numbers: Iterable[int]) -> list[Row]:
    """Rows of entries with those of their payloads, by number."""
    query = (
        select(ledger, payload_table)
        .join_from(ledger, payload_table, ledger.c.seq == payload_table.c.seq, isouter=True)
        .where(ledger.c.seq.in_(list(numbers)))
    )
    return sorted((tuple(row) for row in conn.execute(query)), key=lambda row: int(row[0]))


def problems_of(conn: Connection, rows: Sequence[Row]) -> dict[int, tuple[str, ...]]:
    """What is wrong with each of these entries, by number; the empty tuple where all of it holds.

    It says nothing of the entries between them: only `include.store.verify` does.
    """
    before = _before(conn, rows)
    erasures = _erasures(conn, rows)
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        seq = row[0]
        said = [fault.problem for fault in faults(row, seq, before.get(seq - 1))]
        if seq - 1 not in before:
            said.append(f"Entry {seq - 1} is missing.")
        if is_erased(row) and erasures.get(row[12]) != seq:
            said.append(f"The payload is gone, but entry {row[12]} does not say that it was erased. {COMPARE}")
        found[seq] = tuple(said)
    return found


def parsed(row: Row) -> dict[str, Any] | None:
    """The payload of a row; None where there is none, or none that could be read."""
    body = row[11]
    try:
        value = json.loads(body) if isinstance(body, bytes) else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def state_of(row: Row) -> State:
    """What became of a payload, whoever reads: only one that is what was hashed, in an entry that is, is ever shown."""
    digest, stored_for, salt, body, erased = row[6], *row[9:13]
    if is_erased(row):
        return "erased"
    if not digest and stored_for is None:
        return "none"
    try:
        whole = erased is None and payload_digest(salt, body) == digest and entry_hash(*row[:8]) == row[8]
        return "shown" if whole and parsed(row) is not None else "changed"
    except (TypeError, ValueError):
        return "changed"


def text(cell: Any) -> str:
    """A cell for people and JSON; tampering may have put anything there."""
    said = cell.decode("utf-8", "backslashreplace") if isinstance(cell, bytes) else str(cell)
    return said.encode("utf-8", "backslashreplace").decode()


def _before(conn: Connection, rows: Sequence[Row]) -> Mapping[int, Any]:
    """The hash of each entry's predecessor, by the predecessor's number."""
    wanted = {row[0] - 1 for row in rows}
    query = select(ledger.c.seq, ledger.c.hash).where(ledger.c.seq.in_(wanted))
    return {0: GENESIS} | {seq: stored for seq, stored in conn.execute(query)}


def _erasures(conn: Connection, rows: Sequence[Row]) -> Mapping[int, int | None]:
    """Number of an entry that says so -> the entry whose payload it calls erased."""
    wanted = {row[12] for row in rows if is_erased(row)}
    if not wanted:
        return {}
    query = select(ledger.c.seq, ledger.c.subject).where(ledger.c.seq.in_(wanted), ledger.c.kind == ERASED)
    return {seq: erased_seq(subject) for seq, subject in conn.execute(query)}
