"""What an incident is about is evidence too: the alert or the question, as text that can be quoted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from include.contracts.alert import Alert
from include.contracts.base import clean_text
from include.contracts.evidence import Evidence, text_digest
from include.contracts.incident import Incident
from include.contracts.reads import stamp
from include.contracts.tools import tool
from include.evidence.build import bounded

ALERT_ID, QUESTION_ID = "alert", "question"
_LABEL_LENGTH = 500


def subject_label() -> str:
    """The classification of what a source sent: that of our own record of alerts."""
    return tool("list_recent_alerts").label


def alert_evidence(alert: Alert, incident: Incident, *, collected_at: datetime) -> Evidence:
    """The alert as evidence `alert`: a headline, then one line for each thing its payload says."""
    text = bounded("\n".join(" ⏎ ".join(clean_text(line).splitlines()) for line in _alert_lines(alert)))
    return Evidence(
        id=ALERT_ID,
        tool="alert",
        params={"source": alert.source, **_target(incident)},
        principal=incident.principal,
        label=subject_label(),
        place=f"alert from {alert.source}",
        collected_at=collected_at,
        text=text,
        digest=text_digest(text),
        output=alert.to_json(),
    )


def question_evidence(incident: Incident, *, collected_at: datetime) -> Evidence:
    """A person's question as evidence `question`."""
    asked = clean_text(incident.question or incident.title)
    text = f"{incident.principal} asks: {' ⏎ '.join(asked.splitlines())}"
    return Evidence(
        id=QUESTION_ID,
        tool="question",
        params=dict(_target(incident)),
        principal=incident.principal,
        label=subject_label(),
        place=f"question of {incident.principal}",
        collected_at=collected_at,
        text=text,
        digest=text_digest(text),
        output={"question": asked},
    )


def _target(incident: Incident) -> dict[str, str]:
    return {
        key: value for key, value in (("service", incident.service), ("environment", incident.environment)) if value is not None
    }


def _alert_lines(alert: Alert) -> Iterator[str]:
    where = f" on {alert.service}" if alert.service else ""
    environment = f" in {alert.environment}" if alert.environment else ""
    ended = f" ended {stamp(alert.ended_at)}" if alert.ended_at else ""
    yield (
        f"{stamp(alert.started_at)} {alert.source} alert {alert.title} ({alert.severity}){where}{environment} is "
        f"{alert.status}{ended}"
    )
    if alert.description:
        yield f"description: {alert.description}"
    if alert.owner:
        yield f"owner: {alert.owner}"
    for name in sorted(alert.labels):
        yield f"label {name}: {alert.labels[name][:_LABEL_LENGTH]}"
    for link in alert.links:
        yield f"link: {link}"
