"""The pages that people were shown, whole, so that a vote's `view_digest` can be opened again."""

from __future__ import annotations

from sqlalchemy import Connection, select

from include.contracts.errors import NotFound
from include.store.database import now
from include.store.tables.hold import view as table
from include.store.upsert import insert_for


def add(conn: Connection, digest: str, hold_id: str, body: str) -> None:
    """Keep a page; the same page is kept once."""
    row = insert_for(conn, table).values(digest=digest, hold_id=hold_id, body=body, made_at=now(conn))
    conn.execute(row.on_conflict_do_nothing())


def get_body(conn: Connection, digest: str) -> str:
    """The page's canonical JSON: read it with `include.holds.digest.read_view`."""
    body = conn.scalar(select(table.c.body).where(table.c.digest == digest))
    if body is None:
        raise NotFound("No page of that digest was shown.", next_step="./holdpoint store check; the page was lost")
    return str(body)
