"""Service status from supervisord over XML-RPC: one question, and no other. Nothing here starts or stops a process."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, ClassVar

from pydantic import Field

from include.contracts.base import Contract, Line
from include.contracts.errors import ConfigError
from include.contracts.tools import get_service_status
from include.contracts.tools.get_service_status import Process, ServiceStatus
from include.evidence.sources import supervisor_info
from include.evidence.sources.limits import flat, one_line
from include.evidence.sources.supervisor_info import ProcessInfo
from plugins.hooks.read.base import Asked, ReadHook, ReadResult
from plugins.hooks.read.http_transport import BoundedHttp


class SupervisorLocation(Contract):
    """`processes`: names, `group:name`, or `group:*`."""

    processes: Annotated[tuple[Line, ...], Field(min_length=1, max_length=100)]


class SupervisorHook(ReadHook):
    """Connection `holdpoint_supervisor`: host, port, login, password; or extra `socket`, the path of a Unix socket."""

    contract: ClassVar = get_service_status.CONTRACT
    location: ClassVar = SupervisorLocation

    def _read(self, asked: Asked) -> ReadResult:
        connection = self.connection()
        unix = self.options(connection).get("socket")
        if unix is not None and not isinstance(unix, str):
            raise ConfigError(f"The connection {self.conn_id!r} has a `socket` that is no path.", next_step="make it a string")
        http = BoundedHttp(
            self.with_address(connection, host="localhost" if unix else None, drop=("socket",)),
            deadline=asked.deadline,
            agent=self.agent,
            unix_socket=unix,
        )
        observed_at = datetime.now(UTC)
        known = supervisor_info.processes(http.post_xml("/RPC2", supervisor_info.request()))
        wanted: SupervisorLocation = asked.at
        rows = [process for name in wanted.processes for process in self._matching(name, known)]
        return ReadResult(ServiceStatus(processes=tuple(rows[:200]), observed_at=observed_at), f"supervisor {asked.service.name}")

    def _matching(self, name: str, known: list[ProcessInfo]) -> list[Process]:
        group, _, process = name.rpartition(":")
        found = [p for p in known if (not group or p.group == group) and ((process == "*" and group) or p.name == process)]
        if found:
            return [_process(p) for p in found]
        # The catalogue says that it is there: its absence is an observation, not an error.
        return [
            Process(name=name, state="UNKNOWN", pid=0, since=None, exit_status=None, description="supervisor does not list it")
        ]


def _process(p: ProcessInfo) -> Process:
    name = p.name if p.group == p.name else f"{p.group}:{p.name}"
    return Process(
        name=one_line(name),
        state=one_line(p.state),
        pid=p.pid,
        since=p.since,
        exit_status=p.exit_status,
        description=flat(p.description, 1_000),
    )
