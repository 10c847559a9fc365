"""What people said of a brief: each once, beside the draft and never in it, and an entry in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, select

from include.contracts.base import plain_text
from include.contracts.errors import BadInput
from include.store import ledger
from include.store.briefs import Version
from include.store.database import new_id, now
from include.store.redaction import redact_text
from include.store.tables.feedback import feedback as table
from include.store.times import from_text
from include.store.upsert import once

MAX_TEXT = 4_000


class FeedbackKind(StrEnum):
    CORRECTION = "correction"  # a fact or a hypothesis is wrong
    MISLEADING = "misleading"  # a source led astray
    SUMMARY = "summary"  # the person's own words for it
    TICKET_EDIT = "ticket_edit"  # said or changed on the ticket itself


@dataclass(frozen=True)
class Feedback:
    """`digest` is the draft's; `about` names what of it; `person` is, for a ticket edit, whoever the desk says it was."""

    id: str
    incident_id: str
    version: int
    digest: str
    kind: FeedbackKind
    person: str
    about: str
    label: str
    at: datetime
    text: str


def add(
    conn: Connection,
    *,
    mark: str,
    draft: Version,
    kind: FeedbackKind,
    person: str,
    about: str,
    label: str,
    text: str,
    actor: str,
    at: str | None = None,
) -> tuple[str, bool]:
    """Keep it and enter it into the ledger: (id, created). The same mark is the same feedback, and no second entry.

    :param text: plain; see `plain`
    :param actor: who enters it: the person, or the workflow that found it on a ticket
    :param at: when it was said, as stored; now where None
    """
    ledger.lock(conn)
    said = redact_text(text)
    found, created = once(
        conn,
        table.c.id,
        mark=mark,
        id=new_id("fbk"),
        incident_id=draft.incident_id,
        version=draft.version,
        digest=draft.content_digest,
        kind=kind.value,
        person=person,
        about=about,
        label=label,
        at=at or now(conn),
        text=said,
    )
    if created:
        payload = {"feedback": found, "kind": kind.value, "version": draft.version, "digest": draft.content_digest}
        more = {"person": person, "about": about, "label": label, "text": said}
        ledger.append(conn, actor=actor, kind="feedback.given", subject=draft.incident_id, run="", payload=payload | more)
    return str(found), created


def plain(text: str) -> str:
    """The words as people type them into a form, fit to be kept.

    :raises BadInput: none, too many, or with invisible characters
    """
    text = text.replace("\r\n", "\n").strip()
    try:
        text = plain_text(text)
    except ValueError as error:
        raise BadInput(f"The text holds what cannot be shown: {error}.", next_step="write it as plain text") from error
    if not 0 < len(text) <= MAX_TEXT:
        raise BadInput(f"The text must have 1 to {MAX_TEXT} characters.", next_step="say in short what is right")
    return text


def of_incident(conn: Connection, incident_id: str) -> Sequence[Feedback]:
    """All of an incident's, in the order in which it was said."""
    found = select(table).where(table.c.incident_id == incident_id).order_by(table.c.at, table.c.id)
    return [_from(row) for row in conn.execute(found).mappings()]


def _from(row: RowMapping) -> Feedback:
    values = {name: row[name] for name in Feedback.__dataclass_fields__}
    return Feedback(**values | {"kind": FeedbackKind(row["kind"]), "at": from_text(row["at"])})
