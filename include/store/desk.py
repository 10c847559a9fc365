"""The embedded ticket desk: what a team without ServiceNow or Jira uses, and what the demo and the tests use.

Every write carries a mark of ours; writing the same mark again finds the first one's row. Nothing here closes a ticket.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, or_, select, update

from include.contracts.tools.search_tickets import Ticket
from include.store.database import now
from include.store.redaction import redact_text
from include.store.tables.desk import comment, ticket
from include.store.times import from_text, to_text
from include.store.upsert import once

OURS = "holdpoint:"  # how every mark of ours begins
OPEN = "open"


def open_ticket(
    conn: Connection,
    *,
    mark: str,
    queue: str,
    title: str,
    label: str,
    assignee: str,
    incident_id: str | None,
    service: str | None,
) -> tuple[int, bool]:
    """Open a ticket or find the one with this mark: (number, created)."""
    at = now(conn)
    number, created = once(
        conn,
        ticket.c.number,
        mark=mark,
        queue=queue,
        incident_id=incident_id,
        service=service,
        label=label,
        state=OPEN,
        title=redact_text(title),
        assignee=assignee,
        opened_at=at,
        updated_at=at,
    )
    return int(number), created


def add_comment(conn: Connection, *, number: int, mark: str, author: str, label: str, body: str) -> bool:
    """Comment once per mark; False when it was there."""
    at = now(conn)
    said = {"at": at, "author": author, "label": label, "body": redact_text(body)}
    _, created = once(conn, comment.c.id, ticket=number, mark=mark, **said)
    if created:
        conn.execute(update(ticket).where(ticket.c.number == number).values(updated_at=at))
    return created


def search_tickets(
    conn: Connection,
    queue: str,
    since: datetime,
    until: datetime,
    limit: int,
    *,
    labels: frozenset[str],
    service: str | None = None,
) -> tuple[list[Ticket], bool]:
    """Tickets of a queue that are open or were touched in [since, until), newest first; True when there were more.

    :param labels: what the principal may read: other tickets and comments are not searched (H12)
    """
    found = select(ticket).where(ticket.c.queue == queue, ticket.c.label.in_(sorted(labels)))
    touched = (ticket.c.updated_at >= to_text(since)) & (ticket.c.updated_at < to_text(until))
    found = found.where(or_(ticket.c.state == OPEN, touched), ticket.c.opened_at < to_text(until))
    if service is not None:
        found = found.where(ticket.c.service == service)
    rows = conn.execute(found.order_by(ticket.c.updated_at.desc(), ticket.c.number.desc()).limit(limit + 1)).mappings().all()
    return [_ticket(conn, row, labels) for row in rows[:limit]], len(rows) > limit


def _ticket(conn: Connection, row: RowMapping, labels: frozenset[str]) -> Ticket:
    last = select(comment.c.body).where(comment.c.ticket == row["number"], comment.c.label.in_(sorted(labels)))
    body = conn.scalar(last.order_by(comment.c.id.desc()).limit(1))
    return Ticket(
        number=f"DESK-{row['number']}",
        state=row["state"],
        title=row["title"],
        opened_at=from_text(row["opened_at"]),
        updated_at=from_text(row["updated_at"]),
        assignee=row["assignee"],
        last_comment=body[:2_000] if body else None,
    )


def get(conn: Connection, number: int) -> RowMapping | None:
    return conn.execute(select(ticket).where(ticket.c.number == number)).mappings().first()


def by_incident(conn: Connection, incident_id: str) -> RowMapping | None:
    return conn.execute(select(ticket).where(ticket.c.incident_id == incident_id)).mappings().first()


def comments_of(conn: Connection, number: int) -> list[RowMapping]:
    return list(conn.execute(select(comment).where(comment.c.ticket == number).order_by(comment.c.id)).mappings())
