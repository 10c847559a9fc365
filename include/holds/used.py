"""What is kept of an approval consumed without the plan's own quorum: its use; of an emergency, the task to review it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from include.catalogue.catalogue import Catalogue
from include.contracts.hold import Way
from include.contracts.plan import Plan
from include.holds.case import known
from include.holds.release import Judgement
from include.store import desk, ledger, uses
from include.store.database import now
from include.store.times import from_text, to_text
from include.store.uses import Use


def keep_use(conn: Connection, catalogue: Catalogue, judgement: Judgement, by: str) -> None:
    """In the transaction that consumes the approval, under its lock. Nothing for an ordinary change."""
    way, plan = known(judgement.way), known(judgement.plan)
    if way is Way.STANDARD:
        said: dict[str, Any] = {"hold": plan.hold, "plan_digest": judgement.hold.plan_digest}
        _keep(conn, way, plan, str(judgement.ref), by, said, subject=str(judgement.ref), review_by=None)
    if way is Way.EMERGENCY:
        due = from_text(now(conn)) + timedelta(days=catalogue.settings.emergency_review_days)
        tickets = [f"DESK-{number}" for number in _ask_for_review(conn, catalogue, plan, due)]
        said = {
            "declaration": judgement.ref,
            "services": list(plan.services),
            "environment": plan.environment,
            "review_by": to_text(due),
            "tickets": tickets,
        }
        _keep(conn, way, plan, str(judgement.ref), by, said, subject=plan.hold, review_by=to_text(due))


def _keep(
    conn: Connection, way: Way, plan: Plan, ref: str, by: str, said: dict[str, Any], *, subject: str, review_by: str | None
) -> None:
    seq = ledger.append(conn, actor=by, kind=uses.KINDS[way], subject=subject, payload=said)
    uses.add(conn, Use(plan.hold, way.value, ref, now(conn), review_by, seq))


def _ask_for_review(conn: Connection, catalogue: Catalogue, plan: Plan, due: datetime) -> list[int]:
    """A ticket on the embedded desk for the owner of each touched service; it is never closed here."""
    numbers = []
    for name in plan.services:
        service = catalogue.service(name)
        number, _ = desk.open_ticket(
            conn,
            mark=f"{desk.OURS}review:{plan.hold}:{name}",
            queue=str(service.systems.get("tickets", {}).get("queue", "unassigned")),
            title=f"Review the emergency change {plan.hold} of {name} by {due:%Y-%m-%d %H:%M} UTC (./holdpoint holds review)",
            label=service.classification,
            assignee=service.owner,
            incident_id=None,
            service=name,
        )
        numbers.append(number)
    return numbers
