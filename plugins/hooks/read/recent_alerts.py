"""Alerts that Holdpoint itself received, from its own store."""

from __future__ import annotations

from typing import ClassVar

from include.contracts.tools import list_recent_alerts
from include.contracts.tools.list_recent_alerts import RecentAlerts, RecentAlertsQuery
from plugins.hooks.read.base import Asked, ReadHook, ReadResult


class RecentAlertsHook(ReadHook):
    """No connection of its own: Holdpoint's store (`HOLDPOINT_STORE`, or the connection `holdpoint_store`).

    The neighbours are the services it depends on and those that depend on it, directly, as far as the principal may see them.
    """

    contract: ClassVar = list_recent_alerts.CONTRACT

    def _read(self, asked: Asked) -> ReadResult:
        from include.store import incidents
        from include.store.database import day

        query, service = asked.query, asked.service
        assert isinstance(query, RecentAlertsQuery)
        names = (*service.depends_on, *self.catalogue.dependants(service.name))
        with self.store() as conn:
            near = self.neighbours(asked, names, today=day(conn))
            rows, more = incidents.recent_alerts(conn, (service.name, *near), query.since, query.until, query.max_alerts)
        return ReadResult(RecentAlerts(alerts=tuple(rows), truncated=more), f"store alerts of {', '.join((service.name, *near))}")
