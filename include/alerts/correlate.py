"""Alerts into incidents: which incident an alert belongs to, when a new one begins, when a briefing is due.

- The key is source-scoped: source, service, environment and the alert's name. Another source cannot attach to it or resolve it.
- An incident takes alerts in until it is resolved and the quiet time is over, or until its maximum age. Then the next alert
  under the key opens the next generation.
- A rise in severity asks for another briefing; a repeat does not.
- Above `storm_new_incidents_per_minute` new incidents hang under one umbrella, which alone is briefed and pages.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from include.alerts.binding import Bound, bind
from include.catalogue.catalogue import Catalogue
from include.contracts.alert import Alert, AlertStatus, Severity
from include.contracts.catalogue import AlertSource
from include.contracts.incident import Incident, IncidentKind, IncidentStatus
from include.store import dispatches, incidents, messages
from include.store.database import new_id
from include.store.times import from_text, shifted

TRIAGE = "incident_triage@service"
UMBRELLA_SETTLE_S = 15.0  # the umbrella's brief waits this long, so that it can say what the storm hit
UMBRELLA_AGAIN_S = 300.0  # … and the next one this long: what comes under it later is told too, a few minutes' worth at once
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Outcome:
    """What became of one alert. `event` is the ledger's word for it."""

    event: str  # incident.opened | incident.attached | incident.raised | incident.resolved | alert.unmatched | incident.sheltered
    incident_id: str | None
    fingerprint: str
    severity: str


def correlate(
    conn: Connection, catalogue: Catalogue, source: AlertSource, message_id: str, alerts: Sequence[Alert], received_at: str
) -> list[Outcome]:
    """Place every alert, in order, within the caller's transaction, which has locked the ledger."""
    return [_place(conn, catalogue, source, message_id, messages.redacted(item), received_at) for item in alerts]


def correlation_key(item: Alert) -> str:
    """At most 200 characters; the parts are hashed so that no part can imitate another."""
    name = item.labels.get("alertname") or _DIGITS.sub("#", item.title)
    parts = [item.service or "", item.environment or "", name]
    digest = hashlib.sha256("\x00".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()
    return f"{item.source}:{digest}"


def _place(
    conn: Connection, catalogue: Catalogue, source: AlertSource, message_id: str, item: Alert, received_at: str
) -> Outcome:
    bound = bind(catalogue, source, item)
    key = correlation_key(item)
    row = incidents.latest(conn, key)
    current = row if row is not None and _takes_more(row, received_at, catalogue) else None
    if item.status is AlertStatus.RESOLVED:
        outcome = _resolve(conn, current, item, received_at)
    elif current is not None:
        outcome = _attach(conn, current, item, received_at)
    else:
        generation = row["generation"] + 1 if row is not None else 1
        outcome = _open(conn, catalogue, item, bound, key, generation, received_at)
    messages.add_alert(
        conn,
        item,
        message_id=message_id,
        incident_id=outcome.incident_id,
        service=bound.service,
        environment=bound.environment,
        received_at=received_at,
    )
    return outcome


def _takes_more(row: RowMapping, at: str, catalogue: Catalogue) -> bool:
    settings = catalogue.settings
    if row["opened_at"] < shifted(at, seconds=-60 * settings.incident_max_age_minutes):
        return False
    if row["status"] == IncidentStatus.OPEN.value:
        return True
    return bool(row["resolved_at"] >= shifted(at, seconds=-60 * settings.quiet_minutes))


def _resolve(conn: Connection, row: RowMapping | None, item: Alert, at: str) -> Outcome:
    if row is None:
        return Outcome("alert.unmatched", None, item.fingerprint, item.severity.value)
    incidents.change(conn, row["id"], last_seen_at=at, alert_count=row["alert_count"] + 1)
    if incidents.clear_firing(conn, row["id"], item.fingerprint) and row["status"] == IncidentStatus.OPEN.value:
        incidents.change(conn, row["id"], status=IncidentStatus.RESOLVED.value, resolved_at=at)
        return Outcome("incident.resolved", row["id"], item.fingerprint, item.severity.value)
    return Outcome("incident.attached", row["id"], item.fingerprint, item.severity.value)


def _attach(conn: Connection, row: RowMapping, item: Alert, at: str) -> Outcome:
    incidents.set_firing(conn, row["id"], item.fingerprint)
    incidents.seen(conn, row["id"], at=at, alerts=row["alert_count"] + 1)
    raised = item.severity.rank > Severity(row["severity"]).rank
    if raised:
        _raise(conn, row, item)
    event = "incident.raised" if raised else "incident.attached"
    return Outcome(event, row["id"], item.fingerprint, item.severity.value)


def _raise(conn: Connection, row: RowMapping, item: Alert) -> None:
    """A higher severity asks for another briefing, of the umbrella where one speaks for the incident."""
    incidents.change(conn, row["id"], severity=item.severity.value)
    if row["umbrella_id"] is not None:
        _tell_umbrella(conn, incidents.get(conn, row["umbrella_id"]), item.severity)
        return
    incidents.change(conn, row["id"], briefing=row["briefing"] + 1)
    dispatches.enqueue(conn, row["id"], row["briefing"] + 1, "severity")


def _tell_umbrella(conn: Connection, umbrella: Incident, severity: Severity) -> None:
    """What came after the umbrella's briefing began is in no brief: ask for another, at once where it is more severe."""
    raised = severity.rank > umbrella.severity.rank
    if raised:
        incidents.change(conn, umbrella.id, severity=severity.value)
    waiting = dispatches.get(conn, umbrella.id, umbrella.briefing)
    if waiting is not None and waiting["state"] == "pending" and not (raised and umbrella.briefing > 1):
        return
    again = umbrella.briefing + 1
    incidents.change(conn, umbrella.id, briefing=again)
    delay_s = UMBRELLA_SETTLE_S if raised else UMBRELLA_AGAIN_S
    dispatches.enqueue(conn, umbrella.id, again, "severity" if raised else "umbrella", delay_s=delay_s)


def _open(conn: Connection, catalogue: Catalogue, item: Alert, bound: Bound, key: str, generation: int, at: str) -> Outcome:
    umbrella = _umbrella(conn, catalogue, item, bound, at)
    opened = _incident(item, bound, key, generation, from_text(at))
    incidents.add(conn, opened, umbrella_id=umbrella)
    incidents.set_firing(conn, opened.id, item.fingerprint)
    if umbrella is not None:
        return Outcome("incident.sheltered", opened.id, item.fingerprint, item.severity.value)
    dispatches.enqueue(conn, opened.id, 1, "new")
    return Outcome("incident.opened", opened.id, item.fingerprint, item.severity.value)


def _incident(item: Alert, bound: Bound, key: str, generation: int, at: datetime) -> Incident:
    return Incident(
        id=new_id("inc"),
        key=key,
        generation=generation,
        kind=IncidentKind.ALERT,
        status=IncidentStatus.OPEN,
        source=item.source,
        principal=TRIAGE,
        service=bound.service,
        environment=bound.environment,
        severity=item.severity,
        title=item.title,
        owner=bound.owner,
        alert_count=1,
        opened_at=at,
        started_at=item.started_at,
    )


def _still_takes(row: RowMapping, at: str, quiet_minutes: int, max_age_minutes: int) -> bool:
    """Seen within the quiet time, and not older than an incident may be: what never pauses is told again some day."""
    quiet, oldest = shifted(at, seconds=-60 * quiet_minutes), shifted(at, seconds=-60 * max_age_minutes)
    return bool(row["last_seen_at"] >= quiet and row["opened_at"] >= oldest)


def _umbrella(conn: Connection, catalogue: Catalogue, item: Alert, bound: Bound, at: str) -> str | None:
    """The umbrella this new incident belongs under, opening it where the storm has just begun; None in fair weather."""
    key, settings = "umbrella:storm", catalogue.settings
    row = incidents.latest(conn, key)
    quiet = shifted(at, seconds=-60.0)
    storming = incidents.opened_since(conn, quiet) >= settings.storm_new_incidents_per_minute
    if not storming:
        return None
    if row is not None and _still_takes(row, at, settings.quiet_minutes, settings.incident_max_age_minutes):
        incidents.change(conn, row["id"], last_seen_at=at, alert_count=row["alert_count"] + 1)
        _tell_umbrella(conn, incidents.from_row(row), item.severity)
        return str(row["id"])
    opened = Incident(
        id=new_id("inc"),
        key=key,
        generation=row["generation"] + 1 if row is not None else 1,
        kind=IncidentKind.UMBRELLA,
        status=IncidentStatus.OPEN,
        source=item.source,
        principal=TRIAGE,
        service=None,
        environment=bound.environment,
        severity=item.severity,
        title=f"Alert storm: more than {catalogue.settings.storm_new_incidents_per_minute} new incidents within a minute",
        owner=catalogue.source(item.source).owner,
        alert_count=1,
        opened_at=from_text(at),
        started_at=item.started_at,
    )
    incidents.add(conn, opened)
    dispatches.enqueue(conn, opened.id, 1, "umbrella", delay_s=UMBRELLA_SETTLE_S)
    return opened.id


def open_unreadable(
    conn: Connection, source: AlertSource, message_id: str, received_at: str, *, quiet_minutes: int, max_age_minutes: int = 1_440
) -> Outcome:
    """An authenticated post that could not be understood: an incident for its source's owner (H10), one a quiet time."""
    key = f"unreadable:{source.name}"
    row = incidents.latest(conn, key)
    if row is not None and _still_takes(row, received_at, quiet_minutes, max_age_minutes):
        incidents.change(conn, row["id"], last_seen_at=received_at, alert_count=row["alert_count"] + 1)
        return Outcome("incident.attached", row["id"], message_id, row["severity"])
    opened = Incident(
        id=new_id("inc"),
        key=key,
        generation=row["generation"] + 1 if row is not None else 1,
        kind=IncidentKind.UNREADABLE,
        status=IncidentStatus.OPEN,
        source=source.name,
        principal=TRIAGE,
        service=None,
        environment=source.default_environment,
        severity=Severity.HIGH,
        title=f"A post from {source.name} could not be understood",
        owner=source.owner,
        alert_count=1,
        opened_at=from_text(received_at),
        started_at=from_text(received_at),
    )
    incidents.add(conn, opened)
    dispatches.enqueue(conn, opened.id, 1, "new")
    return Outcome("incident.opened", opened.id, message_id, Severity.HIGH.value)


def open_question(
    conn: Connection,
    *,
    principal: str,
    question: str,
    title: str,
    service: str | None,
    environment: str | None,
    owner: str,
    at: str,
) -> str:
    """A person's question becomes an incident of its own, with that person's permissions (H12). Returns its id."""
    opened = Incident(
        id=new_id("inc"),
        key=f"question:{new_id('q')}",
        generation=1,
        kind=IncidentKind.QUESTION,
        status=IncidentStatus.OPEN,
        source="question",
        principal=principal,
        service=service,
        environment=environment,
        severity=Severity.INFO,
        title=title,
        question=question,
        owner=owner,
        opened_at=from_text(at),
        started_at=from_text(at),
    )
    incidents.add(conn, opened)
    return opened.id
