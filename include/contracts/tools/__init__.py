"""The tool registry: one line a tool. A file beside this one that is not named here fails the completeness test."""

from __future__ import annotations

from include.contracts.errors import NotFound
from include.contracts.production import ProductionContract
from include.contracts.tool import ToolClass, ToolContract
from include.contracts.tools import (
    add_ticket_comment,
    assign_review_task,
    comment_on_pull_request,
    create_draft_change_request,
    get_metrics,
    get_recent_failed_logons,
    get_service_status,
    list_active_alerts,
    list_recent_alerts,
    list_recent_deployments,
    notify_on_call,
    open_ticket,
    query_approved_runbook,
    query_logs,
    query_metric_range,
    restart_service,
    search_cmdb,
    search_tickets,
)

_MODULES = (
    add_ticket_comment,
    assign_review_task,
    comment_on_pull_request,
    create_draft_change_request,
    get_metrics,
    get_recent_failed_logons,
    get_service_status,
    list_active_alerts,
    list_recent_alerts,
    list_recent_deployments,
    notify_on_call,
    open_ticket,
    query_approved_runbook,
    query_logs,
    query_metric_range,
    restart_service,
    search_cmdb,
    search_tickets,
)

TOOLS: dict[str, ToolContract] = {module.CONTRACT.name: module.CONTRACT for module in _MODULES}


def tool(name: str) -> ToolContract:
    """The contract of that name; NotFound (never a guess) otherwise."""
    try:
        return TOOLS[name]
    except KeyError:
        raise NotFound(f"There is no tool {name!r}.", next_step=f"use one of: {', '.join(sorted(TOOLS))}") from None


def production_tool(name: str) -> ProductionContract:
    """The contract of a tool that changes production; NotFound for any other name (H2)."""
    found = TOOLS.get(name)
    if not isinstance(found, ProductionContract):
        known = ", ".join(contract.name for contract in production_tools())
        raise NotFound(f"{name!r} is no tool that changes production.", next_step=f"use one of: {known}")
    return found


def production_tools() -> tuple[ProductionContract, ...]:
    """All tools that change production, by name."""
    return tuple(contract for _, contract in sorted(TOOLS.items()) if isinstance(contract, ProductionContract))


def tools_of(tool_class: ToolClass) -> tuple[ToolContract, ...]:
    """All contracts of a class, by name."""
    return tuple(TOOLS[name] for name in sorted(TOOLS) if TOOLS[name].tool_class is tool_class)
