"""Other alerts: on what the service depends on, and earlier ones of the same name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from include.contracts.tools.list_active_alerts import ActiveAlerts
from include.contracts.tools.list_recent_alerts import RecentAlerts
from include.diagnosis.board import Analyser
from include.diagnosis.case import Case, Line
from include.diagnosis.finding import Finding, Sign
from include.diagnosis.quoting import quote

_BEFORE, _AFTER = timedelta(hours=1), timedelta(minutes=15)
_MAX = 12


def observe(case: Case) -> list[Finding]:
    """One finding an alert, however many reads list it; the incident's own alert is left out."""
    found: dict[tuple[str, str, datetime], Finding] = {}
    for name, service, at, severity, line in _alerts(case):
        own = service == case.incident.service and abs(at - case.incident.started_at) < timedelta(minutes=1)
        if own or (name, service, at) in found or len(found) >= _MAX:
            continue
        found[name, service, at] = _finding(case, name, service, at, severity, line)
    return list(found.values())


def _alerts(case: Case) -> Iterator[tuple[str, str, datetime, str, Line]]:
    for active in case.of_tool("list_active_alerts", ActiveAlerts):
        for alert, line in active.items(active.output.alerts):
            if alert.state != "suppressed":
                yield alert.name, alert.service, alert.started_at, alert.severity, line
    for recent in case.of_tool("list_recent_alerts", RecentAlerts):
        for past, line in recent.items(recent.output.alerts):
            yield past.title, past.service, past.started_at, past.severity, line


def _finding(case: Case, name: str, service: str, at: datetime, severity: str, line: Line) -> Finding:
    started = case.incident.started_at
    below = case.incident.service is not None and service in case.facts.reachable(case.incident.service)
    current = started - _BEFORE <= at <= started + _AFTER
    sign = Sign.ALERT if below and current and severity != "info" else Sign.NEUTRAL
    weight = 64 if sign is Sign.ALERT else 28 if current else 16
    key = f"alert:{service}:{name}"[:260] + f":{at.isoformat()}"
    return Finding(quote(key, [line], weight=weight), sign, service, at=at)


ANALYSER = Analyser("alerts", observe)
