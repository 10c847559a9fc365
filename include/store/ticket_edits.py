"""What people did on incidents' tickets of the embedded desk and nothing has counted yet.

An edit's mark stands in `feedback` once it is counted, so that asking again finds only what is new, whoever counted the rest.
Only what came after a draft is an edit: before there is one, there is nothing to correct.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, String, and_, cast, exists, func, literal, not_, select

from include.store.desk import OPEN, OURS
from include.store.redaction import redact_text
from include.store.tables.desk import comment, ticket
from include.store.tables.feedback import feedback
from include.store.tables.incident import incident
from include.store.tables.triage import brief

UNKNOWN = "unknown"  # the desk does not keep who changed a ticket


@dataclass(frozen=True)
class Edit:
    """`at` is when it was made, as stored; `person` whoever the desk says it was."""

    mark: str
    incident_id: str
    ticket: str
    person: str
    label: str
    at: str
    text: str


def comments(conn: Connection, limit: int) -> list[Edit]:
    """Comments that bear no mark of ours, oldest first."""
    mark = _joined("desk:comment:", comment.c.id)
    found = select(comment, ticket.c.incident_id, mark.label("edit")).join(ticket, ticket.c.number == comment.c.ticket)
    found = found.where(comment.c.mark.not_like(f"{OURS}%"), _new(mark, comment.c.at)).order_by(comment.c.id)
    rows = conn.execute(found.limit(limit)).mappings()
    return [_edit(row, row["ticket"], row["author"], row["at"], row["body"]) for row in rows]


def changes(conn: Connection, limit: int) -> list[Edit]:
    """Tickets of ours that were closed, given to somebody else, or named otherwise than their incident."""
    return [*_states(conn, limit), *_assignees(conn, limit), *_titles(conn, limit)]


def _states(conn: Connection, limit: int) -> Iterator[Edit]:
    mark = _joined("desk:ticket:", ticket.c.number, ":state:", ticket.c.state)
    for row in conn.execute(_changed(mark, ticket.c.state != OPEN).limit(limit)).mappings():
        yield _edit(row, row["number"], UNKNOWN, row["updated_at"], f"state: {OPEN} → {row['state']}")


def _assignees(conn: Connection, limit: int) -> Iterator[Edit]:
    now_with = func.coalesce(ticket.c.assignee, "nobody")
    mark = _joined("desk:ticket:", ticket.c.number, ":assignee:", now_with)
    for row in conn.execute(_changed(mark, now_with != incident.c.owner).limit(limit)).mappings():
        text = f"assignee: {row['owner']} → {row['assignee'] or 'nobody'}"
        yield _edit(row, row["number"], UNKNOWN, row["updated_at"], text)


def _titles(conn: Connection, limit: int) -> Iterator[Edit]:
    """One rename of a ticket counts: a title is too long for a mark."""
    mark = _joined("desk:ticket:", ticket.c.number, ":title")
    for row in conn.execute(_changed(mark, ticket.c.title != incident.c.title).limit(limit)).mappings():
        if row["title"] != redact_text(row["was"]):  # redaction at the door is no person's edit
            yield _edit(row, row["number"], UNKNOWN, row["updated_at"], f"title: {row['title']}")


def _changed(mark: ColumnElement[str], condition: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    found = select(ticket, incident.c.owner, incident.c.title.label("was"), mark.label("edit"))
    found = found.join(incident, incident.c.id == ticket.c.incident_id)
    return found.where(ticket.c.mark.like(f"{OURS}%"), condition, _new(mark, ticket.c.updated_at)).order_by(ticket.c.number)


def _new(mark: ColumnElement[str], at: ColumnElement[str]) -> ColumnElement[bool]:
    drafted = exists().where(and_(brief.c.incident_id == ticket.c.incident_id, brief.c.drafted_at <= at))
    return and_(drafted, not_(exists().where(feedback.c.mark == mark)))


def _joined(*parts: str | ColumnElement[Any]) -> ColumnElement[str]:
    pieces: list[ColumnElement[str]] = [literal(part) if isinstance(part, str) else cast(part, String) for part in parts]
    return reduce(add, pieces)


def _edit(row: RowMapping, number: int, person: str, at: str, text: str) -> Edit:
    return Edit(row["edit"], row["incident_id"], f"DESK-{number}", person, row["label"], at, text)
