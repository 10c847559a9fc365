"""Incidents in the store. Rules of correlation stand in `include/alerts/correlate.py`; here are rows only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from include.contracts.alert import Severity
from include.contracts.errors import NotFound
from include.contracts.incident import Incident, IncidentKind, IncidentStatus
from include.contracts.tools.list_recent_alerts import RecentAlert
from include.store.tables.incident import firing, incident
from include.store.tables.intake import alert
from include.store.times import from_text, to_text
from include.store.upsert import INSERTS


def get(conn: Connection, incident_id: str) -> Incident:
    """The incident of that id, or NotFound."""
    row = conn.execute(select(incident).where(incident.c.id == incident_id)).mappings().first()
    if row is None:
        raise NotFound(
            f"There is no incident {incident_id!r} in the store.",
            next_step="look it up with ./holdpoint incidents list --as YOU; a run's conf names the incident it is for",
        )
    return from_row(row)


def from_row(row: RowMapping) -> Incident:
    return Incident(
        id=row["id"],
        key=row["key"],
        generation=row["generation"],
        briefing=row["briefing"],
        kind=IncidentKind(row["kind"]),
        status=IncidentStatus(row["status"]),
        source=row["source"],
        principal=row["principal"],
        service=row["service"],
        environment=row["environment"],
        severity=Severity(row["severity"]),
        title=row["title"],
        question=row["question"],
        owner=row["owner"],
        alert_count=row["alert_count"],
        opened_at=from_text(row["opened_at"]),
        started_at=from_text(row["started_at"]),
        resolved_at=from_text(row["resolved_at"]) if row["resolved_at"] else None,
    )


# Built once: in a storm, building a statement costs more than running it.
_LATEST = select(incident).where(incident.c.key == bindparam("wanted")).order_by(incident.c.generation.desc()).limit(1)
_SEEN = (
    update(incident)
    .where(incident.c.id == bindparam("wanted"))
    .values(
        last_seen_at=bindparam("at"),
        alert_count=incident.c.alert_count + bindparam("more"),
        status=IncidentStatus.OPEN.value,
        resolved_at=None,
    )
)
_FIRING = {
    name: build(firing).values(incident_id=bindparam("id"), fingerprint=bindparam("print")).on_conflict_do_nothing()
    for name, build in INSERTS.items()
}


def latest(conn: Connection, key: str) -> RowMapping | None:
    """The newest generation under that key."""
    return conn.execute(_LATEST, {"wanted": key}).mappings().first()


def seen(conn: Connection, more: Mapping[str, int], *, at: str) -> None:
    """So many more alerts of open incidents, by incident id."""
    if more:
        conn.execute(_SEEN, [{"wanted": incident_id, "at": at, "more": number} for incident_id, number in more.items()])


def add(conn: Connection, item: Incident, *, umbrella_id: str | None = None) -> None:
    opened = to_text(item.opened_at)
    conn.execute(
        insert(incident).values(
            id=item.id,
            key=item.key,
            generation=item.generation,
            briefing=item.briefing,
            kind=item.kind.value,
            status=item.status.value,
            source=item.source,
            principal=item.principal,
            service=item.service,
            environment=item.environment,
            severity=item.severity.value,
            title=item.title,
            question=item.question,
            owner=item.owner,
            alert_count=item.alert_count,
            opened_at=opened,
            started_at=to_text(item.started_at),
            last_seen_at=opened,
            umbrella_id=umbrella_id,
        )
    )


def change(conn: Connection, incident_id: str, **values: Any) -> None:
    conn.execute(update(incident).where(incident.c.id == incident_id).values(**values))


def set_firing(conn: Connection, pairs: Sequence[tuple[str, str]]) -> None:
    """These fire: (incident id, fingerprint)."""
    if pairs:
        conn.execute(_FIRING[conn.dialect.name], [{"id": incident_id, "print": print_} for incident_id, print_ in pairs])


def clear_firing(conn: Connection, incident_id: str, fingerprint: str) -> bool:
    """Take one alert off the incident; True when none is left firing."""
    conn.execute(delete(firing).where(and_(firing.c.incident_id == incident_id, firing.c.fingerprint == fingerprint)))
    left = conn.scalar(select(func.count()).select_from(firing).where(firing.c.incident_id == incident_id))
    return not left


def opened_since(conn: Connection, since: str) -> int:
    """How many alert incidents were opened at or after a stored time; umbrellas and questions do not count."""
    counted = select(func.count()).select_from(incident)
    found = conn.scalar(counted.where(incident.c.opened_at >= since, incident.c.kind == IncidentKind.ALERT.value))
    return int(found or 0)


def children(conn: Connection, umbrella_id: str) -> Sequence[RowMapping]:
    return (
        conn.execute(select(incident).where(incident.c.umbrella_id == umbrella_id).order_by(incident.c.opened_at))
        .mappings()
        .all()
    )


def listed(conn: Connection, limit: int) -> Sequence[RowMapping]:
    """The newest incidents first; change requests are none."""
    found = select(incident).where(incident.c.kind != IncidentKind.CHANGE.value)
    return conn.execute(found.order_by(incident.c.opened_at.desc()).limit(limit)).mappings().all()


def page(conn: Connection, condition: ColumnElement[bool], *, after: tuple[str, str] | None, limit: int) -> Sequence[RowMapping]:
    """The newest incidents first, of those for which the condition holds.

    :param after: (opened_at, id) of the last one seen; from the newest on where None
    """
    found = select(incident).where(condition)
    if after is not None:
        found = found.where(tuple_(incident.c.opened_at, incident.c.id) < tuple_(*map(literal, after)))
    return conn.execute(found.order_by(incident.c.opened_at.desc(), incident.c.id.desc()).limit(limit)).mappings().all()


def recent_alerts(
    conn: Connection, services: Iterable[str], since: datetime, until: datetime, limit: int
) -> tuple[list[RecentAlert], bool]:
    """Alerts received for these services in [since, until), oldest first; True when there were more than `limit`."""
    found = (
        select(alert)
        .where(alert.c.service.in_(sorted(services)), alert.c.received_at >= to_text(since), alert.c.received_at < to_text(until))
        .where(alert.c.incident_id.is_not(None))
        .order_by(alert.c.received_at.desc(), alert.c.id.desc())
        .limit(limit + 1)
    )
    rows = conn.execute(found).mappings().all()
    return [_recent(row) for row in reversed(rows[:limit])], len(rows) > limit


def _recent(row: RowMapping) -> RecentAlert:
    return RecentAlert(
        incident=row["incident_id"],
        source=row["source"],
        title=row["title"],
        severity=row["severity"],
        service=row["service"],
        status=row["status"],
        started_at=from_text(row["started_at"]),
        ended_at=from_text(row["ended_at"]) if row["ended_at"] else None,
    )
