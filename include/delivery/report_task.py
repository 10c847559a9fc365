"""The task that a review of scripts gives to an owner: one for each repository and owner, for good; what is new is a comment."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from include.catalogue.catalogue import Catalogue
from include.delivery.queues import queue_of
from include.policy.permit import Target, require
from include.store import desk
from include.store.tables.desk import ticket

WRITER = "script_review@service"
TOOL = "assign_review_task"


def mark_of(repository: str, owner: str) -> str:
    return f"{desk.OURS}script-review:{repository}:{owner}"


def find_task(conn: Connection, repository: str, owner: str) -> int | None:
    """The number of the owner's task; None where they have none yet."""
    number = conn.scalar(select(ticket.c.number).where(ticket.c.mark == mark_of(repository, owner)))
    return int(number) if number is not None else None


def tell_owner(
    conn: Connection,
    catalogue: Catalogue,
    *,
    repository: str,
    service: str | None,
    owner: str,
    label: str,
    mark: str,
    text: str,
    today: date,
) -> int:
    """Say it on the owner's task, once for each mark; made the first time, never opened again. Denied without a grant for it.

    :param label: the classification of what the text quotes
    """
    require(catalogue, WRITER, TOOL, Target(service, None, label), today=today)
    number, _ = desk.open_ticket(
        conn,
        mark=mark_of(repository, owner),
        queue=queue_of(catalogue, service),
        title=f"Review of scripts in {repository}",
        label=label,
        assignee=owner,
        incident_id=None,
        service=service,
    )
    desk.add_comment(conn, number=number, mark=f"{desk.OURS}{mark}", author=WRITER, label=label, body=text)
    return number
