"""A question that no rule understands goes to a person: one task on the embedded desk, with the question on it. Nobody is paged.

Marks make it idempotent: the same question never has two tasks, and is never put on one twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import RaciKind
from include.contracts.incident import Incident
from include.contracts.inert import inert
from include.delivery.queues import queue_of
from include.policy.labels import label_of
from include.policy.permit import Target, decide, require
from include.store import desk, ledger
from include.store.database import day

WRITER = "incident_triage@service"
WORKFLOW = "incident_triage"
OPEN, COMMENT = "open_ticket", "add_ticket_comment"
HIDDEN = "The question is classified higher than this task may say: open it where you are signed in."


@dataclass(frozen=True)
class Passed:
    """The task and the person who has it; `new` is False where they had it before."""

    ticket: int
    person: str
    new: bool


def receiver_of(catalogue: Catalogue, service: str | None, otherwise: str) -> str:
    """Who is asked what is wanted: the service's owner; without a service whoever does the workflow's work, by RACI.

    :param otherwise: the person where neither names one
    """
    row = catalogue.services.get(service) if service is not None else None
    if row is not None:
        return row.owner
    named = catalogue.accountable(RaciKind.WORKFLOW, WORKFLOW)
    return named.responsible if named is not None else otherwise


def pass_on(conn: Connection, catalogue: Catalogue, item: Incident, *, run: str) -> Passed:
    """The task and its entry, in the caller's transaction, which has locked the ledger.

    :raises Denied: the workflow may not open tasks; a retry changes nothing
    """
    today = day(conn)
    for name in (OPEN, COMMENT):
        require(catalogue, WRITER, name, Target(item.service, item.environment, catalogue.lowest), today=today)
    person, label = receiver_of(catalogue, item.service, item.owner), label_of(catalogue, item)
    number, new = desk.open_ticket(
        conn,
        mark=f"holdpoint:ticket:{item.id}",
        queue=queue_of(catalogue, item.service),
        title=f"What is wanted? {inert(item.title)}"[:300],
        label=label,
        assignee=person,
        incident_id=item.id,
        service=item.service,
    )
    readable = decide(catalogue, WRITER, COMMENT, Target(item.service, item.environment, label), today=today).allowed
    said, shown = (_said(catalogue, item), label) if readable else (HIDDEN, catalogue.lowest)
    desk.add_comment(conn, number=number, mark=f"holdpoint:passed-on:{item.id}", author=WRITER, label=shown, body=said)
    if new:
        payload = {"ticket": f"DESK-{number}", "to": person, "service": item.service}
        ledger.append(conn, actor=item.principal, kind="question.passed_on", subject=item.id, run=run, payload=payload)
    return Passed(number, person, new)


def _said(catalogue: Catalogue, item: Incident) -> str:
    asker = catalogue.people.get(item.principal)
    name = asker.full_name if asker is not None else item.principal
    quoted = [f"> {inert(line)}" for line in (item.question or item.title).splitlines()]
    head = f"{name} asks this, and no rule knows what is wanted. Nothing was read. Ask them, or say what is to be done."
    return "\n".join([head, "", *quoted])
