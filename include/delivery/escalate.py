"""Tell a named person, once: the incident's ticket, the brief on it, a page. All written down first, then sent.

Marks make every part idempotent: the same briefing never pages twice, the same brief version is never commented twice, however
often the task is cleared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.brief import Brief
from include.contracts.incident import Incident
from include.delivery.page import compose
from include.delivery.people import chain_of
from include.delivery.queues import queue_of
from include.policy.labels import label_of
from include.policy.permit import Target, decide, require
from include.store import deliveries, desk, ledger
from include.store.database import day, now
from include.store.times import from_text

# A person's question has that person's reads; telling people about it is the workflow's own doing.
WRITER = "incident_triage@service"


@dataclass(frozen=True)
class Escalated:
    """What came of it; `new_page` is False where the page had been written down before."""

    ticket: int
    delivery_id: str
    new_page: bool
    new_comment: bool


@dataclass(frozen=True)
class Escalating:
    """What is escalated: the incident's briefing, its brief (None: there is none), why, where to look."""

    incident: Incident
    briefing: int
    brief: Brief | None
    brief_text: str
    reason: str
    link: str | None
    run: str


def escalate(conn: Connection, catalogue: Catalogue, what: Escalating) -> Escalated:
    """Write ticket, comment and page down in the caller's transaction, which has locked the ledger; check each write's grant."""
    today = day(conn)
    _require(catalogue, what, today)
    number = _ticket(conn, catalogue, what)
    new_comment = _comment(conn, catalogue, what, number, today)
    delivery_id, new_page = page_level(conn, catalogue, what, 0)
    payload = {
        "ticket": f"DESK-{number}",
        "delivery": delivery_id,
        "version": what.brief.version if what.brief else None,
        "reason": what.reason,
        "new_page": new_page,
        "new_comment": new_comment,
    }
    ledger.append(
        conn, actor=what.incident.principal, kind="incident.escalated", subject=what.incident.id, run=what.run, payload=payload
    )
    return Escalated(number, delivery_id, new_page, new_comment)


def _require(catalogue: Catalogue, what: Escalating, today: date) -> None:
    """The writes themselves must be granted; what they may say is decided for each (H10: a label never silences a page)."""
    for tool in ("open_ticket", "add_ticket_comment", "notify_on_call"):
        require(catalogue, WRITER, tool, _target(what, catalogue.lowest), today=today)


def _target(what: Escalating, label: str) -> Target:
    return Target(what.incident.service, what.incident.environment, label)


def _ticket(conn: Connection, catalogue: Catalogue, what: Escalating) -> int:
    incident = what.incident
    number, _ = desk.open_ticket(
        conn,
        mark=f"holdpoint:ticket:{incident.id}",
        queue=queue_of(catalogue, incident.service),
        title=incident.title,
        label=label_of(catalogue, incident),
        assignee=incident.owner,
        incident_id=incident.id,
        service=incident.service,
    )
    return number


def _comment(conn: Connection, catalogue: Catalogue, what: Escalating, number: int, today: date) -> bool:
    brief, label, body = what.brief, catalogue.lowest, what.reason
    mark = f"holdpoint:no-brief:{what.incident.id}:b{what.briefing}"
    if brief is not None:
        mark = f"holdpoint:brief:{what.incident.id}:v{brief.version}"
        if decide(catalogue, WRITER, "add_ticket_comment", _target(what, brief.label), today=today).allowed:
            label, body = brief.label, what.brief_text
        else:
            body = (
                f"Version {brief.version} of the brief is classified {brief.label}; open it where you are signed in: {what.link}"
            )
    return desk.add_comment(conn, number=number, mark=mark, author=what.incident.principal, label=label, body=body)


def page_level(conn: Connection, catalogue: Catalogue, what: Escalating, level: int) -> tuple[str, bool]:
    """Write down the page for one level of the chain: (delivery id, created)."""
    at = from_text(now(conn))
    told = chain_of(catalogue, what.incident, at)[level]
    page = compose(catalogue, what.incident, what.brief, told, reason=what.reason, link=what.link, today=at.date())
    return deliveries.add(
        conn,
        mark=f"holdpoint:page:{what.incident.id}:b{what.briefing}:l{level}",
        incident_id=what.incident.id,
        briefing=what.briefing,
        level=level,
        recipient=told.person.name,
        channel=told.channel.name,
        label=page.label,
        subject=page.subject,
        body=page.body,
    )
