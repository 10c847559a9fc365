"""How much of what there is, for `/holdpoint/metrics`: aggregates over indexes, of what is open and not of all there was."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, func, select

from include.contracts.incident import IncidentKind, IncidentStatus
from include.store.database import now
from include.store.dispatches import OPEN_STATES, late
from include.store.schema import ledger
from include.store.tables.desk import delivery
from include.store.tables.hold import hold
from include.store.tables.incident import dispatch, incident
from include.store.times import shifted

DAYS = 30
UNDELIVERED = ("due", "failed", "gave_up")
CLOCKS = {"proposed": hold.c.approve_by, "approved": hold.c.execute_by}


_CHANGE = IncidentKind.CHANGE.value


def open_incidents(conn: Connection) -> dict[str, int]:
    """Open incidents of the last days, by severity: an older one's source has forgotten to say that it is over."""
    since = shifted(now(conn), seconds=-DAYS * 86_400)
    recent = incident.c.opened_at >= since, incident.c.status == IncidentStatus.OPEN.value, incident.c.kind != _CHANGE
    return _counted(conn, select(incident.c.severity, func.count()).where(*recent).group_by(incident.c.severity))


def waiting_briefings(conn: Connection) -> dict[str, int]:
    """Briefings without a brief, by state."""
    waiting = select(dispatch.c.state, func.count()).where(dispatch.c.state.in_(OPEN_STATES)).group_by(dispatch.c.state)
    return _counted(conn, waiting)


def overdue_briefings(conn: Connection, deadline_s: float) -> int:
    limit = shifted(now(conn), seconds=-deadline_s)
    return int(conn.scalar(select(func.count()).select_from(dispatch).where(late(limit))) or 0)


def oldest_briefing(conn: Connection) -> str | None:
    """When the oldest briefing without a brief was asked for."""
    return _first(conn, select(func.min(dispatch.c.created_at)).where(dispatch.c.state.in_(OPEN_STATES)))


def undelivered(conn: Connection) -> dict[str, int]:
    """Messages that have not arrived, by state."""
    found = select(delivery.c.state, func.count()).where(delivery.c.state.in_(UNDELIVERED)).group_by(delivery.c.state)
    return _counted(conn, found)


def oldest_delivery(conn: Connection) -> str | None:
    """When the oldest message that is still due was written down."""
    return _first(conn, select(func.min(delivery.c.created_at)).where(delivery.c.state == "due"))


def holds(conn: Connection) -> dict[str, int]:
    return _counted(conn, select(hold.c.state, func.count()).group_by(hold.c.state))


def nearest_deadlines(conn: Connection) -> dict[str, str]:
    """The next clock to run out of holds that are to be approved, and of those that are to be executed, by state."""
    found = {state: _first(conn, select(func.min(clock)).where(hold.c.state == state)) for state, clock in CLOCKS.items()}
    return {state: at for state, at in found.items() if at is not None}


def head(conn: Connection) -> int:
    """The number of the ledger's newest entry; 0 where there is none."""
    return int(conn.scalar(select(func.max(ledger.c.seq))) or 0)


def _counted(conn: Connection, query: Select[Any]) -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in conn.execute(query)}


def _first(conn: Connection, query: Select[Any]) -> str | None:
    found = conn.scalar(query)
    return None if found is None else str(found)
