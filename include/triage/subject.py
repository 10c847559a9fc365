"""What an incident is about, as evidence: its alert, its question, the incidents under an umbrella, an unreadable post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from include.contracts.alert import Alert, AlertStatus
from include.contracts.evidence import Evidence, text_digest
from include.contracts.incident import Incident, IncidentKind
from include.evidence.build import bounded
from include.evidence.subject import alert_evidence, question_evidence
from include.store import incidents, messages
from include.store.redaction import redact_text

MAX_LISTED = 100


def subject_of(conn: Connection, incident: Incident, *, label: str, at: datetime) -> tuple[Evidence, Alert | None]:
    """The subject's evidence, and the alert that best speaks for the incident, where there is one.

    The id holds the text's digest: the same subject is the same evidence in every version of the brief.

    :param label: the classification of the incident's own words
    """
    alerts = messages.alerts_of(conn, incident.id)
    alert = _spokesman(alerts)
    if incident.kind is IncidentKind.QUESTION:
        found = question_evidence(incident, collected_at=at)
    elif alert is not None:
        found = alert_evidence(alert, incident, collected_at=at)
    else:
        found = _told(incident, _lines(conn, incident), at)
    text = redact_text(found.text)
    digest = text_digest(text)
    return found.model_copy(
        update={"id": f"{incident.id}.{found.tool}.{digest[:12]}", "text": text, "digest": digest, "label": label}
    ), alert


def _spokesman(alerts: Sequence[Alert]) -> Alert | None:
    """The most severe firing alert, the earliest of them."""
    firing = [item for item in alerts if item.status is AlertStatus.FIRING] or list(alerts)
    return max(firing, key=lambda item: (item.severity.rank, -item.started_at.timestamp()), default=None)


def _told(incident: Incident, lines: Sequence[str], at: datetime) -> Evidence:
    text = bounded("\n".join(lines))
    return Evidence(
        id=incident.id,
        tool="alert",
        params={"source": incident.source},
        principal=incident.principal,
        label="public",  # replaced by the caller
        place="Holdpoint's own intake",
        collected_at=at,
        text=text,
        digest=text_digest(text),
        output={"lines": len(lines)},
    )


def _lines(conn: Connection, incident: Incident) -> list[str]:
    if incident.kind is IncidentKind.UMBRELLA:
        return _umbrella(incidents.children(conn, incident.id))
    return [
        f"{row['received_at']} a post from {incident.source} could not be understood: {row['problem']} "
        f"It has {row['length']} bytes, SHA-256 {row['digest']}."
        for row in messages.unreadable_of(conn, incident.source, since=incident.opened_at)
    ] or [f"a post from {incident.source} could not be understood"]


def _umbrella(children: Sequence[RowMapping]) -> list[str]:
    """Counts first, then the incidents one by one."""
    services = Counter(row["service"] or "(no service of the catalogue)" for row in children)
    severities = Counter(row["severity"] for row in children)
    lines = [f"{len(children)} incidents stand under this umbrella"]
    lines += [f"{number} of them on {service}" for service, number in services.most_common()]
    lines += [f"{number} of them {severity}" for severity, number in severities.most_common()]
    lines += [
        f"{row['opened_at']} {row['id']} {row['title']} ({row['severity']}) on {row['service'] or 'no known service'}"
        for row in children[:MAX_LISTED]
    ]
    if len(children) > MAX_LISTED:
        lines.append(f"{len(children) - MAX_LISTED} further incidents are not listed here")
    return lines
