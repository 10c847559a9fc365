"""The read hooks: one line a tool. Nothing is imported before a hook is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from include.contracts.errors import NotFound

if TYPE_CHECKING:
    from include.catalogue.catalogue import Catalogue
    from plugins.hooks.read.base import ReadHook

HOOKS: dict[str, str] = {
    "get_metrics": "plugins.hooks.read.metrics.MetricsHook",
    "get_recent_failed_logons": "plugins.hooks.read.auth_log.AuthLogHook",
    "get_service_status": "plugins.hooks.read.supervisor.SupervisorHook",
    "list_active_alerts": "plugins.hooks.read.alertmanager.AlertmanagerHook",
    "list_recent_alerts": "plugins.hooks.read.recent_alerts.RecentAlertsHook",
    "list_recent_deployments": "plugins.hooks.read.deployments.DeploymentsHook",
    "query_logs": "plugins.hooks.read.logs.LogsHook",
    "query_metric_range": "plugins.hooks.read.prometheus.PrometheusHook",
    "search_cmdb": "plugins.hooks.read.cmdb.CmdbHook",
    "search_tickets": "plugins.hooks.read.tickets.TicketsHook",
}


def hook_class(tool: str) -> type[ReadHook]:
    """The hook that makes this tool's reads; NotFound where no hook does."""
    try:
        module, _, name = HOOKS[tool].rpartition(".")
    except KeyError:
        raise NotFound(
            f"No hook reads for the tool {tool!r}.", next_step=f"use one of: {', '.join(sorted(HOOKS))}, or register one here"
        ) from None
    found: type[ReadHook] = getattr(import_module(module), name)
    return found


def read_hook(tool: str, *, catalogue: Catalogue, principal: str) -> ReadHook:
    """The hook for a tool's reads on behalf of a principal, over the connection of the tool's contract."""
    return hook_class(tool)(catalogue=catalogue, principal=principal)
