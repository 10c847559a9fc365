"""Alerts into incidents: which incident an alert belongs to, when a new one begins, when a briefing is due.

- The key is source-scoped: source, service, environment and the alert's name. Another source cannot attach to it or resolve it.
- An incident takes alerts in until it is resolved and the quiet time is over, or until its maximum age. Then the next alert
  under the key opens the next generation.
- A rise in severity asks for another briefing; a repeat does not. One post asks for one briefing of an incident at most, with
  the highest severity of its alerts.
- Above `storm_new_incidents_per_minute` new incidents hang under one umbrella, which alone is briefed and pages. Briefings of
  single incidents that nothing was started for yet let the umbrella's go first.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, RowMapping

from include.alerts.batch import Batch
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
FIRST_SETTLE_S = 0.25  # a new incident may be a storm's first: what comes with it says whether to start its briefing at once
STORM_HOLD_S = 30.0  # single incidents' briefings wait this long after each new incident of a storm, and twice as long at most
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Outcome:
    """What became of one alert. `event` is the ledger's word for it."""

    event: str  # incident.opened | incident.attached | incident.raised | incident.resolved | alert.unmatched | incident.sheltered
    incident_id: str | None
    fingerprint: str
    severity: str


def correlate(
    conn: Connection,
    catalogue: Catalogue,
    source: AlertSource,
    message_id: str,
    alerts: Sequence[Alert],
    received_at: str,
    batch: Batch | None = None,
) -> list[Outcome]:
    """Place every alert, in order, within the caller's transaction, which has locked the ledger.

    :param batch: of the whole transaction, which the caller writes; default: one of its own, written here
    """
    own = batch or Batch(conn, received_at)
    post = _Post(own, catalogue)
    outcomes = [_place(post, source, message_id, messages.redacted(item)) for item in alerts]
    post.enqueue()
    if batch is None:
        own.write()
    return outcomes


@dataclass
class _Post:
    """What the placing of one post's alerts shares. `asked`: incident to (briefing, seconds it may wait, reason)."""

    batch: Batch
    catalogue: Catalogue
    asked: dict[str, tuple[int, float, str]] = field(default_factory=dict)
    storm: bool = False

    @property
    def conn(self) -> Connection:
        return self.batch.conn

    @property
    def at(self) -> str:
        return self.batch.at

    def ask(self, incident_id: str, briefing: int, reason: str, delay_s: float = 0.0) -> None:
        """A briefing is due; of several that the post asks for the first will do, as it begins when all alerts are placed."""
        wanted = briefing, delay_s, reason
        self.asked[incident_id] = min(wanted, self.asked.get(incident_id, wanted))

    def enqueue(self) -> None:
        for incident_id, (briefing, delay_s, reason) in self.asked.items():
            if briefing > 1:
                incidents.change(self.conn, incident_id, briefing=briefing)
            dispatches.enqueue(self.conn, incident_id, briefing, reason, delay_s=delay_s)
        if self.storm:  # its umbrella's brief is what on-call wants first; but nobody's may miss the deadline for it
            dispatches.hold_back(self.conn, min(STORM_HOLD_S, 60 * self.catalogue.settings.brief_deadline_minutes / 4))


def correlation_key(item: Alert) -> str:
    """At most 200 characters; the parts are hashed so that no part can imitate another."""
    name = item.labels.get("alertname") or _DIGITS.sub("#", item.title)
    parts = [item.service or "", item.environment or "", name]
    digest = hashlib.sha256("\x00".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()
    return f"{item.source}:{digest}"


def _place(post: _Post, source: AlertSource, message_id: str, item: Alert) -> Outcome:
    bound = bind(post.catalogue, source, item)
    key = correlation_key(item)
    row = post.batch.latest(key)
    if row is not None and _is_repeat(row, item, post):
        post.batch.repeat(row["id"], item.fingerprint)
        outcome = Outcome("incident.attached", row["id"], item.fingerprint, item.severity.value)
    else:
        outcome = _change(post, bound, key, item)
    post.batch.add(
        item, message_id=message_id, incident_id=outcome.incident_id, service=bound.service, environment=bound.environment
    )
    return outcome


def _is_repeat(row: RowMapping, item: Alert, post: _Post) -> bool:
    """Nothing but one more alert of an incident that takes it in: most of a storm."""
    more_of_it = item.status is AlertStatus.FIRING and item.severity.rank <= Severity(row["severity"]).rank
    return more_of_it and _takes_more(row, post.at, post.catalogue)


def _change(post: _Post, bound: Bound, key: str, item: Alert) -> Outcome:
    """An alert that opens an incident, raises or resolves one, or has none to resolve."""
    post.batch.settle()
    row = incidents.latest(post.conn, key)
    current = row if row is not None and _takes_more(row, post.at, post.catalogue) else None
    if item.status is AlertStatus.RESOLVED:
        return _resolve(post, current, item)
    if current is not None:
        return _raise(post, current, item)
    return _open(post, item, bound, key, row)


def _takes_more(row: RowMapping, at: str, catalogue: Catalogue) -> bool:
    settings = catalogue.settings
    if row["opened_at"] < shifted(at, seconds=-60 * settings.incident_max_age_minutes):
        return False
    if row["status"] == IncidentStatus.OPEN.value:
        return True
    return bool(row["resolved_at"] >= shifted(at, seconds=-60 * settings.quiet_minutes))


def _resolve(post: _Post, row: RowMapping | None, item: Alert) -> Outcome:
    if row is None:
        return Outcome("alert.unmatched", None, item.fingerprint, item.severity.value)
    incidents.change(post.conn, row["id"], last_seen_at=post.at, alert_count=row["alert_count"] + 1)
    if incidents.clear_firing(post.conn, row["id"], item.fingerprint) and row["status"] == IncidentStatus.OPEN.value:
        incidents.change(post.conn, row["id"], status=IncidentStatus.RESOLVED.value, resolved_at=post.at)
        return Outcome("incident.resolved", row["id"], item.fingerprint, item.severity.value)
    return Outcome("incident.attached", row["id"], item.fingerprint, item.severity.value)


def _raise(post: _Post, row: RowMapping, item: Alert) -> Outcome:
    """A higher severity asks for another briefing, of the umbrella where one speaks for the incident."""
    incidents.set_firing(post.conn, [(row["id"], item.fingerprint)])
    incidents.seen(post.conn, {row["id"]: 1}, at=post.at)
    incidents.change(post.conn, row["id"], severity=item.severity.value)
    if row["umbrella_id"] is not None:
        _tell_umbrella(post, incidents.get(post.conn, row["umbrella_id"]), item.severity)
    else:
        post.ask(row["id"], row["briefing"] + 1, "severity")
    return Outcome("incident.raised", row["id"], item.fingerprint, item.severity.value)


def _tell_umbrella(post: _Post, umbrella: Incident, severity: Severity) -> None:
    """What came after the umbrella's briefing began is in no brief: ask for another, at once where it is more severe."""
    raised = severity.rank > umbrella.severity.rank
    if raised:
        incidents.change(post.conn, umbrella.id, severity=severity.value)
    waiting = dispatches.get(post.conn, umbrella.id, umbrella.briefing)
    if waiting is not None and waiting["state"] == "pending" and not (raised and umbrella.briefing > 1):
        return
    reason, delay_s = ("severity", UMBRELLA_SETTLE_S) if raised else ("umbrella", UMBRELLA_AGAIN_S)
    post.ask(umbrella.id, umbrella.briefing + 1, reason, delay_s)


def _open(post: _Post, item: Alert, bound: Bound, key: str, after: RowMapping | None) -> Outcome:
    umbrella = _umbrella(post, item, bound)
    opened = _new(
        IncidentKind.ALERT,
        key,
        post.at,
        after,
        source=item.source,
        service=bound.service,
        environment=bound.environment,
        severity=item.severity,
        title=item.title,
        owner=bound.owner,
        started_at=item.started_at,
    )
    incidents.add(post.conn, opened, umbrella_id=umbrella)
    incidents.set_firing(post.conn, [(opened.id, item.fingerprint)])
    if umbrella is not None:
        return Outcome("incident.sheltered", opened.id, item.fingerprint, item.severity.value)
    post.ask(opened.id, 1, "new", FIRST_SETTLE_S)
    return Outcome("incident.opened", opened.id, item.fingerprint, item.severity.value)


def _new(kind: IncidentKind, key: str, at: str, after: RowMapping | None = None, **fields: Any) -> Incident:
    """An open incident. What `fields` leaves out: a triage's permissions, no service, one alert, begun when it is opened.

    :param after: the newest generation under its key
    """
    opened_at = from_text(at)
    usual: dict[str, Any] = {"principal": TRIAGE, "service": None, "alert_count": 1, "started_at": opened_at}
    return Incident(
        id=new_id("inc"),
        key=key,
        generation=after["generation"] + 1 if after is not None else 1,
        kind=kind,
        status=IncidentStatus.OPEN,
        opened_at=opened_at,
        **(usual | fields),
    )


def _still_takes(row: RowMapping, at: str, quiet_minutes: int, max_age_minutes: int) -> bool:
    """Seen within the quiet time, and not older than an incident may be: what never pauses is told again some day."""
    quiet, oldest = shifted(at, seconds=-60 * quiet_minutes), shifted(at, seconds=-60 * max_age_minutes)
    return bool(row["last_seen_at"] >= quiet and row["opened_at"] >= oldest)


def _umbrella(post: _Post, item: Alert, bound: Bound) -> str | None:
    """The umbrella this new incident belongs under, opening it where the storm has just begun; None in fair weather."""
    key, settings = "umbrella:storm", post.catalogue.settings
    row = incidents.latest(post.conn, key)
    quiet = shifted(post.at, seconds=-60.0)
    storming = incidents.opened_since(post.conn, quiet) >= settings.storm_new_incidents_per_minute
    if not storming:
        return None
    post.storm = True
    if row is not None and _still_takes(row, post.at, settings.quiet_minutes, settings.incident_max_age_minutes):
        incidents.change(post.conn, row["id"], last_seen_at=post.at, alert_count=row["alert_count"] + 1)
        _tell_umbrella(post, incidents.from_row(row), item.severity)
        return str(row["id"])
    opened = _new(
        IncidentKind.UMBRELLA,
        key,
        post.at,
        row,
        source=item.source,
        environment=bound.environment,
        severity=item.severity,
        title=f"Alert storm: more than {settings.storm_new_incidents_per_minute} new incidents within a minute",
        owner=post.catalogue.source(item.source).owner,
        started_at=item.started_at,
    )
    incidents.add(post.conn, opened)
    post.ask(opened.id, 1, "umbrella", UMBRELLA_SETTLE_S)
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
    opened = _new(
        IncidentKind.UNREADABLE,
        key,
        received_at,
        row,
        source=source.name,
        environment=source.default_environment,
        severity=Severity.HIGH,
        title=f"A post from {source.name} could not be understood",
        owner=source.owner,
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
    opened = _new(
        IncidentKind.QUESTION,
        f"question:{new_id('q')}",
        at,
        source="question",
        principal=principal,
        service=service,
        environment=environment,
        severity=Severity.INFO,
        title=title,
        question=question,
        owner=owner,
        alert_count=0,
    )
    incidents.add(conn, opened)
    return opened.id
