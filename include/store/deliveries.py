"""Messages to people: written down before they are sent, once per mark, and worked off until they arrive or a person is told.

due ──sent──▶ sent          due ──last try failed──▶ failed (the next level of the chain is due) or gave_up (no level left)
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, func, select, update

from include.store.database import new_id, now
from include.store.redaction import redact_text
from include.store.tables.desk import delivery
from include.store.times import shifted
from include.store.upsert import once


def add(
    conn: Connection,
    *,
    mark: str,
    incident_id: str,
    briefing: int,
    level: int,
    recipient: str,
    channel: str,
    label: str,
    subject: str,
    body: str,
    service: str | None = None,
) -> tuple[str, bool]:
    """Write a message down: (delivery id, created). The same mark is the same message.

    :param service: whose escalation chain it goes up where it cannot be delivered; None: the incident's
    """
    at = now(conn)
    found, created = once(
        conn,
        delivery.c.id,
        id=new_id("dlv"),
        mark=mark,
        incident_id=incident_id,
        briefing=briefing,
        level=level,
        recipient=recipient,
        channel=channel,
        label=label,
        subject=redact_text(subject),
        body=redact_text(body),
        state="due",
        attempts=0,
        created_at=at,
        next_at=at,
        service=service,
    )
    return str(found), created


def take(conn: Connection, delivery_id: str, *, hold_s: float) -> RowMapping | None:
    """Take a due message to send it, for `hold_s` seconds; None when it is not due or another process has it.

    Taken before sending: two senders at once cannot both page. A sender that dies leaves it due again after `hold_s`.
    The row's `attempts` is the number of this try.
    """
    at = now(conn)
    won = conn.execute(
        update(delivery)
        .where(delivery.c.id == delivery_id, delivery.c.state == "due", delivery.c.next_at <= at)
        .values(next_at=shifted(at, seconds=hold_s), attempts=delivery.c.attempts + 1)
    )
    return get(conn, delivery_id) if won.rowcount == 1 else None


def get(conn: Connection, delivery_id: str) -> RowMapping | None:
    return conn.execute(select(delivery).where(delivery.c.id == delivery_id)).mappings().first()


def sent(conn: Connection, delivery_id: str) -> None:
    """It arrived, whatever another sender made of it meanwhile; the time of its first arrival stays."""
    done = update(delivery).where(delivery.c.id == delivery_id, delivery.c.state != "sent")
    conn.execute(done.values(state="sent", sent_at=now(conn), error=None))


def not_sent(conn: Connection, delivery_id: str, *, attempt: int, error: str, state: str, retry_s: float) -> bool:
    """Record a failed try: `due` again after `retry_s`, or `failed`/`gave_up` for good.

    False, and nothing changed, for a try that took so long that another sender took the message: what that one says counts.
    """
    mine = delivery.c.id == delivery_id, delivery.c.state == "due", delivery.c.attempts == attempt
    failed = update(delivery).where(*mine).values(state=state, error=error[:64], next_at=shifted(now(conn), seconds=retry_s))
    return conn.execute(failed).rowcount == 1


def due(conn: Connection, limit: int = 100) -> Sequence[RowMapping]:
    found = select(delivery).where(delivery.c.state == "due", delivery.c.next_at <= now(conn))
    # The longest untried first: a pass that ends early must not spend itself on the same ones each time.
    return conn.execute(found.order_by(delivery.c.next_at).limit(limit)).mappings().all()


def of_incident(conn: Connection, incident_id: str) -> Sequence[RowMapping]:
    found = select(delivery).where(delivery.c.incident_id == incident_id)
    return conn.execute(found.order_by(delivery.c.created_at)).mappings().all()


def marked(conn: Connection, prefix: str) -> Sequence[RowMapping]:
    """Those whose mark begins so."""
    found = select(delivery).where(delivery.c.mark.startswith(prefix, autoescape=True))
    return conn.execute(found.order_by(delivery.c.level)).mappings().all()


def waiting(conn: Connection) -> int:
    """How many messages are still to be delivered."""
    return int(conn.scalar(select(func.count()).select_from(delivery).where(delivery.c.state == "due")) or 0)
