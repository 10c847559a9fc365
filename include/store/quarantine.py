"""Quarantine: a source that somebody marked misleading is not used until its owner lifts that. Both are ledger entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from include.contracts.base import plain_text
from include.contracts.errors import BadInput, Conflict, Denied, NotFound
from include.store.database import now
from include.store.ledger import append, lock
from include.store.redaction import redact_text
from include.store.tables.quarantine import quarantine as table
from include.store.times import from_text
from include.store.upsert import insert_for

MAX_REASON = 1_000


@dataclass(frozen=True)
class Quarantine:
    """One quarantine, open or lifted (`lifted_by` and `lifted_at` are then set)."""

    kind: str
    name: str
    placed_by: str
    placed_at: datetime
    reason: str
    lifted_by: str | None
    lifted_at: datetime | None


def quarantine(conn: Connection, *, kind: str, name: str, by: str, reason: str) -> None:
    """Take a source out of use, from the end of this transaction on.

    :param kind: what sort of source, e.g. `runbook`
    :param by: the person; whether they may is the caller's to check
    :raises BadInput: no reason, or one that is too long or holds invisible characters
    :raises Conflict: it is quarantined already
    """
    text = redact_text(_checked(reason))
    lock(conn)
    row = insert_for(conn, table).values(kind=kind, name=name, placed_by=by, placed_at=now(conn), reason=text)
    # Asked for its id: PostgreSQL's driver does not count the rows of an insert whose key the database makes.
    if conn.execute(row.on_conflict_do_nothing().returning(table.c.id)).first() is None:
        raise Conflict(f"The {kind} {name!r} is quarantined already.", next_step="./holdpoint sources list shows by whom and why")
    append(conn, actor=by, kind="source.quarantined", subject=f"{kind}:{name}", run="", payload={"reason": text})


def release(conn: Connection, *, kind: str, name: str, by: str, owner: str) -> None:
    """Put a quarantined source back into use.

    :param owner: the source's owner: nobody else may
    :raises Denied: `by` is not the owner
    :raises NotFound: it is not quarantined
    """
    if by != owner:
        raise Denied(
            f"Only the owner of the {kind} {name!r} may lift its quarantine.", next_step=f"ask {owner} to correct and release it"
        )
    lock(conn)
    mine = table.c.kind == kind, table.c.name == name, table.c.lifted_at.is_(None)
    if conn.execute(update(table).where(*mine).values(lifted_by=by, lifted_at=now(conn))).rowcount != 1:
        raise NotFound(f"The {kind} {name!r} is not quarantined.", next_step="./holdpoint sources list shows what is")
    append(conn, actor=by, kind="source.released", subject=f"{kind}:{name}", run="", payload={})


def quarantined(conn: Connection, kind: str) -> frozenset[str]:
    """The names of the sources of that kind that must not be used."""
    return frozenset(conn.scalars(select(table.c.name).where(table.c.kind == kind, table.c.lifted_at.is_(None))))


def listed(conn: Connection, *, all_of_them: bool = False) -> list[Quarantine]:
    """Open quarantines, oldest first; with `all_of_them` also the lifted ones."""
    found = select(table).order_by(table.c.id)
    rows = conn.execute(found if all_of_them else found.where(table.c.lifted_at.is_(None))).mappings()
    return [
        Quarantine(
            kind=row["kind"],
            name=row["name"],
            placed_by=row["placed_by"],
            placed_at=from_text(row["placed_at"]),
            reason=row["reason"],
            lifted_by=row["lifted_by"],
            lifted_at=from_text(row["lifted_at"]) if row["lifted_at"] else None,
        )
        for row in rows
    ]


def _checked(reason: str) -> str:
    try:
        text = plain_text(reason.strip())
    except ValueError as error:
        raise BadInput(f"The reason holds what cannot be shown: {error}.", next_step="write it as plain text") from error
    if not 0 < len(text) <= MAX_REASON:
        raise BadInput(
            f"The reason must have 1 to {MAX_REASON} characters.",
            next_step="say what misled you, so that the owner can correct it",
        )
    return text
