"""Posts as received, the alerts in them, and counters of what was turned away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from include.contracts.alert import Alert
from include.contracts.base import clean_text
from include.store.database import new_id
from include.store.redacted_model import redact_model
from include.store.redaction import redact_text
from include.store.tables.intake import alert, counter, message
from include.store.times import to_text
from include.store.upsert import insert_for

KEPT_BYTES = 64 * 1024
# Built once, without `RETURNING`: in a storm, building a statement costs more than running it.
_POST = insert(message).inline()
_ALERT = insert(alert).inline()


Row = dict[str, Any]
"""One row to be inserted, by column."""


def post(*, source: str, body: bytes, digest: str, length: int, received_at: str, problem: str | None) -> Row:
    """The row of one post: `digest` and `length` of all of it, text of the first 64 KB, redacted, and an id of its own."""
    text = clean_text(body[:KEPT_BYTES].decode("utf-8", errors="backslashreplace"))
    return {
        "id": new_id("msg"),
        "source": source,
        "received_at": received_at,
        "digest": digest,
        "length": length,
        "body": redact_text(text),
        "truncated": length > KEPT_BYTES,
        "problem": problem,
    }


def keep(conn: Connection, *, source: str, body: bytes, digest: str, length: int, received_at: str, problem: str | None) -> str:
    """Keep one post. Returns its id."""
    row = post(source=source, body=body, digest=digest, length=length, received_at=received_at, problem=problem)
    add(conn, posts=[row], alerts=[])
    return str(row["id"])


def redacted(item: Alert) -> Alert:
    """The alert with secrets taken out of its texts; everything after the door works on this one."""
    return redact_model(item)


def alert_row(
    item: Alert,
    *,
    message_id: str,
    incident_id: str | None,
    service: str | None,
    environment: str | None,
    received_at: str,
) -> Row:
    """The row of one canonical alert, as `redacted` gave it, under its incident."""
    return {
        "message_id": message_id,
        "incident_id": incident_id,
        "source": item.source,
        "fingerprint": item.fingerprint,
        "status": item.status.value,
        "severity": item.severity.value,
        "service": service,
        "environment": environment,
        "title": item.title,
        "started_at": to_text(item.started_at),
        "ended_at": to_text(item.ended_at) if item.ended_at else None,
        "received_at": received_at,
        "body": item.model_dump_json(),
    }


def add(conn: Connection, *, posts: Sequence[Row], alerts: Sequence[Row]) -> None:
    """Insert posts and alerts, in their order."""
    for statement, rows in ((_POST, posts), (_ALERT, alerts)):
        if rows:
            conn.execute(statement, rows)


def alerts_of(conn: Connection, incident_id: str, limit: int = 200) -> list[Alert]:
    """The incident's alerts, oldest first, the first `limit`."""
    found = select(alert.c.body).where(alert.c.incident_id == incident_id).order_by(alert.c.id).limit(limit)
    return [Alert.model_validate_json(body) for body in conn.scalars(found)]


def unreadable_of(conn: Connection, source: str, *, since: datetime, limit: int = 20) -> Sequence[RowMapping]:
    """Posts of a source since a time that could not be understood, oldest first: received_at, problem, length, digest."""
    found = select(message).where(message.c.source == source, message.c.problem.is_not(None))
    found = found.where(message.c.received_at >= to_text(since)).order_by(message.c.received_at).limit(limit)
    return conn.execute(found).mappings().all()


def count(conn: Connection, name: str, at: str, by: int = 1) -> None:
    """Add to a per-minute counter: what is turned away unauthenticated is counted, not recorded one by one."""
    row = insert_for(conn, counter).values(name=name, minute=at[:16], count=by)
    conn.execute(row.on_conflict_do_update(index_elements=["name", "minute"], set_={"count": counter.c.count + by}))
