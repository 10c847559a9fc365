"""Log lines from files below the connection's path."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from include.contracts.base import Contract, Line
from include.contracts.tools import query_logs
from include.contracts.tools.query_logs import LogLine, LogLines, LogQuery
from include.evidence.sources.limits import TextBudget, one_line
from include.evidence.sources.log_window import Entry, LogScan, Wanted, Window, scan_log
from plugins.hooks.read.base import Asked, ReadHook, ReadResult


class LogsLocation(Contract):
    """`files`: relative paths of the live files; rotated ones beside them are found by name."""

    files: Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]


class LogsHook(ReadHook):
    """Connection `holdpoint_logs`: extra `path`, and `time_zone` of times that name none."""

    contract: ClassVar = query_logs.CONTRACT
    location: ClassVar = LogsLocation

    def _read(self, asked: Asked) -> ReadResult:
        query = asked.query
        assert isinstance(query, LogQuery)
        root, zone = self.root()
        wanted = Wanted(Window(query.since, query.until), query.min_level, query.max_lines, zone)
        at: LogsLocation = asked.at
        scans = [scan_log(root, file, wanted, deadline=asked.deadline, soft=asked.soft) for file in at.files]
        lines = _newest([entry for scan in scans for entry in scan.entries], query.max_lines)
        matched = sum(scan.matched for scan in scans)
        output = LogLines(
            log_lines=tuple(lines),
            scanned=sum(scan.scanned for scan in scans),
            matched=matched,
            truncated=len(lines) < matched or any(scan.partial for scan in scans),
        )
        return ReadResult(output, _place(scans))


def _newest(entries: list[Entry], keep: int) -> list[LogLine]:
    """The newest entries of all files, oldest first."""
    budget, lines = TextBudget(), []
    by_time = sorted(enumerate(entries), key=lambda row: (row[1].order, -row[0]), reverse=True)  # each file's own order is kept
    for _, entry in by_time[:keep]:
        if not budget.take(len(entry.message) + len(entry.file) + 40):
            break
        lines.append(LogLine(at=entry.at, level=entry.level, message=entry.message, file=one_line(entry.file)))
    return lines[::-1]


def _place(scans: list[LogScan]) -> str:
    files = ", ".join(file for scan in scans for file in scan.files)
    damaged = ", ".join(file for scan in scans for file in scan.damaged)
    return f"logs {files}" + (f" (damaged: {damaged})" if damaged else "")
