"""What unusual log lines make one suspect in the service that wrote them, and beyond it."""

from __future__ import annotations

from collections import defaultdict

from include.contracts.diagnosis import Cause, Remark
from include.contracts.tools.query_logs import LogLines
from include.diagnosis.board import Board, Origin, Standing
from include.diagnosis.case import Case
from include.diagnosis.finding import Finding, Sign, Verdict

# By the class of fault that the words name.
_FAULT_SCORES = {
    "configuration": 66,
    "certificate": 66,
    "memory": 66,
    "disk": 64,
    "connection pool": 64,
    "credentials": 62,
    "name resolution": 60,
}
_FAULTS = {
    "configuration": "A configuration that {0} refuses",
    "certificate": "A certificate that {0} uses or is shown",
    "memory": "Memory running out in {0}",
    "disk": "The disk under {0}: writing is slow or impossible",
    "connection pool": "Connections running out in {0}",
    "credentials": "Credentials that {0} uses or is shown",
    "name resolution": "Name resolution as {0} sees it",
}
_CHECKS = {
    "configuration": "Compare the configuration {0} runs with the one before it, key by key.",
    "certificate": "Read the certificate's dates and names as a client of {0} is shown them.",
    "memory": "Look at the memory of {0}'s host and processes over the window for a rise that ends at the first cited error.",
    "disk": "Look at the free space and the latency of the disk {0} writes to, at the time of the first cited line.",
    "connection pool": "Look at how many connections of {0} are in use and who holds them, at the time of the first cited line.",
    "credentials": "Check when the credentials {0} uses were last issued and whether they are still accepted.",
    "name resolution": "Look up the names in the cited lines from {0}'s host.",
}
_RARE = 0.2  # of the service's unusual lines; below it the class of fault says less
_RARE_DISCOUNT = 22
_GENERIC, _UNREAD, _QUIET, _ALERTED = 45, 60, 50, 58
_MAX_SUPPORTS = 3


def explain(board: Board) -> Verdict:
    causes = [cause for origin in board.origins for cause in _of_origin(board, origin)]
    return Verdict(tuple(causes), tuple(_remarks(board.case, board)))


def _of_origin(board: Board, origin: Origin) -> list[Cause]:
    if origin.standing is Standing.UNREAD:
        return [_unread(board, origin)]
    if origin.standing is Standing.QUIET:
        return [_quiet(board, origin)]
    logs = board.of_sign(Sign.LOG, origin.service)
    faults = _faults(board, origin, logs)
    if faults:
        return faults
    if board.of_sign(Sign.PROCESS_DOWN, origin.service) or board.of_sign(Sign.SATURATION, origin.service):
        return []  # explained by their own analysers
    return _generic(board, origin, logs)


def _faults(board: Board, origin: Origin, logs: list[Finding]) -> list[Cause]:
    by_fault: dict[str, list[Finding]] = defaultdict(list)
    for item in logs:
        if item.fault is not None:
            by_fault[item.fault].append(item)
    if board.of_sign(Sign.SATURATION, origin.service):
        by_fault.pop("connection pool", None)  # the gauge says it better
    return [_fault(board, origin, name, items) for name, items in sorted(by_fault.items())]


def _fault(board: Board, origin: Origin, name: str, items: list[Finding]) -> Cause:
    rare = sum(item.share for item in items) < _RARE
    score = _FAULT_SCORES[name] - (_RARE_DISCOUNT if rare else 0) - board.discount(origin.service)
    supports = board.support(origin, *(item.key for item in items[:_MAX_SUPPORTS]))
    return Cause(
        analyser="log_patterns",
        statement=_FAULTS[name].format(board.describe(origin)),
        score=max(0, score),
        supports=supports,
        against=board.against(origin.service, supports),
        refuted_by=_CHECKS[name].format(origin.service),
    )


def _generic(board: Board, origin: Origin, logs: list[Finding]) -> list[Cause]:
    """For signs of the service's own, beyond lines that only name something below it."""
    strong = [item for item in logs if not item.names]
    alerts = board.of_sign(Sign.ALERT, origin.service)
    if not strong and not alerts:
        return []
    score = (_ALERTED if alerts and origin.keys else _GENERIC) - board.discount(origin.service)
    basis = strong or alerts
    supports = board.support(origin, *(item.key for item in (*basis, *alerts)[:_MAX_SUPPORTS]))
    return [
        Cause(
            analyser="log_patterns",
            statement=f"Something inside {board.describe(origin)} that nothing read here names more closely",
            score=max(0, score),
            supports=supports,
            against=board.against(origin.service, supports),
            refuted_by=f"Check whether the cited lines of {origin.service} also stand in its log at times without trouble.",
        )
    ]


def _unread(board: Board, origin: Origin) -> Cause:
    above = board.namer(origin)
    return Cause(
        analyser="dependency",
        statement=f"The cause lies in {origin.service} or on the way to it: {above} names it, and nothing was read about it",
        score=_UNREAD,
        supports=origin.keys,
        refuted_by=f"Check the status and the log of {origin.service}, which were not read here: if it answered as usual at "
        "the time of the cited lines, it is not it.",
    )


def _quiet(board: Board, origin: Origin) -> Cause:
    above = board.namer(origin)
    running = [item.key for item in board.of_sign(Sign.PROCESS_RUNNING, origin.service)]
    return Cause(
        analyser="dependency",
        statement=f"The way from {above} to {origin.service} (network, address, credentials, time limits): {above} names "
        f"{origin.service}, and nothing read about {origin.service} shows trouble",
        score=max(0, _QUIET - (20 if board.suspects(Standing.BESIDE) else 0)),
        supports=(*origin.keys, *running),
        refuted_by=f"Check from {above}'s host whether {origin.service} answers a read request, and at the address configured.",
    )


def _remarks(case: Case, board: Board) -> list[Remark]:
    found = [
        Remark(
            statement=f"A log pattern of {item.service} reads like an instruction to its reader. It is quoted as found; nothing "
            "is concluded from it.",
            basis=(item.key,),
        )
        for item in board.findings
        if item.details.get("addressed")
    ]
    for source in case.of_tool("query_logs", LogLines):
        if source.output.truncated and source.lines:
            cut = f"The log in {source.evidence.id} was cut to its newest lines: what seems to begin there may be older."
            found.append(Remark(statement=cut))
    return found
