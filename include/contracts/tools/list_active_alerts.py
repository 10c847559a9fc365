"""Alerts firing now for a service and what it depends on (Alertmanager `/api/v2/alerts`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AwareDatetime, Field

from include.contracts.base import Line
from include.contracts.reads import Observed, ServiceInput, stamp
from include.contracts.tool import Output, load_contract


class ActiveAlert(Output):
    """`state` as Alertmanager says: active, suppressed, unprocessed."""

    name: Line
    severity: Line
    service: Line
    state: Line
    started_at: AwareDatetime
    summary: Observed


class ActiveAlerts(Output):
    alerts: Annotated[tuple[ActiveAlert, ...], Field(max_length=500)]
    truncated: bool = False

    def lines(self) -> Iterable[str]:
        for a in self.alerts:
            summary = " ".join(a.summary.split())
            yield f"{stamp(a.started_at)} {a.name} ({a.severity}) on {a.service} is {a.state}: {summary}"


CONTRACT = load_contract(
    {
        "name": "list_active_alerts",
        "version": 1,
        "tool_class": "read",
        "summary": "Alerts firing now for the service and its dependencies, from Alertmanager",
        "owner": "sre",
        "input_model": ServiceInput,
        "output_model": ActiveAlerts,
        "system": "alertmanager",
        "conn_id": "holdpoint_alertmanager",
        "label": "internal",
        "timeout_s": 15,
        "retry": {"attempts": 2, "delay_s": 1},
        "idempotency": "safe",
    }
)
