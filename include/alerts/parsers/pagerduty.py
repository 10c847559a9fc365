"""PagerDuty webhooks, version 3: one event a post.

Format: https://developer.pagerduty.com/docs/webhooks-overview. `event.data` is an incident for events that change one;
notes, responders, status updates and services are other objects, and say nothing about whether something is broken.
"""

from __future__ import annotations

from typing import Any

from include.alerts.raw import Json, RawAlert, an_object, child, objects, required_text, text
from include.alerts.text import as_text
from include.alerts.times import read_time
from include.alerts.unreadable import Reason, Unreadable
from include.contracts.alert import AlertStatus

_STATUS = {
    "triggered": AlertStatus.FIRING,
    "acknowledged": AlertStatus.FIRING,  # somebody looks at it; it is not over
    "resolved": AlertStatus.RESOLVED,
}
_WITHOUT_ALERT = ("incident.", "service.", "pagey.")


def read(payload: Any, *, max_alerts: int, max_depth: int) -> list[RawAlert]:
    """The event's incident as one alert; none for events that are not about an incident's state, such as `pagey.ping`."""
    del max_alerts, max_depth
    event = an_object(an_object(payload, "The payload").get("event"), "payload.event")
    event_type = required_text(event, "event_type", "event")
    incident = an_object(event.get("data"), "event.data")
    if text(incident, "type", "event.data") == "incident":
        return [_read(event, event_type, incident)]
    if event_type.startswith(_WITHOUT_ALERT) and event_type != "incident.triggered":
        return []
    raise Unreadable("event.data is not an incident, and the event type is not a known one.")


def _read(event: Json, event_type: str, incident: Json) -> RawAlert:
    where = "event.data"
    status = _STATUS.get(required_text(incident, "status", where, Reason.STATUS))
    if status is None:
        raise Unreadable("event.data.status is not triggered, acknowledged or resolved.", reason=Reason.STATUS)
    occurred_at = read_time(event.get("occurred_at"), "event.occurred_at")
    service = child(incident, "service", where)
    teams = [_summary(team, f"{where}.teams") for team in objects(incident, "teams", where)]
    return RawAlert(
        identity=("incident", required_text(incident, "id", where, Reason.IDENTITY)),
        status=status,
        title=text(incident, "title", where),
        severity=_summary(incident.get("priority"), f"{where}.priority") or text(incident, "urgency", where),
        service=text(service, "summary", f"{where}.service"),
        owner=next(filter(None, teams), None),
        started_at=read_time(incident.get("created_at"), f"{where}.created_at"),
        ended_at=occurred_at if status is AlertStatus.RESOLVED else None,
        sent_at=occurred_at,
        links=[*filter(None, [text(incident, "html_url", where)])],
        labels=_labels(event_type, incident, service),
    )


def _labels(event_type: str, incident: Json, service: Json) -> dict[str, str]:
    where = "event.data"
    found = {
        "event_type": event_type,
        "incident_key": text(incident, "incident_key", where),
        "number": as_text(incident.get("number")),
        "status": text(incident, "status", where),
        "urgency": text(incident, "urgency", where),
        "priority": _summary(incident.get("priority"), f"{where}.priority"),
        "service_id": text(service, "id", f"{where}.service"),
        "escalation_policy": _summary(incident.get("escalation_policy"), f"{where}.escalation_policy"),
        "assignees": ", ".join(filter(None, (_summary(one, where) for one in objects(incident, "assignees", where)))),
    }
    return {name: value for name, value in found.items() if value}


def _summary(value: Any, where: str) -> str | None:
    """The `summary` of a PagerDuty reference; None where there is none."""
    return None if value is None else text(an_object(value, where), "summary", where)
