"""Erasing a payload: its content goes, its entry stays, and a new entry says who erased it and why."""

from __future__ import annotations

from sqlalchemy import Connection, null, select, update

from include.contracts.errors import BadInput, Conflict, NotFound
from include.store import refs
from include.store.ledger import append
from include.store.schema import ledger, payload

ERASED = "payload.erased"
_SUBJECT = "ledger:"


def erase(conn: Connection, seq: int, actor: str, reason: str) -> int:
    """Erase the payload of entry `seq` inside `Store.begin()`; return the seq of the entry that says so.

    Afterwards call `Store.scrub()`. Backups, exports and PostgreSQL's dead rows until VACUUM still hold the content.

    :raises NotFound: there is no such entry
    :raises Conflict: its payload was erased before
    :raises BadInput: it never had one, or no reason is given
    """
    if not reason.strip():
        raise BadInput("An erasure needs a reason.", next_step="Say why, for instance a request's number.")
    body = _require_payload(conn, seq)
    by = append(conn, actor=actor, kind=ERASED, subject=f"{_SUBJECT}{seq}", payload={"reason": reason})
    conn.execute(update(payload).where(payload.c.seq == seq).values(salt=null(), body=null(), erased=by))
    refs.forget(conn, seq, body)
    return by


def erased_seq(subject: object) -> int | None:
    """The entry that an erasure's subject names; None where it names none."""
    digits = subject.removeprefix(_SUBJECT) if isinstance(subject, str) and subject.startswith(_SUBJECT) else ""
    return int(digits) if digits.isdecimal() and f"{_SUBJECT}{int(digits)}" == subject else None


def _require_payload(conn: Connection, seq: int) -> object:
    query = (
        select(payload.c.seq, payload.c.erased, payload.c.body)
        .join_from(ledger, payload, ledger.c.seq == payload.c.seq, isouter=True)
        .where(ledger.c.seq == seq)
    )
    row = conn.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"The ledger has no entry {seq}.", next_step="Look for its number in ./holdpoint ledger export.")
    if row.seq is None:
        raise BadInput(f"Entry {seq} has no payload.", next_step="There is nothing to erase.")
    if row.erased is not None:
        raise Conflict(f"The payload of entry {seq} was erased by entry {row.erased}.", next_step="Nothing is left to do.")
    return row.body
