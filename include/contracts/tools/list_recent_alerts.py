"""Alerts that Holdpoint itself received for a service and its neighbours, from its own store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AwareDatetime, Field

from include.contracts.base import Line, Slug
from include.contracts.reads import WindowInput, stamp
from include.contracts.tool import Output, load_contract


class RecentAlertsQuery(WindowInput):
    max_alerts: Annotated[int, Field(ge=1, le=500)] = 100


class RecentAlert(Output):
    incident: Slug
    source: Slug
    title: Line
    severity: Line
    service: Line
    status: Line
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None


class RecentAlerts(Output):
    alerts: Annotated[tuple[RecentAlert, ...], Field(max_length=500)]
    truncated: bool = False

    def lines(self) -> Iterable[str]:
        for a in self.alerts:
            ended = f" ended {stamp(a.ended_at)}" if a.ended_at else ""
            yield f"{stamp(a.started_at)} {a.title} ({a.severity}) on {a.service} from {a.source} {a.status}{ended} {a.incident}"


CONTRACT = load_contract(
    {
        "name": "list_recent_alerts",
        "version": 1,
        "tool_class": "read",
        "summary": "Alerts received for the service and its neighbours in a window of time",
        "owner": "sre",
        "input_model": RecentAlertsQuery,
        "output_model": RecentAlerts,
        "system": "store",
        "conn_id": None,
        "label": "internal",
        "timeout_s": 15,
        "retry": {"attempts": 2, "delay_s": 1},
        "idempotency": "safe",
    }
)
