"""Alerts firing now for a service and what it depends on, from Alertmanager's API v2."""

from __future__ import annotations

from typing import ClassVar

from include.catalogue.catalogue import Catalogue
from include.contracts.base import Contract, Line
from include.contracts.tools import list_active_alerts
from include.contracts.tools.list_active_alerts import ActiveAlert, ActiveAlerts
from include.evidence.sources import alertmanager_api
from include.evidence.sources.alertmanager_api import RawAlert
from include.evidence.sources.limits import flat, one_line
from plugins.hooks.read.base import Asked, ReadHook, ReadResult
from plugins.hooks.read.http_transport import BoundedHttp

_MAX_ALERTS = 500
_MAX_SERVICES = 50
_SUMMARY_CHARACTERS = 1_500


class AlertmanagerLocation(Contract):
    """`matcher`: the value of the label `service` on this service's alerts."""

    matcher: Line


class AlertmanagerHook(ReadHook):
    """Connection `holdpoint_alertmanager`: host (with a path where there is a prefix), port, schema, login, password."""

    contract: ClassVar = list_active_alerts.CONTRACT
    location: ClassVar = AlertmanagerLocation

    def _read(self, asked: Asked) -> ReadResult:
        connection = self.connection()
        http = BoundedHttp(self.with_address(connection), deadline=asked.deadline, agent=self.agent)
        alerts: dict[str, RawAlert] = {}
        names = self._matchers(asked)
        for name in names:
            quoted = name.replace("\\", "\\\\").replace('"', '\\"')
            found = alertmanager_api.alerts(http.get("/api/v2/alerts", {"filter": f'service="{quoted}"'}))
            # A proxy that drops the query would answer with everybody's alerts (H12).
            alerts |= {alert.fingerprint: alert for alert in found if alert.labels.get("service") == name}
        rows = sorted(alerts.values(), key=lambda a: (a.started_at, a.fingerprint), reverse=True)
        output = ActiveAlerts(alerts=tuple(_alert(a) for a in rows[:_MAX_ALERTS]), truncated=len(rows) > _MAX_ALERTS)
        return ReadResult(output, f"alertmanager {', '.join(names)}")

    def _matchers(self, asked: Asked) -> list[str]:
        """The label values of the service and of all it depends on, directly or not, as far as the answer may speak of them."""
        name = asked.service.name
        names = [name, *self.neighbours(asked, dependencies(self.catalogue, name))]
        rows = [self.catalogue.service(name) for name in names[:_MAX_SERVICES]]
        located = [self._locate(row) for row in rows if self.contract.system in row.systems]
        return list(dict.fromkeys(at.matcher for at in located if isinstance(at, AlertmanagerLocation)))


def dependencies(catalogue: Catalogue, name: str) -> tuple[str, ...]:
    """All that a service depends on, nearest first."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        for other in catalogue.service(waiting.pop(0)).depends_on:
            if other not in found and other != name:
                found[other] = None
                waiting.append(other)
    return tuple(found)


def _alert(a: RawAlert) -> ActiveAlert:
    summary = next((a.annotations[key] for key in ("summary", "description", "message") if a.annotations.get(key)), "")
    return ActiveAlert(
        name=one_line(a.labels.get("alertname", "")),
        severity=one_line(a.labels.get("severity", "")),
        service=one_line(a.labels.get("service", "")),
        state=one_line(a.state),
        started_at=a.started_at,
        summary=flat(summary, _SUMMARY_CHARACTERS),
    )
