"""What is wrong with one row of the ledger. Pure; only asked once `chain.is_intact` has said no."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from include.store.chain import entry_hash, payload_digest
from include.store.report import Problem

RESTORE = "Find out who wrote to the database, then restore it from a backup that verifies."
COMPARE = "Restore this payload from a backup or an export that verifies, and find out who wrote to the database."

Row = Sequence[Any]
"""The ledger's nine columns, then seq, salt, body and erased of the entry's payload (None where it has none)."""


def faults(row: Row, seq: int, prev_hash: str | None) -> Iterator[Problem]:
    """What keeps `row` from being entry `seq` behind the hash `prev_hash` (None: unknown). An erased payload is no fault."""
    found = row[0]
    if found > seq:
        yield Problem(seq, f"Entries {seq} to {found - 1} are missing.", RESTORE)
    elif found < seq:
        yield Problem(found, f"Entry {found} stands where entry {seq} belongs.", RESTORE)
    elif prev_hash is not None and row[7] != prev_hash:
        yield Problem(found, "The entry does not follow the one before it: one of the two was replaced.", RESTORE)
    if not _hash_holds(row):
        yield Problem(found, "The entry is not what was hashed: one of its columns was changed.", RESTORE)
    if not is_erased(row) and (fault := _payload_fault(*row[6:7], *row[9:13])):
        yield Problem(found, fault, COMPARE)


def is_erased(row: Row) -> bool:
    """True if the payload is marked as erased and empty; whether rightly so, only the entry that the mark names can say."""
    digest, stored_for, salt, body, erased = row[6], *row[9:13]
    return bool(digest) and stored_for is not None and salt is None and body is None and isinstance(erased, int)


def is_missing(row: Row) -> bool:
    """True if a payload was announced, and is neither there nor marked as erased."""
    digest, salt, body = row[6], *row[10:12]
    return bool(digest) and salt is None and body is None and not is_erased(row)


def _hash_holds(row: Row) -> bool:
    try:
        return bool(entry_hash(*row[:8]) == row[8])
    except (TypeError, ValueError):
        return False


def _payload_fault(digest: Any, stored_for: Any, salt: Any, body: Any, erased: Any) -> str:
    if not digest:
        return "" if stored_for is None else "The entry has no payload, but one lies beside it."
    if salt is None and body is None:
        return "The payload is missing, and no entry says that it was erased."
    if erased is not None:
        return "The payload is marked as erased, but is there."
    try:
        return "" if payload_digest(salt, body) == digest else "The payload is not what was hashed."
    except (TypeError, ValueError):
        return "The payload is not what was hashed."
