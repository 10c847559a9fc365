"""What people did on an incident's ticket, counted as feedback on the draft that was there: each comment and change once.

Whoever corrects a brief where they work anyway, on the ticket, has said as much as in the console.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from include.contracts.base import clean_text
from include.store import briefs, feedback, ledger, ticket_edits
from include.store.database import Store
from include.store.feedback import FeedbackKind
from include.store.ticket_edits import Edit

ACTOR = "reconcile@service"
LIMIT = 200  # of each sort in one pass; the next pass goes on


def count_edits(store: Store) -> int:
    """Keep what is new on the embedded desk; how much that was. Safe at any time, twice at once, and half."""
    with store.read() as conn:
        found = [*ticket_edits.comments(conn, LIMIT), *ticket_edits.changes(conn, LIMIT)]
    if not found:
        return 0
    with store.begin() as conn:
        ledger.lock(conn)
        return _keep(conn, found)


def _keep(conn: Connection, found: Sequence[Edit]) -> int:
    heads = briefs.heads(conn, {edit.incident_id for edit in found})
    return sum(_keep_one(conn, heads, edit) for edit in found)


def _keep_one(conn: Connection, heads: Sequence[briefs.Version], edit: Edit) -> bool:
    draft = next(head for head in heads if head.incident_id == edit.incident_id and head.drafted_at <= edit.at)
    _, created = feedback.add(
        conn,
        mark=edit.mark,
        draft=draft,
        kind=FeedbackKind.TICKET_EDIT,
        person=edit.person,
        about=edit.ticket,
        label=edit.label,
        text=clean_text(edit.text)[: feedback.MAX_TEXT],
        actor=ACTOR,
        at=edit.at,
    )
    return created
