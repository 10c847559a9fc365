"""Drafts on the embedded desk: a ticket for each change request, a comment for each version. Comments are never changed there, so
a newer version is a newer comment, whatever people did meanwhile."""

from __future__ import annotations

from sqlalchemy import Connection, select

from include.contracts.change_desk import ChangeDesk
from include.contracts.change_draft import ChangeDraft, Filed, FileOutcome
from include.delivery.change_drafts.text import newer, sections
from include.store import desk as tickets
from include.store.tables.desk import comment, ticket


def file_embedded(conn: Connection, desk: ChangeDesk, draft: ChangeDraft, *, author: str, label: str, assignee: str) -> Filed:
    """File it in the caller's transaction, which has locked the ledger."""
    mark = f"{tickets.OURS}change:{draft.mark}"
    number, created = tickets.open_ticket(
        conn,
        mark=mark,
        queue=desk.queue,
        title=draft.short_description,
        label=label,
        assignee=assignee,
        incident_id=None,
        service=draft.services[0] if len(draft.services) == 1 else None,
    )
    outcome: FileOutcome = "created" if created else _outcome(conn, number, f"{mark}:v", draft.version)
    if outcome != "unchanged":
        body = "\n\n".join(f"{title}\n{text}" for title, text in sections(draft))
        body = f"{newer(draft)}\n\n{body}" if outcome == "newer_noted" else body
        tickets.add_comment(conn, number=number, mark=f"{mark}:v{draft.version}", author=author, label=label, body=body)
    return Filed(
        system="embedded",
        desk=desk.name,
        number=f"DESK-{number}",
        id=str(number),
        outcome=outcome,
        version=draft.version,
        probed="embedded",
    )


def _outcome(conn: Connection, number: int, ours: str, version: int) -> FileOutcome:
    """An older version never follows a newer one; where people have spoken or closed it, the new one says that it is new."""
    marks = list(conn.scalars(select(comment.c.mark).where(comment.c.ticket == number)))
    written = [int(mark.removeprefix(ours)) for mark in marks if mark.startswith(ours)]
    if version <= max(written, default=0):
        return "unchanged"
    state = conn.scalar(select(ticket.c.state).where(ticket.c.number == number))
    people = any(not mark.startswith(tickets.OURS) for mark in marks)
    return "newer_noted" if people or state != tickets.OPEN else "updated"
