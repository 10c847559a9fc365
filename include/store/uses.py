"""What was released without the plan's own quorum: uses of templates, and emergencies. Each has its ledger entry.

A row proves nothing by itself, nor does its absence: `include/holds` compares them with the ledger both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from include.contracts.hold import Way
from include.store.tables.standing import standing_use as table

KINDS = {Way.STANDARD: "template.used", Way.EMERGENCY: "emergency.used"}
"""The ledger's kind of a use. A template's is filed under the template, an emergency's under its hold."""


class Use(NamedTuple):
    """A row. `ref`: the template, or the digest of the declaration; times as stored."""

    hold_id: str
    way: str
    ref: str
    used_at: str
    review_by: str | None
    seq: int


def add(conn: Connection, use: Use) -> None:
    """Keep a use; the database refuses a second one of a hold."""
    conn.execute(insert(table).values(**use._asdict()))


def of_way(conn: Connection, way: Way, ref: str | None = None) -> Sequence[Use]:
    """Uses of a way, or of one template, in their order."""
    wanted = [table.c.way == way.value, *([table.c.ref == ref] if ref is not None else [])]
    return [Use._make(row) for row in conn.execute(select(table).where(*wanted).order_by(table.c.seq))]
