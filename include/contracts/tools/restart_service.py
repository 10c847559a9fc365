"""Restart one process of a service under its supervisor: stop it if it runs, then start it.

Supervisor's XML-RPC API (http://supervisord.org/api.html) knows neither a condition nor a key: `stopProcess` and `startProcess`
act on whatever is there when they arrive. So `concurrency` is none: the writer compares the guard and then acts, and what
somebody else does in between is found by the read-back only (another `since`), not prevented. And `idempotency` is none: a
second restart is a second interruption.

`max_effect_s` holds where a program's `stopwaitsecs` and `startsecs` add up to less; supervisor's defaults are 10 and 1.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, JsonValue

from include.contracts.base import Contract, Line, Slug
from include.contracts.catalogue import Service
from include.contracts.errors import BadInput
from include.contracts.plan import Callout, Expectation, Undo
from include.contracts.production import load_production
from include.contracts.reads import stamp
from include.contracts.tools.get_service_status import ServiceStatus

RUNNING_WITHIN_S = 60
# Supervisor's names; in the others it is on its way to one of these by itself, or cannot be asked.
_RUNS = frozenset({"RUNNING", "STARTING", "BACKOFF"})
_ON_ITS_WAY = frozenset({"STARTING", "STOPPING", "BACKOFF"})


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None


class Restart(Contract):
    process: Slug  # as the catalogue spells it; a group's members are processes of their own there


class Restarted(Contract):
    """What the writer did; whether it worked is for others to read (H7)."""

    process: Slug
    stopped: bool  # it ran and was told to stop
    started: bool


class ProcessGuard(Contract):
    """Somebody else restarted, stopped or started it where one of these is no longer so."""

    state: Line
    pid: Annotated[int, Field(ge=0)]  # 0: none
    since: Annotated[AwareDatetime | None, AfterValidator(_utc)]


def _target(params: Restart, service: Service) -> str:
    processes = service.systems.get("supervisor", {}).get("processes")
    known = [name for name in processes if isinstance(name, str)] if isinstance(processes, list) else []
    if params.process not in known:
        raise BadInput(
            f"{params.process!r} is not a process of {service.name}.",
            next_step=f"use one of: {', '.join(known) or 'none'} (systems.supervisor.processes in services.yaml)",
        )
    return f"supervisor:{params.process}"


def _observe(params: Restart, status: ServiceStatus) -> ProcessGuard:
    for process in status.processes:
        if process.name == params.process:
            return ProcessGuard(state=process.state, pid=process.pid, since=process.since)
    raise BadInput(
        f"The status that was read does not tell of the process {params.process!r}.", next_step="read the service's status again"
    )


def _says(params: Restart, service: str) -> str:
    return f"Restart the process {params.process} of {service} under its supervisor"


def _undo(params: Restart, guard: ProcessGuard | None) -> Undo:
    same = {"process": params.process}
    if guard is None or guard.state in _RUNS:
        return Undo(action="start", params=dict(same), says=f"Start {params.process} if it does not run, as it ran before")
    if guard.state in {"STOPPED", "STOPPING"}:
        return Undo(action="stop", params=dict(same), says=f"Stop {params.process} again, as it was stopped before")
    return Undo(action=None, says=f"{params.process} was {guard.state}: there is no state before it that anybody would want back")


def _expect(params: Restart, guard: ProcessGuard | None) -> tuple[Expectation, ...]:
    name = params.process
    found = [_will("state", "eq", "RUNNING", f"{name} is RUNNING")]
    if guard is not None:
        found.append(_will("pid", "ne", guard.pid, f"{name} has another process id than {guard.pid}"))
        if guard.since is not None:
            found.append(_will("since", "gt", stamp(guard.since), f"{name} started after {stamp(guard.since)}"))
    return tuple(found)


def _will(field: str, op: str, value: str | int, says: str) -> Expectation:
    return Expectation.model_validate(
        {
            "tool": "get_service_status",
            "field": field,
            "op": op,
            "value": value,
            "within_s": RUNNING_WITHIN_S,
            "says": says,
            "already_true": False,
        }
    )


def _call_out(params: Restart, guard: ProcessGuard | None, service: Service) -> tuple[Callout, ...]:
    name = params.process
    found = [Callout(id="in-flight", says=f"What {name} is working on is cut off: its users see errors until it is back")]
    if guard is not None and guard.state == "RUNNING":
        since = f" since {stamp(guard.since)}" if guard.since else ""
        found.append(Callout(id="runs-already", says=f"{name} runs{since}: the restart may not be what helps {service.name}"))
    if guard is not None and guard.state in _ON_ITS_WAY:
        says = f"{name} is {guard.state}, which changes by itself; then the plan no longer holds and nothing is done"
        found.append(Callout(id="between-states", says=says))
    return tuple(found)


_NAME = r"(?P<name>[a-z0-9][a-z0-9_.-]{0,62})"
_WORDS = re.compile(
    rf"(?:please )?(?:restart|bounce) (?:the )?(?:process |program )?{_NAME}(?: process| program)?"
    rf"(?: (?:under|with|via|in|through) supervisor)?"
    rf"|(?:run )?(?:sudo )?supervisorctl restart {_NAME.replace('name', 'typed')}",
    re.IGNORECASE | re.ASCII,
)
_PARTS = re.compile(r"[():;,]+|\s*[.](?=\s|$)|\s[-–—]\s")


def _recognise(text: str) -> dict[str, JsonValue] | None:
    """`Restart the process shop-orders (supervisorctl restart shop-orders)`: every part says so, and of one process."""
    parts = [" ".join(part.split()) for part in _PARTS.split(text.replace("`", " "))]
    found = [_WORDS.fullmatch(part) for part in parts if part]
    names = {match["name"] or match["typed"] for match in found if match}
    return {"process": names.pop()} if len(names) == 1 and all(found) else None


CONTRACT = load_production(
    {
        "name": "restart_service",
        "version": 1,
        "tool_class": "production_write",
        "summary": "Restart one process of a service under its supervisor",
        "owner": "sre",
        "input_model": Restart,
        "output_model": Restarted,
        "system": "supervisor",
        "conn_id": None,
        "label": "internal",
        "timeout_s": 60,
        "retry": {"attempts": 1, "delay_s": 0},
        "idempotency": "none",
        "environments": ("lab", "production"),
        "risk": "medium",
        "max_effect_s": 120,
        "concurrency": "none",
        "read_back": "get_service_status",
        "guard_model": ProcessGuard,
        "target": _target,
        "observe": _observe,
        "says": _says,
        "undo": _undo,
        "expect": _expect,
        "call_out": _call_out,
        "recognise": _recognise,
    }
)
