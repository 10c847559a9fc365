"""Templates of standard changes in the store: the canonical JSON that people signed, never made again. Here are rows only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from include.store.tables.standing import template as table


class StoredTemplate(NamedTuple):
    """A row. `seq` is the number of its ledger entry `template.filed`."""

    id: str
    digest: str
    environment: str
    body: str
    seq: int


def add(conn: Connection, row: StoredTemplate) -> None:
    """Keep a template's bytes; the database refuses a second one of that id or digest."""
    conn.execute(insert(table).values(**row._asdict()))


def find(conn: Connection, template_id: str) -> StoredTemplate | None:
    """The row as it lies there: read its body with `include.holds.digest.read_template`, and compare the digest."""
    row = conn.execute(select(table).where(table.c.id == template_id)).first()
    return None if row is None else StoredTemplate._make(row)


def listed(conn: Connection, limit: int) -> Sequence[StoredTemplate]:
    """The newest first."""
    return [StoredTemplate._make(row) for row in conn.execute(select(table).order_by(table.c.seq.desc()).limit(limit))]
