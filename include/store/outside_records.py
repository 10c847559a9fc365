"""Approvals that other systems keep, as last fetched; the writer fetches them again when it consumes an approval."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pydantic import ValidationError
from sqlalchemy import Connection, select

from include.contracts.hold import OutsideRecord
from include.store.canonical import canonical
from include.store.tables.hold import outside_record as table
from include.store.times import to_text
from include.store.upsert import insert_for


def add(conn: Connection, hold_id: str, record: OutsideRecord, person: str) -> bool:
    """Keep a record as fetched; False where this content of it was kept before."""
    body = canonical(record.to_json()).decode()
    row = insert_for(conn, table).values(
        hold_id=hold_id,
        source=record.source,
        record=record.record,
        person=person,
        digest=content_digest(record),
        body=body,
        fetched_at=to_text(record.fetched_at),
    )
    return conn.execute(row.on_conflict_do_nothing().returning(table.c.id)).first() is not None


def content_digest(record: OutsideRecord) -> str:
    """SHA-256 of what the other system says: all but when it was asked."""
    said = {name: value for name, value in record.to_json().items() if name != "fetched_at"}
    return hashlib.sha256(canonical(said)).hexdigest()


def of_hold(conn: Connection, hold_id: str) -> Sequence[OutsideRecord]:
    """The records of a hold, each as last fetched, in the order in which they first came; what is none is left out."""
    newest: dict[tuple[str, str], OutsideRecord] = {}
    for body in conn.scalars(select(table.c.body).where(table.c.hold_id == hold_id).order_by(table.c.id)):
        try:
            record = OutsideRecord.model_validate_json(body)
        except ValidationError:
            continue
        newest[record.source, record.record] = record
    return list(newest.values())
