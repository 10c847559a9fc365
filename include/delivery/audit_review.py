"""A week that is over is due for its audit review: one ticket a week, for the person whom RACI names as responsible."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import RaciKind, RaciRow
from include.delivery.escalate import WRITER
from include.policy.permit import Target, require
from include.store import desk, ledger
from include.store.database import Store, day
from include.store.span import span
from include.store.times import to_text

ACTOR = "reconcile@service"
DUE = "audit.due"
QUEUE = "audit"


def open_review(store: Store, catalogue: Catalogue) -> int:
    """Open the ticket of the last ISO week that is over, unless it is there or the week has no entry; how many were opened."""
    row = catalogue.accountable(RaciKind.AUDIT_REVIEW, "*")
    with store.read() as conn:
        week, monday = _last_week(day(conn))
        if row is None or ledger.newest(conn, subject=f"week:{week}", kinds=(DUE,), limit=1):
            return 0
        first, last = span(conn, _midnight(monday), _midnight(monday + timedelta(days=7)))
    if last < first:
        return 0
    with store.begin() as conn:
        ledger.lock(conn)
        return _open(conn, catalogue, row, week, first, last)


def _open(conn: Connection, catalogue: Catalogue, row: RaciRow, week: str, first: int, last: int) -> int:
    label = catalogue.lowest
    require(catalogue, WRITER, "open_ticket", Target(None, None, label), today=day(conn))
    number, created = desk.open_ticket(
        conn,
        mark=f"{desk.OURS}audit-review:{week}",
        queue=QUEUE,
        title=f"Audit review of {week}: read the sample, then sign it off (./holdpoint audit sample --week {week})",
        label=label,
        assignee=row.responsible,
        incident_id=None,
        service=None,
    )
    if created:
        payload = {"week": week, "ticket": f"DESK-{number}", "person": row.responsible, "first": first, "last": last}
        ledger.append(conn, actor=ACTOR, kind=DUE, subject=f"week:{week}", payload=payload)
    return int(created)


def _last_week(today: date) -> tuple[str, date]:
    monday = today - timedelta(days=today.isoweekday() + 6)
    year, number, _ = monday.isocalendar()
    return f"{year:04}-W{number:02}", monday


def _midnight(at: date) -> str:
    return to_text(datetime.combine(at, time(), UTC))
