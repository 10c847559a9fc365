"""What the store says of keys: enrolments, witnesses, revocations of keys and people, compared with the ledger's entries.

A row without its entry was put in by another hand; an entry without its row lost one, such as a revocation that somebody wants
forgotten. Either way nothing is decided (rule `complete_record`) until somebody has looked. That a row *and* its entry are gone
shows in the chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pydantic import ValidationError
from sqlalchemy import Connection

from include.contracts.errors import HoldpointError, Refused
from include.contracts.statement import Enrolment, Revocation, Revoked, Signed, Statement, Witness
from include.holds.digest import digest_of, read_statement
from include.store import statements
from include.store.ledger import LedgerRow
from include.store.statements import Stored

ENROLLED, WITNESSED = "key.enrolled", "key.witnessed"
REVOKED = {Revoked.KEY: "key.revoked", Revoked.PERSON: "person.revoked"}
KINDS = frozenset({ENROLLED, WITNESSED, *REVOKED.values()})
_TYPES = ("holdpoint.enrolment.v1", "holdpoint.witness.v1", "holdpoint.revocation.v1")


class Entered(NamedTuple):
    """A statement of the record, and when the ledger took it in."""

    statement: Statement
    signed: Signed
    digest: str
    seq: int
    at: str


class _Broken(Exception):
    """Says what does not agree."""


def read_key_record(conn: Connection) -> Sequence[Entered]:
    """Everything ever said of keys, in the ledger's order. No signature is checked here.

    :raises Refused: rule `complete_record`: rows and entries do not agree
    """
    try:
        return _read(conn)
    except _Broken as error:
        raise broken(str(error)) from None
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise broken("an entry of the ledger cannot be read") from None


def broken(problem: str) -> Refused:
    """The refusal where the record of keys is not to be believed."""
    return Refused(
        f"The record of keys is not whole: {problem}.",
        next_step="./holdpoint ledger verify; find out who wrote to the database; nothing is decided until it is whole",
        rule="complete_record",
    )


def kind_of(statement: Statement) -> str | None:
    """The ledger's kind of a statement about keys; None for any other statement."""
    if isinstance(statement, Enrolment):
        return ENROLLED
    if isinstance(statement, Witness):
        return WITNESSED
    return REVOKED.get(statement.what) if isinstance(statement, Revocation) else None


def _read(conn: Connection) -> Sequence[Entered]:
    entries = {entry.seq: entry for entry in statements.history(conn, KINDS)}
    rows = sorted((row for type_ in _TYPES for row in statements.of_type(conn, type_)), key=lambda row: row.seq)
    found = []
    for row in rows:
        statement, signed = _parsed(row)
        kind = kind_of(statement)
        if kind is None:
            continue  # the revocation of a vote or a hold, which its hold's record is compared with
        entry = entries.pop(row.seq, None)
        if entry is None or not _same(row, statement, kind, entry):
            raise _Broken("a stored statement has no entry in the ledger, or another")
        found.append(Entered(statement, signed, row.digest, row.seq, entry.at))
    if entries:
        first = next(iter(entries.values()))
        raise _Broken(f"the statement of the ledger's entry {first.seq} ({first.kind}) is missing from the store")
    return found


def _parsed(row: Stored) -> tuple[Statement, Signed]:
    try:
        statement, digest = _statement(row.body)
        signed = row.signed()
    except (HoldpointError, ValidationError, ValueError):
        raise _Broken("a stored statement cannot be read") from None
    if (row.digest, row.type, row.person, row.key) != (digest, statement.type, statement.person, statement.key):
        raise _Broken("a stored statement is not the one that was signed")
    return statement, signed


@lru_cache(maxsize=4_096)
def _statement(body: str) -> tuple[Statement, str]:
    """Pure, so it is done once: the record is read for every page and every vote."""
    statement = read_statement(body)
    return statement, digest_of(statement)


def _same(row: Stored, statement: Statement, kind: str, entry: LedgerRow) -> bool:
    if (entry.kind, entry.actor, entry.subject) != (kind, statement.person, row.subject):
        return False
    # An erased payload leaves the columns, which the chain covers; the bytes still answer to their signature.
    return entry.payload.get("statement") == row.digest if entry.payload is not None else entry.erased is not None
