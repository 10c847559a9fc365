"""Processes that are down, and processes that were started a short while ago.

State names are supervisor's: http://supervisord.org/subprocess.html#process-states
"""

from __future__ import annotations

from datetime import timedelta

from include.contracts.diagnosis import Cause
from include.contracts.tools.get_service_status import Process, ServiceStatus
from include.diagnosis.board import Analyser, Board, after
from include.diagnosis.case import Case, Line
from include.diagnosis.finding import Finding, Sign, Verdict
from include.diagnosis.quoting import quote

_DOWN = {"FATAL": 82, "BACKOFF": 82, "EXITED": 80, "STOPPED": 80, "STOPPING": 70, "UNKNOWN": 55}
_CLEAN_EXIT = 60
_NAMED = 8  # more, where the services above name it
_OLD = timedelta(hours=2)  # down for longer than that before the alert: not what started it, unless it is named
_OLD_DISCOUNT = 40
_JUST_STARTED = timedelta(minutes=10)
_RESTART, _WITHOUT_SIGNS = 50, 17  # less where nothing but the alert says that there is trouble


def observe(case: Case) -> list[Finding]:
    return [
        _finding(case, source.service, process, line)
        for source in case.of_tool("get_service_status", ServiceStatus)
        for process, line in source.items(source.output.processes)
    ]


def _finding(case: Case, service: str | None, process: Process, line: Line) -> Finding:
    key = f"process:{service}:{process.name}"[:300]
    started = case.incident.started_at
    details = {"state": process.state}
    if process.state in _DOWN:
        if process.since and process.since < started - _OLD:
            details["old"] = "yes"
        score = _CLEAN_EXIT if process.state == "EXITED" and process.exit_status == 0 else _DOWN[process.state]
        observation = quote(key, [line], weight=92)
        return Finding(observation, Sign.PROCESS_DOWN, service, at=process.since, score=score, details=details)
    if process.since and process.since >= started - timedelta(hours=1):
        return Finding(quote(key, [line], weight=55), Sign.RESTART, service, at=process.since, details=details)
    running = process.state == "RUNNING"
    return Finding(
        quote(key, [line], weight=25),
        Sign.PROCESS_RUNNING if running else Sign.NEUTRAL,
        service,
        at=process.since,
        details=details,
    )


def explain(board: Board) -> Verdict:
    causes = [cause for item in board.of_sign(Sign.PROCESS_DOWN) if (cause := _down(board, item)) is not None]
    causes += [cause for item in board.of_sign(Sign.RESTART) if (cause := _restarted(board, item)) is not None]
    return Verdict(tuple(causes))


def _down(board: Board, item: Finding) -> Cause | None:
    origin = board.origin(item.service)
    if origin is None:
        return None
    score = item.score + (_NAMED if origin.keys else 0)
    score -= _OLD_DISCOUNT if item.details.get("old") and not origin.keys else 0
    state = item.details["state"]
    return Cause(
        analyser="process_state",
        statement=f"{board.describe(origin)} is down: its process is {state}",
        score=score,
        supports=board.support(origin, item.key),
        refuted_by=f"Check the supervisor's state of {origin.service} again and whether it answers a request: "
        "if it does and did before the alert, this is not it.",
    )


def _restarted(board: Board, item: Finding) -> Cause | None:
    origin, began = board.origin(item.service), board.beginning(item.service)
    if origin is None or item.at is None or not timedelta(0) <= began.at - item.at <= _JUST_STARTED:
        return None
    return Cause(
        analyser="process_state",
        statement=f"The start of {origin.service}'s process: {began.what} began {after(item.at, began.at)} it",
        score=max(0, _RESTART - board.discount(item.service) - (0 if board.onset(item.service) else _WITHOUT_SIGNS)),
        supports=board.support(origin, item.key, *began.keys),
        refuted_by=f"Check the log of {origin.service} from its start on for the reason it was started, and whether any of the "
        "cited errors is older than the start.",
    )


ANALYSER = Analyser("process_state", observe, explain)
