"""Plans in the store: the canonical JSON that their digest covers, never made again."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from include.contracts.errors import NotFound
from include.store.tables.hold import plan as table


def add(conn: Connection, plan_id: str, digest: str, body: str) -> None:
    """Keep a plan's bytes; the database refuses a second plan of that id or digest."""
    conn.execute(insert(table).values(id=plan_id, digest=digest, body=body))


def get_body(conn: Connection, plan_id: str) -> str:
    """The plan's bytes as they lie in the store: read them with `include.holds.digest.read_plan`, and compare the digest."""
    body = conn.scalar(select(table.c.body).where(table.c.id == plan_id))
    if body is None:
        raise NotFound(f"There is no plan {plan_id!r} in the store.", next_step="./holdpoint store check; the plan was lost")
    return str(body)
