"""Attempts: an approval consumed. The table's key is the hold, so the database itself keeps a second one out."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from include.contracts.hold import Attempt
from include.store.tables.hold import attempt as table
from include.store.times import from_text, to_text


def add(conn: Connection, item: Attempt) -> None:
    """Open an attempt. SQLAlchemy's IntegrityError where the hold has had one."""
    conn.execute(
        insert(table).values(
            hold_id=item.hold,
            id=item.id,
            plan_digest=item.plan_digest,
            opened_at=to_text(item.opened_at),
            opened_by=item.opened_by,
            execute_by=to_text(item.execute_by),
        )
    )


def of_hold(conn: Connection, hold_id: str) -> Attempt | None:
    """The hold's one attempt, if its approval was consumed."""
    row = conn.execute(select(table).where(table.c.hold_id == hold_id)).mappings().first()
    if row is None:
        return None
    return Attempt(
        id=row["id"],
        hold=row["hold_id"],
        plan_digest=row["plan_digest"],
        opened_at=from_text(row["opened_at"]),
        opened_by=row["opened_by"],
        execute_by=from_text(row["execute_by"]),
    )
