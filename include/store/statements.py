"""Signed statements in the store: one table, one path in, each with its ledger entry in the same transaction.

A row proves nothing by itself: whoever reads it verifies the bytes again (`include/holds`), and compares the rows of a hold with
its ledger entries. Here are rows only.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, insert, select

from include.contracts.errors import BadInput, Conflict
from include.contracts.statement import Method, Signed, Statement
from include.store.database import now
from include.store.ledger import LedgerRow, append
from include.store.redaction import redact_text
from include.store.schema import ledger
from include.store.schema import payload as payload_table
from include.store.tables.hold import statement as table

KINDS = frozenset(
    {
        "hold.proposed",
        "vote.cast",
        "hold.revoked",
        "vote.revoked",
        "key.enrolled",
        "key.witnessed",
        "key.revoked",
        "person.revoked",
        "template.signed",
        "template.revoked",
        "emergency.declared",
        "emergency.reviewed",
    }
)
"""The kinds of ledger entry that stand for a statement: those whose payload has `statement`."""

# What of a statement its ledger entry says in words; the rest lies behind the digest.
_SAID = (
    "hold",
    "environment",
    "plan_digest",
    "view_digest",
    "decision",
    "what",
    "enrolment",
    "enrolled_person",
    "template",
    "template_digest",
    "incident",
    "finding",
)


class Stored(NamedTuple):
    """A row. `body` is the statement's canonical JSON as it was signed, `seq` its ledger entry's number."""

    digest: str
    type: str
    subject: str
    person: str
    key: str
    method: str
    body: str
    signature: str
    received_at: str
    seq: int

    def signed(self) -> Signed:
        """The statement and its signature as they came. Raises pydantic's ValidationError where the row holds no such thing."""
        return Signed(statement=self.body, method=Method(self.method), signature=self.signature)


def add(conn: Connection, statement: Statement, digest: str, signed: Signed, kind: str, subject: str) -> int:
    """Keep a verified statement; returns its ledger entry's seq. Needs `ledger.lock(conn)` before.

    :param kind: one of `KINDS`
    :param subject: what the row and the entry are filed under: the hold (also for a revoked vote), the key, or the person
    :raises Conflict: this statement was stored before, whatever its signature's bytes were then
    :raises BadInput: its reason looks like a secret: what is signed cannot be redacted, so it is not kept
    """
    if kind not in KINDS:
        raise ValueError(f"{kind} is no kind of statement")
    _refuse_secrets(statement)
    if find(conn, digest) is not None:
        raise Conflict("This statement was received before.", next_step="nothing to do; say it anew if it is meant anew")
    said = {name: str(getattr(statement, name)) for name in _SAID if hasattr(statement, name)}
    payload = {"statement": digest, "type": statement.type, "person": statement.person, "key": statement.key, **said}
    seq = append(conn, actor=statement.person, kind=kind, subject=subject, payload=payload)
    conn.execute(
        insert(table).values(
            digest=digest,
            type=statement.type,
            subject=subject,
            person=statement.person,
            key=statement.key,
            method=signed.method.value,
            body=signed.statement,
            signature=signed.signature,
            received_at=now(conn),
            seq=seq,
        )
    )
    return seq


def find(conn: Connection, digest: str) -> Stored | None:
    """The row of that digest."""
    row = conn.execute(select(table).where(table.c.digest == digest)).first()
    return None if row is None else Stored._make(row)


def of_subject(conn: Connection, subject: str) -> Sequence[Stored]:
    """Everything filed under a hold, a key or a person, in the order in which it was stated."""
    return _rows(conn, table.c.subject == subject)


def of_type(conn: Connection, type_: str) -> Sequence[Stored]:
    """Every statement of one type (`holdpoint.enrolment.v1`), in the order in which it was stated."""
    return _rows(conn, table.c.type == type_)


def history(conn: Connection, kinds: Collection[str], subject: str | None = None) -> Iterator[LedgerRow]:
    """The ledger's entries of these kinds, in order; of one subject, or of all. Their columns and payloads as they lie there."""
    wanted = [ledger.c.kind.in_(sorted(kinds)), *([ledger.c.subject == subject] if subject is not None else [])]
    query = select(ledger, payload_table.c.body, payload_table.c.erased).join_from(
        ledger, payload_table, ledger.c.seq == payload_table.c.seq, isouter=True
    )
    for row in conn.execute(query.where(*wanted).order_by(ledger.c.seq)):
        yield LedgerRow._make((*row[:-2], None if row.body is None else json.loads(row.body), row.erased))


def _rows(conn: Connection, condition: ColumnElement[bool]) -> Sequence[Stored]:
    return [Stored._make(row) for row in conn.execute(select(table).where(condition).order_by(table.c.seq))]


def _refuse_secrets(statement: Statement) -> None:
    reason = getattr(statement, "reason", "")
    if redact_text(reason) != reason:
        raise BadInput("The reason holds what looks like a secret.", next_step="say it without; the ledger keeps it for good")
