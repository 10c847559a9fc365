"""What the stages are instrumented with, a line each: `@stage(COLLECT)` above the function, `note(tool=…)` inside.

A span is made when its work is over, of what was noted until then. Telemetry is a hint about the record: it never fails the work,
never waits for it to leave, and is off unless an endpoint is set (`switch.py`). The ledger stays the authority.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple, ParamSpec, TypeVar, Unpack

from include.contracts.errors import HoldpointError, Refused
from include.telemetry.attributes import ERROR, OPERATION, WORKFLOW, Said, Shape, fits, permitted
from include.telemetry.stages import REQUEST, Stage
from include.telemetry.subject import Place, place_of
from include.telemetry.switch import endpoint

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger("holdpoint")
_NAMED = {
    "incident_id": "incident",
    "change_id": "incident",
    "briefing": "briefing",
    "run": "run",
    "read_id": "read",
    "hold_id": "hold",
    "step": "step",
}
"""Keyword arguments of the stages that are ids or numbers, and what they are noted as."""


class Span(NamedTuple):
    """One finished piece of work, ready to leave. `is_root`: the whole workflow, not a step of it. Times in Unix nanoseconds."""

    name: str
    place: Place | None
    is_root: bool
    begun: int
    ended: int
    attributes: Mapping[str, str | int | bool]
    failed: bool


_noted: ContextVar[dict[str, Any] | None] = ContextVar("holdpoint_noted", default=None)


def stage(what: Stage) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Measure a function; where telemetry is off it is called as if this were not there."""

    def around(work: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(work)
        def measured(*args: P.args, **kwargs: P.kwargs) -> R:
            target = endpoint()
            return work(*args, **kwargs) if target is None else _measure(target, what, work, *args, **kwargs)

        return measured

    return around


def note(**said: Unpack[Said]) -> None:
    """Say something of the work under way; nothing where nobody measures it."""
    noted = _noted.get()
    if noted is not None:
        noted.update(said)


def noting() -> bool:
    """Whether somebody measures the work under way; asked before counting what would only be noted."""
    return _noted.get() is not None


def warm() -> None:
    """Import and set up now what the first span needs, where telemetry is on: a quarter of a second that nobody should spend
    with the store locked."""
    target = endpoint()
    if target is not None:
        _warm(target)


def _warm(target: str) -> None:
    try:
        from include.telemetry.export import open_way

        open_way(target)
    except Exception as trouble:
        log.debug("telemetry was not set up (%s)", type(trouble).__name__)


def ended(what: Stage, *, begun: datetime, **said: Unpack[Said]) -> None:
    """A whole workflow is over: the span above its steps, whose ids they know beforehand."""
    target = endpoint()
    if target is not None:
        _leave(target, what, dict(said), int(begun.timestamp() * 1e9), is_root=True)


def _measure(target: str, what: Stage, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    _warm(target)  # before the work, which may lock the store
    begun = time.time_ns()
    noted: dict[str, Any] = {_NAMED[key]: value for key, value in kwargs.items() if key in _NAMED}
    token = _noted.set(noted)
    error: BaseException | None = None
    try:
        result = work(*args, **kwargs)
        state = getattr(result, "state", None)
        if isinstance(state, Enum):  # a hold says itself how it stands
            noted["state"] = state.value
        return result
    except BaseException as raised:
        error = raised
        raise
    finally:
        _noted.reset(token)
        _leave(target, what, noted, begun, error=error)


def _leave(
    target: str, what: Stage, noted: dict[str, Any], begun: int, *, error: BaseException | None = None, is_root: bool = False
) -> None:
    try:
        from include.telemetry.export import send

        send(target, _span(what, noted, begun, error, is_root=is_root))
    except Exception as trouble:  # nobody's work may fail for it
        log.debug("a span was not made (%s)", type(trouble).__name__)


def _span(what: Stage, noted: dict[str, Any], begun: int, error: BaseException | None, *, is_root: bool) -> Span:
    if isinstance(error, Refused):
        noted["rule"] = error.rule
    attributes = {OPERATION.name: what.operation, **permitted(noted)}
    if what.workflow is not None:
        attributes[WORKFLOW.name] = _workflow(what.workflow, noted)
    if error is not None:  # its code: the words of a message may be content
        code = error.code if isinstance(error, HoldpointError) else type(error).__name__
        attributes[ERROR.name] = code if fits(Shape.WORD, code) else "error"
    return Span(_name(what, noted, is_root), place_of(noted), is_root, begun, time.time_ns(), attributes, error is not None)


def _workflow(usual: str, noted: Mapping[str, Any]) -> str:
    """Reads are made and runbooks searched for a change request by the same functions as for an incident."""
    return REQUEST if str(noted.get("incident")).startswith("chg_") else usual


def _name(what: Stage, noted: Mapping[str, Any], is_root: bool) -> str:
    """`execute_tool query_logs`, `invoke_workflow incident_triage`: few different ones, as the conventions ask for."""
    of = what.workflow if is_root else noted.get("tool") if what.operation == "execute_tool" else None
    return f"{what.operation} {of}" if fits(Shape.WORD, of) else what.operation
