"""Supervisor's XML-RPC answer to `getAllProcessInfo` (http://supervisord.org/api.html)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xmlrpc import client

from include.evidence.sources.limits import Unreadable

# The whole of what this code may ask a supervisor; everything else in its API that is not a read changes something.
READ_METHOD = "supervisor.getAllProcessInfo"
_RUNS = frozenset({"RUNNING", "STARTING", "STOPPING"})


@dataclass(frozen=True)
class ProcessInfo:
    """`since`: its start where it runs, its end where it does not, None where there was none."""

    name: str
    group: str
    state: str
    pid: int
    since: datetime | None
    exit_status: int | None
    description: str


def request() -> bytes:
    """The call's body."""
    return client.dumps((), READ_METHOD).encode()


def processes(body: bytes) -> list[ProcessInfo]:
    """Read the answer.

    :raises Unreadable: a fault, or no such answer
    """
    if b"<!" in body or b"\0" in body:  # a document type could define entities without end; UTF-16 could hide one
        raise Unreadable("not its format")
    try:
        (rows,), _ = client.loads(body)
        return [_process(row) for row in rows]  # type: ignore[union-attr]
    except client.Fault as fault:
        raise Unreadable(f"fault {fault.faultCode}" if isinstance(fault.faultCode, int) else "fault") from None
    except Exception:  # the parser raises whatever the text makes it stumble over
        raise Unreadable("not its format") from None


def _process(row: Any) -> ProcessInfo:
    state, stop = str(row["statename"]), int(row["stop"])
    runs = state in _RUNS
    seconds = int(row["start"]) if runs else stop
    return ProcessInfo(
        name=str(row["name"]),
        group=str(row["group"]),
        state=state,
        pid=max(0, int(row["pid"])),
        since=datetime.fromtimestamp(seconds, tz=UTC) if seconds > 0 else None,
        exit_status=None if runs or stop <= 0 else int(row["exitstatus"]),
        description=str(row.get("spawnerr") or row["description"]),
    )
