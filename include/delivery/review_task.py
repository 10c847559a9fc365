"""A change request's review task on the embedded desk: one ticket for its owner, in the queue of its service."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.incident import Incident
from include.delivery.queues import queue_of
from include.policy.labels import label_of
from include.policy.permit import Target, require
from include.store import desk

WRITER = "change_request@service"
TOOL = "assign_review_task"


def open_task(conn: Connection, catalogue: Catalogue, item: Incident, *, today: date) -> int:
    """The task's number; made the first time. Denied without a grant for it."""
    require(catalogue, WRITER, TOOL, Target(item.service, item.environment, catalogue.lowest), today=today)
    number, _ = desk.open_ticket(
        conn,
        mark=f"holdpoint:ticket:{item.id}",
        queue=queue_of(catalogue, item.service),
        title=f"Review the change request: {item.title}"[:300],
        label=label_of(catalogue, item),
        assignee=item.owner,
        incident_id=item.id,
        service=item.service,
    )
    return number


def say(conn: Connection, catalogue: Catalogue, number: int, *, mark: str, text: str, label: str | None = None) -> bool:
    """Comment once per mark; False when it was there. Without a label the text holds nothing that needs one."""
    said = label or catalogue.lowest
    return desk.add_comment(conn, number=number, mark=f"holdpoint:{mark}", author=WRITER, label=said, body=text)
