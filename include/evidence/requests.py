"""The parameters of each read: times that follow from the incident alone, so that the same alert asks the same question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from include.contracts.base import Contract
from include.contracts.catalogue import Service, Settings
from include.contracts.evidence import ReadRequest
from include.contracts.incident import Incident
from include.contracts.tools import tool

_SLUG = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}")
AFTER_START = timedelta(minutes=15)  # what shows itself shortly after the alert
_DEPLOYMENTS_BACK = timedelta(hours=24)
_TICKETS_BACK = timedelta(days=7)
_LOG_LINES = 2_000
_MAX_METRICS = 6  # a service's catalogued queries that one run asks
_POINTS = 240  # per series, about


@dataclass(frozen=True)
class Window:
    """Whole seconds, because a recording is looked up by what is written."""

    started: datetime
    before: timedelta
    baseline: timedelta

    @classmethod
    def of(cls, incident: Incident, settings: Settings) -> Window:
        return cls(
            incident.started_at.astimezone(UTC).replace(microsecond=0),
            timedelta(minutes=settings.evidence_window_minutes),
            timedelta(hours=settings.baseline_hours),
        )

    @property
    def since(self) -> datetime:
        return self.started - self.before

    @property
    def until(self) -> datetime:
        return self.started + AFTER_START


def requests_of(name: str, service: Service, environment: str, window: Window) -> list[ReadRequest]:
    """The requests of one tool about one service; empty where the catalogue names nothing to ask."""
    about = {"service": service.name, "environment": environment}
    return [_request(name, about | more) for more in _PARAMS[name](service, window)]


def _request(name: str, params: Mapping[str, object]) -> ReadRequest:
    model: Contract = tool(name).input_model.model_validate(params)
    return ReadRequest(tool=name, params=model.to_json())


def left_out(name: str, service: Service) -> list[str]:
    """Why some of what the catalogue names for this tool is not asked; empty where all of it is."""
    if name != "query_metric_range":
        return []
    names = _metric_names(service)
    bad = [
        f"the metric's name {metric!r} is not a key: lower-case letters, digits, _ . -"
        for metric in names
        if not _SLUG.fullmatch(metric)
    ]
    good = [metric for metric in names if _SLUG.fullmatch(metric)]
    more = [f"only {_MAX_METRICS} metrics of a service are read, so not {metric}" for metric in good[_MAX_METRICS:]]
    return [reason[:300] for reason in (*bad, *more)]


_More = list[dict[str, object]]


def _plain(service: Service, window: Window) -> _More:
    del service, window
    return [{}]


def _back(window: Window, back: timedelta) -> dict[str, object]:
    return {"since": window.started - back, "until": window.until}


def _logs(service: Service, window: Window) -> _More:
    """The window, and the hours before it, by which one tells a new error from one that has always been there."""
    del service
    return [
        {"since": window.since, "until": window.until, "max_lines": _LOG_LINES},
        {"since": window.since - window.baseline, "until": window.since, "max_lines": _LOG_LINES},
    ]


def _metric_ranges(service: Service, window: Window) -> _More:
    since = window.since - window.before
    step = max(15, int((window.until - since).total_seconds()) // _POINTS)
    names = [name for name in _metric_names(service) if _SLUG.fullmatch(name)][:_MAX_METRICS]
    return [{"since": since, "until": window.until, "metric": name, "step_s": step} for name in names]


def _metric_names(service: Service) -> list[str]:
    queries = service.systems.get("prometheus", {}).get("queries")
    return sorted(queries) if isinstance(queries, dict) else []


_PARAMS: Mapping[str, Callable[[Service, Window], _More]] = {
    "get_service_status": _plain,
    "get_metrics": _plain,
    "list_active_alerts": _plain,
    "search_cmdb": _plain,
    "query_logs": _logs,
    "query_metric_range": _metric_ranges,
    "list_recent_alerts": lambda _, window: [_back(window, _DEPLOYMENTS_BACK)],
    "list_recent_deployments": lambda _, window: [_back(window, _DEPLOYMENTS_BACK)],
    "search_tickets": lambda _, window: [_back(window, _TICKETS_BACK)],
    "get_recent_failed_logons": lambda _, window: [_back(window, window.before)],
}
