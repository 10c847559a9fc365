"""Is the service's process running, and since when (supervisor's `getProcessInfo`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AwareDatetime, Field

from include.contracts.base import Line
from include.contracts.reads import Observed, ServiceInput, stamp
from include.contracts.tool import Output, load_contract


class Process(Output):
    """State names are supervisor's: RUNNING, STARTING, BACKOFF, STOPPED, EXITED, FATAL, UNKNOWN."""

    name: Line
    state: Line
    pid: Annotated[int, Field(ge=0)]  # 0: none
    since: AwareDatetime | None  # start where it runs, stop where it does not
    exit_status: int | None
    description: Observed


class ServiceStatus(Output):
    processes: Annotated[tuple[Process, ...], Field(max_length=200)]
    observed_at: AwareDatetime

    def lines(self) -> Iterable[str]:
        for p in self.processes:
            since = f" since {stamp(p.since)}" if p.since else ""
            exit_status = f" exit status {p.exit_status}" if p.exit_status is not None else ""
            yield f"{p.name} is {p.state}{since} pid {p.pid}{exit_status} ({p.description}) observed {stamp(self.observed_at)}"


CONTRACT = load_contract(
    {
        "name": "get_service_status",
        "version": 1,
        "tool_class": "read",
        "summary": "State of the service's processes as their supervisor reports it",
        "owner": "sre",
        "input_model": ServiceInput,
        "output_model": ServiceStatus,
        "system": "supervisor",
        "conn_id": "holdpoint_supervisor",
        "label": "internal",
        "timeout_s": 10,
        "retry": {"attempts": 2, "delay_s": 1},
        "idempotency": "safe",
    }
)
